"""Fast fingers, and slow lines: keys that come all at once go where they were meant to."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events

from diag.tui.app import SessionApp
from diag.tui.pictures import settle
from diag.tui.screens.object import ObjectScreen
from diag.tui.screens.objects import ObjectsScreen
from diag.tui.widgets.prompt import Prompt
from tests.tui.feeds import FakeFeed, demo, view

_NAMES = {":": "colon", "/": "slash", "\r": "enter", "\x10": "ctrl+p", "\x1b": "escape"}


def after(keys: str, home: Path, look: Callable[[SessionApp, FakeFeed], None]) -> None:
    """Look at the session after these keys, none of which was waited for."""

    async def run() -> None:
        feed = FakeFeed(view(demo()))
        app = SessionApp([feed], now=lambda: demo().taken_at, environ={"HOME": str(home)})
        async with app.run_test(size=(100, 30)) as pilot:
            await settle(app, pilot)
            for key in keys:
                app.post_message(events.Key(_NAMES.get(key, key), key))
            await settle(app, pilot)
            await settle(app, pilot)
            look(app, feed)

    asyncio.run(run())


def test_a_command_is_not_taken_for_keys_of_the_table(tmp_path: Path) -> None:
    def look(app: SessionApp, feed: FakeFeed) -> None:
        assert isinstance(app.screen, ObjectsScreen)
        assert app.screen.plural == "pods"
        assert feed.asked == []  # `p` would have held the screen still

    after(":pods\r", tmp_path, look)


def test_what_is_typed_behind_a_command_is_for_where_it_leads(tmp_path: Path) -> None:
    def look(app: SessionApp, feed: FakeFeed) -> None:
        assert isinstance(app.screen, ObjectsScreen)
        assert [pod.metadata.name for pod in app.screen.table.rows] == ["postgres-0"]

    after(":pods\r/postgres\r", tmp_path, look)


def test_enter_behind_a_command_opens_the_first_row(tmp_path: Path) -> None:
    def look(app: SessionApp, feed: FakeFeed) -> None:
        assert isinstance(app.screen, ObjectScreen)
        assert app.screen.target() is not None
        assert app.screen.target().key.kind == "Node"  # type: ignore[union-attr]

    after(":nodes\r\r", tmp_path, look)


@pytest.mark.parametrize(("keys", "opened"), [(":po\r\x10", ["pods"]), (":po\x1b\x10", []), ("/web\r\x10", [])])
def test_a_prompt_is_put_away_whatever_lies_over_it_by_then(keys: str, opened: list[str], tmp_path: Path) -> None:
    def look(app: SessionApp, feed: FakeFeed) -> None:
        assert [screen.plural for screen in app.screen_stack if isinstance(screen, ObjectsScreen)] == opened
        for prompt in [one for screen in app.screen_stack for one in screen.query(Prompt)]:
            assert not prompt.display
            assert prompt.close() == []

    after(keys, tmp_path, look)
