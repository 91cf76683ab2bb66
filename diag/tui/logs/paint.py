"""The parts of a row of a log: a sign, the time, the short name of its log, and the text."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from diag.live.logs import LogLine
from diag.tui.fit import cut
from diag.tui.logs.names import short_names
from diag.tui.logs.search import Search

COLOURS = 6  # of logs; they begin anew with the seventh, since the name tells them apart
STYLES = ("", "sign", "time", "said", "match", *(f"source-{number}" for number in range(COLOURS)))
CITED, MARKED, CURSOR = "►", "●", "›"
_SIGN = 2  # cells
_TIME = 19  # cells
_SAID = "── "

Spans = list[tuple[str, str]]


class Margin(NamedTuple):
    """What stands before the text: short names of the logs where there are several, in `room` cells, and times."""

    names: dict[str, str]
    colours: dict[str, str]
    room: int
    times: bool

    @property
    def width(self) -> int:
        """How many cells that takes."""
        return _SIGN + (_TIME if self.times else 0) + (self.room + 1 if self.room else 0)


def margin(sources: Sequence[str], times: bool) -> Margin:
    """The margin for these logs."""
    names = short_names(sources) if len(sources) > 1 else {}
    colours = {source: f"source-{number % COLOURS}" for number, source in enumerate(sources)}
    return Margin(names, colours, max(map(cell_len, names.values()), default=0), times)


def first_row(line: LogLine, sign: str, before: Margin) -> Spans:
    """What stands before the first row of a line."""
    spans = [(cut(sign, _SIGN), "sign")]
    if before.times:
        spans.append((cut(_clock(line.time), _TIME), "time"))
    if before.room:
        name = before.names.get(line.source, "")
        spans.append((cut(name, before.room) + " ", before.colours.get(line.source, "")))
    return spans


def _clock(time: str) -> str:
    """Month, day, and the time to the millisecond, of RFC 3339."""
    return f"{time[5:10]} {time[11:23]}" if time else ""


def text_spans(line: LogLine, text: str, searching: Search | None) -> Iterator[tuple[str, str]]:
    """The text of a row, what was searched for in a style of its own."""
    if not line.source:
        yield _SAID + text, "said"
        return
    at = 0
    for start, end in searching.spans(text) if searching else ():
        yield text[at:start], ""
        yield text[start:end], "match"
        at = end
    yield text[at:], ""
