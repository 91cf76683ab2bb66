"""Lists in words."""

from collections.abc import Sequence

_SHOWN = 3


def listed(items: Sequence[str], shown: int = _SHOWN) -> str:
    """The first of some items, and how many there are besides: `a, b, c and 4 more`."""
    more = f" and {len(items) - shown} more" if len(items) > shown else ""
    return f"{', '.join(items[:shown])}{more}"


def have(count: int) -> str:
    """`has` for one thing, else `have`."""
    return "has" if count == 1 else "have"
