"""The names of pages on one line, the one that is shown underlined."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from diag.tui.style import content
from diag.tui.tables.column import Cell


class TabStrip(Widget):
    """Tabs that are chosen by a click; keys are the business of whoever has them."""

    class Chosen(Message):
        """This tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, tabs: Sequence[str]) -> None:
        super().__init__()
        self.tabs = tuple(tabs)
        self._active = self.tabs[0]

    def activate(self, tab: str) -> None:
        """Show which page is there."""
        self._active = tab
        self.refresh()

    def render(self) -> Content:
        """One line; where there is little room, names stand closer and the number alone is left of some."""
        return content(self._spans())

    def _spans(self) -> list[Cell]:
        spans: list[Cell] = []
        for number, tab in enumerate(self.tabs, 1):
            style = "active" if tab == self._active else "dim"
            spans += [(self._label(number, tab), style), (" ", "")]
        return spans

    def _label(self, number: int, tab: str) -> str:
        full = sum(cell_len(name) + 3 for name in self.tabs)
        if full <= self.size.width:
            return f" {tab} "
        return tab if full - 2 * len(self.tabs) <= self.size.width or tab == self._active else str(number)

    def on_click(self, event: events.Click) -> None:
        """Find the tab under the mouse."""
        left = 0
        for tab, (text, _) in zip(self.tabs, self._spans()[::2], strict=True):
            right = left + cell_len(text) + 1
            if left <= event.x < right:
                self.post_message(self.Chosen(tab))
            left = right
