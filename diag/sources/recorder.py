"""Writing a recording: objects as they come in, the rest at the end, and its description last of all."""

import json
import os
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import msgspec

from diag.errors import UsageError
from diag.model.kinds import BY_PLURAL
from diag.model.snapshot import Snapshot
from diag.sources.recording import DESCRIPTION, Description
from diag.sources.redact import Redactor

_HEAD = b'{"kind":"List","apiVersion":"v1","items":['


class Recorder:
    """Writes a recording into a directory that is new, empty, or a recording already.

    Raises UsageError when the directory holds something else or cannot be written.
    """

    def __init__(self, directory: str) -> None:
        self._place = Path(directory)
        self._redactor = Redactor()
        self._lock = Lock()
        self._open: dict[str, BinaryIO] = {}
        self._prepare()

    def add(self, plural: str, items: bytes) -> None:
        """Take in a JSON array of objects of one kind; threads may call it."""
        objects = [self._redactor.object(item) for item in json.loads(items) if isinstance(item, dict)]
        kind = BY_PLURAL[plural]
        with self._lock:
            file = self._open.get(plural)
            for item in objects:
                file = self._start(plural) if file is None else file
                file.write(b",\n" if file.tell() > len(_HEAD) else b"\n")
                typed = {"kind": kind.kind, "apiVersion": _api_version(plural), **item}
                file.write(json.dumps(typed, ensure_ascii=False, separators=(",", ":")).encode())

    def finish(self, snapshot: Snapshot) -> None:
        """Write what is left: empty lists, logs, metrics, and last the description."""
        for plural in snapshot.objects:
            if plural not in self._open:
                self._start(plural)
        for file in self._open.values():
            file.write(b"\n]}\n")
            file.close()
        for key, text in snapshot.logs.items():
            name = f"{key.container}{'.previous' if key.previous else ''}.log"
            self._write(self._place / "logs" / key.namespace / key.pod / name, text.encode())
        for metrics in snapshot.metrics:
            source = metrics.source.partition(" ")[0]
            self._write(self._place / "metrics" / f"{source}.json", msgspec.json.encode(metrics))
        description = Description(
            taken_at=snapshot.taken_at,
            context=snapshot.context,
            server_version=snapshot.server_version,
            scope=snapshot.scope,
            gaps=snapshot.gaps,
            withheld=tuple(sorted(self._redactor.withheld)),
        )
        self._write(self._place / DESCRIPTION, msgspec.json.format(msgspec.json.encode(description), indent=2))

    def _prepare(self) -> None:
        try:
            self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
            present = {entry.name for entry in self._place.iterdir()}
            if present and DESCRIPTION not in present:
                raise UsageError(f"{self._place} is not empty and no recording: name another directory")
            for file in (
                *self._place.glob("objects/*.json"),
                *self._place.glob("logs/*/*/*.log"),
                *self._place.glob("metrics/*.json"),
            ):
                file.unlink()
            (self._place / DESCRIPTION).unlink(missing_ok=True)
            (self._place / "objects").mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self._place} cannot be written: {error.strerror}") from error

    def _start(self, plural: str) -> BinaryIO:
        file = _create(self._place / "objects" / f"{BY_PLURAL[plural].resource}.json")
        file.write(_HEAD)
        self._open[plural] = file
        return file

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _create(path) as file:
            file.write(data)


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _api_version(plural: str) -> str:
    kind = BY_PLURAL[plural]
    return f"{kind.group}/{kind.version}" if kind.group else kind.version
