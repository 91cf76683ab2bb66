"""What the screens that are one table have in common: rows from the views, a filter over them, the table."""

from collections.abc import Sequence
from math import inf
from time import monotonic
from typing import ClassVar, Generic, TypeVar

from diag.live.view import View
from diag.model.near import hint
from diag.tui.filter import Filter, parse
from diag.tui.haystacks import Haystacks
from diag.tui.screens.base import SessionScreen
from diag.tui.widgets.table import Model, Table

Row = TypeVar("Row")

MANY = 5_000  # rows whose texts are made before anybody begins to type
ANEW = 3.0  # seconds after which they are made anew; those before hold rows that may be gone


class TableScreen(SessionScreen, Generic[Row]):
    """A screen whose main part is a table of rows that a filter picks from.

    `TERMS` are the names that typed terms may use here.
    """

    TERMS: ClassVar[Sequence[str]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._filter = Filter()
        self._haystacks: Haystacks[Row] = Haystacks(self.haystack)
        self._to_first = False
        self._prepared = -inf

    def rows(self, views: Sequence[View | None]) -> Sequence[Row]:
        """All rows, in the order they have when none was asked for."""
        raise NotImplementedError

    def model(self) -> Model:
        """How a row is drawn."""
        raise NotImplementedError

    def haystack(self, row: Row) -> str:
        """The text of a row in small letters, in which words are looked for."""
        raise NotImplementedError

    def value(self, row: Row, name: str) -> str | float | None:
        """What a typed term of a filter looks at."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """As it was left: filtered and sorted."""
        sort = self.app.kept.sorts.get(self.NAME)
        if sort is not None:
            self.table.sort(sort.column or None, sort.reverse)

    def on_unmount(self) -> None:
        """The texts go, too."""
        self._haystacks = Haystacks(self.haystack)

    @property
    def table(self) -> Table:
        """The table."""
        return self.query_one(Table)

    def show_views(self, views: Sequence[View | None]) -> None:
        """Draw the rows that the filter picks."""
        rows = self.rows(views)
        picked = self.picked(rows)
        self.table.show(self._without_hidden(self.model()), picked, to_first=self._to_first)
        self.show_filter(len(picked), len(rows), self._filter.fault)
        if len(rows) > MANY and monotonic() - self._prepared > ANEW:
            self._prepare(rows)

    def picked(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows that the filter picks."""
        if self._filter.empty:
            return rows
        return self._filter.select(rows, self._haystacks.of(rows) if self._filter.has_words else None, self.value)

    def _without_hidden(self, model: Model) -> Model:
        """The model without the columns that the reader has hidden."""
        hidden = self.app.kept.hidden.get(self.NAME, ())
        places = [place for place, column in enumerate(model.columns) if column.name not in hidden]
        if len(places) == len(model.columns):
            return model
        return model._replace(
            columns=[model.columns[place] for place in places],
            cells=lambda row: (lambda cells: [cells[place] for place in places])(model.cells(row)),
        )

    def hide(self, heading: str) -> str:
        """Hide the column of that heading, or show all again where it is empty; a line on what is wrong, or nothing."""
        columns = {column.heading.lower(): column.name for column in self.model().columns if column.heading}
        hidden = self.app.kept.hidden.get(self.NAME, ())
        if heading and heading.lower() not in columns:
            return f"there is no column {heading}{hint(heading.lower(), columns)}"
        names = (*hidden, columns[heading.lower()]) if heading else ()
        if len(set(names)) >= len(self.model().columns):
            return "a table needs a column"
        self.app.keep(self.app.kept.hiding(self.NAME, names))
        self.redraw()
        return ""

    def use_filter(self, text: str, typing: bool) -> None:
        """Pick anew."""
        self._filter = parse(text, self.TERMS, typing)

    def set_filter(self, text: str, typing: bool = False) -> None:
        """While it is typed the cursor is on the first row that is left, wherever rows have gone meanwhile."""
        self._to_first = typing
        super().set_filter(text, typing)
        self._to_first = False

    def action_filter(self) -> None:
        """Begin to type a filter."""
        super().action_filter()
        self._prepare(self.rows(self.drawn))

    def _prepare(self, rows: Sequence[Row]) -> None:
        """Make the texts of these rows in a thread, so that no key waits for them."""
        self._prepared = monotonic()
        self.app.ask(self, ("texts",), lambda: self._haystacks.of(rows))

    def filter_words(self, text: str) -> tuple[str, bool]:
        """What is wrong with a filter as it is typed, else what it may say."""
        fault = parse(text, self.TERMS, typing=True).fault
        return (fault, True) if fault else (f"words, and terms: {' '.join(_examples(self.TERMS))}", False)

    def focus_main(self) -> None:
        """Back to the table, from wherever the focus went."""
        self.table.focus()

    def on_table_sorted(self, message: Table.Sorted) -> None:
        """The order is remembered."""
        self.app.keep(self.app.kept.sorted_by(self.NAME, message.column or "", message.reverse))


_EXAMPLES = {"sev": "sev:high", "ns": "ns:shop", "age": "age<10m", "restarts": "restarts>3", "cause": "cause:image*"}


def _examples(names: Sequence[str]) -> list[str]:
    return [_EXAMPLES.get(name, f"{name}:…") for name in names]
