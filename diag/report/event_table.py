"""Events as text: wrapped for a terminal, one line each in a pipe."""

from collections.abc import Iterable
from datetime import datetime
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from diag.model.units import format_duration
from diag.report.console import open_console
from diag.report.events import Events, Filter, Shown, message_words, object_words, times_words
from diag.report.table import print_gaps
from diag.report.words import age

BESIDE = 40  # columns that a message needs beside the rest; with less it stands below
INDENT = 4
HOUR = 3600
KEPT = "the API server keeps them for about an hour, unless it was told otherwise (--event-ttl)"


def print_events(found: Events, wanted: Filter, stream: TextIO) -> None:
    """Write the events: age, type, reason, object, how often, message, source; or that there are none as `wanted`."""
    console = open_console(stream)
    if not found.events:
        _print_none(console, wanted, wrapped=stream.isatty())
    rows = [_cells(event, found.taken_at) for event in found.events]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for event, cells in zip(found.events, rows, strict=True):
        _print_event(console, event, _padded(cells, widths), wrapped=stream.isatty())
    print_gaps(console, found.gaps)


def _print_none(console: Console, wanted: Filter, wrapped: bool) -> None:
    period = format_duration(wanted.since) if wanted.since is not None and wanted.since < HOUR else "hour"
    console.print(f"no events{wanted.words} in the last {period}: {KEPT}", soft_wrap=not wrapped)


def _cells(event: Shown, now: datetime) -> list[str]:
    return [age(event.last, now), event.type, event.reason, object_words(event), times_words(event)]


def _padded(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True) if width)


def _print_event(console: Console, event: Shown, head: str, wrapped: bool) -> None:
    style = "yellow" if event.type == "Warning" else ""
    message = message_words(event)
    left = console.width - cell_len(head) - 2
    if not wrapped:
        console.print(Text.assemble((head, style), "  ", message), soft_wrap=True)
    elif left >= BESIDE:
        for number, line in enumerate(Text(message).wrap(console, left)):
            beside = (head, style) if number == 0 else " " * cell_len(head)
            console.print(Text.assemble(beside, "  ", line), soft_wrap=True)
    else:
        console.print(Text(" ".join(head.split()), style))
        for line in Text(message).wrap(console, console.width - INDENT):
            console.print(Text.assemble(" " * INDENT, line), soft_wrap=True)
