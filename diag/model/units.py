"""Quantities and durations, read and written as Kubernetes does (apimachinery pkg/api/resource, Go's time)."""

import math
import re
from decimal import Decimal, InvalidOperation

_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?\d{1,3}))", re.ASCII)
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|d|h|m|s)", re.ASCII)
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400
# Below so many seconds an age is shown in this unit, and what is left over in that one.
_AGES = (
    (2 * _MINUTE, 1, "s", 0, ""),
    (10 * _MINUTE, _MINUTE, "m", 1, "s"),
    (3 * _HOUR, _MINUTE, "m", 0, ""),
    (8 * _HOUR, _HOUR, "h", _MINUTE, "m"),
    (2 * _DAY, _HOUR, "h", 0, ""),
    (8 * _DAY, _DAY, "d", _HOUR, "h"),
    (2 * _YEAR, _DAY, "d", 0, ""),
    (8 * _YEAR, _YEAR, "y", _DAY, "d"),
    (math.inf, _YEAR, "y", 0, ""),
)


def parse_quantity(text: str | int | float) -> float:
    """The amount that `128Mi`, `500m`, `1e3` or a bare number stands for, in base units.

    Raises ValueError when the text is not a quantity.
    """
    found = _QUANTITY.fullmatch(str(text).strip())
    if found is None:
        raise ValueError(f"{text!r} is not a quantity")
    number, binary, decimal, exponent = found.groups()
    try:
        if binary:
            amount = float(Decimal(number) * _BINARY[binary])
        else:
            amount = float(Decimal(number).scaleb(int(exponent) if exponent else _DECIMAL[decimal or ""]))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a quantity") from error
    if math.isinf(amount):
        raise ValueError(f"{text!r} is too large for a quantity")
    return amount


def parse_duration(text: str) -> float:
    """Seconds in `90s`, `1h`, `1h30m` or `2d`. Raises ValueError when the text is not a duration."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a duration: write 90s, 10m, 1h30m or 2d")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def format_duration(seconds: float) -> str:
    """A duration as kubectl shows ages: `90s`, `5m30s`, `3h12m`, `4d` (HumanDuration in apimachinery's pkg/util)."""
    whole = max(0, int(seconds))
    _, size, unit, part, part_unit = next(row for row in _AGES if whole < row[0])
    count, left = divmod(whole, size)
    parts = left // part if part else 0
    return f"{count}{unit}{parts}{part_unit}" if parts else f"{count}{unit}"
