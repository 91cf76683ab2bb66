"""What `:` and the palette can do, and doing it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from diag.model.near import hint
from diag.model.text import one_line
from diag.tui.completion import Command, Offer, Offers, complete, parse_command
from diag.tui.tables.kinds import aliases

if TYPE_CHECKING:
    from diag.tui.app import SessionApp

ALL = "all"  # as the name of a namespace: all of them
_LAST = "-"  # as the name of a context: the one that was looked at before
_ADD = "+"  # before a context: beside those that are looked at

COMMANDS = {
    "findings": "what is broken, and why",
    "top": "usage against requests and limits",
    "ctx": "look at another context: NAME, +NAME beside the present one, - the last one",
    "contexts": "choose contexts from a list",
    "hide": "hide a column of the table, by its heading",
    "show": "show all columns again",
    "theme": "other colours",
    "pause": "keep the screen as it is, or go on",
    "rescan": "read everything anew",
    "help": "the keys of what has the focus",
    "quit": "end the session",
}
_ALSO = {"context": "ctx", "q": "quit", "q!": "quit", "h": "help"}


class Commands:
    """Commands for one session, with the contexts and namespaces that can be named in it."""

    def __init__(self, app: "SessionApp") -> None:
        self._app = app
        self._kinds = aliases()

    def offers(self, text: str) -> list[Offer]:
        """What the text could become."""
        return complete(text, Offers(self._kinds, COMMANDS, self._app.contexts, self._namespaces()))

    def explain(self, text: str) -> tuple[str, bool]:
        """A word on the text as it is; nothing is wrong before it is taken."""
        return ("" if text else "a kind, a command, ctx NAME, ns NAME or ns all; Tab completes"), False

    def everything(self) -> Iterator[Offer]:
        """Each command once, with what it does."""
        yield from COMMANDS.items()
        for plural in dict.fromkeys(self._kinds.values()):
            yield plural, "a table"
        for name in self._namespaces():
            yield f"ns {name}", "look at this namespace only"
        for name in self._app.contexts:
            yield f"ctx {name}", "look at this context"

    def run(self, text: str) -> None:
        """Do it, or say what is wrong with it."""
        found = parse_command(text, self._kinds, (*COMMANDS, *_ALSO))
        if isinstance(found, str):
            self._app.say(found, fault=True)
            return
        command = found._replace(name=_ALSO.get(found.name, found.name))
        if command.name in COMMANDS:
            getattr(self, f"_{command.name}")(command.argument)
        elif command.name == "namespaces" and command.argument:
            self._namespace(command.argument)
        else:
            self._kind(command)

    def _kind(self, command: Command) -> None:
        """A table, as in k9s with a namespace or a filter behind it."""
        if command.argument and not self._namespace(command.argument):
            return
        if command.filter:  # as if it had been left there
            self._app.keep(self._app.kept.filtered(command.name, command.filter, taken=True))
        if command.name == "events":
            self._app.open_events(None)
        else:
            self._app.open_kind(command.name)

    def _namespace(self, name: str) -> bool:
        known = self._namespaces()
        if name != ALL and known and name not in known:
            self._app.say(f"there is no namespace {one_line(name)}{hint(name, known)}", fault=True)
            return False
        self._app.set_namespaces(() if name == ALL else (name,))
        return True

    def _namespaces(self) -> list[str]:
        """All namespaces of all clusters, as far as they are known."""
        found = {
            record.metadata.name
            for view in self._app.views
            if view is not None and view.snapshot is not None
            for record in view.snapshot.all("namespaces")
        }
        return [*sorted(found), ALL] if found else []

    def _findings(self, argument: str) -> None:
        while len(self._app.screen_stack) > 1:
            self._app.pop_screen()

    def _top(self, argument: str) -> None:
        self._app.action_top()

    def _ctx(self, argument: str) -> None:
        choice = self._app.choice
        name = self._app.kept.context if argument == _LAST else argument.removeprefix(_ADD)
        if choice is None:
            self._app.say("a recording has no contexts", fault=True)
        elif not name:
            self._contexts("")
        elif self._app.contexts and name not in self._app.contexts:
            self._app.say(f"there is no context {one_line(name)}{hint(name, self._app.contexts)}", fault=True)
        else:
            present = self._app.feeds if argument.startswith(_ADD) else []
            again = [feed for feed in self._app.feeds if feed.name == name and feed not in present]
            if not any(feed.name == name for feed in present):
                self._app.remember_context()
                self._app.set_feeds([*present, *(again[:1] or [choice.feed(name)])])

    def _contexts(self, argument: str) -> None:
        from diag.tui.screens.contexts import ContextsScreen

        if self._app.choice is None:
            self._app.say("a recording has no contexts", fault=True)
        else:
            self._app.push_screen(ContextsScreen())

    def _hide(self, argument: str) -> None:
        from diag.tui.screens.table_screen import TableScreen

        screen = self._app.screen
        if not isinstance(screen, TableScreen):
            self._app.say("there is no table here", fault=True)
        elif fault := screen.hide(argument):
            self._app.say(fault, fault=True)

    def _show(self, argument: str) -> None:
        self._hide("")

    def _theme(self, argument: str) -> None:
        if argument in self._app.available_themes:
            self._app.theme = argument
        else:
            known = ", ".join(sorted(self._app.available_themes))
            self._app.say(f"themes: {known}", fault=bool(argument))

    def _pause(self, argument: str) -> None:
        self._app.action_pause()

    def _rescan(self, argument: str) -> None:
        self._app.action_rescan()

    def _help(self, argument: str) -> None:
        self._app.action_help()

    def _quit(self, argument: str) -> None:
        self._app.leave()
