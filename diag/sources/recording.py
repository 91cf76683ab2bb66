"""A snapshot of what was recorded: a directory that `mondiag record` wrote, or anything that kubectl prints."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from diag.errors import RecordingError, UsageError
from diag.model.decode import Decoder
from diag.model.kinds import KINDS
from diag.model.snapshot import Gap, Scope, Snapshot
from diag.model.text import clean_json, one_line
from diag.sources.clock import newest, ticked
from diag.sources.gather import Gathered, gather
from diag.sources.phases import with_phase
from diag.sources.records import in_order, unreadable
from diag.sources.redact import redacted
from diag.sources.scoped import within

Objects = dict[str, list[Any]]
# Clocks of machines differ a little, and a list takes a while to be read.
_AHEAD = timedelta(minutes=10)


def load_recording(path: str, at: datetime | None, scope: Scope) -> Snapshot:
    """The snapshot of a recording: a directory, a file, or `-` for standard input.

    The clock is the recording's own or `at`, and then exact; else it is the newest time found in the data: exact where
    leases in use tell it, `inferred` otherwise.
    `scope` narrows what is kept. Raises RecordingError when nothing in it can be read, UsageError
    when `at` is before what the data tells.
    """
    gathered = gather(path)
    description = gathered.description
    objects = _decode(gathered)
    if not objects and not gathered.others:
        raise RecordingError(_nothing(path, gathered))
    if description.taken_at is None and "pods" in objects:  # not recorded by us, so perhaps cut or made by hand
        objects["pods"] = [with_phase(pod) for pod in objects["pods"]]
    taken_at, clock = _clock(at, description.taken_at, objects)
    gaps = (*description.gaps, *gathered.gaps)
    snapshot = Snapshot(
        taken_at=taken_at,
        source=f"recording {'of standard input' if path == '-' else path}",
        context=description.context,
        server_version=description.server_version,
        scope=description.scope,
        clock=clock,
        objects=objects,
        gaps=tuple(dict.fromkeys((*gaps, *_not_asked(gathered, objects, {gap.what for gap in gaps})))),
        logs=dict(sorted(gathered.logs.items())),
        metrics=tuple(gathered.metrics),
    )
    return within(snapshot, scope)


def _decode(gathered: Gathered) -> Objects:
    decoder = Decoder()
    objects: Objects = {}
    for kind in KINDS:
        if kind.plural not in gathered.items:
            continue
        items = b",".join(bytes(item) for item in gathered.items[kind.plural])
        try:
            records = decoder.decode(kind.plural, clean_json(b"[%b]" % items))
        except ValueError as error:
            gathered.gaps.append(Gap(kind.resource, "", "unreadable", one_line(str(error))))
        else:
            objects[kind.plural] = in_order(redacted(kind.plural, records))
    gathered.gaps += [unreadable(left_out) for left_out in decoder.left_out]
    return objects


def _not_asked(gathered: Gathered, objects: Objects, named: set[str]) -> list[Gap]:
    """Gaps for what the recording lacks without saying why, and for what it holds that is not read."""
    gaps = [Gap(kind, "", "skipped", f"{n} found; the kind is not read") for kind, n in gathered.others.items()]
    gaps += [
        Gap(kind.resource, "", "not-asked")
        for kind in KINDS
        if kind.plural not in objects and kind.resource not in named
    ]
    if not gathered.metrics and "metrics" not in named:
        gaps.append(Gap("metrics", "", "not-asked", "the recording holds none"))
    return gaps


def _clock(
    at: datetime | None, recorded: datetime | None, objects: Objects
) -> tuple[datetime, Literal["exact", "inferred"]]:
    latest = newest(objects)
    if at is not None and latest is not None and latest - at > _AHEAD:
        raise UsageError(f"--at {_utc(at)}: the data goes on until {_utc(latest)}")
    exact = at or recorded or ticked(objects, latest)
    if exact is not None:
        return exact.astimezone(UTC), "exact"
    return (latest or datetime.now(UTC).replace(microsecond=0)).astimezone(UTC), "inferred"


def _utc(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _nothing(path: str, gathered: Gathered) -> str:
    if not gathered.files:
        return f"recording {path}: it has no files with Kubernetes objects (.json, .yaml)"
    first = next((gap.detail for gap in gathered.gaps if gap.detail), "it holds no objects of the kinds that are read")
    return f"recording {path}: nothing in it can be read: {first}"
