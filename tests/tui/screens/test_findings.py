from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.widgets import Input

from diag.model.course import Course
from diag.tui.screens.findings import TABS
from diag.tui.state import load
from diag.tui.widgets.detail import Detail
from diag.tui.widgets.page import PageView
from diag.tui.widgets.prompt import Prompt
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import demo, view


def titles(hand: Hand) -> list[str]:
    return [row.finding.title for row in hand.table.rows if hasattr(row, "finding")]


def tab(hand: Hand) -> str:
    return str(hand.screen.query_one(Detail).tab)


def test_it_begins_with_the_worst_and_tells_why() -> None:
    async def act(hand: Hand) -> None:
        await hand.until(lambda: "From cause to symptoms" in hand.page)
        assert titles(hand)[0] == "The volume of claim data-postgres-0 is gone"
        assert hand.drawn("Table")[1].startswith("! critical")
        assert "None of the pods of service postgres is ready" in hand.page

    drive(act)


def test_each_tab_tells_its_part() -> None:
    course = Course("search", ((0.0, 0.1), (60.0, 0.2)), ((0.0, 1e8), (60.0, 1.5e8)))
    said = {
        "Why": "What happened",
        "Evidence": "container.last_exit.reason",
        "Events": "BackOff",
        "Logs": "heap unbounded",
        "Metrics": "the last hour",
        "Fix": "kubectl set resources",
        "YAML": "apiVersion: v1",
    }

    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press(*"jjjjj")
        for number, name in enumerate(TABS, 1):
            await hand.press(str(number))
            assert tab(hand) == name
            await hand.until(lambda name=name: said[name] in hand.page)

    drive(act, [shows(view(demo()), courses=(course,))])


def test_what_cannot_be_measured_is_said_on_the_page() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press("5")
        await hand.until(lambda: "there is no Prometheus that could tell" in hand.page)

    drive(act)


def test_the_tab_stays_from_finding_to_finding() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press("6")
        await hand.until(lambda: hand.page.startswith("1. "))
        first = hand.page
        await hand.press("j")
        await hand.until(lambda: hand.page.startswith("1. ") and hand.page != first)
        assert tab(hand) == "Fix"

    drive(act)


def test_escape_goes_back_step_by_step_and_never_ends_the_session() -> None:
    feed = shows(view(demo()))

    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press("slash", *"shop", "enter", "tab")
        assert isinstance(hand.app.focused, PageView)
        await hand.press("escape")
        assert hand.app.focused is hand.table
        assert hand.note.startswith("/ shop")
        await hand.press("escape")
        assert hand.note == ""
        await hand.press("escape", "escape", "escape")
        assert feed.asked == []
        assert hand.app.is_running

    drive(act, [feed])


def test_the_filter_picks_while_it_is_typed() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        before = titles(hand)
        await hand.press("slash", *"grafana")
        await hand.until(lambda: len(titles(hand)) == 1)
        await hand.press("escape")
        await hand.until(lambda: titles(hand) == before)
        assert hand.note == ""
        await hand.press("slash", *"sev:critical", "enter")
        await hand.until(lambda: len(titles(hand)) == 1)
        assert hand.note.startswith("/ sev:critical")
        assert hand.app.focused is hand.table

    drive(act)


def test_the_cursor_is_on_the_first_row_that_the_filter_leaves() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press(*"jjjj", "slash", *"sev:high", "enter")
        assert hand.table.cursor == 0
        assert hand.row.finding.severity == "critical"

    drive(act)


def test_escape_restores_the_filter_that_was_there() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press("slash", *"shop", "enter")
        found = titles(hand)
        await hand.press("slash", *" nothing at all")
        await hand.until(lambda: titles(hand) == [])
        assert "no finding is left by the filter" in "".join(hand.drawn("Table")) or hand.table.rows
        await hand.press("escape")
        await hand.until(lambda: titles(hand) == found)
        assert hand.note.startswith("/ shop ")

    drive(act)


@pytest.mark.parametrize(
    ("size", "grows"), [((80, 24), True), ((100, 31), True), ((120, 40), False), ((160, 24), False)]
)
def test_the_pane_takes_most_of_a_low_screen_while_it_is_read(size: tuple[int, int], grows: bool) -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        page = hand.screen.query_one(PageView)
        before = page.size.height
        await hand.press(*"jjjjjjj", "enter")
        await hand.until(lambda: (page.size.height > before) == grows)
        assert page.size.height == (size[1] - 6 if grows else before)
        top = hand.table.scroll_offset.y
        assert top <= hand.table.cursor < top + hand.table.size.height - 1
        await hand.press("escape")
        await hand.until(lambda: page.size.height == before)

    drive(act, size=size)


@pytest.mark.parametrize(
    ("text", "said"),
    [("sev:hihg", "hihg"), ("age<soon", "soon"), ("restarts>1", "restarts")],
)
def test_what_is_wrong_with_a_filter_is_said(text: str, said: str) -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press("slash", *text)
        await hand.press("enter")
        await hand.until(lambda: said in hand.note.partition(" of ")[2])

    drive(act)


