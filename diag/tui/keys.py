"""The keys that the user has set: `keys.toml` in the folder of XDG_CONFIG_HOME."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from diag.errors import KeysError
from diag.model.folders import config_folder
from diag.model.near import hint
from diag.tui.actions import ACTIONS
from diag.tui.key_names import key_name, suggestions, typed

DEFAULTS = {action.id: action.keys for action in ACTIONS}
PLACE_OF = {action.id: action.place for action in ACTIONS}
QUIT = ("app.quit", "app.quit_at_once")


def load_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """The keys that were set, as `App.set_keymap` takes them: id of the binding to keys joined by commas.

    Raises KeysError with everything that is wrong with the file.
    """
    file = config_folder(environ) / "keys.toml"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise KeysError((f"{file}: cannot be read: {error.strerror}",)) from error
    except UnicodeDecodeError as error:
        raise KeysError((f"{file}: not TOML, which is written in UTF-8",)) from error
    reader = _Reader(str(file), text)
    keys = reader.read()
    if reader.faults:
        raise KeysError(tuple(reader.faults))
    return keys


class _Reader:
    """Reads one file. `faults` has a complete line for each thing that is wrong."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self.faults: list[str] = []

    def read(self) -> dict[str, str]:
        """The keys that are set, as far as they make sense."""
        chosen = {}
        for name, value in _flat(self._table()):
            if name not in DEFAULTS:
                self._fault(name, f"there is no action {name!r}{hint(name, DEFAULTS)}")
            elif keys := self._keys(name, value):
                chosen[name] = ",".join(dict.fromkeys(keys))
        self._compare(chosen)
        return chosen

    def _table(self) -> dict[str, Any]:
        try:
            document = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            self._not_toml(str(error))
            return {}
        for name in document.keys() - {"keys"}:
            self._fault(name, f"{name!r} is not known here{hint(name, ['keys'])}; keys are set in the table [keys]")
        table = document.get("keys", {})
        if not isinstance(table, dict):
            self._fault("keys", "'keys' has to be a table: [keys]")
            return {}
        return table

    def _not_toml(self, message: str) -> None:
        """Python tells the place at the end, in words of its own."""
        found = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", message)
        why, line = (found[1], f":{found[2]}") if found else (message, "")
        self.faults.append(f"{self._file}{line}: not TOML: {why}")

    def _keys(self, name: str, value: Any) -> list[str]:
        written = [value] if isinstance(value, str) else value
        if not isinstance(written, list) or not written or not all(isinstance(each, str) for each in written):
            self._fault(name, f'{name} needs a key, like "ctrl+q", or a list of keys')
            return []
        names = [key_name(each) for each in written]
        for each, known in zip(written, names, strict=True):
            if known is None:
                self._fault(name, f"{name}: {each!r} is not a key{_key_hint(each)}")
        return [each for each in names if each]

    def _compare(self, chosen: dict[str, str]) -> None:
        """One key cannot do two things in one place, and one way to quit must always work."""
        users = _users(DEFAULTS | chosen)
        for key, names in users.items():
            for place in {PLACE_OF[name] for name in names}:
                here = [name for name in names if PLACE_OF[name] == place]
                if len(here) > 1:
                    at = next((name for name in here if name in chosen), here[0])
                    self._fault(at, f"{typed(key)!r} cannot be the key of both {' and '.join(here)}")
        if not any(set(names) <= set(QUIT) for names in users.values()):
            at = next((name for name in QUIT if name in chosen), QUIT[0])
            self._fault(at, "the session could not be quit: all keys of app.quit are also those of other actions")

    def _fault(self, name: str, message: str) -> None:
        pattern = rf"""^[ \t]*(?:\[[ \t]*)?(["']?){re.escape(name)}\1[ \t]*[=\]]"""
        found = re.search(pattern, self._text, re.MULTILINE)
        line = f":{self._text.count(chr(10), 0, found.start()) + 1}" if found else ""
        self.faults.append(f"{self._file}{line}: {message}")


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Without quotes, `app.quit = "x"` is a table in a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _users(keys: Mapping[str, str]) -> dict[str, list[str]]:
    """The actions that each key is for."""
    users: dict[str, list[str]] = defaultdict(list)
    for name, joined in keys.items():
        for key in joined.split(","):
            users[key].append(name)
    return users


def _key_hint(written: str) -> str:
    capital = written.removeprefix("shift+")
    if capital != written and len(capital) == 1:
        return f"; write {capital.upper()!r}"
    return hint(written.lower(), suggestions())
