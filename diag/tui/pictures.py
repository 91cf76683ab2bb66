"""Pictures of the session, exported by itself: it is opened where nobody sees it, driven by keys, and drawn as SVG."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from textual.app import App
from textual.pilot import Pilot

from diag.live.feed import Feed
from diag.tui.app import SessionApp
from diag.tui.screens.base import SessionScreen

_REST = 0.1  # seconds, longer than the cursor has to rest on a row before its page is made
_TRIES = 200
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


class Scene(NamedTuple):
    """One picture: its name, the size in columns and rows, and the keys that lead there from the first screen."""

    name: str
    columns: int
    rows: int
    keys: tuple[str, ...] = ()


SCENES = (
    Scene("session", 150, 42),
    Scene("session-fix", 110, 32, ("j", "f")),
    Scene("session-pods", 110, 26, ("colon", "p", "o", "enter")),
    Scene("session-wiring", 110, 24, ("w", "j", "space")),
    Scene("session-logs", 110, 22, ("j", "j", "j", "j", "j", "l", "T")),
    Scene("session-top", 110, 22, ("t",)),
)


def draw(feed: Callable[[], Feed], place: Path, scenes: Sequence[Scene] = SCENES) -> list[Path]:
    """Draw the scenes into files below `place`, and name them. Raises OSError, and what ends a session early."""
    return [asyncio.run(_draw(feed(), scene, place)) for scene in scenes]


async def _draw(feed: Feed, scene: Scene, place: Path) -> Path:
    app: SessionApp = SessionApp([feed], environ={"HOME": "/nonexistent"}, now=lambda: _moment(app))
    async with app.run_test(size=(scene.columns, scene.rows)) as pilot:
        await settle(app, pilot)
        for key in scene.keys:
            await pilot.press(key)
            await settle(app, pilot)
        file = place / f"{scene.name}.svg"
        file.write_text(exported(app), encoding="utf-8")
    return file


def exported(app: App[Any]) -> str:
    """The screen as SVG, without the addresses of fonts: a picture asks nobody for anything."""
    return _FONTS.sub("", app.export_screenshot(title="mondiag"))


async def settle(app: SessionApp, pilot: Pilot[Any]) -> None:
    """Wait until something was read and nothing is on its way to the screen any more; an answer may be a question."""
    for _ in range(_TRIES):
        await pilot.pause(_REST)
        if not _busy(app) and all(view is not None and view.report is not None for view in app.views):
            await pilot.pause()
            if not _busy(app):
                return


def _busy(app: SessionApp) -> bool:
    return app.asking or (isinstance(app.screen, SessionScreen) and app.screen.resting)


def _moment(app: SessionApp) -> datetime:
    """The time of the recording, so that the pictures change only when what is in them does."""
    view = app.views[0]
    snapshot = view.snapshot if view is not None else None
    return snapshot.taken_at if snapshot is not None else datetime(2000, 1, 1)
