"""Gathering what a recording holds from its files, or from standard input; what cannot be read is a gap."""

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from diag.errors import RecordingError
from diag.model.kinds import BY_PLURAL
from diag.model.snapshot import Gap, LogKey, Metrics
from diag.model.text import clean_bytes, clean_json, one_line
from diag.sources.documents import Json, NotKubernetes, parse
from diag.sources.layout import DESCRIPTION, LOGS, METRICS, OBJECTS, Description, log_key

_SUFFIXES = (".json", ".yaml", ".yml", ".jsonl", ".ndjson")
# A directory given by mistake (`/`) must not be read to the end.
_MOST_ENTRIES = 20_000


class Gathered:
    """What has been gathered so far: raw objects by plural, `others` of kinds that are not read, and all the rest."""

    def __init__(self) -> None:
        self.description = Description()
        self.items: dict[str, list[Json]] = {}
        self.others: Counter[str] = Counter()
        self.logs: dict[LogKey, str] = {}
        self.metrics: list[Metrics] = []
        self.gaps: list[Gap] = []
        self.files = 0

    def add(self, name: str, data: bytes) -> None:
        """Take in one file of objects; one that cannot be read, or not to its end, leaves a gap.

        Objects that do not name their kind are of the one that the file is named after (`pods.json`).
        """
        self.files += 1
        named_after = name.rpartition("/")[2].partition(".")[0]
        try:
            contents = parse(data, named_after if named_after in BY_PLURAL else "")
        except NotKubernetes as error:
            self.gaps.append(Gap(name, "", "unreadable", one_line(str(error))))
            return
        self.others.update(contents.others)
        for found, items in contents.items.items():
            self.items.setdefault(found, []).extend(items)
        if contents.truncated:
            self.gaps.append(Gap(name, "", "truncated", "it ends in the middle; what came before was read"))
            self.gaps += [
                Gap(BY_PLURAL[found].resource, "", "truncated", f"{name} is cut off") for found in contents.items
            ]

    def add_directory(self, place: Path) -> None:
        """Take in a directory that `mondiag record` wrote, or one full of what kubectl printed."""
        described = place / DESCRIPTION
        ours = described.is_file() and (place / OBJECTS).is_dir()
        if ours:
            self._describe(described)
        for file in self._object_files(place / OBJECTS if ours else place):
            name = one_line(str(file.relative_to(place)))
            data = self._bytes(file, name)
            if data is not None:
                self.add(name, data)
        self._add_logs(place)
        self._add_metrics(place)

    def _describe(self, file: Path) -> None:
        data = self._bytes(file, DESCRIPTION) or b""
        try:
            self.description = msgspec.json.decode(clean_json(data), type=Description)
        except (ValueError, RecursionError) as error:
            detail = f"time and gaps of the recording are not known: {one_line(str(error))}"
            self.gaps.append(Gap(DESCRIPTION, "", "unreadable", detail))

    def _object_files(self, folder: Path) -> Iterator[Path]:
        """Files that may hold objects; links and hidden folders are not followed."""
        entries = list(islice(folder.rglob("*"), _MOST_ENTRIES + 1))
        if len(entries) > _MOST_ENTRIES:
            detail = f"it has more than {_MOST_ENTRIES:,} files: name a smaller directory"
            self.gaps.append(Gap(one_line(folder.name), "", "truncated", detail))
        for file in sorted(entries[:_MOST_ENTRIES]):
            hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
            if file.suffix in _SUFFIXES and not hidden and _is_plain(file):
                yield file

    def _add_logs(self, place: Path) -> None:
        for file in sorted(place.glob(f"{LOGS}/*/*/*.log")):
            key = log_key(file) if _is_plain(file) else None
            if key is not None:
                data = self._bytes(file, "logs", f"{key.namespace}/{key.pod}/{key.container}")
                if data is not None:
                    self.logs[key] = clean_bytes(data)

    def _add_metrics(self, place: Path) -> None:
        for file in sorted(place.glob(f"{METRICS}/*.json")):
            data = self._bytes(file, "metrics")
            try:
                if data is not None:
                    self.metrics.append(msgspec.json.decode(clean_json(data), type=Metrics))
            except (ValueError, RecursionError) as error:
                self.gaps.append(Gap("metrics", "", "unreadable", one_line(f"{file.name}: {error}")))

    def _bytes(self, file: Path, what: str, scope: str = "") -> bytes | None:
        try:
            return file.read_bytes()
        except OSError as error:
            self.gaps.append(Gap(what, scope, "unreadable", f"it cannot be read: {error.strerror}"))
            return None


def gather(path: str) -> Gathered:
    """All of a recording: a directory, a file, or `-` for standard input. Raises RecordingError when there is none."""
    gathered = Gathered()
    place = Path(path)
    try:
        if path == "-":
            gathered.add("standard input", _standard_input())
        elif place.is_dir():
            gathered.add_directory(place)
        else:
            gathered.add(one_line(place.name), place.read_bytes())
    except FileNotFoundError as error:
        raise RecordingError(f"recording {path}: no such file or directory") from error
    except OSError as error:
        raise RecordingError(f"recording {path}: cannot be read: {error.strerror}") from error
    return gathered


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise RecordingError("recording -: standard input is closed; pipe the output of kubectl into it")
    return sys.stdin.buffer.read()


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()
