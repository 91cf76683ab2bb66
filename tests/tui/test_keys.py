import asyncio
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from textual.binding import Binding
from textual.keys import Keys, _character_to_key

import diag.tui
from diag.cli.main import main
from diag.errors import KeysError
from diag.tui.actions import ACTIONS, PLACES
from diag.tui.key_names import NAMES, SPECIAL, character_name, key_name
from diag.tui.key_page import keys_cell, page
from diag.tui.keys import DEFAULTS, QUIT, load_keys

DOCS = Path(__file__).resolve().parents[2] / "docs"


def keys_of(tmp_path: Path, text: str) -> dict[str, str]:
    file = tmp_path / "mondiag" / "keys.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return load_keys({"XDG_CONFIG_HOME": str(tmp_path)})


def faults(tmp_path: Path, text: str) -> list[str]:
    """What is wrong, without the name of the file."""
    with pytest.raises(KeysError) as raised:
        keys_of(tmp_path, text)
    file = f"{tmp_path}/mondiag/keys.toml"
    assert all(fault.startswith(file) for fault in raised.value.faults)
    return [fault.removeprefix(file).removeprefix(":").strip() for fault in raised.value.faults]


def bindings() -> Iterator[Binding]:
    """All that the modules of the session bind."""
    for found in pkgutil.walk_packages(diag.tui.__path__, "diag.tui."):
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == found.name:
                for each in vars(value).get("BINDINGS", ()):
                    yield each if isinstance(each, Binding) else Binding(*each)


def test_every_binding_is_an_action_with_its_keys() -> None:
    bound: dict[str, set[str]] = {}
    for binding in bindings():
        assert binding.id, f"{binding} has no id, so it cannot be set"
        names = {key_name(key) or "" for key in binding.key.split(",")}
        bound.setdefault(binding.id, set()).update(names)
    assert bound == {action.id: set(action.keys.split(",")) for action in ACTIONS}


def test_the_table_holds_together() -> None:
    assert len(DEFAULTS) == len(ACTIONS)
    for action in ACTIONS:
        assert action.place in PLACES
        assert action.where
        assert [key_name(key) for key in action.keys.split(",")] == action.keys.split(",")
    assert {action.place for action in ACTIONS} == set(PLACES)
    assert set(QUIT) <= set(DEFAULTS)


def test_the_page_is_what_is_generated() -> None:
    assert (DOCS / "keys.md").read_text(encoding="utf-8") == page(), "run: python -m diag.tui.key_page > docs/keys.md"


def test_the_page_has_every_action_in_a_whole_row() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(ACTIONS)
    assert all(row.count("|") == 4 for row in rows)
    assert keys_cell("question_mark,ctrl+f,vertical_line") == "`?`, `ctrl+f`, `\\|`"


def test_characters_are_named_as_textual_does() -> None:
    for code in range(0x20, 0x7F):
        assert character_name(chr(code)) == _character_to_key(chr(code))
    assert set(SPECIAL) <= {key.value for key in Keys}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("?", "question_mark"),
        ("/", "slash"),
        (":", "colon"),
        (",", "comma"),
        ("+", "plus"),
        ("|", "vertical_line"),
        ("G", "G"),
        ("ö", "ö"),
        ("ctrl+f", "ctrl+f"),
        ("ctrl+/", "ctrl+slash"),
        ("shift+tab", "shift+tab"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("alt+x", "alt+x"),
        ("question_mark", "question_mark"),
        ("pagedown", "pagedown"),
        ("f12", "f12"),
    ],
)
def test_a_key_has_one_name(written: str, name: str) -> None:
    assert key_name(written) == name
    assert name.rpartition("+")[2] in NAMES or len(name) == 1


@pytest.mark.parametrize("written", ["", "ctrl+", "ctrl+F", "shift+g", "hold+x", "F5", "esc", "\n", "q,x", "ctrl+\x1b"])
def test_what_is_no_key_has_no_name(written: str) -> None:
    assert key_name(written) is None


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert load_keys({"HOME": str(tmp_path)}) == {}
    assert keys_of(tmp_path, "") == {}
    assert keys_of(tmp_path, "[keys]\n") == {}


