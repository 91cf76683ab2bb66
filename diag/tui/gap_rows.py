"""What could not be seen, as a row among the findings: a cluster that does not answer, or kinds that were not read."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from diag.live.view import View
from diag.model.snapshot import Gap
from diag.model.text import one_line
from diag.report import words
from diag.report.gaps import gap_lines, in_doubt
from diag.tui.story.line import Page, commands, item, said, section
from diag.tui.tables.column import Cell


class GapRow(NamedTuple):
    """What is not known of the cluster with the number `place`; `lost` when that is everything since `since`."""

    place: int
    cluster: str
    title: str
    lost: bool
    words: str = ""
    gaps: tuple[Gap, ...] = ()
    since: datetime | None = None
    read_before: bool = False


def gap_rows(views: Sequence[View | None]) -> Iterator[GapRow]:
    """At most one row for each cluster; what is still being read is none."""
    for place, view in enumerate(views):
        if view is None:
            continue
        connection = view.connection
        if connection.state in ("lost", "refused"):
            title = f"{view.name}: {connection.state} since {connection.since:%H:%M:%S}, tried again by itself"
            yield GapRow(place, view.name, title, True, connection.words, (), connection.since, _is_known(view))
        elif view.report is not None:
            gaps = tuple(gap for gap in view.report.gaps if in_doubt([gap]) and gap.why != "reading")
            if gaps:
                yield GapRow(place, view.name, _title(gaps), False, gaps=gaps)


def _is_known(view: View) -> bool:
    """Whether anything was ever read of it."""
    return view.snapshot is not None and bool(view.snapshot.objects)


def _title(gaps: Sequence[Gap]) -> str:
    playbooks = {playbook for gap in gaps for playbook in gap.playbooks}
    concerned = f"; {words.counted(len(playbooks), 'playbooks')} not evaluated" if playbooks else ""
    lines = gap_lines(gaps)
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{lines[0].what}: {lines[0].why}{more}{concerned}"


def cells(row: GapRow) -> list[Cell]:
    """What stands in the columns of the findings' table, but for the cluster."""
    return [("? not seen", "medium"), (one_line(row.title), "medium"), ("", ""), ("", ""), ("", ""), ("", "")]


def page(row: GapRow) -> Page:
    """What could not be seen, why, what that costs, and the command that asks for the right to see it."""
    lines: Page = [*said(row.title, "bold")]
    if row.lost:
        lines += [*said(row.words, "warning"), *said(f"since {row.since:%Y-%m-%d %H:%M:%S %Z}", "dim")]
        kept = said("What was read before stays in sight, as it was then.", "dim") if row.read_before else []
        return [*lines, *section("", kept)]
    for gap in gap_lines(row.gaps):
        told = item("?", f"{gap.what}: {gap.why}", "warning", "warning")
        told += item("", f"not evaluated: {', '.join(gap.playbooks)}" if gap.playbooks else "", "dim")
        lines += [*told, *commands(gap.command)]
    return lines
