"""What a finding's pods use, now and lately, against what they asked for and may have."""

from collections.abc import Iterator

from diag.facts.top import Row, Unit, of_containers
from diag.finding import Finding
from diag.model.course import Course, Points
from diag.model.text import one_line
from diag.report import words
from diag.report.gaps import gap_lines
from diag.tui.chart import Rule, chart
from diag.tui.story.line import BLANK, Line, Page, item, said, section
from diag.tui.story.subject import DetailSubject

_MOST = 12  # rows of what is used now
_BAR = 20  # cells
_HEIGHT = 7
_WHAT: tuple[tuple[str, Unit], ...] = (("memory", "bytes"), ("cpu", "cores"))


def page(subject: DetailSubject, width: int) -> Page:
    """Bars of what is used now, then how it went; or what is missing to tell."""
    known = _rows(subject)
    measured = [row for row in known if "memory" in row.values or "cpu" in row.values]
    lines = [line for row in measured[:_MOST] for line in _bars(row)]
    if not lines:
        lines = [*said("Nothing was measured of its pods at that moment.", "dim"), *_gaps(subject)]
    return [*lines, *_courses(subject, {row.container: row for row in known}, width)]


def _rows(subject: DetailSubject) -> list[Row]:
    """What its members' containers use, those with most memory first."""
    pods = (subject.known.pod(*place) for place in _pods(subject.finding))
    found = [row for pod in pods if pod is not None for row in of_containers(subject.known, pod)]
    return sorted(found, key=lambda row: (-row.values.get("memory", 0.0), row.name, row.container))


def _pods(finding: Finding) -> set[tuple[str, str]]:
    return {(member.namespace, member.name) for member in finding.members if member.kind == "Pod"}


def _bars(row: Row) -> Iterator[Line]:
    yield Line(((one_line(f"{row.name}/{row.container}"), "heading"),))
    for what, unit in _WHAT:
        used = row.values.get(what)
        if used is not None:
            yield _bar(row, what, used, unit)


def _bar(row: Row, what: str, used: float, unit: Unit) -> Line:
    limit, request = row.values.get(f"{what}-limit"), row.values.get(f"{what}-request")
    of = limit or request
    share = min(1.0, used / of) if of else 0.0
    filled = round(share * _BAR)
    style = "high" if limit and share >= 0.9 else "medium" if limit and share >= 0.7 else "good"
    against = [
        f"{name} {words.amount_words(one, unit)}" for name, one in (("request", request), ("limit", limit)) if one
    ]
    return Line(
        (
            (f"  {what:<7}", "dim"),
            ("█" * filled, style),
            ("░" * (_BAR - filled), "dim"),
            (f" {words.amount_words(used, unit)}", "bold"),
            (f" of {', '.join(against)}" if against else " without request or limit", "dim"),
        ),
        " " * 9,
    )


def _courses(subject: DetailSubject, known: dict[str, Row], width: int) -> Page:
    if subject.courses is None:
        why = subject.faults.get("courses")
        waiting = item("?", why, "dim") if why else said("being asked for…", "dim")
        return section("The last hour", waiting)
    lines: Page = []
    for course in subject.courses:
        lines += _of_container(course, known.get(course.container), width)
    return lines


def _of_container(course: Course, row: Row | None, width: int) -> Iterator[Line]:
    for (what, unit), points in zip(_WHAT, (course.memory, course.cpu), strict=True):
        if points:
            yield BLANK
            yield Line(((one_line(f"{course.container}: {what}"), "heading"), ("  the last hour", "dim")))
            yield from chart(points, _rules(row, what), unit, _span(points), max(20, width - 1), _HEIGHT)


def _rules(row: Row | None, what: str) -> list[Rule]:
    values = row.values if row is not None else {}
    return [Rule(name, values[f"{what}-{name}"]) for name in ("request", "limit") if f"{what}-{name}" in values]


def _span(points: Points) -> tuple[float, float]:
    return points[0][0], points[-1][0]


def _gaps(subject: DetailSubject) -> Iterator[Line]:
    for gap in gap_lines(gap for gap in subject.report.gaps if gap.what == "metrics"):
        yield from item("?", f"{gap.what}: {gap.why}", "dim", "warning")
