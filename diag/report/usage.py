"""Use against requests and limits: a table for people, JSON for programs."""

from datetime import datetime
from typing import TextIO

import msgspec
from rich.text import Text

from diag.facts.top import COLUMNS, Column, Row, What
from diag.model.meta import Time
from diag.model.snapshot import Gap, Scope, Snapshot
from diag.model.text import one_line
from diag.model.units import format_duration
from diag.report import words
from diag.report.console import open_console, row
from diag.report.gaps import gap_lines

_UNKNOWN = "-"
_NOTHING: dict[What, str] = {
    "pods": "No pod runs here.",
    "containers": "No container runs here.",
    "nodes": "There are no nodes, or they could not be read.",
    "claims": "No claim is bound here.",
}
FULL, NEARLY = 0.9, 0.7  # shares from which on a value is red or yellow


class Source(msgspec.Struct, frozen=True):
    """A source of metrics, and the time of its values."""

    name: str
    at: Time | None = None


class Usage(msgspec.Struct, frozen=True):
    """What `mondiag top` found; `what` are pods, containers, nodes or claims."""

    schema: str
    taken_at: Time
    context: str
    scope: Scope
    what: What
    sources: tuple[Source, ...]
    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...]


def usage(snapshot: Snapshot, what: What, rows: list[Row]) -> Usage:
    """The rows with where and when they were measured, and what could not be."""
    concerning = ("metrics", "pods", "nodes", "persistentvolumeclaims")
    return Usage(
        schema="mondiag.usage/v1",
        taken_at=snapshot.taken_at,
        context=snapshot.context,
        scope=snapshot.scope,
        what=what,
        sources=tuple(Source(metrics.source, metrics.at) for metrics in snapshot.metrics),
        rows=tuple(rows),
        gaps=tuple(gap for gap in snapshot.gaps if gap.what in concerning),
    )


def print_usage(found: Usage, stream: TextIO) -> None:
    """Write the table; a share of nine tenths or more stands out, and what is not known is a dash."""
    console = open_console(stream)
    place = f"context {found.context}" if found.context else ""
    row(console, "mondiag", one_line(" · ".join(filter(None, [place, words.scope_words(found.scope)]))))
    row(console, "measured", "; ".join(_source_words(source, found.taken_at) for source in found.sources))
    for gap in gap_lines(found.gaps):
        row(console, "not seen", Text(f"{gap.what}: {gap.why}", "yellow"))
    console.print()
    if not found.rows:
        row(console, "", _NOTHING[found.what])
        return
    columns = COLUMNS[found.what]
    names = [_names(found.what, one) for one in found.rows]
    values = [[_shown(column, one.values.get(column.name)) for column in columns] for one in found.rows]
    headings = [Text(column.heading, "dim") for column in columns]
    for line in _aligned([_headings(found.what), *names], [headings, *values]):
        console.print(line, soft_wrap=True)


def _source_words(source: Source, now: datetime) -> str:
    age = f", {format_duration((now - source.at).total_seconds())} old" if source.at else ""
    return one_line(source.name) + age


def _headings(what: What) -> list[str]:
    return {"nodes": ["NODE"], "containers": ["POD", "CONTAINER"], "claims": ["CLAIM"]}.get(what, ["POD"])


def _names(what: What, one: Row) -> list[str]:
    name = one_line(f"{one.namespace}/{one.name}" if one.namespace else one.name)
    return [name, one_line(one.container)] if what == "containers" else [name]


def _shown(column: Column, value: float | None) -> Text:
    if value is None:
        return Text(_UNKNOWN, "dim")
    close = column.unit == "share" and value >= NEARLY
    style = ("bold red" if value >= FULL else "yellow") if close else ""
    return Text(words.amount_words(value, column.unit), style)


def _aligned(names: list[list[str]], values: list[list[Text]]) -> list[Text]:
    """Names to the left, values to the right."""
    cells = [[*map(Text, name), *value] for name, value in zip(names, values, strict=True)]
    widths = [max(cell.cell_len for cell in column) for column in zip(*cells, strict=True)]
    lines = []
    for line in cells:
        text = Text("  ")
        for number, (cell, width) in enumerate(zip(line, widths, strict=True)):
            gap = " " * (width - cell.cell_len)
            text.append_text(Text.assemble(cell, gap) if number < len(names[0]) else Text.assemble(gap, cell))
            text.append("  ")
        text.rstrip()
        lines.append(text)
    return lines
