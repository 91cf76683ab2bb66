import base64
import os
import random
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tui import hostile
from tests.tui.drawn import FORBIDDEN
from tests.tui.feeds import DEMO
from tests.tui.terminal import SEQUENCE, Terminal, forms, rest

TERMS = {
    "xterm-256color": {"COLORTERM": "truecolor"},
    "screen-256color": {},
    "linux": {},
    "xterm": {"NO_COLOR": "1"},
}
READ = b"2026-11-22 23:17:21"  # the time of the recording, in the line at the top
POD = "orders-575f94ddb6-zp7xw"  # has a log
STILL = 0.05  # seconds of silence after a key
ESCAPE = 0.15  # after which Esc is known not to begin another key
# What is typed, and what comes then.
STEPS: tuple[tuple[str, str], ...] = (
    *((f"{number}", "") for number in range(1, 7)),
    ("7", "apiVersion"),
    (" j j Gg1", ""),
    ("e", "REASON"),
    ("WG", ""),
    ("\x1b", ""),
    ("t", "MEMORY"),
    ("234G1", ""),
    ("\x1b", ""),
    (":po\r", "RESTARTS"),
    (f"/{POD}\r", "Esc clears it"),
    ("l", "follow"),
    ("gTWGmT", ""),
    ("/x\rnN", ""),
    ("\x1b", ""),
    ("\x1b", "RESTARTS"),
    ("\x1b", ""),
    ("Gd", "Summary"),
    ("2 ", ""),
    ("3 j ", ""),
    ("4", "apiVersion"),
    ("\x1b", ""),
    ("\x1b", ""),
    *((f":{kind}\rG\x1b", "") for kind in ("wl", "nodes", "pvc", "svc")),
    ("?", "scroll"),
    ("G\x1b", ""),
    ("\x10ns ", "namespace"),
    ("\x1b", ""),
    ("n\x1b", ""),
)
BUSY = ("j", "7", "e", "\x1b", ":po\r", "G", "d", "3", "\x1b", "?", "\x1b", "t", "l", "\x10", "n")
# What is switched on and off again.
RESET = ("?1049", "?25", "?1000", "?1003", "?1006", "?2004", "?7", "?1004")
SET_AT_REST = ("?25", "?7")  # a cursor that shows, lines that wrap

Begin = Callable[..., Terminal]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.write(tmp_path_factory.mktemp("recording"))


