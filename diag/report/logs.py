"""Lines of logs, for eyes and for pipes."""

from itertools import cycle
from typing import TextIO

from rich.text import Text

from diag.report.console import open_console

# Of the sixteen colours, those that can be read on black and on white; red is for what is wrong.
_COLOURS = ("cyan", "green", "magenta", "yellow", "blue")


class LogPrinter:
    """Writes lines as they are; with `prefixed` each begins with the name of its log, in a colour of its own."""

    def __init__(self, stream: TextIO, prefixed: bool, timestamps: bool) -> None:
        self._stream = stream
        self._prefixed = prefixed
        self._timestamps = timestamps
        self._console = open_console(stream)
        self._prefixes: dict[str, str] = {}
        self._colours = cycle(_COLOURS)

    def line(self, name: str, time: str, text: str) -> None:
        """Write one cleaned line of the log of that name, written at that time (RFC 3339, empty if unknown)."""
        prefix = self._prefix(name) if self._prefixed else ""
        stamp = f"{time} " if self._timestamps and time else ""
        self._stream.write(f"{prefix}{stamp}{text}\n")

    def flush(self) -> None:
        """Show all lines that have been written."""
        self._stream.flush()

    def _prefix(self, name: str) -> str:
        if name not in self._prefixes:
            with self._console.capture() as captured:
                self._console.print(Text(name, next(self._colours)), end=" ", soft_wrap=True)
            self._prefixes[name] = captured.get()
        return self._prefixes[name]
