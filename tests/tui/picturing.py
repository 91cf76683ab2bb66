"""Pictures of screens: what the session exports is held against the one that is kept, to the letter.

`MONDIAG_PICTURES=write pytest tests/tui` keeps what is exported now; look at each before it is committed.
"""

import os
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from diag.tui.pictures import exported, settle

PLACE = Path(__file__).parent / "pictures"
SIZES = ((80, 24), (120, 40), (200, 60))
_PATIENCE = 20.0  # seconds
_CLIPS = re.compile(r'<clipPath id="t-line-.*?</clipPath>\s*| clip-path="url\(#t-line-\d+\)"', re.DOTALL)
_GROUNDS = re.compile(r'<rect fill="(#\w+)" x="[^>]*" shape-rendering="crispEdges"/>')
_BEGIN = '<g transform="translate(9, 41)" clip-path="url(#t-clip-terminal)">'


async def same_picture(app: App[Any], pilot: Pilot[Any], name: str) -> None:
    """Assert that the screen looks as it did, now or once what is on its way has come."""
    width, height = app.size
    file = PLACE / f"{name}-{width}x{height}.svg"
    if os.environ.get("MONDIAG_PICTURES") == "write":
        await settle(app, pilot)  # type: ignore[arg-type]
        PLACE.mkdir(exist_ok=True)
        file.write_text(drawn(app), encoding="utf-8")
    assert file.exists(), f"there is no {file.name}: see {__file__}"
    kept, end = file.read_text(encoding="utf-8"), time.monotonic() + _PATIENCE
    while drawn(app) != kept:
        assert time.monotonic() < end, f"{file.name} looks different now: see {__file__}"
        await pilot.pause(0.02)


def drawn(app: App[Any]) -> str:
    """The picture, smaller: lines are not clipped, the background is one, and no name depends on what is drawn."""
    picture = exported(app)
    found = re.search(r"terminal-\d+", picture)
    assert found is not None
    picture = _CLIPS.sub("", picture.replace(found[0], "t")).replace("&#160;", "\u00a0")
    ground = Counter(_GROUNDS.findall(picture)).most_common(1)[0][0]
    plain = _GROUNDS.sub(lambda rect: "" if rect[1] == ground else rect[0], picture)
    return plain.replace(_BEGIN, f'{_BEGIN}<rect fill="{ground}" width="100%" height="100%"/>', 1)
