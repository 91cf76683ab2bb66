"""The interactive session at a pseudo-terminal, measured from outside: what is typed, seen, held and used."""

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.tui.terminal import Terminal

SIZE = (120, 40)
TICKS = os.sysconf("SC_CLK_TCK")
COUNT = re.compile(rb"(\d[\d,]*) pods")


class Session:
    """`mondiag` with these arguments, begun at `began` (monotonic seconds); `home` takes what it remembers.

    `pods` is how many the line at the top told of, and `pods_at` since when.
    """

    def __init__(self, arguments: Sequence[str], home: str) -> None:
        folders = {f"XDG_{name}_HOME": home for name in ("CONFIG", "STATE", "CACHE", "DATA")}
        environ = {**os.environ, **folders, "HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.ended = False
        self.pods, self.pods_at = 0, 0.0
        self.began = time.monotonic()
        self._terminal = Terminal([sys.executable, "-m", "diag", *arguments], environ, SIZE)

    def until(self, text: bytes | re.Pattern[bytes], seconds: float = 60.0) -> float:
        """When the text came (monotonic). Raises AssertionError when it does not come in time."""
        self._terminal.until(text, seconds)
        self._count()
        return time.monotonic()

    def answer(self, keys: str, text: bytes | re.Pattern[bytes], seconds: float = 10.0) -> float:
        """Seconds from typing the keys until the text comes."""
        self.drain(0.0)
        self._terminal.output = b""
        began = time.monotonic()
        self._terminal.press(keys.encode())
        return self.until(text, seconds) - began

    def type(self, keys: str) -> None:
        """Type, and do not wait for anything."""
        self._terminal.press(keys.encode())

    def escape(self) -> None:
        """Type Esc, which is only known as such when nothing follows it for a while."""
        self.type("\x1b")
        self.drain(0.5)

    def drain(self, seconds: float) -> bytes:
        """What is drawn in so many seconds."""
        end = time.monotonic() + seconds
        self._terminal.output = b""
        self._terminal.read(0.0)
        self._count()
        while (left := end - time.monotonic()) > 0:
            self._terminal.read(min(left, 0.01))
            self._count()
        return self._terminal.output

    def _count(self) -> None:
        counts = [int(found.replace(b",", b"")) for found in COUNT.findall(self._terminal.output)]
        if counts and counts[-1] != self.pods:
            self.pods, self.pods_at = counts[-1], time.monotonic()

    def resident(self) -> int:
        """Bytes of memory that the process holds now."""
        status = Path(f"/proc/{self._terminal.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) * 1024

    def cpu(self) -> float:
        """Seconds of processor time that the process has used."""
        fields = Path(f"/proc/{self._terminal.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def quit(self, keys: str = "q") -> float:
        """Seconds from the key to the end of the process."""
        self.drain(0.0)
        began = time.monotonic()
        self._terminal.press(keys.encode())
        self.ended = True
        assert self._terminal.end() == 0
        return time.monotonic() - began


@contextmanager
def opened(*arguments: str) -> Iterator[Session]:
    """A session that remembers nothing from before, and is ended afterwards if it did not end by itself."""
    with tempfile.TemporaryDirectory() as home:
        session = Session(arguments, home)
        try:
            yield session
        finally:
            if not session.ended:
                with suppress(AssertionError):  # the terminal kills what does not end
                    session.quit("\x03")
