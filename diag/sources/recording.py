"""A snapshot of what was recorded: a directory that `mondiag record` wrote, or anything that kubectl prints."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from diag.errors import RecordingError
from diag.model.decode import Decoder
from diag.model.kinds import BY_PLURAL, KINDS
from diag.model.meta import Time
from diag.model.snapshot import Gap, LogKey, Metrics, Scope, Snapshot
from diag.model.text import clean_bytes, clean_json, one_line
from diag.sources.clock import newest
from diag.sources.documents import Contents, NotKubernetes, parse
from diag.sources.scoped import within

SCHEMA = "mondiag.recording/v1"
DESCRIPTION = "recording.json"
_SUFFIXES = (".json", ".yaml", ".yml", ".jsonl", ".ndjson")
_PREVIOUS = ".previous"
# A directory given by mistake (`/`) must not be read to the end.
_MOST_FILES = 10_000


class Description(msgspec.Struct, omit_defaults=True):
    """`recording.json`: when and of what the recording is, what could not be read, and what was withheld."""

    taken_at: Time | None = None
    schema: str = SCHEMA
    context: str = ""
    server_version: str = ""
    scope: Scope = Scope()
    gaps: tuple[Gap, ...] = ()
    withheld: tuple[str, ...] = ()


class _Reading:
    """What has been gathered from the files so far."""

    def __init__(self) -> None:
        self.items: dict[str, list[bytes | msgspec.Raw]] = {}
        self.others: Counter[str] = Counter()
        self.gaps: list[Gap] = []
        self.files = 0

    def add(self, name: str, data: bytes, plural: str = "") -> None:
        """Take in one file; one that cannot be read, or not to its end, leaves a gap."""
        self.files += 1
        try:
            contents: Contents = parse(data, plural)
        except NotKubernetes as error:
            self.gaps.append(Gap(name, "", "unreadable", str(error)))
            return
        self.others.update(contents.others)
        for found, items in contents.items.items():
            self.items.setdefault(found, []).extend(items)
        if contents.truncated:
            self.gaps.append(Gap(name, "", "truncated", "it ends in the middle; what came before was read"))
            self.gaps += [
                Gap(BY_PLURAL[found].resource, "", "truncated", f"{name} is cut off") for found in contents.items
            ]


def load_recording(path: str, at: datetime | None, scope: Scope) -> Snapshot:
    """The snapshot of a recording: a directory, a file, or `-` for standard input.

    The clock is the recording's own or `at`, and then exact; else it is the newest time found in the data, `inferred`.
    `scope` narrows what is kept. Raises RecordingError when nothing in it can be read.
    """
    place = Path(path)
    if path != "-" and not place.exists():
        raise RecordingError(f"recording {path}: no such file or directory")
    reading = _Reading()
    description = _gather(path, place, reading)
    objects = _decode(reading)
    if not objects and not reading.others:
        raise RecordingError(_nothing(path, reading))
    reading.gaps += [
        Gap(kind, "", "skipped", f"{n} objects of a kind that is not read") for kind, n in reading.others.items()
    ]
    known = [kind for kind in KINDS if kind.plural in objects]
    named = {gap.what for gap in (*reading.gaps, *description.gaps)}
    gaps = [Gap(kind.resource, "", "not-asked") for kind in KINDS if kind not in known and kind.resource not in named]
    taken_at, clock = _clock(description, at, objects)
    snapshot = Snapshot(
        taken_at=taken_at,
        source=f"recording {'of standard input' if path == '-' else path}",
        context=description.context,
        server_version=description.server_version,
        scope=description.scope,
        clock=clock,
        objects=objects,
        gaps=(*description.gaps, *reading.gaps, *gaps),
        logs=dict(_logs(place)) if place.is_dir() else {},
        metrics=tuple(_metrics(place)) if place.is_dir() else (),
    )
    return within(snapshot, scope)


def _gather(path: str, place: Path, reading: _Reading) -> Description:
    if path == "-":
        reading.add("standard input", sys.stdin.buffer.read())
        return Description()
    if not place.is_dir():
        reading.add(place.name, _bytes(place, place))
        return Description()
    described = place / DESCRIPTION
    folder = place / "objects" if described.exists() else place
    for file in _files(folder):
        plural = file.name.partition(".")[0]
        reading.add(str(file.relative_to(place)), _bytes(file, place), plural if plural in BY_PLURAL else "")
    return _description(described) if described.exists() else Description()


def _files(folder: Path) -> Iterator[Path]:
    """Files that may hold objects; links and hidden folders are not followed."""
    found = 0
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if (
            file.suffix in _SUFFIXES
            and not hidden
            and file.is_file()
            and not file.is_symlink()
            and file.name != DESCRIPTION
        ):
            yield file
            found += 1
        if found >= _MOST_FILES:
            return


def _bytes(file: Path, place: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        if file == place:
            raise RecordingError(f"recording {file}: cannot be read: {error.strerror}") from error
        return b""


def _description(file: Path) -> Description:
    try:
        return msgspec.json.decode(clean_json(file.read_bytes()), type=Description)
    except (OSError, ValueError, msgspec.DecodeError) as error:
        gap = Gap(
            DESCRIPTION, "", "unreadable", f"time and gaps of the recording are not known: {one_line(str(error))}"
        )
        return Description(gaps=(gap,))


def _decode(reading: _Reading) -> dict[str, list[Any]]:
    decoder = Decoder()
    objects: dict[str, list[Any]] = {}
    for plural, items in reading.items.items():
        try:
            records = decoder.decode(plural, clean_json(b"[%b]" % b",".join(bytes(item) for item in items)))
        except ValueError as error:
            reading.gaps.append(Gap(BY_PLURAL[plural].resource, "", "unreadable", one_line(str(error))))
            continue
        unique = {record.metadata.uid or id(record): record for record in records}
        objects[plural] = sorted(unique.values(), key=lambda record: (record.metadata.namespace, record.metadata.name))
    faults = [fault.partition(": ") for fault in decoder.faults]
    reading.gaps += [Gap(BY_PLURAL[plural].resource, "", "unreadable", fault) for plural, _, fault in faults]
    return objects


def _clock(
    description: Description, at: datetime | None, objects: dict[str, list[Any]]
) -> tuple[datetime, Literal["exact", "inferred"]]:
    exact = at or description.taken_at
    if exact is not None:
        return exact, "exact"
    return newest(objects) or datetime.now(UTC).replace(microsecond=0), "inferred"


def _nothing(path: str, reading: _Reading) -> str:
    if not reading.files:
        return f"recording {path}: it has no files with Kubernetes objects (.json, .yaml)"
    first = next((gap.detail for gap in reading.gaps if gap.detail), "it holds no objects of the kinds that are read")
    return f"recording {path}: nothing in it can be read: {first}"


def _logs(place: Path) -> Iterator[tuple[LogKey, str]]:
    """`logs/<namespace>/<pod>/<container>.log`, and `<container>.previous.log`."""
    for file in sorted(place.glob("logs/*/*/*.log")):
        if file.is_file() and not file.is_symlink():
            namespace, pod = file.parts[-3:-1]
            container = file.stem.removesuffix(_PREVIOUS)
            yield LogKey(namespace, pod, container, file.stem.endswith(_PREVIOUS)), clean_bytes(_bytes(file, place))


def _metrics(place: Path) -> Iterator[Metrics]:
    for file in sorted(place.glob("metrics/*.json")):
        try:
            yield msgspec.json.decode(clean_json(_bytes(file, place)), type=Metrics)
        except (ValueError, msgspec.DecodeError):
            continue
