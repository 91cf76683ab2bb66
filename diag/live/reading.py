"""One connected cluster: watched, with logs and metrics read beside, and scanned as often as someone looks."""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import inf
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

import msgspec

from diag.facts.index import Key
from diag.finding import Explanation, Report, Severity
from diag.kube.session import Session
from diag.live.beside import Beside
from diag.live.view import Connection
from diag.model.snapshot import Snapshot
from diag.playbook.format import Playbook
from diag.scan.live import LiveScan
from diag.sources.watching import Watching

if TYPE_CHECKING:
    from diag.live.cluster import Wanted

HOLD = 2.0  # seconds that all else waits at most for the look at what tells most
PACE = 5  # times that a look takes, until the clock moves on: whatever was judged by it is judged again then


class Seen(NamedTuple):
    """What is known at one moment, what was concluded from it, and the worst finding about each object."""

    snapshot: Snapshot
    report: Report
    marks: dict[Key, Severity]


class Reading:
    """Everything that is read of one cluster from one moment on; as a context manager it ends with the block.

    What is read beside outlives it, so that what was concluded from it stands until it was read anew.
    """

    def __init__(
        self,
        session: Session,
        wanted: "Wanted",
        playbooks: Sequence[Playbook],
        beside: Beside,
        changed: Callable[[], None],
        pause: Callable[[], None],
    ) -> None:
        self._watching = Watching(session, wanted.scope, wanted.chunk_size, changed, HOLD, pause)
        self._beside = beside
        self._playbooks = playbooks
        self._scan = LiveScan(playbooks, pause)
        self._scanning = Lock()
        self._report: Report | None = None
        self._max_logs = wanted.max_logs
        self._at: datetime | None = None
        self._moved = -inf
        self._took = 0.0

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watching.close()

    @property
    def complete(self) -> bool:
        """Whether everything has been read once, or could not be."""
        return self._watching.read_once_done

    def connection(self) -> Connection:
        """How current it is."""
        health = self._watching.state()
        return Connection(health.state, health.since, health.words)

    def logged_in(self) -> None:
        """The session has a new login: what was refused is asked for again at once."""
        self._watching.logged_in()

    def look(self) -> Seen:
        """Scan what is known now, and have read beside what that asks for."""
        began = monotonic()
        known, changes = self._watching.take()
        known = msgspec.structs.replace(known, taken_at=self._clock(known.taken_at))
        snapshot = self._beside.added(known)
        with self._scanning:
            self._report = report = self._scan.scan(snapshot, changes)
            marks = self._scan.marks(report.findings)
            wanted = self._scan.wanted_logs(self._max_logs)
        if self._watching.state().state in ("reading", "live"):  # elsewhere nothing would come but gaps
            self._beside.read_logs(known, wanted, lambda key: self._scan.pod(key.namespace, key.pod))
            if self.complete:
                self._beside.measure(known)
        self._watching.looked()
        self._took = monotonic() - began
        return Seen(snapshot, report, marks)

    def explain(self, key: Key) -> Explanation | None:
        """What can be said of an object that was there at the last look, None before the first; for any thread.

        Raises UsageError where it was not there. It waits for the look that goes on, and needs no joins of its own.
        """
        from diag.live.explaining import explained

        with self._scanning:
            index = self._scan.index
            return explained(index, self._report, self._playbooks, key) if index is not None else None

    def _clock(self, now: datetime) -> datetime:
        if self._at is None or monotonic() - self._moved >= PACE * self._took:
            self._at, self._moved = now, monotonic()
        return self._at
