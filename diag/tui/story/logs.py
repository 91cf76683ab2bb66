"""The logs that were read for a finding, with the lines that it cites."""

from collections.abc import Iterator

from diag.facts.index import Index
from diag.finding import Finding
from diag.model.snapshot import LogKey
from diag.model.text import one_line
from diag.report.gaps import gap_lines
from diag.tui.logs.cited import cited
from diag.tui.story.chain import concerned
from diag.tui.story.line import BLANK, Line, Page, commands, item, said, span
from diag.tui.story.subject import DetailSubject

_LINES = 100  # of each log
_LOGS = 4  # the log screen has them all


def page(subject: DetailSubject) -> Page:
    """The last lines of each log, cited ones marked; or why there is none."""
    quotes = set(cited(subject.finding))
    keys = _keys(subject.known, subject.finding)
    lines: Page = []
    for key in keys[:_LOGS]:
        lines += [*([BLANK] if lines else []), *_log(key, subject.known.snapshot.logs[key], quotes)]
    if not lines:
        lines = said("No log was read for this finding: what it states can be told without one.", "dim")
        lines += _gaps(subject)
    return [*lines, BLANK, *said("l opens the log, to follow and to search in.", "dim")]


def _keys(index: Index, finding: Finding) -> list[LogKey]:
    pods = {(key.namespace, key.name) for key in concerned(index, finding) if key.kind == "Pod"}
    pods |= {(member.namespace, member.name) for member in finding.members if member.kind == "Pod"}
    return [key for key in index.snapshot.logs if (key.namespace, key.pod) in pods]


def _log(key: LogKey, text: str, quotes: set[str]) -> Iterator[Line]:
    run = "  the run before" if key.previous else ""
    yield Line(((one_line(f"{key.pod}/{key.container}"), "heading"), (run, "dim")))
    for line in text.removesuffix("\n").split("\n")[-_LINES:]:
        is_cited = line.strip() in quotes
        yield Line((("► " if is_cited else "  ", "high"), span(line, "bold" if is_cited else "")), "  ")


def _gaps(subject: DetailSubject) -> Iterator[Line]:
    for gap in gap_lines(gap for gap in subject.report.gaps if gap.what == "logs"):
        yield from item("?", f"{gap.what}: {gap.why}", "warning", "warning")
        yield from commands(gap.command)
