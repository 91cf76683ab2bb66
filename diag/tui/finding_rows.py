"""The rows of the findings' table: what is wrong in all clusters of the session, worst first, and what ended."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from diag.facts.index import Index, Key
from diag.finding import SEVERITIES, Finding
from diag.live.view import View
from diag.model.text import one_line
from diag.report import words
from diag.report.gaps import in_doubt
from diag.tui import gap_rows
from diag.tui.logs.cited import cited, cites_previous
from diag.tui.tables.column import Cell, Column
from diag.tui.target import Target

_LAST = 1e18  # sorts what has no age behind all that has one


class FindingRow(NamedTuple):
    """A finding of the cluster with the number `place`; `resolved` is when it ended, `depth` 1 for a symptom shown."""

    place: int
    cluster: str
    finding: Finding
    now: datetime
    resolved: datetime | None = None
    depth: int = 0


Row = FindingRow | gap_rows.GapRow
COLUMNS = (
    Column("severity", "SEV", 10),
    Column("title", "WHAT", 50, grows=True),
    Column("where", "WHERE", 24, grows=True, tail=True),
    Column("members", "×", 4, right=True),
    Column("symptoms", "+", 3, right=True, optional=2),
    Column("age", "AGE", 5, right=True),
)
"""`×` is how many objects suffer from it, `+` how many other findings it explains."""
CLUSTER = Column("cluster", "CLUSTER", 14)


def finding_rows(views: Sequence[View | None], unfolded: Collection[str]) -> list[Row]:
    """All findings that are no symptom, worst first; behind each its symptoms where it is unfolded, and within a
    severity those that ended come last. Clusters that do not answer come before, other gaps behind all of them."""
    roots = [row for place, view in enumerate(views) if view is not None for row in _of(place, view)]
    roots.sort(key=lambda row: (SEVERITIES.index(row.finding.severity), row.resolved is not None))
    found = [row for root in roots for row in (root, *_symptoms(root, views, unfolded))]
    gaps = list(gap_rows.gap_rows(views))
    return [*(gap for gap in gaps if gap.lost), *found, *(gap for gap in gaps if not gap.lost)]


def _of(place: int, view: View) -> Iterator[FindingRow]:
    if view.report is None:
        return
    present = {finding.id for finding in view.report.findings}
    now = view.report.taken_at
    for finding in view.report.findings:
        if finding.symptom_of not in present:
            yield FindingRow(place, view.name, finding, now)
    for one in view.resolved:
        yield FindingRow(place, view.name, one.finding, now, one.at)


def _symptoms(root: FindingRow, views: Sequence[View | None], unfolded: Collection[str]) -> Iterator[FindingRow]:
    view = views[root.place]
    if root.finding.id not in unfolded or view is None or view.report is None or root.resolved:
        return
    for finding in view.report.findings:
        if finding.symptom_of == root.finding.id:
            yield root._replace(finding=finding, depth=1)


def columns(several: bool) -> tuple[Column, ...]:
    """The columns; with more than one cluster the first one says which."""
    return (CLUSTER, *COLUMNS) if several else COLUMNS


def key(row: Row) -> tuple[int, str]:
    """What stays the same of a row from view to view."""
    return row.place, row.finding.id if isinstance(row, FindingRow) else ""


def cells(row: Row, several: bool) -> list[Cell]:
    """What stands in the columns."""
    found = _cells(row) if isinstance(row, FindingRow) else gap_rows.cells(row)
    return [(one_line(row.cluster), "dim"), *found] if several else found


def _cells(row: FindingRow) -> list[Cell]:
    finding = row.finding
    style = "resolved" if row.resolved else finding.severity if finding.severity in _COLOURED else "dim"
    plain = "resolved" if row.resolved else ""
    symbol = "✔" if row.resolved else words.SYMBOLS[finding.severity]
    said = "resolved" if row.resolved else finding.severity
    many = len(finding.members)
    return [
        (f"{symbol} {said}", style),
        (f"{'└ ' if row.depth else ''}{one_line(finding.title)}", plain),
        (words.where(finding), plain or "name"),
        (f"{many:,}" if many > 1 else "", plain),
        (f"+{len(finding.symptoms)}" if finding.symptoms else "", plain or "dim"),
        (words.age(row.resolved or finding.since, row.now), plain or "dim"),
    ]


_COLOURED = frozenset({"critical", "high", "medium", "low"})


def sort_value(row: Row, column: str) -> Any:
    """What a column is sorted by; what could not be seen comes last."""
    if column == "cluster":
        return row.cluster
    if isinstance(row, gap_rows.GapRow):
        return None
    finding = row.finding
    if column == "severity":
        return SEVERITIES.index(finding.severity)
    if column == "members":
        return len(finding.members)
    if column == "symptoms":
        return len(finding.symptoms)
    if column == "age":
        return (row.now - finding.since).total_seconds() if finding.since else _LAST
    return finding.title if column == "title" else words.where(finding)


def haystack(row: Row) -> str:
    """The text in which words of a filter are looked for, in small letters."""
    if isinstance(row, gap_rows.GapRow):
        return f"{row.title} {row.words}".lower()
    finding = row.finding
    subject = finding.subject
    parts = (
        finding.title,
        words.where(finding),
        subject.name,
        subject.kind,
        finding.cause,
        finding.playbook,
        finding.severity,
    )
    return " ".join(parts).lower()


def target(row: Row) -> Target | None:
    """What the finding is about, with the lines of a log that it quotes."""
    if isinstance(row, gap_rows.GapRow):
        return None
    finding, subject = row.finding, row.finding.subject
    key = Key(subject.kind, subject.namespace, subject.name)
    return Target(row.place, key, tuple(cited(finding)), cites_previous(finding))


def concerns(finding: Finding, namespaces: Collection[str]) -> bool:
    """Whether something in one of the namespaces suffers from it; none stand for all."""
    return not namespaces or any(member.namespace in namespaces for member in finding.members)


def empty_words(views: Sequence[View | None], filtered: bool, namespaces: Sequence[str]) -> str:
    """What to say when there is no row: that none is left, that none was found, or that nobody can say yet."""
    if filtered:
        return "no finding is left by the filter"
    if namespaces:
        return f"no finding in namespace {', '.join(map(one_line, namespaces))}; 0 looks at all namespaces"
    states = [view.connection.state if view is not None else "connecting" for view in views]
    if any(state in ("connecting", "reading") for state in states):
        return "reading…"
    if any(state in ("lost", "refused") for state in states):
        return "nothing could be read yet: the line above says why"
    doubt = any(view is not None and view.report is not None and in_doubt(view.report.gaps) for view in views)
    return "nothing unhealthy in what could be seen" if doubt else "nothing unhealthy"


def value(row: Row, name: str, index: Index | None) -> str | float | None:
    """What a typed term of a filter looks at, by the names of `filter.ROWS`."""
    if isinstance(row, gap_rows.GapRow):
        return row.cluster if name == "cluster" else None
    if name == "node":
        return _node(row, index)
    finding = row.finding
    if name == "age":
        return (row.now - finding.since).total_seconds() if finding.since else None
    found = {
        "sev": finding.severity,
        "ns": finding.subject.namespace,
        "kind": (finding.workload or finding.subject).kind,
        "cause": finding.cause,
        "playbook": finding.playbook,
        "name": (finding.workload or finding.subject).name,
        "cluster": row.cluster,
        "status": "resolved" if row.resolved else "open",
    }
    return found.get(name)


def _node(row: FindingRow, index: Index | None) -> str | None:
    """The node that the subject is, or that its pod was placed on."""
    subject = row.finding.subject
    if subject.kind == "Node":
        return subject.name
    pod = index.pod(subject.namespace, subject.name) if index is not None and subject.kind == "Pod" else None
    return pod.node_name if pod is not None else None
