"""Quantities and durations, read and written as Kubernetes does (apimachinery pkg/api/resource, Go's time)."""

import re
from decimal import Decimal, InvalidOperation

_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?\d{1,3}))")
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|d|h|m|s)")


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
            return float(Decimal(number) * _BINARY[binary])
        return float(Decimal(number).scaleb(int(exponent) if exponent else _DECIMAL[decimal or ""]))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a quantity") from error


def format_bytes(amount: float) -> str:
    """Bytes in the largest binary unit that keeps two digits: `128Mi`, `1.5Gi`."""
    for unit, size in reversed(_BINARY.items()):
        if amount >= size:
            return f"{amount / size:.4g}{unit}"
    return f"{amount:.4g}"


def parse_duration(text: str) -> float:
    """Seconds in `90s`, `1h`, `1h30m` or `2d`. Raises ValueError when the text is not a duration."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a duration: write 90s, 10m, 1h30m or 2d")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def format_duration(seconds: float) -> str:
    """A duration as kubectl shows ages: two units below ten of the larger one, else one (`90s`, `5m`, `3h12m`, `4d`)."""
    whole = max(0, int(seconds))
    if whole < 120:
        return f"{whole}s"
    for size, unit, small, part in ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if whole >= 2 * size or (size > 60 and whole >= size):
            count, rest = divmod(whole, size)
            extra = rest // small
            return f"{count}{unit}{extra}{part}" if count < 10 and extra else f"{count}{unit}"
    return f"{whole}s"
