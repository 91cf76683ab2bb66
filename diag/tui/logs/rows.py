"""Cutting lines of any length to rows of a screen, at a cost of what is seen."""

from rich.cells import get_character_cell_size

_LETTERS = 4  # that may share a cell: a letter and the marks that combine with it


def rows(text: str, start: int, cells: int, most: int) -> list[str]:
    """The text from a letter on, cut to at most so many rows; an empty one takes a row, too.

    The last row ends with `…` where it has to stand for all of the rest.
    """
    found: list[str] = []
    while True:
        end = _end(text, start, cells)
        if end < len(text) and len(found) == most - 1:
            return [*found, f"{text[start : _end(text, start, cells - 1)]}…"]
        found.append(text[start:end])
        if end >= len(text):
            return found
        start = end


def _end(text: str, start: int, cells: int) -> int:
    """Where what fits in so many cells ends; one letter always does, so that every row leads on."""
    plain = text[start : start + cells]
    if plain.isascii():
        return start + len(plain)
    taken = 0
    letters = text[start : start + cells * _LETTERS]
    for place, letter in enumerate(letters):
        taken += get_character_cell_size(letter)
        if taken > cells:
            return start + max(1, place)
    return start + len(letters)
