import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from diag.tui.state import MOST_CHARACTERS, MOST_FILTERS, MOST_NAMES, LogMemory, Sort, State, load, save, state_file

FULL = (
    State(theme="nord", logs=LogMemory(wrap=True, times=True))
    .in_context("prod", ("shop", "ci"), recorded=False)
    .sorted_by("pods", "restarts", reverse=True)
    .hiding("nodes", ("version",))
    .filtered("findings", "sev:high", taken=True)
)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path)}


def broken(environ: dict[str, str], text: bytes) -> Path:
    file = state_file(environ)
    file.parent.mkdir(parents=True)
    file.write_bytes(text)
    return file


def test_nothing_is_remembered_at_first(environ: dict[str, str]) -> None:
    assert load(environ) == (State(), "")


def test_what_is_saved_is_loaded(environ: dict[str, str]) -> None:
    assert save(FULL, environ) == ""
    assert load(environ) == (FULL, "")


def test_it_is_of_this_user_alone(environ: dict[str, str], tmp_path: Path) -> None:
    save(FULL, environ)
    file = tmp_path / "mondiag" / "session.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert os.listdir(file.parent) == ["session.json"]


@pytest.mark.parametrize("named", ["", "relative/path"])
def test_without_a_folder_of_its_own_it_is_below_the_home(named: str, tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "XDG_STATE_HOME": named}
    assert state_file(environ) == tmp_path / ".local" / "state" / "mondiag" / "session.json"


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b'{"theme": 1}', b'{"sorts": {"pods": "name"}}', b"\xff\xfe", b" " * 1_000_001]
)
def test_what_is_no_state_is_put_aside_and_said(text: bytes, environ: dict[str, str]) -> None:
    file = broken(environ, text)
    state, fault = load(environ)
    assert state == State()
    assert fault.startswith(f"{file} cannot be read, so the session starts anew: ")
    assert fault.endswith("; it is kept as session.json.bad")
    assert "\n" not in fault
    assert file.with_name("session.json.bad").read_bytes() == text
    assert load(environ) == (State(), "")


def test_what_cannot_be_read_is_said(environ: dict[str, str]) -> None:
    state_file(environ).mkdir(parents=True)
    state, fault = load(environ)
    assert (state, "Is a directory" in fault) == (State(), True)


def test_what_a_later_version_remembers_is_passed_over(environ: dict[str, str]) -> None:
    broken(environ, b'{"theme": "nord", "more": {"x": 1}}')
    assert load(environ) == (State(theme="nord"), "")


def test_control_characters_do_not_come_back(environ: dict[str, str]) -> None:
    broken(environ, rb'{"filters": {"pods": {"text": "a\u001b[2Jb"}}}')
    assert load(environ).state.filters["pods"].text == "a\ufffd[2Jb"


def test_what_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    fault = save(State(), {"XDG_STATE_HOME": str(tmp_path / "file")})
    assert fault.startswith(f"{tmp_path}/file/mondiag/session.json cannot be written")
    assert "Not a directory" in fault


def test_a_folder_in_its_place_is_one_line_and_leaves_nothing_behind(environ: dict[str, str]) -> None:
    file = state_file(environ)
    file.mkdir(parents=True)
    assert "cannot be written" in save(State(), environ)
    assert os.listdir(file.parent) == ["session.json"]


def test_a_name_that_is_not_utf_8_is_one_line(environ: dict[str, str]) -> None:
    assert "cannot be written" in save(State(theme="\udc80"), environ)


def test_sessions_that_save_at_once_leave_a_whole_file(environ: dict[str, str]) -> None:
    def work(number: int) -> str:
        wide = State().hiding("pods", tuple(f"column-{number}" for _ in range(1000)))
        return "".join(save(wide, environ) + load(environ).fault for _ in range(20))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(8))) == {""}
    columns = set(json.loads(state_file(environ).read_bytes())["hidden"]["pods"])
    assert len(columns) == 1


def test_a_recording_is_no_place_to_come_back_to() -> None:
    assert FULL.in_context("demo", (), recorded=True) == FULL
    assert FULL.in_context("dev", ("a",), recorded=False).namespaces == {"prod": ("shop", "ci"), "dev": ("a",)}


def test_a_filter_is_history_once_it_is_taken() -> None:
    state = State()
    for text in ("a", "ab", "abc"):
        state = state.filtered("pods", text)
    assert (state.filters["pods"].text, state.filters["pods"].history) == ("abc", ())
    for text in ("abc", "x", "abc", " "):
        state = state.filtered("pods", text, taken=True)
    assert (state.filters["pods"].text, state.filters["pods"].history) == (" ", ("abc", "x"))


def test_it_does_not_grow_without_end() -> None:
    state = State()
    for number in range(300):
        state = state.filtered("pods", f"f{number}", taken=True).sorted_by(f"t{number}", "name", reverse=False)
        state = state.in_context(f"c{number}", tuple(f"n{each}" for each in range(300)), recorded=False)
    assert len(state.filters["pods"].history) == MOST_FILTERS
    assert list(state.sorts) == [f"t{number}" for number in range(300 - MOST_NAMES, 300)]
    assert (len(state.namespaces), len(state.namespaces["c299"])) == (MOST_NAMES, MOST_NAMES)
    assert state.filtered("pods", "x" * (MOST_CHARACTERS + 1)) == state


def test_what_was_used_last_stays_longest() -> None:
    state = State().sorted_by("first", "name", reverse=False)
    for number in range(MOST_NAMES - 1):
        state = state.sorted_by(f"t{number}", "name", reverse=False)
    state = state.sorted_by("first", "age", reverse=True).sorted_by("last", "name", reverse=False)
    assert state.sorts["first"] == Sort("age", True)
    assert "t0" not in state.sorts
