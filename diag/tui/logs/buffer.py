"""The lines of a log that are kept: the newest ones."""

from collections.abc import Iterable, Iterator, Sequence

from diag.live.logs import LogLine
from diag.model.text import clean_text

MOST = 200_000
_TAB = " " * 4  # whatever the column: what a finding cites has lost its own


class LogBuffer:
    """The newest `most` lines, give or take a twentieth. Each has a number that stays; `first` is the oldest one's."""

    def __init__(self, most: int = MOST) -> None:
        self.first = 0
        self._most = most
        self._lines: list[LogLine] = []

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, number: int) -> LogLine:
        return self._lines[number - self.first]

    def __iter__(self) -> Iterator[LogLine]:
        return iter(self._lines)

    @property
    def end(self) -> int:
        """The number that the next line will have."""
        return self.first + len(self._lines)

    def add(self, lines: Iterable[LogLine]) -> None:
        """Add lines, each made fit to be drawn; the oldest are dropped, many at a time, when there are too many."""
        self._lines += map(_drawable, lines)
        if len(self._lines) > self._most + self._most // 20:
            dropped = len(self._lines) - self._most
            del self._lines[:dropped]
            self.first += dropped

    def after(self, number: int) -> Sequence[LogLine]:
        """The lines from that number on."""
        return self._lines[max(0, number - self.first) :]


def _drawable(line: LogLine) -> LogLine:
    if line.text.isprintable() and line.source.isprintable():
        return line
    return LogLine(one_row(line.source), line.time, one_row(line.text))


def one_row(text: str) -> str:
    """The cleaned text for a row. Blanks stay, unlike in `one_line`: the indents of a stack trace tell something."""
    return clean_text(text).replace("\t", _TAB).replace("\n", " ")
