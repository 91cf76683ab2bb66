"""Fitting the lines of a page into a width, in cells."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.cells import cell_len, chop_cells

from diag.tui.story.line import Line, Page, Span

Row = tuple[Span, ...]

_WORD = re.compile(r"\s*\S+")
_NARROWEST = 8  # cells that wrapped text needs beside its indent


def rows(page: Page, width: int) -> list[Row]:
    """The page in rows that are at most that wide, but for verbatim lines."""
    return [row for line in page for row in _of_line(line, width)]


def _of_line(line: Line, width: int) -> Iterator[Row]:
    if line.verbatim or sum(cell_len(text) for text, _ in line.spans) <= width:
        yield line.spans
        return
    under = line.under if cell_len(line.under) + _NARROWEST <= width else ""
    text = line.text
    starts = list(_starts(text, width, cell_len(under)))
    for number, (start, end) in enumerate(pairwise([*starts, len(text)])):
        before: Row = ((under, "dim"),) if number and under else ()
        yield before + _between(line.spans, start, end)


def _starts(text: str, width: int, indent: int) -> Iterator[int]:
    """Where rows begin in the text."""
    yield 0
    room, used = width, 0
    for start, piece in _pieces(text, width - indent):
        cells = cell_len(piece)
        if used and used + cells > room:
            blanks = len(piece) - len(piece.lstrip())
            yield start + blanks
            room, used, cells = width - indent, 0, cells - blanks
        used += cells


def _pieces(text: str, most: int) -> Iterator[tuple[int, str]]:
    """The words with the blanks before them, each with its offset; a word that is wider than a row in pieces."""
    for found in _WORD.finditer(text):
        if cell_len(found[0]) <= most:
            yield found.start(), found[0]
            continue
        start = found.start()
        for piece in chop_cells(found[0], most):
            yield start, piece
            start += len(piece)


def _between(spans: Sequence[Span], start: int, end: int) -> Row:
    """The part of the spans from one offset to another, without the blanks at its end."""
    found: list[Span] = []
    at = 0
    for text, style in spans:
        part = text[max(0, start - at) : max(0, end - at)]
        if part:
            found.append((part, style))
        at += len(text)
    if found:
        found[-1] = (found[-1][0].rstrip(), found[-1][1])
    return tuple(found)
