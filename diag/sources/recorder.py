"""Writing a recording: objects as they come in, the rest at the end, and its description last of all."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import msgspec

from diag.errors import UsageError
from diag.model.kinds import BY_PLURAL
from diag.model.snapshot import Gap, Snapshot
from diag.model.text import withhold
from diag.sources.layout import DESCRIPTION, LOGS, METRICS, OBJECTS, SCHEMA, Description, is_recording, log_file
from diag.sources.redact import Redactor

_HEAD = b'{"kind":"List","apiVersion":"v1","items":['


class Recorder:
    """Writes a recording into a directory that is new, empty, or a recording already, which the first object replaces.

    Raises UsageError, at any time, when the directory holds something else or cannot be written.
    """

    def __init__(self, directory: str) -> None:
        self._place = Path(directory)
        self._redactor = Redactor()
        self._lock = Lock()
        self._open: dict[str, BinaryIO] = {}
        self._begun = False
        with self._writing():
            self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(self._place.iterdir()) and not is_recording(self._place):
                raise UsageError(f"{self._place} is not empty and no recording: name another directory")

    def add(self, plural: str, items: bytes) -> None:
        """Take in a JSON array of objects of one kind, cleaned; threads may call it."""
        lines = [self._line(plural, item) for item in json.loads(items) if isinstance(item, dict)]
        with self._lock, self._writing():
            file = self._open.get(plural) or self._start(plural)
            for line in lines:
                file.write(b",\n" if file.tell() > len(_HEAD) else b"\n")
                file.write(line)

    def finish(self, snapshot: Snapshot) -> None:
        """Write what is left: empty lists, logs, metrics, and last the description."""
        with self._writing():
            self._begin()
            for plural in snapshot.objects:
                if plural not in self._open:
                    self._start(plural)
            for file in self._open.values():
                file.write(b"\n]}\n")
                file.close()
            for metrics in snapshot.metrics:
                self._write(Path(METRICS, f"{metrics.source.partition(' ')[0]}.json"), msgspec.json.encode(metrics))
            gaps = (*snapshot.gaps, *self._write_logs(snapshot))
            self._describe(msgspec.structs.replace(snapshot, gaps=gaps))

    def _line(self, plural: str, item: dict[str, Any]) -> bytes:
        kind = BY_PLURAL[plural]
        typed = {"kind": kind.kind, "apiVersion": f"{kind.group}/{kind.version}".lstrip("/")}
        if kind.metadata_only:
            item = {"metadata": item.get("metadata")}
        item = typed | self._redactor.object(item) | typed
        line = json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()
        harmless = withhold(line)
        if harmless is not line:
            self._redactor.withheld.add("text in the shape of a credential")
        return harmless

    def _write_logs(self, snapshot: Snapshot) -> Iterator[Gap]:
        for key, text in snapshot.logs.items():
            path = log_file(key)
            if path is None:
                scope = f"{key.namespace}/{key.pod}/{key.container}"
                yield Gap("logs", scope, "skipped", "no file can be named like it")
            else:
                self._write(path, text.encode())

    def _describe(self, snapshot: Snapshot) -> None:
        description = Description(
            schema=SCHEMA,
            taken_at=snapshot.taken_at,
            context=snapshot.context,
            server_version=snapshot.server_version,
            scope=snapshot.scope,
            gaps=snapshot.gaps,
            withheld=tuple(sorted(self._redactor.withheld)),
        )
        self._write(Path(DESCRIPTION), msgspec.json.format(msgspec.json.encode(description), indent=2))

    def _start(self, plural: str) -> BinaryIO:
        self._begin()
        file = self._open[plural] = self._create(Path(OBJECTS, f"{BY_PLURAL[plural].resource}.json"))
        file.write(_HEAD)
        return file

    def _begin(self) -> None:
        """Remove, once, the recording that is to be replaced. Links are not followed: rmtree refuses them."""
        if self._begun:
            return
        (self._place / DESCRIPTION).unlink(missing_ok=True)
        for part in (OBJECTS, LOGS, METRICS):
            if os.path.lexists(self._place / part):
                shutil.rmtree(self._place / part)
        self._begun = True

    def _write(self, path: Path, data: bytes) -> None:
        with self._create(path) as file:
            file.write(data)

    def _create(self, path: Path) -> BinaryIO:
        """A new file in the recording, and the folders that lead to it, all for our eyes only."""
        for folder in reversed(path.parents[:-1]):
            (self._place / folder).mkdir(mode=0o700, exist_ok=True)
        return os.fdopen(os.open(self._place / path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UsageError(f"{self._place} cannot be written: {error.strerror or error}") from error
