import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from diag.tui.fit import Placed, cut, cut_front, fit
from diag.tui.tables.column import Column

COLUMNS = (
    Column("ns", "NAMESPACE", 10),
    Column("name", "NAME", 20, grows=True),
    Column("ip", "IP", 8, optional=2),
    Column("node", "NODE", 12, grows=True, optional=1),
    Column("age", "AGE", 4, right=True),
)


@pytest.mark.parametrize(
    ("room", "placed"),
    [
        (80, [(0, 0, 10), (1, 11, 34), (2, 46, 8), (3, 55, 20), (4, 76, 4)]),  # 22 cells more, shared
        (79, [(0, 0, 10), (1, 11, 34), (2, 46, 8), (3, 55, 19), (4, 75, 4)]),  # the first takes the odd one
        (58, [(0, 0, 10), (1, 11, 20), (2, 32, 8), (3, 41, 12), (4, 54, 4)]),  # as wide as they are
        (42, [(0, 0, 10), (1, 11, 10), (2, 22, 8), (3, 31, 6), (4, 38, 4)]),  # half of what grows
        (41, [(0, 0, 10), (1, 11, 15), (3, 27, 9), (4, 37, 4)]),  # without the highest optional
        (32, [(0, 0, 10), (1, 11, 16), (4, 28, 4)]),
        (10, [(0, 0, 10), (1, 11, 10), (4, 22, 4)]),  # what always stays reaches beyond
        (0, [(0, 0, 10), (1, 11, 10), (4, 22, 4)]),
    ],
)
def test_columns_share_the_room(room: int, placed: list[tuple[int, int, int]]) -> None:
    assert fit(COLUMNS, room) == tuple(Placed(*one) for one in placed)


def test_no_columns_need_no_room() -> None:
    assert fit((), 80) == ()


@pytest.mark.parametrize(
    ("text", "width", "right", "shown"),
    [
        ("web", 5, False, "web  "),
        ("web", 5, True, "  web"),
        ("web-1", 5, False, "web-1"),
        ("web-10", 5, False, "web-…"),
        ("web", 0, False, ""),
        ("web", 1, False, "…"),
        ("日本語", 6, False, "日本語"),
        ("日本語", 5, False, "日本…"),
        ("日本語", 4, False, "日 …"),
        ("e\u0301e\u0301", 3, False, "e\u0301e\u0301 "),
        ("a\nb\tc", 6, False, "a b c "),
        ("\x1b[31m\u202e!", 9, False, "\ufffd[31m\ufffd!  "),
        ("x" * 1_000_000, 4, False, "xxx…"),
        ("\u0301" * 1_000_000, 2, False, "\u0301" * 8 + " …"),
    ],
)
def test_a_text_fills_its_cells(text: str, width: int, right: bool, shown: str) -> None:
    assert cut(text, width, right) == shown


TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("e☁日\u0301\ufe0f\u200d\u202e")), max_size=40)


@given(TEXTS, st.integers(0, 12), st.booleans())
def test_whatever_the_text_its_cells_are_filled_exactly(text: str, width: int, right: bool) -> None:
    assert cell_len(cut(text, width, right)) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("shop/web", 10, "shop/web  "),
        ("messaging/mailer-1", 12, "…ng/mailer-1"),
        ("漢字/漢字漢字", 8, "…字漢字 "),
        ("x" * 1_000_000 + "end", 5, "…xend"),
        ("a\nb", 5, "a b  "),
        ("anything", 1, "…"),
        ("", 3, "   "),
    ],
)
def test_of_a_place_the_end_stays(text: str, width: int, shown: str) -> None:
    assert cut_front(text, width) == shown
    assert cell_len(cut_front(text, width)) == width
