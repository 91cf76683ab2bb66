"""The contexts of the kubeconfig, to choose one or several from."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget

from diag.live.view import View
from diag.model.text import one_line
from diag.tui.screens.table_screen import TableScreen
from diag.tui.tables.column import Cell, Column
from diag.tui.widgets.table import Model, Table

_COLUMNS = (
    Column("chosen", "", 1),
    Column("name", "CONTEXT", 30, grows=True),
    Column("state", "STATE", 40, grows=True),
)


class ContextRow(NamedTuple):
    """A context: whether it is looked at, and how its line is."""

    name: str
    chosen: bool
    state: str


class ContextsScreen(TableScreen[ContextRow]):
    """Enter looks at the context alone; space adds it to those that are looked at, or takes it away."""

    NAME = "contexts"
    TERMS = ("name",)
    KEYS = (("enter", "this one"), ("space", "beside the others"), ("/", "filter"), ("esc", "back"))
    HELP = "Contexts of the kubeconfig. Enter looks at one; space marks several, and Esc then shows them together."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "mark", "mark", id="contexts.mark")]

    def __init__(self) -> None:
        super().__init__()
        self._marked: set[str] | None = None

    def body(self) -> Iterable[Widget]:
        """The table."""
        yield Table("no contexts were found")

    def rows(self, views: Sequence[View | None]) -> list[ContextRow]:
        """All contexts."""
        states = {view.name: f"{view.connection.state} {view.connection.words}" for view in views if view is not None}
        marked = self._chosen()
        return [ContextRow(name, name in marked, states.get(name, "")) for name in self.app.contexts]

    def _chosen(self) -> set[str]:
        return {feed.name for feed in self.app.feeds} if self._marked is None else self._marked

    def model(self) -> Model:
        """Columns and cells."""
        return Model(_COLUMNS, _cells, lambda row: row.name, lambda row, column: getattr(row, column))

    def haystack(self, row: ContextRow) -> str:
        """Its name."""
        return row.name.lower()

    def value(self, row: ContextRow, name: str) -> Any:
        """What typed terms look at."""
        return row.name

    def on_table_selected(self, message: Table.Selected) -> None:
        """This one alone."""
        self._look_at({message.row.name})

    def action_mark(self) -> None:
        """Add it, or take it away."""
        row = self.table.row
        if row is not None:
            self._marked = self._chosen() ^ {row.name}
            self.redraw()

    def action_back(self) -> None:
        """With those that were marked."""
        if self._marked and not self.filter_text:
            self._look_at(self._marked)
        else:
            super().action_back()

    def _look_at(self, names: set[str]) -> None:
        choice = self.app.choice
        assert choice is not None
        present = {feed.name: feed for feed in self.app.feeds}
        self.app.set_feeds([present.get(name) or choice.feed(name) for name in self.app.contexts if name in names])


def _cells(row: ContextRow) -> list[Cell]:
    return [("✔" if row.chosen else "", "good"), (one_line(row.name), "name"), (one_line(row.state), "dim")]
