"""Following the logs of pods that come and go, and of containers that restart."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from time import monotonic

from diag.errors import ClusterError, RefusedError, UnreachableError
from diag.model.snapshot import LogKey
from diag.sources.lines import Line
from diag.sources.logs import Entry, Log, Wanted
from diag.sources.pods import Run

POLL = 2.0  # seconds between two looks at the pods
_WAITING = 1000  # lines; more stay with the server until these are shown

Look = Callable[[], tuple[list[Run], bool]]


@dataclass
class _Followed:
    """A container's log, the run that was last seen of it, and how its connection is.

    `last` is set while the connection was opened after the end of the run, so that nothing can come after it;
    `done` when such a connection has ended, or the server refuses the log.
    """

    log: Log
    run: Run
    connected: bool = False
    last: bool = False
    done: bool = False
    said: str = ""


class Follower:
    """Follows the logs of all containers that `look` finds: it returns them, and whether nothing more will come.

    `begin` makes the log of a container that is new, `say` is told what a reader should know, in words. At most
    `most` logs are followed, each on a connection and a thread of its own; the threads are daemons.
    """

    def __init__(
        self, look: Look, begin: Callable[[LogKey], Log], say: Callable[[str], None], most: int, poll: float = POLL
    ) -> None:
        self._look = look
        self._begin = begin
        self._say = say
        self._most = most
        self._poll = poll
        self._lost = False
        self._full = False
        self._followed: dict[tuple[str, str], _Followed] = {}
        self._arrived: Queue[tuple[_Followed, Line | BaseException | None]] = Queue(_WAITING)

    def add(self, run: Run, log: Log) -> None:
        """Go on with a log that has been read so far."""
        self._followed[run.uid, run.key.container] = _Followed(log, run)

    def batches(self) -> Iterator[list[Entry]]:
        """New lines, those that came together in order of time, until nothing more will come."""
        while not self._reconcile():
            until = monotonic() + self._poll
            while (left := until - monotonic()) > 0:
                batch = self._batch(left)
                if batch:
                    yield batch

    def _reconcile(self) -> bool:
        """Connect what should be connected; whether nothing more will come."""
        try:
            runs, over = self._look()
        except ClusterError as error:
            if not self._lost:
                self._say(f"{error}; trying again")
            self._lost = True
            return False
        self._lost = False
        for run in runs:
            self._see(run)
        self._forget({run.uid for run in runs})
        return over and all(followed.done for followed in self._followed.values())

    def _see(self, run: Run) -> None:
        followed = self._followed.get((run.uid, run.key.container)) or (self._new(run) if run.begun else None)
        if followed is None:
            return
        if run.restarts > followed.run.restarts:
            self._say(f"{followed.log.name}: restarted, restart count {run.restarts}")
            followed.log.wanted = Wanted()
            followed.done = False
        followed.run = run
        if not followed.connected and not followed.done:
            self._connect(followed)

    def _new(self, run: Run) -> _Followed | None:
        if len(self._followed) >= self._most:
            if not self._full:
                self._say(f"there are more logs than --max-logs {self._most} allows: those are not followed")
            self._full = True
            return None
        log = self._begin(run.key)
        self._say(f"{log.name}: begins")
        self.add(run, log)
        return self._followed[run.uid, run.key.container]

    def _forget(self, present: set[str]) -> None:
        for key, followed in list(self._followed.items()):
            if key[0] not in present and not followed.connected:
                self._say(f"{followed.log.name}: the pod is gone")
                del self._followed[key]

    def _connect(self, followed: _Followed) -> None:
        followed.connected, followed.last = True, not followed.run.running
        Thread(target=self._carry, args=(followed,), daemon=True).start()

    def _carry(self, followed: _Followed) -> None:
        end: BaseException | None = None
        try:
            for line in followed.log.read(follow=True):
                self._arrived.put((followed, line))
        except BaseException as error:  # noqa: BLE001 - carried to the thread that shows the lines
            end = error
        self._arrived.put((followed, end))

    def _batch(self, seconds: float) -> list[Entry]:
        """What has come, after a wait of at most so many seconds for the first."""
        entries: list[Entry] = []
        with suppress(Empty):
            followed, item = self._arrived.get(timeout=seconds)
            while len(entries) < _WAITING:
                if isinstance(item, Line):
                    entries.append((item, followed.log))
                else:
                    self._end(followed, item)
                followed, item = self._arrived.get_nowait()
        return sorted(entries, key=lambda entry: entry[0].time)

    def _end(self, followed: _Followed, error: BaseException | None) -> None:
        followed.connected = False
        if error is None:
            followed.done = followed.last
        elif not isinstance(error, ClusterError):
            raise error
        else:
            followed.done = isinstance(error, RefusedError)
            words = followed.log.words(error)
            if not isinstance(error, UnreachableError) and words != followed.said:  # it is connected again
                followed.said = words
                self._say(f"{followed.log.name}: {words}")
