"""A page of text to be read: wrapped to its width, of which only the visible lines cost anything."""

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from diag.tui.story.line import STYLES, Page
from diag.tui.story.wrap import Row, rows

_FOUND = Style(reverse=True)
_STEP = 10  # cells that a page moves sideways


class PageView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows a page. When the same page is shown anew with changes, the reader stays where they are."""

    HELP: ClassVar[str] = "Text to be read; commands in it are never wrapped, so that they can be copied as they stand."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False, id="page.down"),
        Binding("k,up", "move(-1)", "up", show=False, id="page.up"),
        Binding("g,home", "first", "to the beginning", show=False, id="page.first"),
        Binding("G,end", "last", "to the end", show=False, id="page.last"),
        Binding("ctrl+f,pagedown", "page(1)", "page down", show=False, id="page.page_down"),
        Binding("ctrl+b,pageup", "page(-1)", "page up", show=False, id="page.page_up"),
        Binding("n", "match(1)", "next match", show=False, id="page.next"),
        Binding("N", "match(-1)", "previous match", show=False, id="page.previous_match"),
        Binding("h", "sideways(-1)", "to the left", show=False, id="page.left_side"),
        Binding("L", "sideways(1)", "to the right", show=False, id="page.right_side"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"page--{name}" for name in STYLES if name}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._page: Page = []
        self._rows: list[Row] = []
        self._wanted = ""
        self._looks: dict[str, Style] = {}

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(line.text for line in self._page)

    @property
    def room(self) -> int:
        """How wide a line can be, in cells; the scrollbar has its place, whether it is there or not."""
        return self.size.width - self.styles.scrollbar_size_vertical

    def show(self, page: Page, again: bool = False) -> None:
        """Show a page; `again` when it is the one that is there, as it is now."""
        self._page = page
        self._wrap()
        if not again:
            self.scroll_to(0, 0, animate=False, force=True)

    def search(self, text: str) -> None:
        """Look for a text, whatever its letters' case, and go to where it is next; nothing is marked without one."""
        self._wanted = text.lower()
        self.refresh()
        if text and not self._matches(self.scroll_offset.y):
            self.action_match(1)

    def _matches(self, row: int) -> bool:
        if not self._wanted or row >= len(self._rows):
            return False
        return self._wanted in "".join(text for text, _ in self._rows[row]).lower()

    def action_match(self, step: int) -> None:
        """Go to the next row that has the text, round and round."""
        count, top = len(self._rows), self.scroll_offset.y
        rows = ((top + step * far) % count for far in range(1, count + 1)) if count else iter(())
        found = next((row for row in rows if self._matches(row)), None)
        if found is not None:
            self.scroll_to(y=found, animate=False, force=True)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._wrap()

    def _wrap(self) -> None:
        self._rows = rows(self._page, max(1, self.room)) if self.size.width else []
        widest = max((sum(cell_len(text) for text, _ in row) for row in self._rows), default=0)
        self.virtual_size = Size(max(widest, 1), len(self._rows))
        self.refresh()

    def action_move(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    def action_page(self, pages: int) -> None:
        """Scroll by so many pages."""
        self.action_move(pages * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """To the beginning."""
        self.scroll_to(y=0, animate=False, force=True)

    def action_last(self) -> None:
        """To the end."""
        self.scroll_to(y=len(self._rows), animate=False, force=True)

    def action_sideways(self, steps: int) -> None:
        """Move what is seen of lines that are wider than the page."""
        self.scroll_to(x=self.scroll_offset.x + steps * _STEP, animate=False, force=True)

    def notify_style_update(self) -> None:
        """Other colours: everything is drawn anew."""
        super().notify_style_update()
        self._looks.clear()

    def render_line(self, y: int) -> Strip:
        """One line of what is seen."""
        left, top = self.scroll_offset
        row = self._rows[top + y] if top + y < len(self._rows) else ()
        mark = _FOUND if self._matches(top + y) else Style.null()
        strip = Strip([Segment(text, self._style(style) + mark) for text, style in row])
        seen = strip.crop_extend(left, left + self.size.width, self._style(""))
        return self._cut(seen) if strip.cell_length > left + self.room else seen

    def _cut(self, seen: Strip) -> Strip:
        """The same with a mark at its end: the line goes on."""
        cut = Strip([*seen.crop(0, self.room - 1), Segment("…", self._style("dim"))])
        return cut.extend_cell_length(self.size.width, self._style(""))

    def _style(self, name: str) -> Style:
        if name not in self._looks:
            found = self.get_component_rich_style(f"page--{name}") if name else Style.null()
            self._looks[name] = self.rich_style + found
        return self._looks[name]
