"""What a field is."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from diag.facts.index import Index

Type = Literal["text", "texts", "number", "bool", "duration", "quantity"]
# The operators that each type takes; `is` is the one that is not written.
_TEXTUAL = ("is", "contains", "startswith", "matches", "exists")
_COMPARING = ("is", "gt", "gte", "lt", "lte", "exists")
OPERATORS_OF: dict[Type, tuple[str, ...]] = {
    "text": _TEXTUAL,
    "texts": _TEXTUAL,
    "number": _COMPARING,
    "duration": _COMPARING,
    "quantity": _COMPARING,
    "bool": ("is", "exists"),
}


class Field(NamedTuple):
    """One field of the playbook language.

    `get(index, object)` gives the value, None when it is absent: text, a list of texts, a number, a bool, seconds for a
    duration, the text as written for a quantity. `needs` are the kinds (plural) that must have been read for the value
    to be known, besides the object's own; `events@default` where only those of one namespace are.
    """

    type: Type
    meaning: str
    get: Callable[[Index, Any], Any]
    needs: tuple[str, ...] = ()
