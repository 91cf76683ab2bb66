"""The lines of a log as a reader wants them: filtered, searched, marked."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from time import monotonic

from diag.errors import UsageError
from diag.live.logs import LogLine
from diag.tui.logs.buffer import MOST, LogBuffer, one_row
from diag.tui.logs.search import Hits, Search, parse


class ShownLog:
    """Lines have a number, which stays, and those that pass the filter a place, counted from the first that is shown.

    `sources` has the logs in the order in which they came, `timed` is whether any line has a time; `cites` are the
    texts that a finding cites.
    """

    def __init__(self, most: int = MOST) -> None:
        self.buffer = LogBuffer(most)
        self.sources: list[str] = []
        self.timed = False
        self.marks: set[int] = set()
        self.cites: Sequence[str] = ()
        self.filtering: Search | None = None
        self.searching: Search | None = None
        self._kept: Hits | None = None
        self._found: Hits | None = None
        self._cited: Hits | None = None

    def __len__(self) -> int:
        return len(self.buffer) if self._kept is None else len(self._kept.numbers)

    def number(self, place: int) -> int:
        """The number of the line at a place."""
        return self.buffer.first + place if self._kept is None else self._kept.numbers[place]

    def place(self, number: int) -> int:
        """The place of a line, or of the next one that is shown."""
        if self._kept is None:
            return max(0, number - self.buffer.first)
        return bisect_left(self._kept.numbers, number)

    def line(self, place: int) -> LogLine:
        """The line at a place."""
        return self.buffer[self.number(place)]

    def lines(self) -> list[LogLine]:
        """All lines that are shown."""
        return list(self.buffer) if self._kept is None else [self.buffer[number] for number in self._kept.numbers]

    @property
    def found(self) -> Sequence[int]:
        """The numbers of the shown lines that the search has found so far."""
        return self._found.numbers if self._found is not None else ()

    @property
    def cited(self) -> Sequence[int]:
        """The numbers of the shown lines that are cited, as far as they were looked at."""
        return self._cited.numbers if self._cited is not None else ()

    def add(self, lines: Iterable[LogLine]) -> None:
        """Add lines; `advance` has to look at them."""
        before = self.buffer.end
        self.buffer.add(lines)
        added = self.buffer.after(before)
        self.sources += [
            source for source in dict.fromkeys(line.source for line in added) if source and source not in self.sources
        ]
        self.timed = self.timed or any(line.time for line in added)
        self.marks = {number for number in self.marks if number >= self.buffer.first}

    def filter(self, text: str) -> None:
        """Show only lines in which that is found; all when it is empty. Raises UsageError."""
        self.filtering = parse(text) if text else None
        self._kept = Hits(self.filtering.found) if self.filtering else None
        self._look_anew()

    def search(self, text: str) -> None:
        """Find lines; none when it is empty. Raises UsageError."""
        self.searching = parse(text) if text else None
        self._look_anew()

    def cite(self, texts: Sequence[str]) -> None:
        """Find the lines that have one of these texts in them."""
        self.cites = tuple(map(one_row, texts))
        self._look_anew()

    def is_cited(self, text: str) -> bool:
        """Whether that line is one that is cited."""
        return any(cite in text for cite in self.cites)

    def advance(self, seconds: float) -> bool:
        """Look at lines that were not looked at yet, for so long; whether all were.

        Raises UsageError when the expression of a search takes too long; that search is given up.
        """
        until = monotonic() + seconds
        every = [hits for hits in (self._kept, self._found, self._cited) if hits is not None]
        try:
            looked = [hits.advance(self.buffer, lambda: monotonic() > until) for hits in every]
        except UsageError:
            self.filtering = self.searching = self._kept = None
            self._look_anew()
            raise
        return all(looked)

    def _look_anew(self) -> None:
        self._found = Hits(self._among_shown(self.searching.found)) if self.searching else None
        self._cited = Hits(self._among_shown(self.is_cited)) if self.cites else None

    def _among_shown(self, wanted: Callable[[str], bool]) -> Callable[[str], bool]:
        filtering = self.filtering
        return wanted if filtering is None else lambda text: filtering.found(text) and wanted(text)


def step(numbers: Sequence[int], at: int, forward: bool) -> int | None:
    """The next of the numbers after `at`, or the one before it, round the end; None when there are none."""
    if not numbers:
        return None
    if forward:
        return numbers[bisect_right(numbers, at) % len(numbers)]
    return numbers[bisect_left(numbers, at) - 1]
