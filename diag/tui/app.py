"""The interactive session: it takes the views that workers post, and opens the screens that draw them."""

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Thread
from typing import Any, ClassVar, NamedTuple

import msgspec
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import Screen

from diag.errors import MondiagError
from diag.live.feed import Feed
from diag.live.view import View
from diag.tui import state
from diag.tui.messages import Answered, Failed, Viewed
from diag.tui.opening import Opening
from diag.tui.screens.base import SessionScreen
from diag.tui.screens.findings import FindingsScreen
from diag.tui.target import Target
from diag.tui.widgets.prompt import Prompt

# A worker that computes hands over within this time (seconds), so that a key is never felt to stick.
SWITCH = 0.001
_CONTEXTS = "contexts"


class Choice(NamedTuple):
    """What there is to choose from besides what is shown: contexts, and feeds of them. Recordings have neither."""

    contexts: Callable[[], tuple[str, ...]]
    feed: Callable[[str | None], Feed]


def utc_now() -> datetime:
    """What the clock on the wall says."""
    return datetime.now(UTC)


def _palette() -> type[Provider]:
    """What Ctrl+P offers, loaded when it is first pressed."""
    from diag.tui.palette import SessionCommands

    return SessionCommands


class SessionApp(App[None]):
    """All clusters of the session, and the screens over them."""

    TITLE = "mondiag"
    CSS_PATH = "mondiag.tcss"
    PAUSE_GC_ON_SCROLL = True
    COMMANDS = {_palette}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("colon", "command", "command", id="app.command"),
        Binding("question_mark", "help", "help", id="app.help"),
        Binding("p", "pause", "pause", id="app.pause"),
        Binding("r", "rescan", "rescan", id="app.rescan"),
        Binding("l", "logs", "logs", id="app.logs"),
        Binding("e", "events", "events", id="app.events"),
        Binding("t", "top", "top", id="app.top"),
        Binding("d", "describe('summary')", "describe", id="app.describe"),
        Binding("y", "describe('yaml')", "YAML", id="app.yaml"),
        Binding("w", "describe('related')", "wiring", id="app.related"),
        Binding("n", "command('ns ')", "namespaces", id="app.namespaces"),
        Binding("c", "command('ctx ')", "contexts", id="app.contexts"),
        Binding("C", "copy", "copy", id="app.copy"),
        Binding("ctrl+p", "command_palette", "palette", id="app.palette", show=False, priority=True),
        Binding("q", "quit", "quit", id="app.quit"),
        Binding("ctrl+c", "quit", "quit", id="app.quit_at_once", show=False, priority=True),
    ]

    def __init__(
        self,
        feeds: Sequence[Feed],
        choice: Choice | None = None,
        *,
        scope: str = "ns all",
        opening: Opening | None = None,
        keys: Mapping[str, str] = {},
        environ: Mapping[str, str] = os.environ,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`opening` names the object to begin with, once it was read; `keys` are those that were set, by binding."""
        super().__init__()
        self.feeds = list(feeds)
        self.views: list[View | None] = [None] * len(feeds)
        self.choice = choice
        self.contexts: tuple[str, ...] = ()
        self.namespaces: tuple[str, ...] = ()
        self.now = now
        self.paused = False
        self.error: MondiagError | None = None
        self.set_keymap(dict(keys))
        self._asking: set[Thread] = set()
        self._scope = scope
        self._opening = opening
        self._environ = environ
        kept, self._fault = state.load(environ)
        self._kept = kept.at_start()
        if self._kept.theme in self.available_themes:
            self.theme = self._kept.theme

    @property
    def scope_words(self) -> str:
        """What is looked at: what the command line says, or the namespaces that were chosen since."""
        return f"ns {', '.join(self.namespaces)}" if self.namespaces else self._scope

    @property
    def kept(self) -> state.State:
        """What is remembered for the next session."""
        return self._kept

    def keep(self, kept: state.State) -> None:
        """Remember this, when the session ends."""
        self._kept = kept

    def get_default_screen(self) -> Screen[Any]:
        """What is broken comes first."""
        return FindingsScreen()

    def on_mount(self) -> None:
        """Paint first, then read."""
        sys.setswitchinterval(SWITCH)
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        gc.freeze()
        if self._fault:
            self.say(self._fault, fault=True)
        for feed in self.feeds:
            self._begin(feed)
        if self.choice is not None:
            self.ask(_CONTEXTS, self.choice.contexts)

    def on_answered(self, message: Answered) -> None:
        """The contexts, which no screen asks for."""
        if message.question == _CONTEXTS:
            self.contexts = message.answer or ()

    def _begin(self, feed: Feed) -> None:
        feed.start(lambda view: self._told(Viewed(feed, view)), lambda error: self._told(Failed(feed, error)))

    def _told(self, message: Any) -> None:
        """From a worker's thread; when the session has ended there is nobody left to tell."""
        if self.is_running:
            self.post_message(message)

    def on_viewed(self, message: Viewed) -> None:
        """A new view of a cluster; one that came late, or of a cluster that was left, is not shown."""
        if message.feed not in self.feeds:
            return
        place = self.feeds.index(message.feed)
        known = self.views[place]
        if known is not None and known.version >= message.view.version:
            return
        self.views[place] = message.view
        self._redraw()
        if self._opening is not None:
            self._open_first(self._opening)

    def _open_first(self, opening: Opening) -> None:
        target = opening.find(self.views)
        if target is not None:
            self.open_object(target)
        elif opening.missing:
            self.say(opening.missing, fault=True)
        if target is not None or opening.missing:
            self._opening = None

    def _redraw(self) -> None:
        screen = self.screen
        if isinstance(screen, SessionScreen) and screen.ready:
            screen.show_views(self.views)
            screen.tick()

    def on_failed(self, message: Failed) -> None:
        """With one cluster the session ends and says why, once the terminal is as it was; of several it goes on."""
        if len(self.feeds) == 1:
            self.error = message.error
            self.leave()
        else:
            self.say(str(message.error), fault=True)

    def ask(self, question: Any, work: Callable[[], Any]) -> None:
        """Have something read in a thread; what comes of it is posted to the present screen as `Answered`."""
        screen = self.screen

        def run() -> None:
            answer, error = None, None
            try:
                answer = work()
            except MondiagError as failure:
                error = failure
            except Exception as failure:  # noqa: BLE001 - the worker's boundary: a thread's end would go unseen
                error = MondiagError(f"internal error: {type(failure).__name__}: {failure}")
            if self.is_running:
                screen.post_message(Answered(question, answer, error))
            self._asking.discard(thread)

        thread = Thread(target=run, name="question", daemon=True)
        self._asking.add(thread)
        thread.start()

    @property
    def asking(self) -> bool:
        """Whether something is being read for the screen."""
        return bool(self._asking)

    def say(self, text: str, fault: bool = False) -> None:
        """A word on what happened, for a few seconds."""
        self.notify(text, severity="warning" if fault else "information", markup=False)

    def _tick(self) -> None:
        screen = self.screen
        if isinstance(screen, SessionScreen) and screen.ready:
            screen.tick()

    def _print_error_renderables(self) -> None:
        """Textual would print a traceback here; the door of the program says it in a line."""

    @property
    def failure(self) -> Exception | None:
        """What ended the session before its time."""
        return self.error or self._exception

    def go_back(self) -> None:
        """To the screen under this one; the first one stays."""
        if len(self.screen_stack) > 1:
            self.pop_screen()

    def remember_context(self) -> None:
        """Keep which context was looked at, to come back to it."""
        for feed in self.feeds[:1]:
            self._kept = self._kept.in_context(feed.name, self.namespaces, feed.recorded)

    def set_feeds(self, feeds: Sequence[Feed]) -> None:
        """Look at these clusters instead; those that were looked at already go on."""
        views = {id(feed): view for feed, view in zip(self.feeds, self.views, strict=True)}
        for feed in self.feeds:
            if feed not in feeds:
                feed.close()
        new = [feed for feed in feeds if id(feed) not in views]
        self.feeds = list(feeds)
        self.views = [views.get(id(feed)) for feed in feeds]
        for feed in new:
            self._begin(feed)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._redraw()

    def set_namespaces(self, namespaces: tuple[str, ...]) -> None:
        """Look at these namespaces only, or at all with none."""
        self.namespaces = namespaces
        self._redraw()

    def open_object(self, target: Target, page: str = "summary") -> None:
        """Open an object, on one of its pages."""
        from diag.tui.screens.object import ObjectScreen

        self.push_screen(ObjectScreen(target, page))

    def open_kind(self, plural: str) -> None:
        """Open the table of a kind, or of all workloads."""
        from diag.tui.screens.objects import ObjectsScreen

        self.push_screen(ObjectsScreen(plural))

    def open_events(self, target: Target | None) -> None:
        """Open the events about an object, or all of them."""
        from diag.tui.screens.events import EventsScreen

        self.push_screen(EventsScreen(target))

    def open_logs(self, target: Target) -> None:
        """Open the logs of a pod, or of a workload's pods."""
        from diag.live.logs import kind_with_logs
        from diag.tui.screens.logs import LogsScreen

        try:
            kind_with_logs(target.key)
        except MondiagError as error:
            self.say(str(error), fault=True)
            return
        open_logs, kept = self.feeds[target.place].open_logs, self._kept.logs
        screen = LogsScreen(open_logs, target.key, target.cited, target.previous, wrap=kept.wrap, times=kept.times)
        self.push_screen(screen, lambda _: self._keep_logs(screen.view.wrap, screen.view.times))

    def _keep_logs(self, wrap: bool, times: bool) -> None:
        self._kept = msgspec.structs.replace(self._kept, logs=state.LogMemory(wrap, times))

    def target(self) -> Target | None:
        """The object under the cursor."""
        screen = self.screen
        return screen.target() if isinstance(screen, SessionScreen) else None

    def action_logs(self) -> None:
        """The logs of the object under the cursor."""
        target = self.target()
        if target is None:
            self.say("there is nothing under the cursor that writes a log")
        else:
            self.open_logs(target)

    def action_events(self) -> None:
        """All events from the findings, elsewhere those about the object under the cursor."""
        self.open_events(None if isinstance(self.screen, FindingsScreen) else self.target())

    def action_copy(self) -> None:
        """To the clipboard of whoever sits at the terminal, also over ssh (OSC 52)."""
        text = self.screen.copied() if isinstance(self.screen, SessionScreen) else ""
        if text:
            self.copy_to_clipboard(text)
            self.say(f"copied: {text}")

    def action_top(self) -> None:
        """What is used."""
        from diag.tui.screens.top import TopScreen

        self.push_screen(TopScreen())

    def action_describe(self, page: str) -> None:
        """The object under the cursor, on one of its pages."""
        target = self.target()
        if target is not None:
            self.open_object(target, page)

    def action_command(self, text: str = "") -> None:
        """Begin to type a command."""
        from diag.tui.commands import Commands

        self.close_prompt()
        commands = Commands(self)
        self.screen.mount(Prompt(":", text, commands.offers, commands.explain))

    def action_help(self) -> None:
        """What can be done here."""
        from diag.tui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.go_back()
        else:
            self.push_screen(HelpScreen.of(self.screen, self.focused))

    def close_prompt(self) -> None:
        """Put away what was being typed."""
        for prompt in self.screen.query(Prompt):
            prompt.remove()

    def on_prompt_changed(self, message: Prompt.Changed) -> None:
        """A filter works while it is typed."""
        if message.prompt.sign == "/" and isinstance(self.screen, SessionScreen):
            self.screen.set_filter(message.text, typing=True)

    def on_prompt_taken(self, message: Prompt.Taken) -> None:
        """The filter stays, a command is run, the prompt goes."""
        from diag.tui.commands import Commands

        self.close_prompt()
        screen = self.screen
        if isinstance(screen, SessionScreen):
            screen.focus_main()
        if message.prompt.sign == ":":
            Commands(self).run(message.text)
        elif isinstance(screen, SessionScreen):
            screen.set_filter(message.text)

    def on_prompt_left(self, message: Prompt.Left) -> None:
        """The prompt goes, and the filter is as it was before."""
        self.close_prompt()
        if isinstance(self.screen, SessionScreen):
            self.screen.focus_main()
            if message.prompt.sign == "/":
                self.screen.set_filter(message.prompt.before)

    def action_pause(self) -> None:
        """Keep the screen as it is, or go on."""
        self.paused = not self.paused
        for feed in self.feeds:
            feed.pause(self.paused)

    def action_rescan(self) -> None:
        """Read everything anew."""
        for feed in self.feeds:
            feed.rescan()

    async def action_quit(self) -> None:
        """End the session."""
        self.leave()

    def leave(self) -> None:
        """End it at once, whatever still waits for an answer."""
        for feed in self.feeds:
            feed.close()
        self.remember_context()
        state.save(msgspec.structs.replace(self._kept, theme=self.theme), self._environ)
        self.exit()
