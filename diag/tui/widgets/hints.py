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
        """One line; the last two keys are always there, since they lead on: help and the way out."""
        room = self.size.width - 1 - sum(map(_cells, self._keys[-2:]))
        shown = []
        for hint in self._keys[:-2]:
            room -= _cells(hint)
            if room < 0:
                break
            shown.append(hint)
        spans: list[Cell] = [(" ", "")]
        for key, word in (*shown, *self._keys[-2:]):
            spans += [(key, "bold"), (f" {word}  ", "dim")]
        return content(spans)


def _cells(hint: tuple[str, str]) -> int:
    return sum(map(len, hint)) + 3
