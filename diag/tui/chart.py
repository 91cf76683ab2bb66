"""Charts of values over time in the cells of a terminal: a line in braille dots, and a sparkline of blocks."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from rich.cells import cell_len

from diag.facts.top import Unit
from diag.model.course import Points
from diag.model.units import format_duration
from diag.report.words import amount_words
from diag.tui.story.line import Line, Page, Span

_BLOCKS = "▁▂▃▄▅▆▇█"
_ACROSS, _DOWN = 2, 4  # dots in a cell
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # by column and row, in the order of Unicode
_EMPTY = 0x2800
_GAP = 3  # usual steps between two points, from which on nothing is known between them
_FAR = 4  # times the highest value: a rule above that would leave the line flat on the ground


class Rule(NamedTuple):
    """A level that values are compared with, such as a limit."""

    name: str
    value: float


class Frame(NamedTuple):
    """What the plot shows: times from `start` to `end`, values from 0 to `top`, in cells."""

    start: float
    end: float
    top: float
    width: int
    height: int

    def column(self, time: float) -> float:
        """Where a time lies, in dots from the left."""
        share = (time - self.start) / (self.end - self.start)
        return share * (self.width * _ACROSS - 1)

    def level(self, value: float) -> int:
        """Where a value lies, in dots from the bottom."""
        return round(min(1.0, max(0.0, value / self.top)) * (self.height * _DOWN - 1))


def chart(
    points: Points, rules: Sequence[Rule], unit: Unit, span: tuple[float, float], width: int, height: int
) -> Page:
    """A line of values within `span` (Unix times), on a scale from 0, in that many cells; the last row tells the times.

    Where points are missing the line is broken. Rules are drawn across; one that is far above all values is named only.
    """
    finite = ((at, value) for at, value in points if math.isfinite(at) and math.isfinite(value))
    known = tuple((at, value) for at, value in finite if _within(at, span))
    rules = [rule for rule in rules if math.isfinite(rule.value) and rule.value > 0]
    peak = max((value for _, value in known), default=0.0)
    drawn = [rule for rule in rules if not known or rule.value <= peak * _FAR]
    top = max(0.0, peak, *(rule.value for rule in drawn)) or 1.0
    labels = (amount_words(top, unit), "0")
    margin = max(map(cell_len, labels))
    frame = Frame(*_spread(span), top, max(1, width - margin - 1), max(1, height - 1))
    names = {rule.name: f"{rule.name} {amount_words(rule.value, unit)}" for rule in rules}
    rows = _rows(frame, _traced(frame, known), [(frame.level(rule.value), names[rule.name]) for rule in drawn])
    above = "  ".join(f"{names[rule.name]} ↑" for rule in rules if rule not in drawn)
    return [*_with_axis(rows, labels, margin), _times(frame, above, margin)]


def sparkline(values: Sequence[float], width: int, top: float | None = None) -> str:
    """The values as blocks on a scale from 0 to `top` (else the highest of them), the newest at the right.

    Of more values than cells the highest of each cell counts; what is not a number is blank.
    """
    share = max(1.0, len(values) / max(1, width))
    starts = [round(cell * share) for cell in range(min(width, len(values)) + 1)]
    peaks = [max(filter(math.isfinite, values[a:b]), default=math.nan) for a, b in pairwise(starts)]
    most = top if top and math.isfinite(top) else max(filter(math.isfinite, peaks), default=0.0)
    return "".join(_block(peak, most) for peak in peaks)


def _block(value: float, top: float) -> str:
    if not math.isfinite(value):
        return " "
    share = min(1.0, max(0.0, value / top)) if top > 0 else 0.0
    return _BLOCKS[round(share * (len(_BLOCKS) - 1))]


def _within(at: float, span: tuple[float, float]) -> bool:
    return span[0] <= at <= span[1]


def _spread(span: tuple[float, float]) -> tuple[float, float]:
    return span if span[1] > span[0] else (span[1] - 1.0, span[1])


def _traced(frame: Frame, points: Points) -> dict[int, tuple[float, float]]:
    """The lowest and highest value in each column of dots that the line runs through."""
    traced: dict[int, tuple[float, float]] = {}
    for at, value in points:
        _widen(traced, int(frame.column(at)), value)
    usual = median(after[0] - before[0] for before, after in pairwise(points)) if len(points) > 1 else 0.0
    for before, after in pairwise(points):
        if after[0] - before[0] <= usual * _GAP:
            for column, value in _between(frame, before, after):
                _widen(traced, column, value)
    return traced


def _between(frame: Frame, before: tuple[float, float], after: tuple[float, float]) -> Iterator[tuple[int, float]]:
    """The straight line between two points: its value where it enters and where it leaves each column."""
    start, end = frame.column(before[0]), frame.column(after[0])
    slope = (after[1] - before[1]) / (end - start) if end > start else 0.0
    for column in range(int(start), int(end)):
        value = before[1] + (column + 1 - start) * slope
        yield column, value
        yield column + 1, value


def _widen(traced: dict[int, tuple[float, float]], column: int, value: float) -> None:
    low, high = traced.get(column, (value, value))
    traced[column] = min(low, value), max(high, value)


def _rows(frame: Frame, traced: dict[int, tuple[float, float]], rules: Sequence[tuple[int, str]]) -> list[list[Span]]:
    """The plot from top to bottom: dots, and rules with their names where there are no dots."""
    cells = [[0] * frame.width for _ in range(frame.height)]
    for column, (low, high) in traced.items():
        for level in range(frame.level(low), frame.level(high) + 1):
            row, dot = divmod(frame.height * _DOWN - 1 - level, _DOWN)
            cells[row][column // _ACROSS] |= _DOTS[column % _ACROSS][dot]
    ruled: dict[int, list[str]] = {}
    for level, name in rules:
        ruled.setdefault((frame.height * _DOWN - 1 - level) // _DOWN, []).append(name)
    return [_row(dots, ", ".join(ruled[y]) if y in ruled else None) for y, dots in enumerate(cells)]


def _row(dots: Sequence[int], rule: str | None) -> list[Span]:
    name = f" {rule} " if rule is not None and (len(rule) + 2) * 2 <= len(dots) else ""
    blank = " " if rule is None else "┄"
    ruled = name + blank * (len(dots) - len(name))
    spans: list[Span] = []
    for place, dot in enumerate(dots):
        # a name may hide old values, never the newer half
        plain = dot == 0 or place < len(name)
        text, style = (ruled[place], "" if rule is None else "warning") if plain else (chr(_EMPTY + dot), "low")
        if spans and spans[-1][1] == style:
            spans[-1] = (spans[-1][0] + text, style)
        else:
            spans.append((text, style))
    return spans


def _with_axis(rows: Sequence[list[Span]], labels: tuple[str, str], margin: int) -> Iterator[Line]:
    """The rows with the highest and the lowest value beside the first and the last of them."""
    for y, row in enumerate(rows):
        label = labels[0] if y == 0 else labels[1] if y == len(rows) - 1 else ""
        yield Line(((f"{label:>{margin}}│", "dim"), *row), verbatim=True)


def _times(frame: Frame, above: str, margin: int) -> Line:
    """When the plot begins and ends, and between them what lies above it."""
    begin = f"{format_duration(frame.end - frame.start)} ago"
    room = frame.width - len(begin) - len("now")
    between = above if len(above) + 2 <= room else ""
    if room < 1:
        return Line(((" " * (margin + 1) + begin[: frame.width], "dim"),), verbatim=True)
    return Line(((" " * (margin + 1) + begin, "dim"), (f"{between:^{room}}", "warning"), ("now", "dim")), verbatim=True)
