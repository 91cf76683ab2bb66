"""The line at the top: which cluster, how current, how bad, what time it is."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from rich.cells import cell_len

from diag.finding import SEVERITIES, Report
from diag.live.view import Connection, View
from diag.model.text import one_line
from diag.report import words
from diag.report.gaps import in_doubt
from diag.tui.finding_rows import concerns
from diag.tui.tables.column import Cell

_MARKS = {
    "connecting": ("◌", "dim"),
    "reading": ("◐", "low"),
    "live": ("●", "good"),
    "lost": ("✖", "high"),
    "refused": ("✖", "high"),
    "paused": ("‖", "medium"),
    "recording": ("■", "low"),
}
_LONGEST = 60  # letters of the reason why a line is lost


def header(
    views: Sequence[View | None], scope: str, namespaces: Collection[str], now: datetime, width: int
) -> list[Cell]:
    """The spans of the line: what tells most stays where there is no room for all of it.

    `scope` is what is looked at, in words; where some `namespaces` of it were chosen, only these are counted.
    """
    place, state = _place(views), _state(views)
    right = [*_counts(views, namespaces, short=width < 100), (f"  {now:%H:%M:%S}Z", "dim")]
    where: Cell = (f" · {one_line(scope)}", "")
    left = [*place, where, *_state(views, short=True)]
    pods = [] if namespaces else _objects(views)
    for chosen in ([*place, where, *pods, *state], [*place, where, *state], left):
        room = width - _cells(chosen) - _cells(right) - 2
        if room >= 1:
            return [(" ", ""), *chosen, (" " * room, ""), *right, (" ", "")]
    return [(" ", ""), *left, ("  ", ""), *right]


def _cells(spans: Sequence[Cell]) -> int:
    return sum(cell_len(text) for text, _ in spans)


def _place(views: Sequence[View | None]) -> list[Cell]:
    known = [view for view in views if view is not None]
    if len(known) == 1:
        view = known[0]
        word = "" if view.connection.state == "recording" else "ctx "
        return [(f"{word}{one_line(view.name)}", "bold")]
    return [(f"{len(views)} clusters" if len(views) > 1 else "mondiag", "bold")]


def _objects(views: Sequence[View | None]) -> list[Cell]:
    counts = [view.report.summary.objects.get("pods") for view in views if view is not None and view.report is not None]
    known = [count for count in counts if count is not None]
    return [(f" · {words.counted(sum(known), 'pods')}", "")] if known else []


def _state(views: Sequence[View | None], short: bool = False) -> list[Cell]:
    """How current it is: of several clusters the worst, with how many are like that; `short` without the reason."""
    connections = [view.connection for view in views if view is not None]
    if not connections:
        return [(" · starting", "dim")]
    worst = max(connections, key=lambda one: _BAD.index(one.state))
    alike = sum(one.state == worst.state for one in connections)
    symbol, style = _MARKS[worst.state]
    many = f" ({alike} of {len(connections)})" if len(connections) > 1 else ""
    return [(" · ", ""), (f"{worst.state}{many} {symbol}{_since(worst, short)}", style)]


_BAD = ("recording", "live", "paused", "reading", "connecting", "refused", "lost")


def _since(connection: Connection, short: bool) -> str:
    if connection.state == "recording":
        return f" of {connection.since:%Y-%m-%d %H:%M:%S}"
    if connection.state in ("lost", "refused"):
        why = f": {words.shortened(one_line(connection.words), _LONGEST)}" if connection.words and not short else ""
        return f" since {connection.since:%H:%M:%S}{why}"
    if connection.state == "paused":
        return f" since {connection.since:%H:%M:%S}"
    return f" {one_line(connection.words)}" if connection.words else ""


def _counts(views: Sequence[View | None], namespaces: Collection[str], short: bool) -> list[Cell]:
    """How many findings there are of each severity; where there is none, whether that is sure, once all was read."""
    reports = [view.report for view in views if view is not None and view.report is not None]
    counts = Counter(severity for report in reports for severity in _severities(report, namespaces))
    found: list[Cell] = []
    for severity in SEVERITIES[:4]:
        if count := counts[severity]:
            word = "" if short else f" {severity}"
            found += [(f"{words.SYMBOLS[severity]} {count}{word}", severity), ("  ", "")]
    if found:
        return found
    settled = views and all(
        view is not None and view.report is not None and view.connection.state not in ("reading", "connecting")
        for view in views
    )
    if not settled:
        return []
    doubt = any(in_doubt(report.gaps) for report in reports)
    return [("? none in what was seen  ", "medium")] if doubt else [("✔ no findings  ", "good")]


def _severities(report: Report, namespaces: Collection[str]) -> Iterator[str]:
    """The severity of each finding that concerns one of the namespaces, symptoms not counted."""
    for finding in report.findings:
        if finding.symptom_of is None and concerns(finding, namespaces):
            yield finding.severity
