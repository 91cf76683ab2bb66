import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model.units import format_duration, parse_duration, parse_quantity
from tests.model.strategies import fuzz


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("128Mi", 128 * 2**20),
        ("1.5Gi", 1.5 * 2**30),
        (".5Ki", 512),
        ("1Ei", 2**60),
        ("500m", 0.5),
        ("100n", 1e-7),
        ("3u", 3e-6),
        ("2k", 2000),
        ("129M", 129e6),
        ("1E", 1e18),
        ("1e3", 1000),
        ("1E3", 1000),
        ("12e-1", 1.2),
        ("-5", -5),
        ("+5.", 5),
        (" 1 ", 1),
        (7, 7),
        (0.25, 0.25),
        (1e22, 1e22),
    ],
)
def test_quantities(text: str | float, amount: float) -> None:
    assert parse_quantity(text) == pytest.approx(amount, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["", "Mi", "1mi", "1 Mi", "1KiB", "ten", "1e", "1.2.3", "--1", "nan", "1e999", "٣Mi", "1m\n2"]
)
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="quantity"):
        parse_quantity(text)


@fuzz
@given(
    st.text(max_size=12)
    | st.from_regex(r"[+-]?\d{1,30}(\.\d{1,30})?([KMG]i|[munkMGTPE]|[eE]-?\d{1,3})?", fullmatch=True)
)
def test_any_text_is_a_finite_amount_or_no_quantity(text: str) -> None:
    try:
        amount = parse_quantity(text)
    except ValueError:
        return
    assert math.isfinite(amount)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("1h", 3600), ("1h30m", 5400), ("2d", 172800), ("250ms", 0.25), ("1.5h", 5400), ("5m0s", 300)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "90", "s", "1h 30m", "-1h", "1w", "1H", "٣m", "1h30"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration: write 90s"):
        parse_duration(text)


# The first ten are those of apimachinery's own test (pkg/util/duration/duration_test.go).
@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1s"),
        (70, "70s"),
        (190, "3m10s"),
        (70 * 60, "70m"),
        (47 * 3600, "47h"),
        (49 * 3600, "2d1h"),
        ((8 * 24 + 2) * 3600, "8d"),
        (367 * 86400, "367d"),
        ((365 * 2 * 24 + 25) * 3600, "2y1d"),
        ((365 * 8 * 24 + 2) * 3600, "8y"),
        (-3, "0s"),
        (0.9, "0s"),
        (119.9, "119s"),
        (120, "2m"),
        (300, "5m"),
        (600 + 1, "10m"),
        (3 * 3600, "3h"),
        (3 * 3600 + 12 * 60, "3h12m"),
        (9 * 3600 + 5 * 60, "9h"),
        (4 * 86400, "4d"),
        (4 * 86400 + 3599, "4d"),
    ],
)
def test_durations_are_shown_as_kubectl_shows_ages(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


UNITS = {"y": 365 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1}


@fuzz
@given(st.integers(0, 10**10))
def test_what_is_shown_is_at_most_the_duration_and_most_of_it(seconds: int) -> None:
    parts = re.findall(r"(\d+)([ydhms])", format_duration(seconds))
    total = sum(int(number) * UNITS[unit] for number, unit in parts)
    assert total <= seconds <= total * 1.15
