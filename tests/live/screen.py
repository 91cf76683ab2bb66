"""A program in a terminal of its own: tmux takes the keys and keeps the screen, as it does for people."""

import os
import re
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Self

PAUSE = 0.03  # seconds between two looks


class Screen:
    """A command in tmux, at so many columns and rows; as a context manager it ends with the block.

    The shell around it says BEFORE when it begins and AFTER with the exit code when it has ended.
    """

    def __init__(
        self, command: Sequence[str], size: tuple[int, int] = (120, 40), environ: Mapping[str, str] = {}
    ) -> None:
        self._server = f"mondiag-{os.getpid()}-{id(self)}"
        columns, rows = size
        sets = [f"{name}={value}" for name, value in environ.items()]
        fresh = ["env", "-u", "COLUMNS", "-u", "LINES", *sets]  # a test runner with readline has those of its own
        script = f"echo BEFORE; {shlex.join([*fresh, *command])}; echo AFTER $?; exec cat"
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), script)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._tmux("kill-server")

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-f", os.devnull, "-L", self._server, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names: `Enter`, `Escape`, `C-f`, or the letter."""
        self._tmux("send-keys", *keys)

    def write(self, text: str) -> None:
        """Type the text as it is."""
        self._tmux("send-keys", "-l", text)

    def text(self) -> str:
        """What is on the screen, a line a row."""
        return self._tmux("capture-pane", "-p")

    def flag(self, name: str) -> bool:
        """A state of the terminal, by tmux's name: `alternate_on`, `cursor_flag`, `mouse_any_flag`."""
        return self._tmux("display-message", "-p", f"#{{{name}}}").strip() == "1"

    def until(self, pattern: str, seconds: float = 20.0) -> re.Match[str]:
        """Wait until the screen matches. Raises AssertionError, with the screen, when it does not in time."""
        end = time.monotonic() + seconds
        while True:
            text = self.text()
            if found := re.search(pattern, text, re.MULTILINE):
                return found
            assert time.monotonic() < end, f"{pattern!r} did not come:\n{text}"
            time.sleep(PAUSE)

    def until_gone(self, pattern: str, seconds: float = 20.0) -> None:
        """Wait until the screen does not match any more. Raises AssertionError as `until` does."""
        end = time.monotonic() + seconds
        while re.search(pattern, text := self.text(), re.MULTILINE):
            assert time.monotonic() < end, f"{pattern!r} did not go:\n{text}"
            time.sleep(PAUSE)
