"""What is drawn, held against what may be drawn: every line as wide as its place, and nothing in it but text."""

import re
from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip

# Controls, bidi and zero-width marks, tags and halves of pairs: written out here, not taken from what is tested.
FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def assert_drawn(app: App[None]) -> None:
    """Every widget that is there, and the screen as a whole."""
    compositor = app.screen._compositor
    _assert_lines(compositor.render_strips(), app.size.width, "the screen")
    for widget in compositor.visible_widgets:
        size = widget.outer_size
        if size:
            _assert_lines(widget.render_lines(Region(0, 0, *size)), size.width, widget)


def _assert_lines(lines: Iterable[Strip], width: int, what: object) -> None:
    for number, strip in enumerate(lines):
        text = strip.text
        assert cell_len(text) == strip.cell_length == width, f"line {number} of {what}: {text!r}"
        assert not FORBIDDEN.search(text), f"line {number} of {what}: {text!r}"
        for segment in strip:
            style = segment.style
            assert segment.control is None
            assert style is None or (style.link is None and "@click" not in style.meta), f"{what}: {text!r}"
