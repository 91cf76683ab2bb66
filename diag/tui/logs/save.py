"""A log as a file."""

import os
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from diag.facts.index import Key
from diag.live.logs import LogLine
from diag.report.logs import LogPrinter

_UNFIT = re.compile(r"[^A-Za-z0-9.-]+")


def file_name(key: Key, now: datetime) -> str:
    """`mondiag-NAMESPACE-NAME-TIME.log`, whatever letters those names have."""
    names = "-".join(_UNFIT.sub("_", name) for name in (key.namespace, key.name) if name)
    return f"mondiag-{names}-{now:%Y%m%dT%H%M%SZ}.log"


def save(path: Path, lines: Iterable[LogLine]) -> None:
    """Write lines as `mondiag logs --timestamps` prints them, for the owner's eyes alone. Raises OSError."""
    with open(path, "x", encoding="utf-8", opener=_private) as stream:
        printer = LogPrinter(stream, prefixed=True, timestamps=True)
        for line in lines:
            printer.line(line.source, line.time, line.text)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
