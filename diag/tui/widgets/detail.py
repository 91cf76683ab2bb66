"""The pane that tells about one finding or object: tabs, and under them a page."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from diag.tui.story.line import Page
from diag.tui.widgets.page import PageView
from diag.tui.widgets.tab_strip import TabStrip


class Detail(Vertical):
    """Tabs above a page. It asks for the page of a tab by `TabChanged`, and whoever has it calls `show`."""

    HELP: ClassVar[str] = "1 to 7 choose a page, Tab goes into the pane and Esc back; left and right turn the pages."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "turn(1)", "next page", show=False, id="detail.next_tab"),
        Binding("left", "turn(-1)", "previous page", show=False, id="detail.previous_tab"),
    ]

    class TabChanged(Message):
        """Another page is wanted."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, tabs: Sequence[str]) -> None:
        super().__init__()
        self.tabs = tuple(tabs)
        self.tab = self.tabs[0]

    def compose(self) -> ComposeResult:
        """The strip and the page."""
        yield TabStrip(self.tabs)
        yield PageView()

    def show(self, page: Page, again: bool) -> None:
        """Show the page of the present tab; `again` when the reader has it before them already."""
        self.query_one(PageView).show(page, again)

    @property
    def page_width(self) -> int:
        """How wide a page can be, in cells."""
        return self.query_one(PageView).room

    def choose(self, tab: str) -> None:
        """Turn to a page."""
        if tab in self.tabs:
            self.tab = tab
            self.query_one(TabStrip).activate(tab)
            self.post_message(self.TabChanged(tab))

    def action_turn(self, step: int) -> None:
        """Turn to the next page."""
        self.choose(self.tabs[(self.tabs.index(self.tab) + step) % len(self.tabs)])

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        """Clicked."""
        message.stop()
        self.choose(message.tab)
