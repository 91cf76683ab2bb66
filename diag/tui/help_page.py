"""What `?` shows: what has the focus is good for, the keys that work there, and what a filter may say."""

from collections.abc import Mapping, Sequence

from diag.tui.actions import ACTIONS, PLACES
from diag.tui.filter import NAMES
from diag.tui.key_names import typed
from diag.tui.story.line import BLANK, Line, Page, said, section

_WIDEST = 22  # cells of the keys of one action


def help_page(about: str, places: Sequence[str], keymap: Mapping[str, str], names: Sequence[str]) -> Page:
    """The page: `about` in words, the keys of these places (as in `PLACES`) with those that were set, and the terms of
    a filter that the rows there have."""
    page = said(about)
    for place in places:
        lines = [_key_line(keymap.get(one.id, one.keys), one.title) for one in ACTIONS if one.place == place]
        page += section(f"Keys {PLACES[place]}", lines)
    if names:
        terms = [_key_line(name, why) for name, why in NAMES.items() if name in names]
        page += section("What a filter may say besides words; a - before it turns it around", terms)
    return [*page, BLANK, *said("Esc or ? goes back. All keys: docs/keys.md; they can be set in keys.toml.", "dim")]


def _key_line(keys: str, what: str) -> Line:
    shown = ", ".join(map(typed, keys.split(",")))
    return Line(((f"  {shown:<{_WIDEST}} ", "bold"), (what, "")), " " * (_WIDEST + 3))
