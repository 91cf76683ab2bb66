"""The log of a pod, or of all pods of a workload."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from diag.errors import MondiagError, UsageError
from diag.facts.index import Key
from diag.live.logs import Batch, LogLine, LogReading
from diag.model.text import one_line
from diag.report.words import counted
from diag.tui.logs.buffer import MOST
from diag.tui.logs.save import file_name, save
from diag.tui.logs.search import parse
from diag.tui.logs.status import state_words, status
from diag.tui.style import content
from diag.tui.widgets.hints import Hints
from diag.tui.widgets.log_view import LogView
from diag.tui.widgets.prompt import Prompt

OpenLogs = Callable[[Key, bool, int | None], LogReading]

TAIL = 1000  # lines of each container at first
_MORE = 10  # times as many with each wish for more
_PATIENCE = 2.0  # seconds in which a log is read that has something in it
_SIGNS = "/&"  # a command is not for this screen
_READING = "reading…"
_KEYS = (
    ("f", "follow"),
    ("/", "search"),
    ("n N", "matches"),
    ("&", "filter"),
    ("W", "wrap"),
    ("T", "times"),
    ("p", "previous run"),
    ("H", "older lines"),
    ("m", "mark"),
    ("S", "save"),
    ("Esc", "back"),
)


class LogsScreen(Screen[None]):
    """A log that is read while the screen is open. Esc first clears search and filter, then closes the screen."""

    HELP: ClassVar[str | None] = LogView.HELP
    AUTO_FOCUS = "LogView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="app.back"),
        Binding("slash", "search('/')", "search", id="logs.search", priority=True),
        Binding("ampersand", "search('&')", "filter", id="logs.filter", priority=True),
        Binding("p", "previous", "previous run", id="logs.previous"),
        Binding("H", "more", "older lines", id="logs.more"),
        Binding("S", "save", "save", id="logs.save"),
    ]

    class Arrived(Message):
        """What a reading has read."""

        def __init__(self, reading: LogReading, batch: Batch) -> None:
            super().__init__()
            self.reading = reading
            self.batch = batch

    class Saved(Message):
        """The lines are in a file, or `fault` says why not."""

        def __init__(self, words: str, fault: bool) -> None:
            super().__init__()
            self.words = words
            self.fault = fault

    def __init__(
        self,
        open_logs: OpenLogs,
        key: Key,
        cites: Sequence[str] = (),
        previous: bool = False,
        *,
        wrap: bool = False,
        times: bool = False,
        directory: Path = Path(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`cites` are lines that a finding cites, `directory` is where a log is saved."""
        super().__init__()
        self.previous = previous
        self.view = LogView(wrap, times, MOST, _READING)
        self._key = key
        self._open_logs = open_logs
        self._now = now
        self._cites = cites
        self._directory = directory
        self._tail = TAIL
        self._reading: LogReading | None = None
        self._before = ""

    def compose(self) -> ComposeResult:
        """The line above, the log, the keys below."""
        yield Static(id="log-status", markup=False)
        yield self.view
        yield Prompt()
        yield Hints(_KEYS)

    def on_mount(self) -> None:
        """Begin to read."""
        self.view.cite(self._cites)
        self._read()

    def on_unmount(self) -> None:
        """Whoever is gone reads no more."""
        self._stop()

    def on_logs_screen_arrived(self, message: Arrived) -> None:
        """Lines have come; those of a reading that was given up are not shown."""
        if message.reading is not self._reading:
            return
        lines, said, ended = message.batch
        if ended:
            self._stop()
            self.view.empty = "nothing was written"
        self.view.append([*lines, *(LogLine("", "", words) for words in said)])

    def on_log_view_changed(self) -> None:
        """The line above says how things are."""
        view, reading = self.view, self._reading is not None
        state = state_words(reading=reading, following=view.following, newer=view.newer)
        line = status(self._key, self.previous, state, view.shown)
        self.query_one("#log-status", Static).update(content(line))

    def on_log_view_faulty(self, message: LogView.Faulty) -> None:
        """A search was given up."""
        self.notify(message.words, severity="warning", markup=False)

    def on_prompt_changed(self, message: Prompt.Changed) -> None:
        """Search and filter work while they are typed."""
        if message.prompt.sign not in _SIGNS:
            return
        message.stop()
        self._look_for(message.prompt.sign, message.text)

    def on_prompt_taken(self, message: Prompt.Taken) -> None:
        """What was typed stays; to the nearest match: the last one, for whoever was at the end."""
        if message.prompt.sign not in _SIGNS:
            return
        message.stop()
        self._close_prompt()
        if message.prompt.sign == "/" and message.text:
            self.view.action_match(not self.view.following)

    def on_prompt_left(self, message: Prompt.Left) -> None:
        """As if nothing had been typed."""
        if message.prompt.sign not in _SIGNS:
            return
        message.stop()
        self._close_prompt()
        self._look_for(message.prompt.sign, self._before)

    def on_logs_screen_saved(self, message: Saved) -> None:
        """Say what came of it."""
        self.notify(message.words, severity="error" if message.fault else "information", markup=False)

    def action_back(self) -> None:
        """First search and filter go, then the screen."""
        shown = self.view.shown
        if shown.searching or shown.filtering:
            self.view.search("")
            self.view.filter("")
        else:
            self.dismiss(None)

    def action_search(self, sign: str) -> None:
        """Begin to type what to search (`/`), or what to filter by (`&`)."""
        known = self.view.shown.searching if sign == "/" else self.view.shown.filtering
        self._before = known.text if known else ""
        self.query_one(Prompt).open(sign, self._before, lambda text: [], _explained)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is typed, `/` and `&` are letters."""
        return not (action == "search" and isinstance(self.focused, Input))

    def action_previous(self) -> None:
        """The run before, or the present one again."""
        self.previous = not self.previous
        self._read()

    def action_more(self) -> None:
        """Read further back, from the beginning."""
        self._tail = min(self._tail * _MORE, MOST)
        self._read()

    def action_save(self) -> None:
        """Write what is shown to a file, in a thread: the disk may be slow."""
        path = self._directory / file_name(self._key, self._now())
        lines = [line for line in self.view.shown.lines() if line.source]

        def write() -> None:
            try:
                save(path, lines)
            except OSError as error:
                self.post_message(self.Saved(f"{path}: not saved: {error.strerror}", True))
            else:
                self.post_message(self.Saved(f"{counted(len(lines), 'lines')} saved to {path}", False))

        Thread(target=write, name="saving", daemon=True).start()

    def _read(self) -> None:
        """Read anew, as it is wanted now."""
        self._stop()
        self.view.clear(_READING)
        try:
            reading = self._open_logs(self._key, self.previous, self._tail)
        except MondiagError as error:
            self.view.append([LogLine("", "", one_line(str(error)))])
            return
        self._reading = reading
        reading.start(lambda batch: self.post_message(self.Arrived(reading, batch)))
        self.set_timer(_PATIENCE, lambda: self._quiet(reading))

    def _quiet(self, reading: LogReading) -> None:
        """Who writes nothing is not being read for ever."""
        if reading is self._reading and self.view.empty == _READING:
            self.view.empty = "nothing was written yet; it will stand here when it is"
            self.view.refresh()

    def _stop(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def _look_for(self, sign: str, text: str) -> None:
        try:
            (self.view.search if sign == "/" else self.view.filter)(text)
        except UsageError:
            return  # it is half an expression, which the prompt says

    def _close_prompt(self) -> None:
        self.query_one(Prompt).close()
        self.view.focus()


def _explained(text: str) -> tuple[str, bool]:
    """A line on what is typed, and whether that is a fault."""
    try:
        parse(text)
    except UsageError as error:
        return str(error), True
    return ("~ begins a regular expression", False) if not text else ("", False)
