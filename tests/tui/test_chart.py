import math

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from diag.model.course import Points
from diag.tui.chart import Rule, chart, sparkline

MI = 2**20
HOUR = (0.0, 3600.0)
AMOUNTS = st.floats() | st.floats(0, 2**40)


def steady(value: float, missing: range = range(0)) -> Points:
    """A value each 15 seconds of an hour."""
    return tuple((15.0 * step, value) for step in range(241) if step not in missing)


def drawn(points: Points, *rules: Rule, width: int = 46, height: int = 9) -> list[str]:
    return [line.text for line in chart(points, rules, "bytes", HOUR, width, height)]


def dots(row: str) -> list[int]:
    """The cells of a row that the line runs through."""
    return [place for place, letter in enumerate(row) if "\u2800" < letter <= "\u28ff"]


def test_the_scale_begins_at_nothing_and_ends_at_the_highest() -> None:
    rows = drawn(steady(100 * MI), height=4)
    assert [row.partition("│")[0] for row in rows[:-1]] == ["100Mi", "     ", "    0"]


def test_a_steady_value_is_a_line_from_side_to_side() -> None:
    rows = drawn(steady(50 * MI), Rule("limit", 100 * MI))
    (row,) = [row for row in rows if dots(row)]
    assert dots(row) == list(range(row.index("│") + 1, len(row)))
    assert rows.index(row) == 3


def test_a_rise_is_a_line_without_breaks() -> None:
    rows = drawn(((0.0, 0.0), (1800.0, 0.0), (1815.0, 100 * MI), (3600.0, 100 * MI)), height=6)
    touched = [dots(row) for row in rows[:-1]]
    assert all(touched)
    assert touched[0][-1] == 45
    assert touched[-1][0] == 6


def test_nothing_is_drawn_where_points_are_missing() -> None:
    rows = drawn(steady(50 * MI, missing=range(100, 160)))
    (row,) = [row for row in rows if dots(row)]
    blank = [place for place in range(6, len(row)) if place not in dots(row)]
    assert blank == list(range(blank[0], blank[-1] + 1))
    assert 8 <= len(blank) <= 11  # a quarter of forty cells


def test_one_point_is_one_dot() -> None:
    rows = drawn(((1800.0, 100.0 * MI),))
    assert [len(dots(row)) for row in rows] == [1, 0, 0, 0, 0, 0, 0, 0, 0]


def test_rules_are_drawn_at_their_height_with_their_names() -> None:
    rows = drawn(steady(20 * MI), Rule("request", 40 * MI), Rule("limit", 80 * MI))
    assert rows[0].startswith("80Mi│ limit 80Mi ┄┄")
    assert rows[3].startswith("    │ request 40Mi ┄┄")


def test_two_rules_of_one_height_share_a_row() -> None:
    rows = drawn(steady(20 * MI), Rule("request", 80 * MI), Rule("limit", 80 * MI), width=76)
    assert rows[0].startswith("80Mi│ request 80Mi, limit 80Mi ┄")


def test_a_rule_never_hides_the_line() -> None:
    rows = drawn(steady(80 * MI), Rule("limit", 80 * MI))
    assert dots(rows[0])[-1] == len(rows[0]) - 1


def test_a_limit_far_above_does_not_flatten_the_line() -> None:
    rows = drawn(steady(20 * MI), Rule("limit", 2000 * MI))
    assert rows[0].startswith("20Mi│")
    assert "limit 2000Mi ↑" in rows[-1]


def test_limits_are_shown_even_where_nothing_was_measured() -> None:
    assert drawn((), Rule("limit", 80 * MI))[0].startswith("80Mi│ limit 80Mi ┄")


def test_the_last_row_tells_the_times() -> None:
    last = drawn(steady(1.0))[-1]
    assert last.split() == ["60m", "ago", "now"]
    assert last.endswith("now")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 3600), AMOUNTS), max_size=30),
    st.lists(AMOUNTS, max_size=2),
    st.integers(20, 200),
    st.integers(3, 30),
)
def test_whatever_is_measured_fits_the_room(
    points: list[tuple[float, float]], levels: list[float], width: int, height: int
) -> None:
    rules = [Rule(name, level) for name, level in zip(("request", "limit"), levels, strict=False)]
    lines = chart(tuple(sorted(points)), rules, "cores", HOUR, width, height)
    margin = cell_len(lines[0].text.partition("│")[0])
    assert len(lines) == height
    assert {cell_len(line.text) for line in lines[:-1]} == {max(width, margin + 2)}


def test_a_sparkline_stands_on_nothing() -> None:
    assert sparkline([0, 1, 2, 4], 10) == "▁▃▅█"
    assert sparkline([4, 4], 10) == "██"
    assert sparkline([0, 0], 10) == "▁▁"
    assert sparkline([], 10) == ""


def test_a_sparkline_is_measured_against_a_limit() -> None:
    assert sparkline([4, 8, 16], 10, top=8) == "▅██"


def test_of_many_values_a_sparkline_keeps_the_peaks() -> None:
    assert sparkline([0, 8, 0, 0, 0, 0, 4, 0], 4) == "█▁▁▅"


def test_what_is_not_a_number_is_blank_in_a_sparkline() -> None:
    assert sparkline([math.nan, 1, math.inf, 2], 4) == " ▅ █"


@given(st.lists(AMOUNTS, max_size=80), st.integers(0, 40))
def test_a_sparkline_is_no_longer_than_its_room(values: list[float], width: int) -> None:
    assert len(sparkline(values, width)) == min(len(values), width)
