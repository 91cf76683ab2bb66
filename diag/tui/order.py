"""The order of rows by a column."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Row = TypeVar("Row")


def ordered(rows: Sequence[Row], value: Callable[[Row], Any], reverse: bool = False) -> list[Row]:
    """The rows by their values; those without one (None) come last either way, and equals keep their order."""
    values = [value(row) for row in rows]
    known = [place for place, found in enumerate(values) if found is not None]
    known.sort(key=values.__getitem__, reverse=reverse)
    unknown = [row for row, found in zip(rows, values, strict=True) if found is None]
    return [rows[place] for place in known] + unknown
