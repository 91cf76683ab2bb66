"""The columns of a table of records: what each shows, and what it is sorted by."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from diag.facts.index import Index
from diag.model.text import one_line
from diag.model.units import parse_quantity
from diag.report.words import age
from diag.tui.tables.column import Cell, Column
from diag.tui.tables.tone import tone

Get = Callable[[Index, Any], Any]


class Field(NamedTuple):
    """A column with how it is filled: its cell and its value for sorting, both of (index, record, now)."""

    column: Column
    cell: Callable[[Index, Any, datetime], Cell]
    value: Callable[[Index, Any, datetime], Any]


class KindTable:
    """The table of one kind, or of several that are shown as one: `plural` names it."""

    def __init__(self, plural: str, *fields: Field) -> None:
        self.plural = plural
        self.columns = tuple(field.column for field in fields)
        self._cells = tuple(field.cell for field in fields)
        self._values = {field.column.name: field.value for field in fields}

    def cells(self, index: Index, record: Any, now: datetime) -> list[Cell]:
        """What stands in the columns for one record; ages are those of `now`."""
        filled = (cell(index, record, now) for cell in self._cells)
        return [(one_line(text), style) for text, style in filled]

    def sort_value(self, index: Index, record: Any, column: str, now: datetime) -> Any:
        """What a column, by name, is sorted by; None where it is not known."""
        return self._values[column](index, record, now)


def text(name: str, heading: str, width: int, get: Get, style: str = "", grows: bool = False) -> Field:
    """A text, sorted as it reads."""
    return Field(
        Column(name, heading, width, grows=grows),
        lambda index, record, _: (get(index, record) or "", style),
        lambda index, record, _: get(index, record) or None,
    )


def state(get: Get, width: int = 11) -> Field:
    """The column STATUS, coloured by what the word says."""
    column = Column("status", "STATUS", width)
    return Field(column, lambda i, r, _: (word := get(i, r), tone(word)), lambda i, r, _: get(i, r) or None)


def number(name: str, heading: str, width: int, get: Get) -> Field:
    """A count, empty where it is not known."""
    return Field(
        Column(name, heading, width, right=True),
        lambda index, record, _: ("" if (count := get(index, record)) is None else str(count), ""),
        lambda index, record, _: get(index, record),
    )


def quantity(name: str, heading: str, width: int, get: Get) -> Field:
    """An amount as it is written (`10Gi`), sorted by how much it is."""

    def value(index: Index, record: Any, _: datetime) -> float | None:
        try:
            return parse_quantity(get(index, record) or "")
        except ValueError:
            return None

    column = Column(name, heading, width, right=True)
    return Field(column, lambda index, record, _: (str(get(index, record) or ""), ""), value)


def since(name: str, heading: str, width: int, get: Get) -> Field:
    """How long ago something was, sorted by the time that passed."""

    def value(index: Index, record: Any, now: datetime) -> float | None:
        moment = get(index, record)
        return (now - moment).total_seconds() if moment is not None else None

    column = Column(name, heading, width, right=True)
    return Field(column, lambda index, record, now: (age(get(index, record), now), "dim"), value)


def spare(order: int, field: Field) -> Field:
    """A column that can be done without: where room is short, the one with the highest order goes first."""
    return field._replace(column=field.column._replace(optional=order))


NAMESPACE = text("namespace", "NAMESPACE", 14, lambda _, record: record.metadata.namespace, grows=True)
NAME = text("name", "NAME", 24, lambda _, record: record.metadata.name, "name", grows=True)
AGE = since("age", "AGE", 6, lambda _, record: record.metadata.creation_timestamp)
