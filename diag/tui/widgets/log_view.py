"""A log of many lines of which only the visible ones cost anything."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from diag.errors import UsageError
from diag.live.logs import LogLine
from diag.tui.logs.buffer import MOST
from diag.tui.logs.paint import CITED, CURSOR, MARKED, STYLES, Margin, first_row, margin, text_spans
from diag.tui.logs.rows import rows
from diag.tui.logs.shown import ShownLog, step

_SLICE = 0.01  # seconds that a search may take of the time in which keys are answered
_PAUSE = 0.02  # seconds between two of these
_SIDEWAYS = 20  # letters
_SAID_ROOM = 3  # cells in front of our own words


class LogView(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines as they come. It follows the end until the reader scrolls up, and again when the reader comes back.

    It scrolls by lines, not by rows: of what is wrapped, only the lines in sight are ever wrapped.
    """

    HELP: ClassVar[str] = (
        "What the containers wrote. f or G follows the end, scrolling up stops that. / searches (~ begins a regular"
        " expression), n and N go from match to match, & leaves only the lines with a match. W wraps, T shows times"
        " (UTC), m marks the line under the cursor or the last one in sight, ' goes to the next mark, > to the next"
        " line that the finding cites (►). The arrow keys move long lines sideways."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False, id="logs.down"),
        Binding("k,up", "move(-1)", "up", show=False, id="logs.up"),
        Binding("g,home", "first", "first line", show=False, id="logs.first"),
        Binding("f,G,end", "follow", "follow", id="logs.follow"),
        Binding("ctrl+f,pagedown,space", "page(1)", "page down", show=False, id="logs.page_down"),
        Binding("ctrl+b,pageup", "page(-1)", "page up", show=False, id="logs.page_up"),
        Binding("left", "sideways(-1)", "to the left", show=False, id="logs.left"),
        Binding("right", "sideways(1)", "to the right", show=False, id="logs.right"),
        Binding("n", "match(True)", "next match", show=False, id="logs.next"),
        Binding("N", "match(False)", "previous match", show=False, id="logs.previous_match"),
        Binding("m", "mark", "mark", show=False, id="logs.mark"),
        Binding("apostrophe", "next_mark", "next mark", show=False, id="logs.next_mark"),
        Binding("greater_than_sign", "next_cited", "next cited line", show=False, id="logs.cited"),
        Binding("W", "wrap", "wrap", id="logs.wrap"),
        Binding("T", "times", "times", id="logs.times"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--cursor", "log--cited", *(f"log--{name}" for name in STYLES if name)}
    ALLOW_SELECT = False

    class Changed(Message):
        """What can be said of the view is not what it was: lines, matches, whether it follows."""

    class Faulty(Message):
        """A search was given up; `words` say why."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, wrap: bool = False, times: bool = False, most: int = MOST, empty: str = "") -> None:
        """`most` lines are kept; `empty` is what is said when there are none."""
        super().__init__()
        self.shown = ShownLog(most)
        self.following = True
        self.wrap = wrap
        self.times = times
        self.empty = empty
        self._most = most
        self._column = 0
        self._cursor: int | None = None
        self._seeks_cited = False
        self._placing = False
        self._looking = False
        self._before: Margin = margin((), False)
        self._painted: list[tuple[int, Strip]] | None = None
        self._looks: dict[str, Style] = {}

    @property
    def newer(self) -> int:
        """How many lines there are behind those in sight."""
        painted = self._paint()
        return max(0, len(self.shown) - 1 - painted[-1][0]) if painted else 0

    def append(self, lines: Sequence[LogLine]) -> None:
        """Add lines at the end. Those of a megabyte and control characters are no danger."""
        top = self._top()
        self.shown.add(lines)
        self._look(top)

    def clear(self, empty: str) -> None:
        """Forget all lines, to begin with others; filter, search and citations stay."""
        old, self.shown = self.shown, ShownLog(self._most)
        self.shown.filter(old.filtering.text if old.filtering else "")
        self.shown.search(old.searching.text if old.searching else "")
        self.empty, self._cursor, self._column, self.following = empty, None, 0, True
        self.cite(old.cites)

    def filter(self, text: str) -> None:
        """Show only the lines in which that is found, all when it is empty. Raises UsageError."""
        top = self._top()
        self.shown.filter(text)
        self._look(top)

    def search(self, text: str) -> None:
        """Find that, nothing when it is empty; nothing moves until the reader asks. Raises UsageError."""
        self.shown.search(text)
        self._look(self._top())

    def cite(self, texts: Sequence[str]) -> None:
        """Mark the lines that have one of these texts in them, and go to the last of them once there is one."""
        self.shown.cite(texts)
        self._seeks_cited = bool(texts)
        self._look(self._top())

    def jump_to(self, number: int) -> None:
        """Put the cursor on the line with that number, and show it."""
        self._cursor = number
        self._follow(False)
        place, height = self.shown.place(number), self._height()
        seen = [place for place, _ in self._paint()]
        if place not in seen:
            self._scroll(self._top_above(place, height // 3))
        self._show_match(number)
        self._repaint()

    def render_line(self, y: int) -> Strip:
        """A row of what is in sight."""
        painted = self._paint()
        if y < len(painted):
            return painted[y][1]
        empty = f" {self.empty}" if not y and not self.shown.buffer else ""
        width = self.scrollable_content_region.width
        return Strip([Segment(empty, self._look_of("said"))]).adjust_cell_length(width, self._look_of(""))

    def notify_style_update(self) -> None:
        """Another theme: all looks are made anew."""
        super().notify_style_update()
        self._looks.clear()
        self._painted = None

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls away from the end wants to read, whoever comes back wants to follow."""
        super().watch_scroll_y(old_value, new_value)
        self._painted = None
        if not self._placing:
            self._follow(new_value >= self.max_scroll_y)

    def on_resize(self) -> None:
        """Other lines are in sight now."""
        self._settle(self._top())

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a line."""
        painted = self._paint()
        if event.y < len(painted):
            self.jump_to(self.shown.number(painted[event.y][0]))

    def action_move(self, lines: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by what is in sight, but for a line that ties both together."""
        self.action_move(pages * max(1, len({place for place, _ in self._paint()}) - 1))

    def action_first(self) -> None:
        """To the oldest line."""
        self.scroll_to(y=0, animate=False)

    def action_follow(self) -> None:
        """To the end, and stay there."""
        self._cursor = None
        self._follow(True)
        self._settle(self._top())

    def action_sideways(self, steps: int) -> None:
        """Move long lines sideways; what is wrapped does not move."""
        self._column = max(0, self._column + steps * _SIDEWAYS)
        self._repaint()

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.wrap, self._column = not self.wrap, 0
        self._settle(self._top())

    def action_times(self) -> None:
        """Show when lines were written, or not."""
        self.times = not self.times
        self._settle(self._top())

    def action_match(self, forward: bool) -> None:
        """To the next match, or to the one before."""
        self._step(self.shown.found, forward)

    def action_mark(self) -> None:
        """Mark the line under the cursor, or else the last one in sight; a mark that is there goes."""
        painted = self._paint()
        if painted:
            self.shown.marks ^= {self.shown.number(painted[-1][0]) if self._cursor is None else self._cursor}
            self._repaint()

    def action_next_mark(self) -> None:
        """To the next line that is marked."""
        self._step(sorted(self.shown.marks))

    def action_next_cited(self) -> None:
        """To the next line that is cited."""
        self._step(self.shown.cited)

    def _step(self, numbers: Sequence[int], forward: bool = True) -> None:
        """To the next of these lines seen from the cursor; without one, from the near edge of what is in sight."""
        at = self._cursor
        if at is None:
            painted = self._paint()
            at = self._top() - 1 if forward or not painted else self.shown.number(painted[-1][0]) + 1
        found = step(numbers, at, forward)
        if found is not None:
            self.jump_to(found)

    def _look(self, top: int) -> None:
        """Look at lines that came, or anew at all of them, a while now and the rest later; `top` stays in sight."""
        done = True
        try:
            done = self.shown.advance(_SLICE)
        except UsageError as error:
            self.post_message(self.Faulty(str(error)))
        self._settle(top)
        if self._seeks_cited and self.shown.cited and self._height():
            self._seeks_cited = False
            self.jump_to(self.shown.cited[-1])
        if not done and not self._looking:
            self._looking = True
            self.set_timer(_PAUSE, self._look_on)

    def _look_on(self) -> None:
        self._looking = False
        self._look(self._top())

    def _top(self) -> int:
        """The number of the first line in sight."""
        place = self.scroll_offset.y
        return self.shown.number(place) if place < len(self.shown) else self.shown.buffer.end

    def _height(self) -> int:
        return self.scrollable_content_region.height

    def _room(self) -> int:
        """Cells for the text of a line."""
        return max(1, self.scrollable_content_region.width - self._before.width)

    def _settle(self, top: int) -> None:
        """The lines, or the room for them, have changed: stay at the end, or with the line that was on top."""
        self._before = margin(self.shown.sources, self.times and self.shown.timed)
        height, lines = self._height(), len(self.shown)
        last = min(self._top_above(lines, height), max(0, lines - 1))
        self._placing = True
        self.virtual_size = Size(self.scrollable_content_region.width, last + height if lines else 0)
        self._placing = False
        self._scroll(last if self.following else self.shown.place(top))
        self._repaint()
        self.post_message(self.Changed())

    def _scroll(self, place: int) -> None:
        """Scroll without it being the reader's wish."""
        self._placing = True
        self.scroll_to(y=place, animate=False)
        self._placing = False

    def _top_above(self, place: int, height: int) -> int:
        """The first of the lines before a place that fit into so many rows."""
        if not self.wrap:
            return max(0, place - height)
        while place and (height := height - len(self._rows(place - 1))) >= 0:
            place -= 1
        return place

    def _rows(self, place: int) -> list[str]:
        line, room = self.shown.line(place), self._room()
        room -= _SAID_ROOM if not line.source else 0
        return rows(line.text, 0 if self.wrap else self._column, max(1, room), self._height() if self.wrap else 1)

    def _follow(self, following: bool) -> None:
        if following != self.following:
            self.following = following
            self.post_message(self.Changed())

    def _show_match(self, number: int) -> None:
        """Move sideways to where the match is, unless it is in sight."""
        if self.shown.searching is None or self.wrap:
            return
        search, room = self.shown.searching, self._room()
        at = search.at(self.shown.buffer[number].text)
        end = at + len(search.text)
        if not self._column <= at <= end < self._column + room:
            self._column = max(0, at - room // 2) if end >= room else 0

    def _repaint(self) -> None:
        self._painted = None
        self.refresh()

    def _paint(self) -> list[tuple[int, Strip]]:
        """The rows in sight, each with the place of its line."""
        if self._painted is None:
            self._painted = []
            place, height = self.scroll_offset.y, self._height()
            while len(self._painted) < height and place < len(self.shown):
                self._painted += [(place, strip) for strip in self._strips(place)]
                place += 1
            del self._painted[height:]
        return self._painted

    def _strips(self, place: int) -> list[Strip]:
        """The rows of a line."""
        number, line = self.shown.number(place), self.shown.line(place)
        cited = self.shown.is_cited(line.text)
        sign = CITED if cited else MARKED if number in self.shown.marks else CURSOR if number == self._cursor else ""
        over = self._look_of("cursor") if number == self._cursor else self._look_of("cited") if cited else Style()
        before, under = first_row(line, sign, self._before), [(" " * self._before.width, "")]
        width, plain = self.scrollable_content_region.width, self._look_of("")
        strips = []
        for nth, text in enumerate(self._rows(place)):
            spans = [*(under if nth else before), *text_spans(line, text, self.shown.searching)]
            segments = [Segment(part, self._look_of(style) + over) for part, style in spans if part]
            strips.append(Strip(segments).adjust_cell_length(width, plain + over))
        return strips

    def _look_of(self, name: str) -> Style:
        """The colours that the stylesheet gives to a style; a cursor and a citation colour what is there already."""
        if name not in self._looks:
            partial = name in ("cursor", "cited")
            self._looks[name] = (
                self.get_component_rich_style(f"log--{name}", partial=partial) if name else self.rich_style
            )
        return self._looks[name]
