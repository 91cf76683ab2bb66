"""What is going on, on one line of the terminal, for a person who waits."""

import os
import shutil
from threading import Lock, Timer
from types import TracebackType
from typing import Self, TextIO

PATIENCE = 1.0  # seconds; quicker work needs no word


class Progress:
    """Call it with a text to show. It writes only to a terminal, only after a second, and leaves nothing behind.

    Any thread may call it. Use it as a context manager around the work, and print results after that.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = Lock()
        self._text = ""
        self._shown = False
        self._timer = Timer(PATIENCE, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if self._stream.isatty() and os.environ.get("TERM") != "dumb":
            self._timer.start()
        return self

    def __call__(self, text: str) -> None:
        """Show this text instead of the one before."""
        with self._lock:
            self._text = text
            if self._shown:
                self._draw(text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._shown:
                self._draw("")
            self._shown = False

    def _show(self) -> None:
        with self._lock:
            if not self._timer.finished.is_set():
                self._shown = True
                self._draw(self._text)

    def _draw(self, text: str) -> None:
        from diag.model.text import one_line

        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r\x1b[K{one_line(text)[:width]}")
        self._stream.flush()
