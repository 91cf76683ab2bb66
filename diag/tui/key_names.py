"""The names of keys: Textual's words, or the character that a key types."""

import unicodedata

SPECIAL = (
    *("enter", "escape", "tab", "space", "backspace", "delete", "insert"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *(f"f{number}" for number in range(1, 25)),
)
_MODIFIERS = {"alt", "ctrl", "shift"}
# Where Textual departs from the names of Unicode (textual.keys, KEY_NAME_REPLACEMENTS).
_COMMON = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


def character_name(character: str) -> str:
    """The name of the key that types this printable character: `question_mark` for `?`, `G` for `G`."""
    if character.isalnum():
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return _COMMON.get(name, name)


_CHARACTERS = {character_name(chr(code)): chr(code) for code in range(0x21, 0x7F)}
NAMES = {*_CHARACTERS, *SPECIAL}


def typed(key: str) -> str:
    """A key for a reader: `?` for `question_mark`, and what types nothing by its name."""
    return _CHARACTERS.get(key, key)


def key_name(text: str) -> str | None:
    """The key that is meant, as Textual calls it; None when there is no such key.

    A terminal sends `G` and never `shift+g`, and no capitals with Ctrl or Alt.
    """
    *modifiers, key = text.split("+") if len(text) > 1 else [text]
    if len(key) == 1 and key.isprintable():
        key = character_name(key)
    elif key not in NAMES:
        return None
    if not modifiers:
        return key
    if not set(modifiers) <= _MODIFIERS or key != key.lower() or (modifiers == ["shift"] and key not in SPECIAL):
        return None
    return "+".join([*sorted(set(modifiers)), key])


def suggestions() -> list[str]:
    """What could have been meant by a name that is none."""
    controls = [f"ctrl+{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    return [*SPECIAL, *_CHARACTERS, *controls, *(f"shift+{key}" for key in SPECIAL)]
