"""What a table is made of: columns, and cells of text with the name of a style."""

from typing import Final, NamedTuple

Cell = tuple[str, str]
"""The text of one cell, clean and on one line, and the name of its style: "" or one of STYLES."""

STYLES: Final = ("dim", "good", "low", "medium", "high", "critical", "name", "resolved")
"""The names of styles, which the stylesheet colours."""


class Column(NamedTuple):
    """One column: the name it is sorted by, its heading, and its natural width in cells."""

    name: str
    heading: str
    width: int
    right: bool = False
    """The text is aligned to the right."""
    grows: bool = False
    """The column takes what room is left."""
    tail: bool = False
    """Where the text does not fit, its end is what tells most."""
    optional: int = 0
    """Where room is short the column with the highest number goes first; 0 always stays."""
