from time import process_time

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from diag.tui.logs.rows import rows


def test_wrapping() -> None:
    assert rows("abcdefgh", 0, 3, 9) == ["abc", "def", "gh"]
    assert rows("abcdef", 0, 3, 9) == ["abc", "def"]
    assert rows("", 0, 3, 9) == [""]
    assert rows("宽宽宽", 0, 3, 9) == ["宽", "宽", "宽"]


def test_what_is_left_out_shows() -> None:
    assert rows("abcdefgh", 0, 3, 2) == ["abc", "de…"]
    assert rows("abcdefgh", 0, 3, 1) == ["ab…"]
    assert rows("abcdefgh", 5, 3, 1) == ["fgh"]
    assert rows("abcdefgh", 90, 3, 1) == [""]


@given(st.text(max_size=200), st.integers(0, 210), st.integers(2, 30), st.integers(1, 9))
def test_rows_fit_and_lose_nothing(text: str, start: int, cells: int, most: int) -> None:
    found = rows(text, start, cells, most)
    assert 1 <= len(found) <= most
    joined = "".join(found)
    assert joined == text[start:] or (joined.endswith("…") and text[start:].startswith(joined[:-1]))
    assert all(cell_len(row) <= cells for row in found if row.isalnum())


def test_a_line_of_a_megabyte_costs_what_is_seen() -> None:
    text, begun = "é\u0301宽" * 350_000, process_time()
    assert len(rows(text, 900_000, 80, 50)) == 50
    assert process_time() - begun < 0.5
