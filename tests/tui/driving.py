"""The session in the hands of a test: opened where nobody sees it, its keys pressed, and waited for."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, Static

from diag.live.feed import Feed
from diag.live.view import View
from diag.tui.app import SessionApp
from diag.tui.widgets.page import PageView
from diag.tui.widgets.table import Table
from tests.tui.feeds import FakeFeed, demo, view

PATIENCE = 20.0  # seconds


class Hand:
    """A hand at the keys, and eyes on the screen."""

    def __init__(self, app: SessionApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> Any:
        return self.app.screen

    @property
    def table(self) -> Table:
        return self.screen.query_one(Table)

    @property
    def row(self) -> Any:
        """What is under the cursor."""
        return self.table.row

    @property
    def page(self) -> str:
        """What the page says."""
        return self.screen.query_one(PageView).text

    @property
    def note(self) -> str:
        """What is said of the filter; empty where there is none."""
        found = self.screen.query_one("#filter-note", Static)
        return str(found.render()).strip() if found.display else ""

    @property
    def said(self) -> list[str]:
        """Words on what happened."""
        return [one.message for one in self.app._notifications]

    def drawn(self, of: str = "") -> list[str]:
        """The lines of the screen, or of the first widget that is called so."""
        lines = self.screen._compositor.render_strips()
        region = self.screen.query(of).first().region if of else self.screen.region
        return [line.text[region.x : region.right].rstrip() for line in lines[region.y : region.bottom]]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def command(self, text: str) -> None:
        """As `:` and the text would."""
        self.app.action_command(text)
        await self.until(lambda: isinstance(self.app.focused, Input))
        await self.press("enter")

    async def until(self, true: Callable[[], Any]) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, "\n".join(self.drawn())
            await self.pilot.pause(0.01)

    async def read(self) -> None:
        """Wait until all feeds have told what they find, and it is drawn."""
        await self.until(lambda: all(one is not None and one.report is not None for one in self.app.views))
        await self.pilot.pause()


Act = Callable[[Hand], Awaitable[None]]


def drive(
    act: Act, feeds: Sequence[Feed] = (), size: tuple[int, int] = (120, 40), home: Path | None = None, **options: Any
) -> SessionApp:
    """Do that with a session on the feeds, by default the demo; what it remembers is below `home`."""

    async def run(place: str) -> SessionApp:
        environ = {"HOME": str(home or place)}
        shown = list(feeds) or [shows(view(demo()))]
        app = SessionApp(shown, environ=environ, now=lambda: demo().taken_at, **options)
        app.theme = app.kept.theme or "textual-dark"  # on any terminal
        async with app.run_test(size=size) as pilot:
            hand = Hand(app, pilot)
            await hand.until(lambda: app.screen.is_mounted and (app.feeds == [] or app.views[0] is not None))
            await pilot.pause()
            await act(hand)
        return app

    with TemporaryDirectory() as place:
        return asyncio.run(run(place))


def shows(*views: View, name: str = "prod-eu", **more: Any) -> FakeFeed:
    """A feed that shows these."""
    return FakeFeed(*views, name=name, **more)
