"""What the command palette (Ctrl+P) offers: everything that `:` takes, and the keys that act on what is shown."""

from typing import TYPE_CHECKING

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from diag.model.text import one_line
from diag.tui.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator


class SessionCommands(Provider):
    """Commands, kinds, contexts, namespaces, themes, and what the keys do."""

    def _all(self) -> "Iterator[tuple[str, str, str]]":
        """(what is shown, an explanation, what is run): a command of `:`, or the id of an action."""
        commands = Commands(self.app)  # type: ignore[arg-type]
        for word, why in commands.everything():
            yield f":{one_line(word)}", why, word
        for theme in self.app.available_themes:
            yield f":theme {theme}", "other colours", f"theme {theme}"

    async def discover(self) -> Hits:
        """Before anything is typed."""
        for shown, why, command in self._all():
            yield DiscoveryHit(Text(shown), lambda command=command: self._run(command), shown, why)

    async def search(self, query: str) -> Hits:
        """What fits what was typed."""
        matcher = self.matcher(query)
        for shown, why, command in self._all():
            score = max(matcher.match(shown), matcher.match(why) * 0.5)
            if score > 0:
                yield Hit(score, Text(shown), lambda command=command: self._run(command), shown, why)

    def _run(self, command: str) -> None:
        Commands(self.app).run(command)  # type: ignore[arg-type]
