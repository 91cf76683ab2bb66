"""A snapshot of a live cluster: every kind once, at most three lists at a time, and what could not be read as gaps."""

import gc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from diag.errors import ClusterError, DeadlineError, NotServedError, RefusedError
from diag.kube.deadline import Deadline
from diag.kube.logs import read_log
from diag.kube.read import Listing
from diag.kube.session import Session
from diag.model.decode import Decoder
from diag.model.kinds import KINDS, Kind
from diag.model.snapshot import Gap, GapReason, LogKey, Scope, Snapshot
from diag.model.text import clean_bytes, clean_json
from diag.sources.parallel import each

LISTS = 3  # priority and fairness gives an ordinary user seats for about three heavy lists at once
LOGS = 8
TAIL_LINES = 100
LOG_BYTES = 256 * 1024  # with tailLines the server drops the latest bytes beyond it, so it is generous
_UNREADABLE_LOG = "unable to retrieve container logs for "

Sink = Callable[[str, bytes], None]


class _Read(msgspec.Struct):
    """What came of reading one kind: its records, None when there are none to speak of, and gaps."""

    kind: Kind
    records: list[Any] | None
    gaps: list[Gap]
    refused: ClusterError | None = None


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
        self._sink: Sink | None = None

    def read(self, sink: Sink | None = None) -> Snapshot:
        """The snapshot. `sink` gets each cleaned chunk as (plural, JSON array of objects), from several threads.

        Raises ClusterError when nothing at all could be read.
        """
        self._sink = sink
        taken_at = datetime.now(UTC).replace(microsecond=0)
        gc.disable()  # what comes in is kept, so there is nothing to collect, and each look at it costs
        try:
            reads = each(self._kind, KINDS, LISTS)
        finally:
            gc.collect()
            gc.freeze()
            gc.enable()
        if all(read.records is None for read in reads):
            raise next(read.refused for read in reads if read.refused is not None)
        return Snapshot(
            taken_at=taken_at,
            source=self._session.server,
            context=self._session.context,
            server_version=self._session.version,
            scope=self._scope,
            objects={read.kind.plural: read.records for read in reads if read.records is not None},
            gaps=tuple(gap for read in reads for gap in read.gaps),
        )

    def read_logs(self, snapshot: Snapshot, keys: Sequence[LogKey]) -> Snapshot:
        """The snapshot with these logs, or with gaps where they could not be read."""
        if not keys:
            return snapshot
        self._progress(f"reading {len(keys)} logs")
        found = each(self._log, keys, LOGS)
        logs = {key: text for key, text in zip(keys, found, strict=True) if isinstance(text, str)}
        gaps = tuple(gap for gap in found if isinstance(gap, Gap))
        return msgspec.structs.replace(snapshot, logs={**snapshot.logs, **logs}, gaps=(*snapshot.gaps, *gaps))

    def _kind(self, kind: Kind) -> _Read:
        namespaces = self._scope.namespaces if kind.namespaced else ()
        if namespaces:
            return self._in(kind, namespaces)
        everywhere = self._one(kind, None)
        if kind.namespaced and isinstance(everywhere.refused, RefusedError) and everywhere.refused.status == 403:
            own = self._session.namespace
            within = self._one(kind, own)
            if within.records is not None:
                detail = f"only namespace {own} may be read"
                within.gaps.append(Gap(kind.resource, "", "forbidden", detail, read=(own,)))
                return within
        return everywhere

    def _in(self, kind: Kind, namespaces: Sequence[str]) -> _Read:
        reads = [self._one(kind, namespace) for namespace in namespaces]
        records = [record for read in reads if read.records is not None for record in read.records]
        seen = any(read.records is not None for read in reads)
        refused = next((read.refused for read in reads if read.refused is not None), None)
        return _Read(kind, _ordered(records) if seen else None, [gap for read in reads for gap in read.gaps], refused)

    def _one(self, kind: Kind, namespace: str | None) -> _Read:
        """One list. What came before an error is kept, and the rest is a gap."""
        decoder, records = Decoder(), []
        selector = self._scope.selector or None if kind.plural == "pods" else None
        listing = Listing(self._session, kind, namespace, selector, self._chunk_size, self._deadline)
        gaps: list[Gap] = []
        refused: ClusterError | None = None
        try:
            for chunk in listing:
                cleaned = clean_json(chunk)
                if self._sink is not None:
                    self._sink(kind.plural, cleaned)
                records += decoder.decode(kind.plural, cleaned)
                self._progress(f"reading {kind.plural}: {len(records):,}")
        except ClusterError as error:
            if isinstance(error, RefusedError) and error.status == 401:
                raise
            refused = error
            gaps.append(Gap(kind.resource, namespace or "", _why(error, bool(records)), str(error)))
        gaps += [Gap(kind.resource, namespace or "", "unreadable", fault) for fault in decoder.faults]
        return _Read(kind, None if refused and not records else _ordered(records), gaps, refused)

    def _log(self, key: LogKey) -> str | Gap:
        scope = f"{key.namespace}/{key.pod}/{key.container}"
        try:
            text = clean_bytes(
                read_log(
                    self._session,
                    key.namespace,
                    key.pod,
                    key.container,
                    key.previous,
                    TAIL_LINES,
                    LOG_BYTES,
                    self._deadline,
                )
            )
        except ClusterError as error:
            return Gap("logs", scope, _why(error, False), str(error))
        if text.startswith(_UNREADABLE_LOG):
            return Gap("logs", scope, "expired", "the runtime no longer has it")
        return text


def _ordered(records: list[Any]) -> list[Any]:
    """By namespace and name; an object that came twice (a list that had to be read anew) counts once, the later one."""
    unique = {record.metadata.uid or id(record): record for record in records}
    return sorted(unique.values(), key=lambda record: (record.metadata.namespace, record.metadata.name))


def _why(error: ClusterError, begun: bool) -> GapReason:
    if isinstance(error, RefusedError):
        return "forbidden"
    if isinstance(error, NotServedError):
        return "not-served"
    if isinstance(error, DeadlineError):
        return "timeout"
    return "truncated" if begun else "unreadable"