def test_filters_that_were_used_are_offered_and_the_next_session_has_them_as_history(tmp_path: Path) -> None:
    async def first(hand: Hand) -> None:
        await hand.read()
        await hand.press("slash", *"shop", "enter", "slash")
        prompt = hand.screen.query_one(Prompt)
        assert prompt.query_one(Input).value == "shop"
        await hand.press("escape", "q")

    async def second(hand: Hand) -> None:
        await hand.read()
        assert hand.note == ""
        assert len(titles(hand)) > 10
        await hand.press("slash")
        await hand.until(lambda: any("shop" in line and "used before" in line for line in hand.drawn("#offers")))
        await hand.press("down", "enter")
        await hand.until(lambda: hand.note.startswith("/ shop"))

    drive(first, home=tmp_path)
    drive(second, home=tmp_path)


def test_order_columns_and_theme_are_remembered(tmp_path: Path) -> None:
    async def first(hand: Hand) -> None:
        await hand.read()
        await hand.press("s", "s", "S")
        await hand.command("hide age")
        await hand.command("theme nord")
        await hand.press("q")

    async def second(hand: Hand) -> None:
        await hand.read()
        assert (hand.table.sorted_by, hand.table.reverse) == ("title", True)
        assert "AGE" not in hand.drawn("Table")[0]
        assert "WHAT▼" in hand.drawn("Table")[0]
        assert titles(hand) == sorted(titles(hand), reverse=True)
        assert hand.app.theme == "nord"

    drive(first, home=tmp_path)
    assert load({"HOME": str(tmp_path)}).state.theme == "nord"
    drive(second, home=tmp_path)


def test_symptoms_unfold_under_their_cause_and_fold_from_one_of_them() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        before = titles(hand)
        await hand.press("space")
        assert len(titles(hand)) == len(before) + 11
        assert hand.table.cursor == 0
        await hand.press("j", "space")
        assert titles(hand) == before

    drive(act)


def test_the_mouse_chooses_rows_tabs_and_headings() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.pilot.click("Table", offset=(20, 4))
        assert hand.table.cursor == 3
        strip = hand.drawn("TabStrip")[0]
        await hand.pilot.click("TabStrip", offset=(strip.index("Fix") + 1, 0))
        assert tab(hand) == "Fix"
        await hand.pilot.click("Table", offset=(hand.drawn("Table")[0].index("WHAT") + 1, 0))
        assert hand.table.sorted_by == "title"
        await hand.pilot.click("Table", offset=(20, 2), times=2)
        await hand.until(lambda: isinstance(hand.app.focused, PageView))

    drive(act)


def test_tab_goes_into_the_pane_and_back() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        for wanted in ("PageView", "Table", "PageView"):
            await hand.press("tab")
            assert type(hand.app.focused).__name__ == wanted
        await hand.press("escape", "enter")
        assert isinstance(hand.app.focused, PageView)

    drive(act)


def test_the_copy_key_copies_exactly_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    async def act(hand: Hand) -> None:
        monkeypatch.setattr(hand.app, "copy_to_clipboard", copied.append)
        await hand.read()
        for _ in hand.table.rows:
            row: Any = hand.table.row
            await hand.press("C")
            if hasattr(row, "finding"):
                finding = row.finding
                kubectl = [fix.kubectl for fix in finding.fixes if fix.kubectl]
                assert copied[-1] == (kubectl or [finding.diagnose[0].command])[0]
            await hand.press("j")

    drive(act)
    assert len(copied) == 13


def test_keys_that_were_set_work_instead_of_the_others() -> None:
    feed = shows(view(demo()))

    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press("j", "t", "x")
        assert (hand.table.cursor, type(hand.screen).__name__) == (0, "TopScreen")
        await hand.press("escape", "question_mark")
        await hand.until(lambda: "  x  " in hand.page)
        assert "ctrl+n, down" in hand.page
        await hand.press("escape", "ctrl+n")
        assert hand.table.cursor == 1
        await hand.press("q", "ctrl+q")
        await hand.until(lambda: feed.asked == ["close"])

    keys = {"app.top": "x", "table.down": "ctrl+n,down", "app.quit": "ctrl+q"}
    drive(act, [feed], keys=keys)


def test_nothing_found_leaves_an_empty_page() -> None:
    calm = msgspec.structs.replace(demo(), objects={"pods": []}, logs={}, metrics=(), gaps=())

    async def act(hand: Hand) -> None:
        await hand.read()
        assert hand.drawn("Table")[1] == "nothing unhealthy"
        await hand.press("d", "l", "f", "w", "C", "enter", "space", "escape", "j", "k", "G")
        assert hand.page == ""
        assert len(hand.app.screen_stack) == 1
        assert hand.said == ["there is nothing under the cursor that writes a log"]

    drive(act, [shows(view(calm))])
