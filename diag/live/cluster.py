"""A live cluster as a feed: connected, watched, scanned again whenever something changed, and told as views."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path
from threading import RLock, Thread
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from diag.errors import (
    ClusterError,
    KubeconfigError,
    MondiagError,
    NotServedError,
    RefusedError,
    UnreachableError,
)
from diag.facts.index import Key
from diag.facts.ordered import OrderedIndex
from diag.finding import Explanation
from diag.live.control import Control
from diag.live.door import AGAIN, Door
from diag.live.feed import Fail, Pause, Post
from diag.live.resolve import resolve
from diag.live.view import Connection, State, View
from diag.model.course import Course
from diag.model.kinds import BY_KIND
from diag.model.snapshot import Scope, Snapshot

if TYPE_CHECKING:
    from diag.live.logs import LogReading
    from diag.live.reading import Reading
    from diag.playbook.format import Playbook

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the next attempts to connect
COALESCE = 0.1  # seconds that changes are gathered before a scan; after it is a rest a third as long as it took
FIRST = 0.05  # and while the first reading goes on, twice as long, but no longer than that takes
TICK = 3.0  # seconds after which ages are worth a new look
IDLE_SHARE = 100.0  # and where nothing changed, by one of this many times


class Wanted(NamedTuple):
    """Which cluster, as the command line names it, and how it is to be read. `timeout`: seconds to connect in."""

    scope: Scope
    kubeconfig: str | None = None
    context: str | None = None
    impersonate: str | None = None
    timeout: float | None = 60.0
    chunk_size: int | None = None
    max_logs: int = 50
    prometheus: str | None = None
    playbooks: tuple[str, ...] = ()


class ClusterFeed:
    """The views of one cluster, for as long as the session lasts."""

    recorded = False

    def __init__(self, wanted: Wanted) -> None:
        self.name = wanted.context or "current context"
        self._wanted = wanted
        self._control = Control()
        self._door = Door(wanted)
        self._posting = RLock()
        self._settled = False
        self._entered = False
        self._post: Post = lambda view: None
        self._fail: Fail = lambda error: None
        self._pause: Pause = lambda: None
        self._playbooks: Sequence[Playbook] = ()
        self._reading: Reading | None = None
        self._view = View(self.name, Connection("connecting", _now()))

    def start(self, post: Post, fail: Fail, pause: Pause) -> None:
        """Connect and read, in a thread."""
        self._post, self._fail, self._pause = post, fail, pause
        self._post(self._view)
        Thread(target=self._run, name=f"feed {self.name}", daemon=True).start()

    def close(self) -> None:
        """Drop all connections; the threads end by themselves, and what they still find is told to nobody."""
        with self._posting:
            self._control.close()
        self._door.close()

    def pause(self, paused: bool) -> None:
        """Keep the view as it is, or go on with what has changed since."""
        self._control.pause(paused)

    def rescan(self) -> None:
        """Read everything anew, with a new login."""
        self._control.rescan()

    def explain(self, view: View, key: Key) -> Explanation:
        """What is said of an object by the last look, before one by that view. Raises UsageError where it is not."""
        from diag.live.explaining import explained

        known = self._reading.explain(key) if self._reading is not None else None
        return known or explained(view.index, view.report, self._playbooks, key)

    def document(self, key: Key) -> str:
        """The YAML of an object as the cluster has it now. Raises ClusterError."""
        from diag.sources.document import read_document

        if key.kind not in BY_KIND:
            raise NotServedError(f"mondiag does not read {key.kind} {key.name}")
        return read_document(self._door.session, BY_KIND[key.kind], key.namespace, key.name)

    def courses(self, namespace: str, pod: str) -> tuple[Course, ...]:
        """How the use of a pod's containers went in the last hour, by Prometheus. Raises ClusterError."""
        from diag.sources.pod_usage import pod_usage

        session, snapshot = self._door.session, self._view.snapshot
        if snapshot is None:
            raise UnreachableError("nothing has been read yet")
        return pod_usage(session, snapshot, self._wanted.prometheus, namespace, pod)

    def open_logs(self, key: Key, previous: bool, tail: int | None) -> "LogReading":
        """The logs of a pod, or of all pods of a workload; nothing is read before it is started."""
        from diag.live.cluster_logs import ClusterLogs

        most = self._wanted.max_logs
        return ClusterLogs(self._door.access, key, previous=previous, tail=tail, most=most)

    def _run(self) -> None:
        try:
            self._work()
        except MondiagError as error:
            self._give_up(error)
        except Exception as error:  # noqa: BLE001 - the worker's boundary: without it the screen would just stand still
            self._give_up(MondiagError(f"internal error: {type(error).__name__}: {error}"))

    def _work(self) -> None:
        from diag.live.beside import Beside
        from diag.live.reading import Reading
        from diag.playbook.load import load

        self._playbooks = load([Path(directory) for directory in self._wanted.playbooks])
        beside: Beside | None = None
        while self._connect():
            session, changed = self._door.session, self._control.change
            beside = beside or Beside(session, self._wanted.max_logs, self._wanted.prometheus, changed)
            beside.expire()
            with Reading(session, self._wanted, self._playbooks, beside, changed, self._pause) as reading:
                self._reading = reading
                self._follow(reading)

    def _connect(self) -> bool:
        """Connect, trying again for as long as it takes; false when the session was closed meanwhile.

        Raises UsageError and KubeconfigError where there never was such a kubeconfig, context or login.
        """
        pauses = chain(PAUSES, repeat(PAUSES[-1]))
        while not self._control.closed:
            self._keep_still()
            self._control.begin()
            try:
                self._enter()
                return not self._control.closed
            except MondiagError as error:
                ours = isinstance(error, KubeconfigError) or not isinstance(error, ClusterError)
                if ours and not (self._settled or self._entered):
                    raise
                refused = ours or isinstance(error, RefusedError)
                self._tell("refused" if refused else "lost", str(error))
                self._control.rest(AGAIN if refused else next(pauses))
        return False

    def _enter(self) -> None:
        from diag.kube.deadline import Deadline

        deadline = Deadline(self._wanted.timeout)
        access = self._door.log_in(deadline)
        self.name, self._entered = access.context, True
        self._tell("connecting", access.server)
        self._door.session.greet(deadline)

    def _follow(self, reading: "Reading") -> None:
        """Scan and tell, until everything is to be read anew or the session ends."""
        took = 0.0
        while not self._control.over:
            self._wait(reading, took)
            self._keep_still()
            if not self._control.over:
                connection = self._connection(reading)
                began = monotonic()
                self._look(reading, connection)
                took = monotonic() - began

    def _wait(self, reading: "Reading", took: float) -> None:
        """Until something changed, or so much time went by that ages are worth a new look."""
        if reading.complete:
            self._control.wait(max(TICK, IDLE_SHARE * took), COALESCE, took / 3)
        else:
            self._control.wait(TICK, FIRST, 2 * took, lambda: reading.complete)

    def _keep_still(self) -> None:
        """Show that it stands still, for as long as that is wanted."""
        if self._control.paused:
            self._tell("paused")
            self._control.keep_still()

    def _connection(self, reading: "Reading") -> Connection:
        """How current it is, after a new login where the present one is not accepted any more."""
        connection = reading.connection()
        if connection.state != "refused":
            return connection
        if self._door.log_in_again():
            reading.logged_in()
        return msgspec.structs.replace(connection, words=self._door.fault or connection.words)

    def _look(self, reading: "Reading", connection: Connection) -> None:
        complete = reading.complete
        if self._settled and not complete:  # read anew: what is known stays until it is replaced
            self._show(msgspec.structs.replace(self._view, connection=connection))
            return
        seen = reading.look()
        before = self._view.report if self._settled else None
        if complete and not seen.snapshot.objects:
            connection = self._shut_out(seen.snapshot)
        resolved = resolve(before, seen.report, self._view.resolved, seen.snapshot.taken_at)
        self._show(View(self.name, connection, 0, OrderedIndex(seen.snapshot), seen.report, resolved, seen.marks))
        self._settled = complete

    def _shut_out(self, snapshot: Snapshot) -> Connection:
        """Where not one kind may be read, all is well with the line alone."""
        known = self._view.connection
        why = next((gap.detail for gap in snapshot.gaps if gap.detail), "")
        return Connection("refused", known.since if known.state == "refused" else _now(), why)

    def _tell(self, state: State, words: str = "") -> None:
        since = self._view.connection.since if self._view.connection.state == state else _now()
        self._show(msgspec.structs.replace(self._view, name=self.name, connection=Connection(state, since, words)))

    def _show(self, view: View) -> None:
        with self._posting:
            if not self._control.closed:
                self._view = msgspec.structs.replace(view, version=self._view.version + 1)
                self._post(self._view)

    def _give_up(self, error: MondiagError) -> None:
        with self._posting:
            if not self._control.closed:
                self._fail(error)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
