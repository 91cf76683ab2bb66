"""The line at the bottom: the keys that matter here."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from diag.tui.style import content
from diag.tui.tables.column import Cell


class Hints(Widget):
    """Keys and what they do, as many as there is room for; a word of what happened takes their place for a while."""

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys

    def render(self) -> Content:
        """One line."""
        spans: list[Cell] = [(" ", "")]
        room = self.size.width - 1
        for key, word in self._keys:
            room -= len(key) + len(word) + 3
            if room < 0:
                break
            spans += [(key, "bold"), (f" {word}  ", "dim")]
        return content(spans)
