"""The texts in which a filter looks for words: made once for each row, and kept while the row is there."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Haystacks(Generic[Row]):
    """Texts of rows, by the row itself: a row that changed is another object, and its text is made anew."""

    def __init__(self, make: Callable[[Row], str]) -> None:
        self._make = make
        self._rows: Sequence[Row] = ()
        self._texts: list[str] = []

    def of(self, rows: Sequence[Row]) -> list[str]:
        """The texts of these rows, in their order."""
        if rows is not self._rows:
            # an old row is kept until its text has been taken over, so that its id is that of no other
            known = dict(zip(map(id, self._rows), self._texts, strict=True))
            make = self._make
            self._texts = [known.get(id(row)) or make(row) for row in rows]
            self._rows = rows
        return self._texts
