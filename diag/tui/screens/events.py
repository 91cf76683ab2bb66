"""What the clusters said of their objects, newest first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget

from diag.facts.index import Key
from diag.live.view import View
from diag.model.text import one_line
from diag.report import words
from diag.report.events import Filter, Shown, events
from diag.tui.filter import ROWS
from diag.tui.screens.table_screen import TableScreen
from diag.tui.tables.column import Cell, Column
from diag.tui.target import Target
from diag.tui.widgets.table import Model, Table

_COLUMNS = (
    Column("last", "LAST", 5, right=True),
    Column("type", "TYPE", 7),
    Column("reason", "REASON", 20),
    Column("object", "OBJECT", 30, grows=True, tail=True),
    Column("count", "×", 4, right=True),
    Column("message", "MESSAGE", 40, grows=True),
)
_CLUSTER = Column("cluster", "CLUSTER", 14)


class EventRow(NamedTuple):
    """What was said of one object, in the cluster with the number `place`."""

    place: int
    cluster: str
    event: Shown
    now: datetime


class EventsScreen(TableScreen[EventRow]):
    """Events by their last time, repeated ones as one; of one object where `about` names it."""

    NAME = "events"
    TERMS = ROWS["events"]
    KEYS = (("/", "filter"), ("enter", "object"), ("W", "warnings only"), ("s", "sort"), ("esc", "back"), ("?", "help"))
    HELP = (
        "Events, newest first; what was said repeatedly is one row. W shows warnings only. Typed terms of the filter:"
        " type:Warning reason:Failed* kind:pod name:web* ns:shop age<10m"
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("W", "warnings", "warnings only", id="events.warnings")]

    def __init__(self, about: Target | None = None) -> None:
        super().__init__()
        self._only = about.place if about is not None else None
        self._about = about.key if about is not None else None
        self._warnings = False
        self._seen: dict[int, tuple[object, tuple[Shown, ...]]] = {}

    def body(self) -> Iterable[Widget]:
        """The table."""
        yield Table(f"no events about {self._about.kind} {self._about.name}" if self._about else "no events")

    def rows(self, views: Sequence[View | None]) -> list[EventRow]:
        """The events of all clusters, or of the one."""
        found = [
            EventRow(place, view.name, event, view.snapshot.taken_at)
            for place, view in enumerate(views)
            if view is not None and view.snapshot is not None and self._only in (None, place)
            for event in self._events(place, view)
        ]
        if len(views) > 1 and self._only is None:
            found.sort(key=lambda row: row.event.last.timestamp() if row.event.last else 0.0, reverse=True)
        return found

    def _events(self, place: int, view: View) -> tuple[Shown, ...]:
        """Folding many events takes its time: only when there are others than before."""
        assert view.snapshot is not None
        source = (view.snapshot.all("events"), self._warnings, self.app.namespaces)
        known = self._seen.get(place)
        if known is None or any(a is not b for a, b in zip(known[0], source, strict=True)):  # type: ignore[call-overload]
            self._seen[place] = (source, events(view.snapshot, self._wanted(), newest_first=True).events)
        return self._seen[place][1]

    def _wanted(self) -> Filter:
        about = self._about or Key("", "", "")
        namespaces = (about.namespace,) if about.namespace else self.app.namespaces
        return Filter("Warning" if self._warnings else "", (), about.kind, about.name, None, namespaces)

    def model(self) -> Model:
        """Columns and cells."""
        several = len(self.app.views) > 1
        columns = (_CLUSTER, *_COLUMNS) if several else _COLUMNS
        return Model(columns, lambda row: _cells(row, several), _key, _sort_value)

    def haystack(self, row: EventRow) -> str:
        """Everything that an event says."""
        event = row.event
        return f"{event.type} {event.reason} {event.kind}/{event.namespace}/{event.name} {event.message}".lower()

    def value(self, row: EventRow, name: str) -> str | float | None:
        """What typed terms look at."""
        event = row.event
        if name == "age":
            return (row.now - event.last).total_seconds() if event.last else None
        found = {
            "type": event.type,
            "reason": event.reason,
            "kind": event.kind,
            "name": event.name,
            "ns": event.namespace,
            "source": event.source,
            "cluster": row.cluster,
        }
        return found.get(name)

    def action_warnings(self) -> None:
        """Warnings only, or all of them."""
        self._warnings = not self._warnings
        self.show_views(self.app.views)

    def on_table_selected(self, message: Table.Selected) -> None:
        """Open the object that the event is about."""
        self.app.open_object(_target(message.row))

    def target(self) -> Target | None:
        """The object that the event under the cursor is about."""
        row = self.table.row
        return _target(row) if row is not None else None


def _cells(row: EventRow, several: bool) -> list[Cell]:
    event = row.event
    warning = "medium" if event.type == "Warning" else ""
    gone = "dim" if event.gone else ""
    place = f"{event.kind}/{event.name}" if not event.namespace else f"{event.kind} {event.namespace}/{event.name}"
    found: list[Cell] = [
        (words.age(event.last, row.now), "dim"),
        (event.type, warning),
        (event.reason, warning),
        (f"{place} (gone)" if event.gone else place, gone or "name"),
        (f"{event.count:,}" if event.count > 1 else "", ""),
        (event.message, gone),
    ]
    return [(one_line(row.cluster), "dim"), *found] if several else found


def _target(row: EventRow) -> Target:
    event = row.event
    return Target(row.place, Key(event.kind, event.namespace, event.name))


def _key(row: EventRow) -> tuple[object, ...]:
    event = row.event
    return row.place, event.kind, event.namespace, event.name, event.reason, event.message


def _sort_value(row: EventRow, column: str) -> Any:
    event = row.event
    if column == "last":
        return -event.last.timestamp() if event.last else None
    found = {
        "type": event.type,
        "reason": event.reason,
        "object": (event.namespace, event.name),
        "count": event.count,
        "message": event.message,
        "cluster": row.cluster,
    }
    return found[column]
