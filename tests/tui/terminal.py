"""A pseudo-terminal with a program in it: keys go in, bytes come out."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

# ESC [ … letter, ESC ] … BEL or ST, ESC P … ST, and two-character escapes (ECMA-48, xterm's control sequences).
SEQUENCE = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\|\x1b[ -/]*[0-~]"
)


class Terminal:
    """Runs a command at a terminal of so many columns and rows. `pid` is its process."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], size: tuple[int, int] = (120, 40)) -> None:
        self.output = b""
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            _set_size(0, *size)
            os.execvpe(command[0], list(command), dict(environ))

    def read(self, seconds: float) -> bytes:
        """What comes within so many seconds of silence at most."""
        start = len(self.output)
        while select.select([self._master], [], [], seconds)[0]:
            try:
                piece = os.read(self._master, 1 << 16)
            except OSError:
                break
            if not piece:
                break
            self.output += piece
        return self.output[start:]

    def until(self, text: bytes | re.Pattern[bytes], seconds: float = 20.0) -> bytes:
        """What comes until the text was there. Raises AssertionError when it does not come in time."""
        pattern = re.compile(re.escape(text)) if isinstance(text, bytes) else text
        start = len(self.output)
        end = time.monotonic() + seconds
        while not pattern.search(self.output, start):
            left = end - time.monotonic()
            ready = left > 0 and select.select([self._master], [], [], left)[0]
            assert ready, f"{pattern.pattern!r} did not come"
            self.output += os.read(self._master, 1 << 16)
        return self.output[start:]

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self._master, keys)

    def resize(self, columns: int, rows: int) -> None:
        """Another size."""
        _set_size(self._master, columns, rows)

    @property
    def cooked(self) -> bool:
        """Whether what is typed is echoed and edited in lines, as a shell expects it."""
        return termios.tcgetattr(self._master)[3] & (termios.ECHO | termios.ICANON) == termios.ECHO | termios.ICANON

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self._master)

    def end(self, seconds: float = 10.0) -> int:
        """Wait for the program to end; its exit code."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(OSError):  # the window is closed
                self.read(0.02)
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError("it did not end")


def _set_size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def forms(output: bytes) -> set[bytes]:
    """The control sequences in the output, numbers and colours left out."""
    return {re.sub(rb"[\d;:]+", b"#", one) for one in SEQUENCE.findall(output)}


def rest(output: bytes) -> bytes:
    """What is left without them."""
    return SEQUENCE.sub(b"", output)
