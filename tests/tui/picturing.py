"""Pictures of screens: what the session exports is held against the one that is kept, to the letter.

`MONDIAG_PICTURES=write pytest tests/tui` keeps what is exported now; look at each before it is committed.
"""

import os
from pathlib import Path
from typing import Any

from textual.app import App

from diag.tui.pictures import exported

PLACE = Path(__file__).parent / "pictures"
SIZES = ((80, 24), (120, 40), (200, 60))


def same_picture(app: App[Any], name: str) -> None:
    """Assert that the screen looks as it did."""
    width, height = app.size
    file = PLACE / f"{name}-{width}x{height}.svg"
    drawn = exported(app)
    if os.environ.get("MONDIAG_PICTURES") == "write":
        PLACE.mkdir(exist_ok=True)
        file.write_text(drawn)
    assert file.exists(), f"there is no {file.name}: see {__file__}"
    assert drawn == file.read_text(), f"{file.name} looks different now: see {__file__}"
