"""The interactive session: its keys and its screens, over what `feeding` knows."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from textual import events
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import Screen
from textual.widgets import Input

from diag.errors import MondiagError
from diag.live.feed import Feed
from diag.model.text import one_line
from diag.tui import state
from diag.tui.feeding import Choice, FeedingApp
from diag.tui.opening import Opening
from diag.tui.screens.base import SessionScreen
from diag.tui.screens.findings import FindingsScreen
from diag.tui.target import Target
from diag.tui.widgets.prompt import Prompt

_SETTLES = 0.05  # seconds that a screen takes to be there


def _palette() -> type[Provider]:
    """What Ctrl+P offers, loaded when it is first pressed."""
    from diag.tui.palette import SessionCommands

    return SessionCommands


class SessionApp(FeedingApp):
    """The keys that work everywhere, and the screens that they open."""

    TITLE = "mondiag"
    CSS_PATH = "mondiag.tcss"
    COMMANDS = {_palette}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("colon", "command", "command", id="app.command", priority=True),
        Binding("question_mark", "help", "help", id="app.help"),
        Binding("p", "pause", "pause", id="app.pause"),
        Binding("r,ctrl+r", "rescan", "rescan", id="app.rescan"),
        Binding("l", "logs", "logs", id="app.logs"),
        Binding("e", "events", "events", id="app.events"),
        Binding("t", "top", "top", id="app.top"),
        Binding("d", "describe('summary')", "describe", id="app.describe"),
        Binding("y", "describe('yaml')", "YAML", id="app.yaml"),
        Binding("w", "describe('related')", "wiring", id="app.related"),
        Binding("n", "command('ns ')", "namespaces", id="app.namespaces"),
        Binding("c", "command('ctx ')", "contexts", id="app.contexts"),
        Binding("0", "all_namespaces", "all namespaces", id="app.all_namespaces", show=False),
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
        opening: Opening | None = None,
        keys: Mapping[str, str] = {},
        **rest: Any,
    ) -> None:
        """`opening` names the object to begin with, once it was read; `keys` are those that were set, by binding."""
        super().__init__(feeds, choice, **rest)
        self.set_keymap(dict(keys))
        self._opening = opening

    def get_default_screen(self) -> Screen[Any]:
        """What is broken comes first."""
        return FindingsScreen()

    async def on_event(self, event: events.Event) -> None:
        """What is pasted may come from a cluster, too: it is cleaned before any input draws it."""
        if isinstance(event, events.InputEvent):
            self.garbage.typed()
        if isinstance(event, events.Paste):
            event.text = one_line(event.text)
        await super().on_event(event)

    @property
    def clipboard(self) -> str:
        """What Ctrl+V pastes: inputs have one line."""
        return one_line(super().clipboard)

    def views_changed(self) -> None:
        """The object to begin with may have been read now."""
        opening = self._opening
        target = opening.find(self.views) if opening is not None else None
        if target is not None:
            self.open_object(target)
        elif opening is not None and opening.missing:
            self.say(opening.missing, fault=True)
        if opening is not None and (target is not None or opening.missing):
            self._opening = None

    def go_back(self) -> None:
        """To the screen under this one; the first one stays."""
        if len(self.screen_stack) > 1:
            self.pop_screen()

    def open_object(self, target: Target, page: str = "summary") -> None:
        """Open an object, on one of its pages."""
        from diag.tui.screens.object import ObjectScreen

        screen = self.screen
        if isinstance(screen, ObjectScreen) and screen.shows(target):
            screen.turn_to(page)
        else:
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
        open_logs, kept = self.feeds[target.place].open_logs, self.kept.logs
        screen = LogsScreen(open_logs, target.key, target.cited, target.previous, wrap=kept.wrap, times=kept.times)
        self.push_screen(screen, lambda _: self._keep_logs(screen.view.wrap, screen.view.times))

    def _keep_logs(self, wrap: bool, times: bool) -> None:
        self.kept = msgspec.structs.replace(self.kept, logs=state.LogMemory(wrap, times))

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

    def action_all_namespaces(self) -> None:
        """Look at all namespaces again."""
        self.set_namespaces(())

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

        commands = Commands(self)
        for prompt in self.screen.query(Prompt):
            prompt.open(":", text, commands.offers, commands.explain)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is typed, `:` is a letter."""
        return not (action == "command" and isinstance(self.focused, Input))

    def action_help(self) -> None:
        """What can be done here."""
        from diag.tui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.go_back()
        else:
            self.push_screen(HelpScreen.of(self.screen, self.focused))

    def close_prompt(self, prompt: Prompt) -> None:
        """Put away what was being typed; keys that were typed ahead go to what is there then."""
        late = prompt.close() if prompt.is_attached else []
        if late:
            self.set_timer(_SETTLES, lambda: self._replay(late))

    async def _replay(self, keys: Sequence[events.Key]) -> None:
        screen = self.screen
        if isinstance(screen, SessionScreen) and not screen.ready:
            self.set_timer(_SETTLES, lambda: self._replay(keys))
            return
        for key in keys:
            await self.on_event(events.Key(key.key, key.character))

    def on_prompt_changed(self, message: Prompt.Changed) -> None:
        """A filter works while it is typed."""
        screen = _screen_of(message.prompt)
        if message.prompt.sign == "/" and screen is not None:
            screen.set_filter(message.text, typing=True)

    def on_prompt_taken(self, message: Prompt.Taken) -> None:
        """The filter stays, a command is run, the prompt goes."""
        from diag.tui.commands import Commands

        screen = _screen_of(message.prompt)
        self.close_prompt(message.prompt)
        if screen is not None:
            screen.focus_main()
        if message.prompt.sign == ":":
            Commands(self).run(message.text)
        elif screen is not None:
            screen.set_filter(message.text)

    def on_prompt_left(self, message: Prompt.Left) -> None:
        """The prompt goes, and the filter is as it was before."""
        screen = _screen_of(message.prompt)
        self.close_prompt(message.prompt)
        if screen is not None:
            screen.focus_main()
            if message.prompt.sign == "/":
                screen.set_filter(message.prompt.before)

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


def _screen_of(prompt: Prompt) -> SessionScreen | None:
    """The screen that the prompt is on, which another one may have covered since, None when it has gone."""
    screen = prompt.screen if prompt.is_attached else None
    return screen if isinstance(screen, SessionScreen) and screen.ready else None