def test_keys_are_set_as_textual_wants_them(tmp_path: Path) -> None:
    text = """
[keys]
"app.quit" = "ctrl+q"
"app.command" = [";", ":", ";"]
app.help = "f1"

[keys.table]
down = ["n", "down"]
"""
    assert keys_of(tmp_path, text) == {
        "app.quit": "ctrl+q",
        "app.command": "semicolon,colon",
        "app.help": "f1",
        "table.down": "n,down",
    }


class Two(App[None]):
    """Has two actions, and says which was asked for."""

    BINDINGS = [Binding("l", "told('logs')", id="app.logs"), Binding("e", "told('events')", id="app.events")]

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def action_told(self, what: str) -> None:
        self.told.append(what)


def test_two_actions_can_change_places(tmp_path: Path) -> None:
    keys = keys_of(tmp_path, '[keys]\n"app.logs" = "e"\n"app.events" = ["l", "$"]\n')

    async def press() -> list[str]:
        app = Two()
        app.set_keymap(keys)
        async with app.run_test() as pilot:
            await pilot.press("e", "l", "dollar_sign")
        return app.told

    assert asyncio.run(press()) == ["logs", "events", "events"]


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = """\
[keys]
"app.qiut" = "x"
"app.help" = "Ctrl+F"
"app.top" = ["shift+t", "f2"]
app.fix = 3
"app.copy" = []
"app.pause" = "question_mark"
[colors]
"""
    assert faults(tmp_path, text) == [
        "8: 'colors' is not known here; keys are set in the table [keys]",
        "2: there is no action 'app.qiut'; did you mean 'app.quit'?",
        "3: app.help: 'Ctrl+F' is not a key; did you mean 'ctrl+f'?",
        "4: app.top: 'shift+t' is not a key; write 'T'",
        '5: app.fix needs a key, like "ctrl+q", or a list of keys',
        '6: app.copy needs a key, like "ctrl+q", or a list of keys',
        "7: '?' cannot be the key of both app.help and app.pause",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[keys]\n\nx = \n", "3: not TOML: Invalid value"),
        ("[keys", "not TOML"),
        ("keys = 1", "1: 'keys' has to be a table: [keys]"),
        ("[kyes]\n", "1: 'kyes' is not known here; did you mean 'keys'?"),
        ('[keys]\n"app.quit\\n\\u001b" = "x"', "there is no action"),
    ],
)
def test_what_is_no_map_of_keys_is_said(text: str, said: str, tmp_path: Path) -> None:
    assert any(said in fault for fault in faults(tmp_path, text))


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "mondiag" / "keys.toml"
    file.mkdir(parents=True)
    with pytest.raises(KeysError, match="cannot be read: Is a directory"):
        load_keys({"XDG_CONFIG_HOME": str(tmp_path)})
    file.rmdir()
    file.write_bytes(b'"\xff"')
    with pytest.raises(KeysError, match="UTF-8"):
        load_keys({"XDG_CONFIG_HOME": str(tmp_path)})


def test_one_way_to_quit_is_left(tmp_path: Path) -> None:
    taken = '[keys]\n"app.quit" = "j"\n"app.quit_at_once" = "k"\n'
    assert faults(tmp_path, taken) == [
        "2: the session could not be quit: all keys of app.quit are also those of other actions"
    ]
    assert keys_of(tmp_path, '[keys]\n"app.quit" = "j"\n') == {"app.quit": "j"}


def test_the_door_says_each_fault_on_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise KeysError(("keys.toml:1: a", "keys.toml:2: b"))

    monkeypatch.setattr("diag.cli.pipeline.read", fail)
    assert main(["scan"]) == 2
    assert capsys.readouterr().err == "mondiag: keys.toml:1: a\nmondiag: keys.toml:2: b\n"
