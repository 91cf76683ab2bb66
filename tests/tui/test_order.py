from hypothesis import given
from hypothesis import strategies as st

from diag.tui.order import ordered

ROWS = [("a", 2), ("b", None), ("c", 1), ("d", 2), ("e", None)]


def test_equals_keep_their_order_and_what_has_no_value_comes_last_both_ways() -> None:
    assert "".join(name for name, _ in ordered(ROWS, lambda row: row[1])) == "cadbe"
    assert "".join(name for name, _ in ordered(ROWS, lambda row: row[1], reverse=True)) == "adcbe"


@given(st.lists(st.integers(0, 9)))
def test_it_sorts(values: list[int]) -> None:
    assert ordered(values, lambda value: value) == sorted(values)
