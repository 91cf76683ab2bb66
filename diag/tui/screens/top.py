"""Use against requests and limits, as bars."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple, get_args

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from diag.facts import top as facts
from diag.facts.index import Key
from diag.facts.top import COLUMNS, Row, Unit, What, rows
from diag.live.view import View
from diag.model.course import Course, Points
from diag.model.text import one_line
from diag.report import words
from diag.report.usage import FULL, NEARLY
from diag.tui.chart import sparkline
from diag.tui.messages import Answered
from diag.tui.screens.table_screen import TableScreen
from diag.tui.style import content
from diag.tui.tables.column import Cell, Column
from diag.tui.target import Target
from diag.tui.widgets.table import Model, Table

_KINDS: dict[What, str] = {"pods": "Pod", "containers": "Pod", "nodes": "Node", "claims": "PersistentVolumeClaim"}
_BAR = 6  # cells
_SPARKS = 30
_PATIENCE = 0.3  # seconds that the cursor rests on a row before Prometheus is asked
_CLUSTER = Column("cluster", "CLUSTER", 14)


class TopRow(NamedTuple):
    """The use of one thing in the cluster with the number `place`."""

    place: int
    cluster: str
    row: Row


class TopScreen(TableScreen[TopRow]):
    """Pods, containers, nodes or claims by what they use; a bar shows how near to the limit it is."""

    NAME = "top"
    TERMS = ("ns", "name", "cluster")
    KEYS = (
        ("1", "pods"),
        ("2", "containers"),
        ("3", "nodes"),
        ("4", "claims"),
        ("/", "filter"),
        ("s", "sort"),
        ("S", "turn"),
        ("enter", "object"),
        ("esc", "back"),
    )
    HELP = "What is used, most of it first. 1 to 4 switch between pods, containers, nodes and claims."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(number), f"what('{what}')", what, show=False, id=f"top.{what}")
        for number, what in enumerate(get_args(What), 1)
    ]

    def __init__(self, what: What = "pods") -> None:
        super().__init__()
        self._what: What = what

    def body(self) -> Iterable[Widget]:
        """The table, and how the use of the pod under the cursor went."""
        yield Table("nothing was measured: no metrics-server answers")
        yield Static(id="course", markup=False)

    def rows(self, views: Sequence[View | None]) -> list[TopRow]:
        """What is used, in the clusters that measure it."""
        sort = "used-ratio" if self._what == "claims" else "memory"
        return [
            TopRow(place, view.name, row)
            for place, view in enumerate(views)
            if view is not None and view.index is not None
            for row in rows(view.index, self._what, sort)
            if not self.app.namespaces or not row.namespace or row.namespace in self.app.namespaces
        ]

    def model(self) -> Model:
        """A column for each value, and bars for the shares."""
        several = len(self.app.views) > 1
        return Model(_columns(self._what, several), lambda row: _cells(row, self._what, several), _key, _sort_value)

    def haystack(self, row: TopRow) -> str:
        """Its names."""
        return f"{row.row.namespace}/{row.row.name} {row.row.container}".lower()

    def value(self, row: TopRow, name: str) -> str | float | None:
        """What typed terms look at."""
        return {"ns": row.row.namespace, "name": row.row.name, "cluster": row.cluster}.get(name)

    def action_what(self, what: What) -> None:
        """Show another kind of thing."""
        self._what = what
        self.show_views(self.app.views)

    def on_table_highlighted(self, message: Table.Highlighted) -> None:
        """Ask how the use of this pod went, once the cursor rests."""
        self.query_one("#course", Static).update("")
        self.after_rest(_PATIENCE, self._ask)

    def _ask(self) -> None:
        row = self.table.row
        if row is None or self._what not in ("pods", "containers"):
            return
        feed, one = self.app.feeds[row.place], row.row
        self.app.ask(self, ("course", *_key(row)), lambda: feed.courses(one.namespace, one.name))

    def on_answered(self, message: Answered) -> None:
        """The last hour of the pod, where Prometheus tells."""
        row = self.table.row
        if row is not None and message.question == ("course", *_key(row)):
            spans = course_spans(message.answer or (), row.row.container)
            said: list[Cell] = [(f"the last hour: {one_line(str(message.error))}", "dim")] if message.error else spans
            self.query_one("#course", Static).update(content([(" ", ""), *said]))

    def on_table_selected(self, message: Table.Selected) -> None:
        """Open the pod, node or claim."""
        self.app.open_object(self._target(message.row))

    def target(self) -> Target | None:
        """The pod, node or claim under the cursor."""
        row = self.table.row
        return self._target(row) if row is not None else None

    def _target(self, row: TopRow) -> Target:
        return Target(row.place, Key(_KINDS[self._what], row.row.namespace, row.row.name))


def course_spans(courses: Sequence[Course], container: str) -> list[Cell]:
    """Memory and CPU of each container, or of the one, as sparklines with their present values."""
    spans: list[Cell] = [("the last hour  ", "dim")]
    for course in courses:
        if container in ("", course.container):
            spans.append((f"{one_line(course.container)} ", "name"))
            uses: tuple[tuple[Unit, Points], ...] = (("bytes", course.memory), ("cores", course.cpu))
            for unit, points in uses:
                if points:
                    line = sparkline([value for _, value in points], _SPARKS)
                    spans += [(line, "low"), (f" {words.amount_words(points[-1][1], unit)}  ", "bold")]
    return spans


def _columns(what: What, several: bool) -> tuple[Column, ...]:
    names = [Column("name", what.removesuffix("s").upper(), 30, grows=True)]
    if what != "nodes":
        names.insert(0, Column("namespace", "NAMESPACE", 14))
    if what == "containers":
        names.append(Column("container", "CONTAINER", 14, grows=True))
    values = (_value_column(one) for one in COLUMNS[what])
    return (*([_CLUSTER] if several else []), *names, *values)


def _value_column(one: facts.Column) -> Column:
    """Where there is little room requests go first, then limits: the bar tells how near they are."""
    optional = 2 if one.name.endswith("-request") else 1 if one.name.endswith("-limit") else 0
    width = _BAR + 5 if one.unit == "share" else 7
    return Column(one.name, one.heading, max(width, len(one.heading)), right=one.unit != "share", optional=optional)


def _cells(row: TopRow, what: What, several: bool) -> list[Cell]:
    one = row.row
    found: list[Cell] = [(one_line(one.name), "name")]
    if what != "nodes":
        found.insert(0, (one_line(one.namespace), ""))
    if what == "containers":
        found.append((one_line(one.container), ""))
    if several:
        found.insert(0, (one_line(row.cluster), "dim"))
    for column in COLUMNS[what]:
        value = one.values.get(column.name)
        found.append(_cell(column.unit, value))
    return found


def _cell(unit: Unit, value: float | None) -> Cell:
    if value is None:
        return "-", "dim"
    return _bar(value) if unit == "share" else (words.amount_words(value, unit), "")


def _bar(share: float) -> Cell:
    filled = max(0, min(_BAR, round(share * _BAR)))
    style = "high" if share >= FULL else "medium" if share >= NEARLY else "good"
    return f"{'█' * filled}{'░' * (_BAR - filled)} {share:>4.0%}", style


def _key(row: TopRow) -> tuple[object, ...]:
    return row.place, row.row.namespace, row.row.name, row.row.container


def _sort_value(row: TopRow, column: str) -> Any:
    one = row.row
    names = {"namespace": one.namespace, "name": one.name, "container": one.container, "cluster": row.cluster}
    if column in names:
        return names[column]
    value = one.values.get(column)
    return -value if value is not None else None
