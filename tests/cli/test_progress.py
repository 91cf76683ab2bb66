import io
from collections.abc import Callable

import pytest

from diag.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Stands in for the timer: a second has passed when the test says so."""

    waiting: "list[Clock]" = []

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self.act = act
        self.ended = False
        self.finished = self
        self.daemon = False

    def start(self) -> None:
        self.waiting.append(self)

    def cancel(self) -> None:
        self.ended = True

    def is_set(self) -> bool:
        return self.ended


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> list[Clock]:
    monkeypatch.setattr("diag.cli.progress.Timer", Clock)
    monkeypatch.setattr(Clock, "waiting", [])
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    return Clock.waiting


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


def test_quick_work_is_silent(clocks: list[Clock], terminal: Terminal) -> None:
    with Progress(terminal) as progress:
        progress("reading")
    clocks[0].act()  # the second passes when all is done
    assert terminal.getvalue() == ""


def test_after_a_second_the_newest_text_shows_and_is_wiped_in_the_end(clocks: list[Clock], terminal: Terminal) -> None:
    with Progress(terminal) as progress:
        progress("connecting")
        progress("reading pods")
        clocks[0].act()
        progress("a text that is too long\nand \x1b[31mhostile")
    assert terminal.getvalue().split("\r\x1b[K") == ["", "reading pods", "a text that is too ", ""]


def test_it_is_wiped_after_a_failure_too(clocks: list[Clock], terminal: Terminal) -> None:
    def fail() -> None:
        with Progress(terminal) as progress:
            clocks[0].act()
            progress("reading")
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert terminal.getvalue().endswith("reading\r\x1b[K")


def test_a_pipe_gets_nothing(clocks: list[Clock]) -> None:
    with Progress(io.StringIO()):
        pass
    assert clocks == []


def test_a_dumb_terminal_gets_nothing(clocks: list[Clock], terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with Progress(terminal):
        pass
    assert clocks == []
