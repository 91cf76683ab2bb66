"""A live cluster as a feed: connected, watched, scanned again whenever something changed, and told as views."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from diag.errors import ClusterError, MondiagError, RefusedError, UnreachableError
from diag.facts.index import Key
from diag.finding import Explanation
from diag.live.explaining import explained
from diag.live.feed import Fail, Post
from diag.live.resolve import resolve
from diag.live.view import Connection, State, View
from diag.model.course import Course
from diag.model.kinds import BY_KIND
from diag.model.snapshot import Scope

if TYPE_CHECKING:
    from diag.kube.config import Access
    from diag.kube.session import Session
    from diag.live.logs import LogReading
    from diag.live.reading import Reading
    from diag.playbook.format import Playbook

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the next attempts to connect
COALESCE = 0.15  # seconds that changes are gathered before a scan
FIRST = 0.3  # seconds between two views while the first reading goes on
TICK = 10.0  # seconds after which ages are worth a new look
SHARE = 2.0  # a scan is followed by a rest of this many times what it took, for the sake of whoever draws
IDLE_SHARE = 60.0  # and where nothing changed, by one of this many times


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
        self._woken = Event()
        self._closed = Event()
        self._paused = False
        self._anew = False
        self._settled = False
        self._post: Post = lambda view: None
        self._fail: Fail = lambda error: None
        self._playbooks: Sequence[Playbook] = ()
        self._access: Access | None = None
        self._session: Session | None = None
        self._view = View(self.name, Connection("connecting", _now()))

    def start(self, post: Post, fail: Fail) -> None:
        """Connect and read, in a thread."""
        self._post, self._fail = post, fail
        self._post(self._view)
        Thread(target=self._run, name=f"feed {self.name}", daemon=True).start()

    def close(self) -> None:
        """Drop all connections; the threads end by themselves."""
        self._closed.set()
        self._woken.set()
        if self._session is not None:
            self._session.close()

    def pause(self, paused: bool) -> None:
        """Keep the view as it is, or go on with what has changed since."""
        self._paused = paused
        self._woken.set()

    def rescan(self) -> None:
        """Read everything anew."""
        self._anew = True
        self._woken.set()

    def explain(self, view: View, key: Key) -> Explanation:
        """What can be said of an object of that view. Raises UsageError when it is not in there."""
        return explained(view, self._playbooks, key)

    def document(self, key: Key) -> str:
        """The YAML of an object as the cluster has it now. Raises ClusterError."""
        from diag.sources.document import read_document

        return read_document(self._connected(), BY_KIND[key.kind], key.namespace, key.name)

    def courses(self, namespace: str, pod: str) -> tuple[Course, ...]:
        """How the use of a pod's containers went in the last hour, by Prometheus. Raises ClusterError."""
        from diag.sources.pod_usage import pod_usage

        session, snapshot = self._connected(), self._view.snapshot
        if snapshot is None:
            raise UnreachableError("nothing has been read yet")
        return pod_usage(session, snapshot, self._wanted.prometheus, namespace, pod)

    def open_logs(self, key: Key, previous: bool, tail: int | None) -> "LogReading":
        """The logs of a pod, or of all pods of a workload; nothing is read before it is started."""
        from diag.live.cluster_logs import ClusterLogs

        if self._access is None:
            raise UnreachableError("not connected yet")
        most = self._wanted.max_logs
        return ClusterLogs(self._access, key, previous=previous, tail=tail, most=most)

    def _connected(self) -> "Session":
        if self._session is None:
            raise UnreachableError("not connected yet")
        return self._session

    def _run(self) -> None:
        try:
            self._work()
        except MondiagError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - the worker's boundary: without it the screen would just stand still
            if not self._closed.is_set():
                self._fail(MondiagError(f"internal error: {type(error).__name__}: {error}"))

    def _work(self) -> None:
        from diag.live.reading import Reading
        from diag.playbook.load import load

        self._playbooks = load([Path(directory) for directory in self._wanted.playbooks])
        if not self._connect():
            return
        while not self._closed.is_set():
            self._anew = False
            with Reading(self._connected(), self._wanted, self._playbooks, self._woken.set) as reading:
                self._follow(reading)

    def _connect(self) -> bool:
        """Connect, trying again for as long as it takes; false when the session was closed meanwhile.

        Raises UsageError where there is no such kubeconfig or context.
        """
        tries = 0
        while not self._closed.is_set():
            try:
                self._session = self._attempt()
                return True
            except ClusterError as error:
                self._tell("refused" if isinstance(error, RefusedError) else "lost", str(error))
            self._closed.wait(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1
        return False

    def _attempt(self) -> "Session":
        from diag.kube.config import load_access
        from diag.kube.deadline import Deadline
        from diag.kube.session import connect

        deadline = Deadline(self._wanted.timeout)
        access = load_access(self._wanted.kubeconfig, self._wanted.context, self._wanted.impersonate, deadline)
        self.name, self._access = access.context, access
        self._tell("connecting", access.server)
        return connect(access, deadline)

    def _follow(self, reading: "Reading") -> None:
        """Scan and tell, until everything is to be read anew or the session ends."""
        took = 0.0
        while not (self._closed.is_set() or self._anew):
            self._wait(reading.complete, took)
            if self._closed.is_set() or self._anew:
                return
            if self._paused:
                self._tell("paused")
                self._woken.wait()
                continue
            began = monotonic()
            self._look(reading)
            took = monotonic() - began

    def _wait(self, complete: bool, took: float) -> None:
        """Until something changed, or so much time went by that ages are worth a new look."""
        if not complete:
            self._closed.wait(max(FIRST, took))
        elif self._woken.wait(max(TICK, IDLE_SHARE * took)):
            self._closed.wait(max(COALESCE, SHARE * took))
        self._woken.clear()

    def _look(self, reading: "Reading") -> None:
        connection = reading.connection()
        if self._settled and not reading.complete:  # read anew: what is known stays until it is replaced
            self._show(msgspec.structs.replace(self._view, connection=connection))
            return
        seen = reading.look()
        before = self._view.report if self._settled else None
        resolved = resolve(before, seen.report, self._view.resolved, seen.snapshot.taken_at)
        self._show(View(self.name, connection, 0, seen.snapshot, seen.report, resolved, seen.marks))
        self._settled = reading.complete

    def _tell(self, state: State, words: str = "") -> None:
        since = self._view.connection.since if self._view.connection.state == state else _now()
        self._show(msgspec.structs.replace(self._view, name=self.name, connection=Connection(state, since, words)))

    def _show(self, view: View) -> None:
        self._view = msgspec.structs.replace(view, version=self._view.version + 1)
        self._post(self._view)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
