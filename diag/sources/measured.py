"""Adding to a snapshot what a Prometheus measured."""

import msgspec

from diag.errors import ClusterError
from diag.metrics.prometheus import connect, measure
from diag.model.snapshot import Gap, Snapshot
from diag.model.text import clean_bytes

NOT_ASKED = Gap("metrics", "", "not-asked", "no Prometheus was asked: give --prometheus URL")


def add_metrics(snapshot: Snapshot, url: str | None, seconds: float | None) -> Snapshot:
    """The snapshot with metrics, or with a gap that says why not. `seconds` is the longest wait for an answer."""
    if url is None:
        return _with_gaps(snapshot, NOT_ASKED) if not snapshot.metrics else snapshot
    try:
        measured = measure(_shown(url), connect(url, seconds))
    except ClusterError as error:
        return _with_gaps(snapshot, _gap(str(error)))
    gaps = [_gap(text) for text in measured.unanswered]
    return msgspec.structs.replace(_with_gaps(snapshot, *gaps), metrics=(*snapshot.metrics, measured.metrics))


def _gap(text: str) -> Gap:
    return Gap("metrics", "", "unreadable", _shown(text))


def _shown(text: str) -> str:
    """The URL may hold a password, and what a server answers may hold anything."""
    return clean_bytes(text.encode("utf-8", "replace"))


def _with_gaps(snapshot: Snapshot, *gaps: Gap) -> Snapshot:
    return msgspec.structs.replace(snapshot, gaps=(*snapshot.gaps, *gaps))
