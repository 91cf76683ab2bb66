"""Looking for a text, or for a regular expression, in lines."""

from collections.abc import Callable
from typing import NamedTuple

import regex

from diag.errors import UsageError
from diag.tui.logs.buffer import LogBuffer

EXPRESSION = "~"  # what begins with it is a regular expression
_SLOWEST = 0.05  # seconds for one line


class Search(NamedTuple):
    """What is looked for: the text as it was typed, the expression that finds it, and whether capitals matter.

    `plain` is the text, where it is no expression: it is found many times faster without one.
    """

    text: str
    pattern: regex.Pattern[str]
    capitals: bool
    plain: str

    def at(self, text: str) -> int:
        """At which letter of the text it is, -1 where it is not. Raises UsageError when that takes too long to tell."""
        if self.plain:
            return (text if self.capitals else text.lower()).find(self.plain)
        try:
            found = self.pattern.search(text, timeout=_SLOWEST)
        except TimeoutError as error:
            raise UsageError(f"{self.text} takes too long for a line: make it simpler") from error
        return -1 if found is None else found.start()

    def found(self, text: str) -> bool:
        """Whether it is in the text. Raises UsageError as `at` does."""
        return self.at(text) >= 0

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where in a text of a few hundred letters it is; nowhere when that takes too long to tell."""
        try:
            return [found.span() for found in self.pattern.finditer(text, timeout=_SLOWEST) if found[0]]
        except TimeoutError:
            return []


def parse(text: str) -> Search:
    """What was typed: a text, or `~` and a regular expression; capitals matter where it has any. Raises UsageError."""
    plain = "" if text.startswith(EXPRESSION) else text
    capitals = text != text.lower()
    try:
        pattern = regex.compile(regex.escape(plain) or text[1:], 0 if capitals else regex.IGNORECASE)
    except regex.error as error:
        raise UsageError(f"not a regular expression: {error}") from error
    return Search(text, pattern, capitals, plain)


class Hits:
    """The numbers of the lines that are `wanted`, in order; found some at a time, so that no search is felt."""

    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self.numbers: list[int] = []
        self._wanted = wanted
        self._next = 0

    def advance(self, buffer: LogBuffer, over: Callable[[], bool]) -> bool:
        """Look at lines until all were looked at, or it is `over`; whether all were."""
        if self.numbers and self.numbers[0] < buffer.first:
            self.numbers = [number for number in self.numbers if number >= buffer.first]
        self._next = max(self._next, buffer.first)
        for line in buffer.after(self._next):
            if self._wanted(line.text):
                self.numbers.append(self._next)
            self._next += 1
            if over():
                break
        return self._next == buffer.end
