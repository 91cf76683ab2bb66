"""A table of many rows of which only the visible ones cost anything."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from diag.tui.fit import GAP, Placed, cut, cut_front, fit
from diag.tui.order import ordered
from diag.tui.tables.column import STYLES, Cell, Column

Row = Any
_NEAR = 200  # rows around its old place among which the row under the cursor is looked for first
_NEIGHBOURS = 50  # rows on each side that may take the cursor when its row is gone
_KEPT = 100  # lines that are kept drawn
_STEP = 10  # cells that the arrow keys move a table sideways
_ASCENDING, _DESCENDING = "▲", "▼"


class Model(NamedTuple):
    """What a table needs to know of its rows.

    `cells` are in the order of the columns; `key` says which row it is, whatever becomes of it; `sort_value` is what
    a column, by name, is sorted by, None where there is no value.
    """

    columns: Sequence[Column]
    cells: Callable[[Row], Sequence[Cell]]
    key: Callable[[Row], Hashable]
    sort_value: Callable[[Row, str], Any]


class Table(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows under a header that stays.

    The cursor stays on its row whatever is shown, and at its place on the screen once the reader `moved` it.
    `sorted_by` is the column that the rows are sorted by, None for the order as given, `reverse` its direction.
    """

    HELP: ClassVar[str] = (
        "Rows, one under the cursor. Enter opens it, s sorts by the next column, S turns the order around; a click on"
        " a heading sorts, too. Columns that do not fit are left out, and where it is still wider, the arrow keys"
        " move it sideways."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False, id="table.down"),
        Binding("k,up", "move(-1)", "up", show=False, id="table.up"),
        Binding("g,home", "first", "first row", show=False, id="table.first"),
        Binding("G,end", "last", "last row", show=False, id="table.last"),
        Binding("ctrl+f,pagedown", "page(1)", "page down", show=False, id="table.page_down"),
        Binding("ctrl+b,pageup", "page(-1)", "page up", show=False, id="table.page_up"),
        Binding("enter", "select", "open", show=False, id="table.select"),
        Binding("s", "sort", "sort", show=False, id="table.sort"),
        Binding("S", "reverse", "turn the order", show=False, id="table.reverse"),
        Binding("left", "sideways(-1)", "to the left", show=False, id="table.left"),
        Binding("right", "sideways(1)", "to the right", show=False, id="table.right"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--header", "table--cursor", *(f"table--{name}" for name in STYLES)}

    class Highlighted(Message):
        """The cursor is on another row now; None when there are no rows."""

        def __init__(self, row: Row | None) -> None:
            super().__init__()
            self.row = row

    class Selected(Message):
        """This row is to be opened."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class Sorted(Message):
        """The reader chose another order: a column by name, None for the order as given."""

        def __init__(self, column: str | None, reverse: bool) -> None:
            super().__init__()
            self.column = column
            self.reverse = reverse

    def __init__(self, empty: str = "nothing to show", *, id: str | None = None, classes: str | None = None) -> None:
        """`empty` is what is said when there are no rows."""
        super().__init__(id=id, classes=classes)
        self.empty = empty
        self.sorted_by: str | None = None
        self.reverse = False
        self.moved = False
        self._model = Model((), lambda row: (), lambda row: None, lambda row, column: None)
        self._given: Sequence[Row] = ()
        self._rows: Sequence[Row] = ()
        self._cursor = 0
        self._told: Hashable = None
        self._placed: tuple[Placed, ...] = ()
        self._looks: dict[str, Style] = {}
        self._strips: dict[tuple[int, bool], Strip] = {}
        self._painted: dict[int, Strip] = {}

    def on_unmount(self) -> None:
        """Whoever is gone holds no rows."""
        self._given = self._rows = ()
        self._strips.clear()

    @property
    def cursor(self) -> int:
        """The number of the row under the cursor, 0 when there are none."""
        return self._cursor

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def rows(self) -> Sequence[Row]:
        """All rows in the order in which they are shown."""
        return self._rows

    def show(self, model: Model, rows: Sequence[Row], empty: str | None = None, *, to_first: bool = False) -> None:
        """Show these rows instead. With other columns it is another table, and begins at its first row.

        `rows` must not be changed afterwards. `empty` is what is said when there are none; `to_first` moves the cursor
        to the first row, wherever its row has gone.
        """
        same = model.columns == self._model.columns
        near = self._around() if same and not to_first else []
        if to_first or not same:
            self._cursor, self.moved = 0, to_first
            self.scroll_to(0, 0, animate=False, force=True)
        self._model, self._given = model, rows
        self.empty = self.empty if empty is None else empty
        self._reorder(near)

    def sort(self, column: str | None, reverse: bool = False) -> None:
        """Sort by a column, None for the order as given. A column that the rows do not have sorts nothing."""
        self.sorted_by, self.reverse = column, reverse
        self._reorder(self._around())

    def select_key(self, key: Hashable) -> bool:
        """Put the cursor on the row with that key; False when there is none."""
        found = next((place for place, row in enumerate(self._rows) if self._model.key(row) == key), None)
        if found is not None:
            self._put(found)
        return found is not None

    def _around(self) -> list[Hashable]:
        """The keys of the row under the cursor, of those behind it, and of those before it, nearest first."""
        behind = self._rows[self._cursor : self._cursor + _NEIGHBOURS]
        before = self._rows[max(0, self._cursor - _NEIGHBOURS) : self._cursor]
        return [self._model.key(row) for row in (*behind, *reversed(before))]

    def _reorder(self, near: Sequence[Hashable]) -> None:
        """Order the rows anew, and put the cursor on the first of these keys that is there."""
        top, old = self.scroll_offset.y, self._cursor
        self._rows = self._in_order()
        self._cursor = self._find(near)
        self._fit()
        # Nobody should miss what comes in above the first row only because the cursor was there from the start.
        wanted = top + self._cursor - old if self.moved else top
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)
        self._repaint()
        self._tell()

    def _in_order(self) -> Sequence[Row]:
        column, sort_value = self.sorted_by, self._model.sort_value
        if column is None or column not in [known.name for known in self._model.columns]:
            return self._given
        return ordered(self._given, lambda row: sort_value(row, column), self.reverse)

    def _find(self, near: Sequence[Hashable]) -> int:
        """Where the first of these keys is now. Looked for near the cursor first: rows rarely go far."""
        rows, key = self._rows, self._model.key
        around = range(max(0, self._cursor - _NEAR), min(len(rows), self._cursor + _NEAR))
        places = {key(rows[place]): place for place in around}
        if near and near[0] not in places:
            far = next((place for place, row in enumerate(rows) if key(row) == near[0]), None)
            if far is not None:
                return far
        found = next((places[known] for known in near if known in places), self._cursor)
        return max(0, min(found, len(rows) - 1))

    def _tell(self) -> None:
        key = self._model.key(self.row) if self._rows else None
        if key != self._told:
            self._told = key
            self.post_message(self.Highlighted(self.row))

    def _move_to(self, place: int) -> None:
        self.moved = True
        self._put(place)

    def _put(self, place: int) -> None:
        self._cursor = max(0, min(place, len(self._rows) - 1))
        self._keep_in_sight()
        self._repaint()
        self._tell()

    def _keep_in_sight(self) -> None:
        top, page = self.scroll_offset.y, self._page()
        wanted = max(min(top, self._cursor), self._cursor - page + 1)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    @property
    def _room(self) -> Size:
        """What is seen of the table, without the scroll bars."""
        return self.scrollable_content_region.size

    def _page(self) -> int:
        return max(1, self._room.height - 1)

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self._move_to(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by so many pages."""
        self._move_to(self._cursor + pages * self._page())

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self._move_to(0)

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self._move_to(len(self._rows) - 1)

    def action_sideways(self, steps: int) -> None:
        """Move what is seen of the table, where it is wider than its room."""
        self.scroll_to(x=self.scroll_offset.x + steps * _STEP, animate=False, force=True)

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if self._rows:
            self.post_message(self.Selected(self.row))

    def action_sort(self) -> None:
        """Sort by the next of the columns that are shown, and after the last one not at all."""
        names = [None, *(self._model.columns[placed.number].name for placed in self._placed)]
        place = names.index(self.sorted_by) if self.sorted_by in names else 0
        self._chosen(names[(place + 1) % len(names)], False)

    def action_reverse(self) -> None:
        """Turn the order around, where there is one."""
        if self.sorted_by is not None:
            self._chosen(self.sorted_by, not self.reverse)

    def _chosen(self, column: str | None, reverse: bool) -> None:
        self.sort(column, reverse)
        self.post_message(self.Sorted(column, reverse))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a double click opens; on a heading it sorts, and once more turns the order."""
        at = event.get_content_offset(self)
        place = self.scroll_offset.y + at.y - 1 if at is not None else len(self._rows)
        if at is not None and at.y == 0:
            self._sort_at(at.x + self.scroll_offset.x)
        elif place < len(self._rows):
            self._move_to(place)
            if event.chain == 2:
                self.action_select()

    def _sort_at(self, cell: int) -> None:
        for placed in self._placed:
            if placed.left <= cell < placed.left + placed.width:
                name = self._model.columns[placed.number].name
                self._chosen(name, not self.reverse if name == self.sorted_by else False)

    def on_resize(self) -> None:
        """The columns share the room anew."""
        self._fit()
        self._keep_in_sight()
        self._painted.clear()
        self.refresh()

    def _fit(self) -> None:
        self._placed = fit(self._model.columns, self._room.width)
        last = self._placed[-1] if self._placed else Placed(0, 0, 0)
        self.virtual_size = Size(last.left + last.width, len(self._rows) + 1)
        self._strips.clear()

    def notify_style_update(self) -> None:
        """Other colours: everything is drawn anew."""
        super().notify_style_update()
        self._looks.clear()
        self._strips.clear()

    def _repaint(self) -> None:
        """Draw the lines that look different now, and no others: the way to the terminal may be slow."""
        width = self._room.width
        changed = [y for y, painted in self._painted.items() if self._line(y) != painted]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """One line of what is seen."""
        line = self._painted[y] = self._line(y)
        return line

    def _line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        width = self._room.width
        strip = self._header() if y == 0 else self._row_line(top + y - 1)
        if left == 0 and strip.cell_length == width:
            return strip
        return strip.crop_extend(left, left + width, self._style(""))

    def _header(self) -> Strip:
        style = self._style("header")
        text = (" " * GAP).join(self._heading(placed) for placed in self._placed)
        return self._filled([Segment(text, style)], style)

    def _heading(self, placed: Placed) -> str:
        column = self._model.columns[placed.number]
        if column.name != self.sorted_by:
            return cut(column.heading, placed.width, column.right)
        mark = _DESCENDING if self.reverse else _ASCENDING
        return cut(cut(column.heading, placed.width - 1).rstrip() + mark, placed.width, column.right)

    def _row_line(self, place: int) -> Strip:
        if place >= len(self._rows):
            said = self.empty if not self._rows and place == 0 else ""
            return Strip([Segment(cut(said, self._room.width), self._style("dim"))])
        known = (place, place == self._cursor)
        if known not in self._strips:
            if len(self._strips) >= _KEPT:
                self._strips.clear()
            self._strips[known] = self._drawn(*known)
        return self._strips[known]

    def _drawn(self, place: int, under_cursor: bool) -> Strip:
        columns, cells = self._model.columns, self._model.cells(self._rows[place])
        plain = self._style("cursor" if under_cursor else "")
        segments: list[Segment] = []
        for number, left, width in self._placed:
            text, name = cells[number]
            # Under the cursor one bar is easier to see than the colours of the cells.
            style = plain if under_cursor else self._style(name)
            column = columns[number]
            filled = cut_front(text, width) if column.tail else cut(text, width, column.right)
            segments.append(Segment((" " * GAP if left else "") + filled, style))
        return self._filled(segments, plain)

    def _filled(self, segments: list[Segment], style: Style) -> Strip:
        """The whole line in that style, also where no columns are."""
        table, width = self.virtual_size.width, max(self.virtual_size.width, self._room.width)
        return Strip(Segment.simplify([*segments, Segment(" " * (width - table), style)]), width)

    def _style(self, name: str) -> Style:
        """The style that the stylesheet has for that name; that of the widget for "" and for what it does not know."""
        if name not in self._looks:
            known = f"table--{name}"
            self._looks[name] = self.get_component_rich_style(known, default=self.rich_style)
        return self._looks[name]
