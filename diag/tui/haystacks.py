"""The texts in which a filter looks for words: made once for each row, and kept while the row is there."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Haystacks(Generic[Row]):
    """Texts of rows, by the row itself: a row that changed is another object, and its text is made anew.

    Threads may ask at once; what one makes is there for the others, which wait for it.
    """

    def __init__(self, make: Callable[[Row], str]) -> None:
        self._make = make
        self._lock = Lock()
        self._known: tuple[Sequence[Row], list[str]] = ((), [])

    def of(self, rows: Sequence[Row]) -> list[str]:
        """The texts of these rows, in their order."""
        with self._lock:
            before, texts = self._known
            if rows is not before:
                # an old row is kept until its text has been taken over, so that its id is that of no other
                known = dict(zip(map(id, before), texts, strict=True))
                make = self._make
                texts = [known.get(id(row)) or make(row) for row in rows]
                self._known = (rows, texts)
            return texts