def environ(home: Path, **more: str) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM", "KUBECONFIG")}
    folders = {f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
    return {**known, **folders, "HOME": str(home), "TERM": "xterm-256color", **more}


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts programs at terminals; whatever still runs in the end is killed."""
    begun: list[Terminal] = []

    def start(*arguments: str | Path, size: tuple[int, int] = (120, 40), **more: str) -> Terminal:
        command = [sys.executable, *map(str, arguments)]
        begun.append(Terminal(command, environ(tmp_path, **more), size))
        return begun[-1]

    yield start
    for terminal in begun:
        try:
            os.kill(terminal.pid, signal.SIGKILL)
            os.waitpid(terminal.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            continue


def type_all(*terminals: Terminal) -> None:
    """Go through all screens."""
    for terminal in terminals:
        terminal.until(READ)
    for keys, text in STEPS:
        for terminal in terminals:
            terminal.press(keys.encode())
        for terminal in terminals:
            if text:
                terminal.until(text.encode())
            terminal.read(ESCAPE if keys.endswith("\x1b") else STILL)


def quit_it(terminal: Terminal) -> None:
    terminal.press(b"q")
    assert terminal.end() == 0
    assert_given_back(terminal)


def assert_given_back(terminal: Terminal) -> None:
    """Whatever was switched on was switched off last, and the other way round."""
    for mode in RESET:
        on, off = (terminal.output.rfind(f"\x1b[{mode}{letter}".encode()) for letter in "hl")
        assert (on > off) == (mode in SET_AT_REST) if max(on, off) >= 0 else mode not in SET_AT_REST, mode
    assert terminal.cooked


def assert_harmless(output: bytes) -> None:
    """Text, and control sequences without a word of the cluster's in them."""
    text = rest(output).replace(b"\r\n", b"").decode()
    assert not FORBIDDEN.search(text), FORBIDDEN.search(text)
    assert hostile.MARK in text
    assert not [one for one in SEQUENCE.findall(output) if hostile.MARK.encode() in one]


def clipboard(output: bytes) -> list[bytes]:
    return [one for one in SEQUENCE.findall(output) if one.startswith(b"\x1b]52")]


def test_nothing_but_our_own_control_sequences_comes_out(recording: Path, begin: Begin) -> None:
    benign = begin("-m", "diag", "--recording", DEMO, **TERMS["xterm-256color"])
    terminals = {term: begin("-m", "diag", "--recording", recording, TERM=term, **more) for term, more in TERMS.items()}
    type_all(benign, *terminals.values())
    quit_it(benign)
    for term, terminal in terminals.items():
        quit_it(terminal)
        assert forms(terminal.output) <= forms(benign.output), term
        assert_harmless(terminal.output)
        assert not clipboard(terminal.output)
        assert not re.search(rb"\x1b\][012];", terminal.output), "a window has no title of ours"


def test_without_colours_there_are_none(recording: Path, begin: Begin) -> None:
    terminal = begin("-m", "diag", "--recording", recording, NO_COLOR="1", COLORTERM="truecolor")
    terminal.until(READ)
    terminal.press(b":po\r")
    terminal.until(b"RESTARTS")
    quit_it(terminal)
    used = {int(one) for found in re.findall(rb"\x1b\[([\d;]*)m", terminal.output) for one in found.split(b";") if one}
    assert used <= {*range(30), 39, 49}, "bold and the like, and the terminal's own colours"


def test_the_copy_key_alone_writes_the_clipboard(recording: Path, begin: Begin) -> None:
    terminal = begin("-m", "diag", "--recording", recording)
    terminal.until(READ)
    terminal.press(b":deploy\r")
    terminal.until(b"AVAILABLE")
    terminal.press(f"/{hostile.MARK}\r".encode())
    terminal.until(b"Esc clears it")
    assert not clipboard(terminal.output)
    terminal.press(b"C")
    terminal.until(b"copied: ")
    quit_it(terminal)
    written = clipboard(terminal.output)
    assert len(written) == 1
    found = re.fullmatch(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", written[0])
    assert found
    text = base64.b64decode(found[1], validate=True).decode()
    assert hostile.MARK in text
    assert not FORBIDDEN.search(text)
    assert_harmless(terminal.output)


def test_any_size_at_any_moment(recording: Path, begin: Begin) -> None:
    chance = random.Random(5)
    terminal = begin("-m", "diag", "--recording", recording)
    terminal.until(b"\x1b[?1049h")
    for keys in ("", "", "", *BUSY):
        for _ in range(4):
            terminal.resize(chance.randint(20, 300), chance.randint(5, 80))
            terminal.read(0.01)
        terminal.press(keys.encode())
    for size in ((20, 5), (300, 80), (1, 1), (120, 40)):
        terminal.resize(*size)
        terminal.read(STILL)
    for _ in range(5):
        terminal.press(b"\x1b")
        terminal.read(ESCAPE)
    quit_it(terminal)
    assert_harmless(terminal.output)


@pytest.mark.parametrize("moment", [b"\x1b[?1049h", b"reading", READ])
@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGTERM, 130), (signal.SIGHUP, 130), (signal.SIGINT, 0), ("\x03", 0)]
)
def test_told_to_end_it_gives_the_terminal_back(
    begin: Begin, moment: bytes, sent: signal.Signals | str, code: int
) -> None:
    terminal = begin("-m", "diag", "demo")
    terminal.until(moment)
    if isinstance(sent, str):
        while terminal.cooked:  # until the terminal is taken, the key is a signal
            terminal.read(0.001)
        terminal.press(sent.encode())
    else:
        os.kill(terminal.pid, sent)
    assert terminal.end() == code
    assert_given_back(terminal)
    assert b"Traceback" not in terminal.output


@pytest.mark.parametrize("keys", [":po", "/x", "\x10ns", "?"])
def test_ctrl_c_ends_it_wherever_one_is(begin: Begin, keys: str) -> None:
    terminal = begin("-m", "diag", "demo")
    terminal.until(READ)
    terminal.press(keys.encode())
    terminal.read(STILL)
    terminal.press(b"\x03")
    assert terminal.end() == 0
    assert_given_back(terminal)


def test_with_its_window_closed_it_ends(begin: Begin) -> None:
    terminal = begin("-m", "diag", "demo")
    terminal.until(READ)
    terminal.hang_up()
    assert terminal.end() == 130


def test_with_standard_input_closed_it_needs_a_terminal(begin: Begin) -> None:
    script = "import os, sys; os.close(0); os.execv(sys.executable, [sys.executable, '-m', 'diag', *sys.argv[1:]])"
    terminal = begin("-c", script, "--recording", DEMO)
    assert terminal.end() == 2
    assert b"needs a terminal" in terminal.output
    assert b"\x1b" not in terminal.output


FAULTY = f"""
from diag.cli.main import process
from diag.tui.widgets.table import Table

def render_line(self, y):
    raise ZeroDivisionError("[/x] \\x1b]52;c;{hostile.MARK}\\x07")

Table.render_line = render_line
process()
"""


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_ours_is_one_plain_line(begin: Begin, debug: bool) -> None:
    terminal = begin("-c", FAULTY, "demo", *["--debug"] * debug)
    assert terminal.end() == 70
    assert_given_back(terminal)
    left = SEQUENCE.split(terminal.output)[-1].decode()
    assert left.splitlines()[-1].startswith("mondiag: internal error: ZeroDivisionError: [/x] ")
    assert ("Traceback" in left) == debug
    assert debug or len(left.splitlines()) == 1
    assert not clipboard(terminal.output)
