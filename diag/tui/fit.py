"""How columns share a line, and how a text is made to fill its cells."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from diag.model.text import one_line
from diag.tui.tables.column import Column

GAP = 1  # cells between columns
_LETTERS = 4  # that may share a cell: a letter and the marks that combine with it


class Placed(NamedTuple):
    """A column that is shown: its number among all columns, the cell where it begins, and its width in cells."""

    number: int
    left: int
    width: int


def fit(columns: Sequence[Column], room: int) -> tuple[Placed, ...]:
    """The columns that are shown in so many cells, and how wide.

    What grows shrinks to half of its width before optional columns go, the highest `optional` first. What is still
    too wide afterwards reaches beyond the room.
    """
    shown = list(range(len(columns)))
    for number in sorted(shown, key=lambda n: (columns[n].optional, n), reverse=True):
        if _cells([_least(columns[n]) for n in shown]) <= room or not columns[number].optional:
            break
        shown.remove(number)
    widths = _shared([columns[n] for n in shown], room)
    lefts = [_cells(widths[:place]) + GAP * bool(place) for place in range(len(shown))]
    return tuple(map(Placed, shown, lefts, widths))


def _cells(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * max(0, len(widths) - 1)


def _least(column: Column) -> int:
    return (column.width + 1) // 2 if column.grows else column.width


def _shared(columns: Sequence[Column], room: int) -> list[int]:
    """The widths, what is left shared by the columns that grow, as wide as they are; the first take the odd cells."""
    natural = [column.width for column in columns]
    growing = [place for place, column in enumerate(columns) if column.grows]
    widths = natural if _cells(natural) <= room else [_least(column) for column in columns]
    left = max(0, room - _cells(widths))
    weight = sum(natural[place] for place in growing)
    shares = [left * natural[place] // weight for place in growing]
    for turn, place in enumerate(growing):
        widths[place] += shares[turn] + (turn < left - sum(shares))
    return widths


def cut_front(text: str, width: int) -> str:
    """As `cut`, but where it is too long `…` stands before its end."""
    end = one_line(text[-width * _LETTERS :])
    if len(text) <= width * _LETTERS and cell_len(end) <= width:
        return cut(text, width)
    while cell_len(end) >= max(1, width):
        end = end[1:]
    return cut(f"…{end}", width)


def cut(text: str, width: int, right: bool = False) -> str:
    """The text in exactly so many cells: filled up with blanks, or ended with `…` where it is too long."""
    head = text[: width * _LETTERS]
    if not head.isprintable():
        head = one_line(head)
    cells = cell_len(head)
    if cells > width or len(text) > width * _LETTERS:
        return set_cell_size(head, width - 1) + "…" if width else ""
    blanks = " " * (width - cells)
    return blanks + head if right else head + blanks
