"""The lines of tabs and of hints, and the pane that has both a strip and a page."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

import diag.tui
from diag.tui.story.line import said
from diag.tui.widgets.detail import Detail
from diag.tui.widgets.hints import Hints
from diag.tui.widgets.page import PageView
from diag.tui.widgets.tab_strip import TabStrip

TABS = ("Why", "Evidence", "Fix")
KEYS = (("/", "filter"), ("esc", "back"), ("?", "help"))
Act = Callable[[Pilot[None]], Awaitable[None]]


class PaneApp(App[None]):
    CSS_PATH = Path(diag.tui.__file__).parent / "mondiag.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.tabs: list[str] = []

    def compose(self) -> ComposeResult:
        yield Detail(TABS)
        yield Hints(KEYS)

    def on_detail_tab_changed(self, message: Detail.TabChanged) -> None:
        self.tabs.append(message.tab)


def in_pane(act: Act, width: int = 40) -> PaneApp:
    app = PaneApp()

    async def run() -> None:
        async with app.run_test(size=(width, 8)) as pilot:
            await act(pilot)

    asyncio.run(run())
    return app


@pytest.mark.parametrize(("width", "strip"), [(40, " Why   Evidence   Fix"), (20, "Why Evidence Fix"), (12, "Why 2 3")])
def test_tabs_stand_closer_where_there_is_little_room(width: int, strip: str) -> None:
    async def act(pilot: Pilot[None]) -> None:
        assert str(pilot.app.query_one(TabStrip).render()).rstrip() == strip

    in_pane(act, width)


@pytest.mark.parametrize(("x", "tab"), [(1, "Why"), (8, "Evidence"), (19, "Fix"), (35, None)])
def test_a_click_chooses_the_tab_under_it(x: int, tab: str | None) -> None:
    async def act(pilot: Pilot[None]) -> None:
        await pilot.click(TabStrip, offset=(x, 0))
        await pilot.pause()

    assert in_pane(act).tabs == ([tab] if tab else [])


def test_tabs_turn_round_and_names_that_are_none_do_nothing() -> None:
    async def act(pilot: Pilot[None]) -> None:
        detail = pilot.app.query_one(Detail)
        pilot.app.query_one(PageView).focus()
        await pilot.press("right", "right", "right", "left")
        detail.choose("Nothing")
        await pilot.pause()
        assert detail.tab == "Fix"

    assert in_pane(act).tabs == ["Evidence", "Fix", "Why", "Fix"]


def test_the_pane_shows_pages_as_wide_as_it_has_room() -> None:
    async def act(pilot: Pilot[None]) -> None:
        detail = pilot.app.query_one(Detail)
        detail.show(said("a page"), again=False)
        assert pilot.app.query_one(PageView).text == "a page"
        assert 30 < detail.page_width < 40

    in_pane(act)


@pytest.mark.parametrize(("width", "line"), [(40, " / filter  esc back  ? help"), (22, " esc back  ? help")])
def test_hints_are_as_many_as_there_is_room_for(width: int, line: str) -> None:
    async def act(pilot: Pilot[None]) -> None:
        assert str(pilot.app.query_one(Hints).render()).rstrip() == line

    in_pane(act, width)
