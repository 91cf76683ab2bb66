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
from diag.model.decode import Decoder, LeftOut
from diag.model.kinds import KINDS, Kind
from diag.model.snapshot import Gap, GapReason, LogKey, Scope, Snapshot
from diag.model.text import clean_bytes, clean_json
from diag.sources.parallel import each
from diag.sources.records import in_order, unreadable
from diag.sources.redact import redacted

LISTS = 3  # priority and fairness gives an ordinary user seats for about three heavy lists at once
LOGS = 8
TAIL_LINES = 100
LOG_BYTES = 256 * 1024  # with tailLines the server drops the latest bytes beyond it, so it is generous
_UNREADABLE_LOG = b"unable to retrieve container logs for "

NODE_EVENTS = "default"  # where the API puts events about objects without a namespace

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

    def _kind(self, kind: Kind) -> _Read:
        namespaces = self._scope.namespaces if kind.namespaced else ()
        if namespaces:
            return self._in(kind, namespaces)
        everywhere = self._one(kind, None)
        if everywhere.records is None and kind.namespaced and _is_forbidden(everywhere.refused):
            own = self._session.namespace
            within = self._in(kind, (own,))
            if within.records is not None:
                detail = f"only namespace {own} may be read"
                within.gaps.append(Gap(kind.resource, "", "forbidden", detail, read=(own,)))
                return within
        return everywhere

    def _in(self, kind: Kind, namespaces: Sequence[str]) -> _Read:
        reads = [self._one(kind, namespace) for namespace in namespaces]
        if kind.plural == "events" and NODE_EVENTS not in namespaces:
            reads.append(self._one(kind, NODE_EVENTS, "involvedObject.kind=Node"))
        records = [record for read in reads if read.records is not None for record in read.records]
        seen = any(read.records is not None for read in reads)
        refused = next((read.refused for read in reads if read.refused is not None), None)
        return _Read(kind, in_order(records) if seen else None, [gap for read in reads for gap in read.gaps], refused)

    def _one(self, kind: Kind, namespace: str | None, fields: str | None = None) -> _Read:
        """One list. What came before an error is kept, and the rest is a gap."""
        decoder, records = Decoder(), []
        selector = self._scope.selector or None if kind.plural == "pods" else None
        gaps: list[Gap] = []
        refused: ClusterError | None = None
        begun = False
        try:
            for chunk in Listing(self._session, kind, namespace, selector, self._chunk_size, self._deadline, fields):
                begun = True
                records += self._records(kind, decoder, clean_json(chunk))
                self._progress(f"reading {kind.plural}: {len(records):,}")
        except ClusterError as error:
            if isinstance(error, RefusedError) and error.status == 401:
                raise
            refused = error
            gaps.append(Gap(kind.resource, namespace or "", _why(error, begun), str(error)))
        gaps += [unreadable(left_out) for left_out in decoder.left_out]
        return _Read(kind, in_order(records) if begun or refused is None else None, gaps, refused)

    def _records(self, kind: Kind, decoder: Decoder, chunk: bytes) -> list[Any]:
        if self._sink is not None:
            self._sink(kind.plural, chunk)
        try:
            return redacted(kind.plural, decoder.decode(kind.plural, chunk))
        except ValueError as error:
            decoder.left_out.append(LeftOut(kind.plural, "", f"some objects: {error}"))
            return []

    def _log(self, key: LogKey) -> tuple[str | None, Gap | None]:
        scope = f"{key.namespace}/{key.pod}/{key.container}"
        try:
            text = self._latest(key)
        except ClusterError as error:
            return None, Gap("logs", scope, _why(error, False), str(error))
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


def _is_forbidden(error: ClusterError | None) -> bool:
    return isinstance(error, RefusedError) and error.status == 403


def _why(error: ClusterError, begun: bool) -> GapReason:
    if isinstance(error, RefusedError):
        return "forbidden"
    if isinstance(error, NotServedError):
        return "not-served"
    if isinstance(error, DeadlineError):
        return "timeout"
    return "truncated" if begun else "unreadable"
