"""From the bytes of a log to lines fit to be shown: dated, cleaned, without credentials, in constant memory."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from diag.model.text import clean_bytes

LONGEST = 1 << 20  # bytes of one line; a longer one comes in parts
LONGEST_KEY = 100  # lines; a private key of 8192 bits has that many
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)(?: |$)")
_KEY = re.compile(rb"-----BEGIN [A-Z ]{0,20}PRIVATE KEY")
_KEY_END = b"-----END "
_HIDDEN = b"-----withheld-----"


class Line(NamedTuple):
    """A line of a log. `time` is RFC 3339 in UTC with nine decimals, so that times sort as text; empty if unknown."""

    time: str
    text: str


def lines(pieces: Iterable[bytes]) -> Iterator[Line]:
    """The lines of a log that was asked for with `timestamps=true`; a line without one has that of the line before."""
    time = ""
    for text in _texts(pieces):
        found = _STAMP.match(text)
        if found:
            time, text = _utc(*found.groups(default="")), text[found.end() :]
        yield Line(time, text)


def last_lines(text: str, most: int | None) -> list[str]:
    """The last `most` lines of a log that was read whole; all of them without it."""
    found = text.removesuffix("\n").split("\n") if text else []
    return found if most is None else found[len(found) - min(most, len(found)) :]


def _texts(pieces: Iterable[bytes]) -> Iterator[str]:
    keys = _Keys()
    for block in _blocks(pieces):
        yield from clean_bytes(b"".join(keys.hide(line) + b"\n" for line in block)).split("\n")[:-1]


def _blocks(pieces: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Whole lines, some at a time: a character or an escape may be cut between two pieces, but not between lines."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        while len(rest) > LONGEST:
            whole.append(rest[:LONGEST])
            rest = rest[LONGEST:]
        yield whole
    if rest:
        yield [rest]


class _Keys:
    """Hides private keys that go over several lines, each of which begins with its time."""

    def __init__(self) -> None:
        self._left = 0

    def hide(self, line: bytes) -> bytes:
        if self._left:
            self._left = 0 if _KEY_END in line else self._left - 1
            return _dated(line, _HIDDEN)
        found = _KEY.search(line) if b"PRIVATE KEY" in line else None
        if found is None or _KEY_END in line[found.end() :]:
            return line
        self._left = LONGEST_KEY
        return line[: found.start()] + _HIDDEN


def _dated(line: bytes, text: bytes) -> bytes:
    """Another text with the time of the line; the time has no blanks."""
    time, blank, _ = line.partition(b" ")
    return time + blank + text if _STAMP.match((time + blank).decode("utf-8", "replace")) else text


def _utc(moment: str, fraction: str, offset: str) -> str:
    """The kubelet writes the time of its node, in whatever zone that is."""
    if offset != "Z":
        try:
            moment = f"{datetime.fromisoformat(moment + offset).astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        except (ValueError, OverflowError):
            return ""
    return f"{moment}.{fraction:0<9}Z"
