"""The objects of a kind, in the columns that kubectl shows, with a mark on those that a finding concerns."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from textual.widget import Widget

from diag.facts.index import Index, Key
from diag.facts.pod_status import restarts, status
from diag.finding import Severity
from diag.live.view import View
from diag.model.kinds import BY_PLURAL
from diag.model.text import one_line
from diag.report import words
from diag.tui.filter import ROWS
from diag.tui.screens.table_screen import TableScreen
from diag.tui.tables.column import Cell, Column
from diag.tui.tables.kinds import members, table_for
from diag.tui.target import Target
from diag.tui.widgets.table import Model, Table

_MARK = Column("severity", "", 1)
_CLUSTER = Column("cluster", "CLUSTER", 14)


class ObjectsScreen(TableScreen[Any]):
    """A table of one kind, or of all workloads; a row is the record of an object, as it stands in the view."""

    TERMS = ROWS["objects"]
    KEYS = (
        ("enter", "why"),
        ("d", "describe"),
        ("y", "YAML"),
        ("l", "logs"),
        ("e", "events"),
        ("w", "wiring"),
        ("/", "filter"),
        ("s", "sort"),
        ("esc", "back"),
        ("?", "help"),
    )
    HELP = "Objects of one kind; a mark stands before those that a finding concerns. Enter tells why."

    def __init__(self, plural: str) -> None:
        super().__init__()
        self.plural = plural
        self._table = table_for(plural)
        self._plurals = members(plural)
        self._indexes: dict[int, Index] = {}
        self._places: dict[int, int] = {}

    def on_unmount(self) -> None:
        """The snapshots go, too."""
        self._indexes, self._places = {}, {}

    @property
    def NAME(self) -> str:  # type: ignore[override]
        """Each kind has a filter and an order of its own."""
        return self.plural

    def body(self) -> Iterable[Widget]:
        """The table."""
        yield Table(f"no {self.plural}")

    def rows(self, views: Sequence[View | None]) -> Sequence[Any]:
        """The records of all clusters, in the namespaces that were chosen."""
        self._indexes = {place: view.index for place, view in enumerate(views) if view is not None and view.index}
        lists = [(place, index.all(plural)) for place, index in self._indexes.items() for plural in self._plurals]
        self._places = {id(record): place for place, found in lists for record in found} if len(views) > 1 else {}
        if len(lists) == 1 and not self._narrowed():
            return lists[0][1]
        return [record for _, found in lists for record in found if self._chosen(record)]

    def _narrowed(self) -> bool:
        return bool(self.app.namespaces) and all(BY_PLURAL[plural].namespaced for plural in self._plurals)

    def _chosen(self, record: Any) -> bool:
        return not self._narrowed() or record.metadata.namespace in self.app.namespaces

    def _place(self, record: Any) -> int:
        return self._places.get(id(record), 0)

    def model(self) -> Model:
        """The mark, the cluster where there are several, and the columns of the kind."""
        several = [_CLUSTER] if len(self.app.views) > 1 else []
        return Model((_MARK, *several, *self._table.columns), self._cells, self._key, self._sort_value)

    def _cells(self, record: Any) -> list[Cell]:
        place = self._place(record)
        severity = self._severity(record)
        mark: Cell = (words.SYMBOLS[severity], severity if severity != "info" else "dim") if severity else ("", "")
        cluster: list[Cell] = [(one_line(self._cluster(place)), "dim")] if len(self.app.views) > 1 else []
        return [mark, *cluster, *self._table.cells(self._indexes[place], record, self._now(place))]

    def _cluster(self, place: int) -> str:
        view = self.app.views[place]
        return view.name if view is not None else ""

    def _now(self, place: int) -> datetime:
        return self._indexes[place].now

    def _severity(self, record: Any) -> Severity | None:
        view = self.app.views[self._place(record)]
        return view.marks.get(self._object(record)) if view is not None else None

    def _object(self, record: Any) -> Key:
        """The kind of a row of `workloads` is that of its record's type, which is named after it."""
        kind = BY_PLURAL[self.plural].kind if self.plural in BY_PLURAL else type(record).__name__
        return Key(kind, record.metadata.namespace, record.metadata.name)

    def _key(self, record: Any) -> tuple[int, Key]:
        return self._place(record), self._object(record)

    def _sort_value(self, record: Any, column: str) -> Any:
        place = self._place(record)
        if column == "severity":
            severity = self._severity(record)
            return list(words.SYMBOLS).index(severity) if severity else None
        if column == "cluster":
            return self._cluster(place)
        return self._table.sort_value(self._indexes[place], record, column, self._now(place))

    def haystack(self, record: Any) -> str:
        """Namespace, name, and of a pod its state and node."""
        meta = record.metadata
        if self.plural != "pods":
            return f"{meta.namespace}/{meta.name}".lower()
        return f"{meta.namespace}/{meta.name} {status(record)} {record.node_name}".lower()

    def value(self, record: Any, name: str) -> str | float | None:
        """What typed terms look at."""
        meta = record.metadata
        if name == "ns":
            return str(meta.namespace)
        if name == "name":
            return str(meta.name)
        if name == "age":
            since = meta.creation_timestamp
            return (self._now(self._place(record)) - since).total_seconds() if since else None
        if name == "sev":
            return self._severity(record)
        if name == "cluster":
            return self._cluster(self._place(record))
        return _of_pod(record, name) if self.plural == "pods" else None

    def target(self) -> Target | None:
        """The object under the cursor."""
        row = self.table.row
        return Target(self._place(row), self._object(row)) if row is not None else None

    def on_table_selected(self, message: Table.Selected) -> None:
        """Tell why; a namespace is looked into."""
        if self.plural == "namespaces":
            self.app.set_namespaces((message.row.metadata.name,))
            self.app.go_back()
            return
        target = self.target()
        if target is not None:
            self.app.open_object(target, "why" if self._severity(message.row) else "summary")


def _of_pod(pod: Any, name: str) -> str | float | None:
    if name == "node":
        return str(pod.node_name)
    if name == "status":
        return status(pod)
    return float(restarts(pod).number) if name == "restarts" else None
