"""A snapshot of a live cluster: every kind once, at most three lists at a time, and what could not be read as gaps."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from diag.errors import ClusterError
from diag.kube.deadline import Deadline
from diag.kube.logs import read_log
from diag.kube.session import Session
from diag.model.kinds import KINDS
from diag.model.snapshot import Gap, LogKey, Scope, Snapshot
from diag.model.text import clean_bytes
from diag.sources.lists import Lists, Read, Sink, Took, why
from diag.sources.parallel import each
from diag.sources.records import in_order

LISTS = 3  # priority and fairness gives an ordinary user seats for about three heavy lists at once
LOGS = 8
TAIL_LINES = 100
LOG_BYTES = 256 * 1024  # with tailLines the server drops the latest bytes beyond it, so it is generous
_UNREADABLE_LOG = b"unable to retrieve container logs for "


class ClusterSource:
    """Reads one cluster within a scope, until a deadline. `progress` is told what is going on."""

    def __init__(
        self,
        session: Session,
        scope: Scope,
        deadline: Deadline,
        chunk_size: int | None = None,
        progress: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._session = session
        self._scope = scope
        self._deadline = deadline
        self._chunk_size = chunk_size
        self._progress = progress

    def read(self, sink: Sink | None = None) -> Snapshot:
        """The snapshot. `sink` gets each cleaned chunk as (plural, JSON array of objects), from several threads.

        Raises ClusterError when nothing at all could be read.
        """
        taken_at = datetime.now(UTC).replace(microsecond=0)
        lists = Lists(self._session, self._scope, self._deadline, self._chunk_size, took(self._progress), sink)
        with collecting_later():
            found = each(lists.kind, KINDS, LISTS)
        reads = [read for kind in found for read in kind]
        if all(read.records is None for read in reads):
            raise next(read.refused for read in reads if read.refused is not None)
        return Snapshot(
            taken_at=taken_at,
            source=self._session.server,
            context=self._session.context,
            server_version=self._session.version,
            scope=self._scope,
            objects=objects(reads),
            gaps=tuple(dict.fromkeys(gap for read in reads for gap in read.gaps)),
        )

    def read_logs(self, snapshot: Snapshot, keys: Sequence[LogKey]) -> Snapshot:
        """The snapshot with these logs, or with gaps where they could not be read."""
        if not keys:
            return snapshot
        self._progress(f"reading {len(keys)} logs")
        found = each(self._log, keys, LOGS)
        logs = {key: text for key, (text, _) in zip(keys, found, strict=True) if text is not None}
        gaps = tuple(gap for _, gap in found if gap is not None)
        ordered = dict(sorted({**snapshot.logs, **logs}.items()))
        return msgspec.structs.replace(snapshot, logs=ordered, gaps=(*snapshot.gaps, *gaps))

    def _log(self, key: LogKey) -> tuple[str | None, Gap | None]:
        scope = f"{key.namespace}/{key.pod}/{key.container}"
        try:
            text = self._latest(key)
        except ClusterError as error:
            return None, Gap("logs", scope, why(error, False), str(error))
        if text.startswith(_UNREADABLE_LOG):
            return None, Gap("logs", scope, "expired", "the runtime no longer has it")
        if len(text) >= LOG_BYTES:
            return clean_bytes(text), Gap("logs", scope, "truncated", "its lines are too long; the latest are missing")
        return clean_bytes(text), None

    def _latest(self, key: LogKey) -> bytes:
        """The last lines of a log: a hundred, or ten where a hundred are too long to be had whole."""
        for lines in (TAIL_LINES, TAIL_LINES // 10):
            text = read_log(
                self._session, key.namespace, key.pod, key.container, key.previous, lines, LOG_BYTES, self._deadline
            )
            if len(text) < LOG_BYTES:
                break
        return text


def took(progress: Callable[[str], None]) -> Took:
    """Tells of each list how far it is."""
    return lambda part, records, number: progress(f"reading {part.kind.plural}: {number:,}")


def objects(reads: Sequence[Read]) -> dict[str, list[Any]]:
    """The records of each kind that was read, in their order."""
    found: dict[str, list[Any]] = {}
    for read in reads:
        if read.records is not None:
            found.setdefault(read.part.kind.plural, []).extend(read.records)
    return {plural: in_order(records) for plural, records in found.items()}


@contextmanager
def collecting_later() -> Iterator[None]:
    """What comes in is kept, so there is nothing to collect, and each look at it costs."""
    gc.disable()
    try:
        yield
    finally:
        collect_once()


def collect_once() -> None:
    """Collect, and from then on pass over all that was kept."""
    gc.collect()
    gc.freeze()
    gc.enable()
