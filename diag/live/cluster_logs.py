"""The logs of a live cluster: what there is, and then what is written."""

from collections.abc import Iterable, Iterator
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from diag.errors import MondiagError
from diag.facts.index import Key
from diag.live.logs import Batch, LogLine, Post, kind_with_logs
from diag.model.snapshot import Scope
from diag.model.text import one_line

if TYPE_CHECKING:
    from diag.kube.config import Access
    from diag.kube.follow import LogSession
    from diag.sources.logs import Entry
    from diag.sources.pods import Run

PACE = 0.1  # seconds that lines are gathered before they are handed over
LOOK = 30.0  # seconds to find the pods


class ClusterLogs:
    """The logs of a live cluster: the last `tail` lines of each container (of the run before, if `previous`), and
    then what is written, until nothing more will come. At most `most` containers are read.

    `since` leaves out what was written more than so many seconds ago.
    """

    def __init__(
        self,
        access: "Access",
        key: Key,
        *,
        previous: bool = False,
        tail: int | None = None,
        since: float | None = None,
        most: int = 50,
    ) -> None:
        self._access = access
        self._key = key
        self._previous = previous
        self._tail = tail
        self._since = since
        self._most = most
        self._closed = Event()
        self._session: LogSession | None = None
        self._post: Post = lambda batch: None

    def start(self, post: Post) -> None:
        """Read in a thread."""
        from diag.kube.follow import LogSession

        self._post = post
        self._session = LogSession(self._access, self._most)
        Thread(target=self._run, args=(self._session,), name="logs", daemon=True).start()

    def close(self) -> None:
        """Drop all connections; the threads end by themselves."""
        self._closed.set()
        if self._session is not None:
            self._session.close()

    def _run(self, session: "LogSession") -> None:
        with session:
            try:
                self._read(session)
            except MondiagError as error:
                self._say(str(error))
            self._hand_over(Batch(ended=True))

    def _read(self, session: "LogSession") -> None:
        from diag.sources.log_reader import LogReader
        from diag.sources.logs import Wanted
        from diag.sources.pod_finder import PodFinder
        from diag.sources.pods import runs

        kind = kind_with_logs(self._key)
        find = PodFinder(session, Scope((self._key.namespace,)), kind, self._key.namespace, self._key.name, LOOK)

        def look() -> "tuple[list[Run], bool]":
            seen = find()
            return runs(seen.pods), seen.over

        found, _ = look()
        if not found:
            self._say(f"there are no pods of {self._key.kind} {self._key.name}")
        reader = LogReader(session, found, Wanted(self._tail, self._since), self._previous, self._most, self._say)
        for gathered in _gathered(reader.history()):
            self._hand_over(Batch(_lines(gathered)))
        if not self._previous and reader.may_go_on:
            self._follow(reader.following(look))

    def _follow(self, batches: "Iterable[list[Entry]]") -> None:
        """Hand over at most every PACE; what comes meanwhile waits, at the server when it is too much."""
        handed = 0.0
        for batch in batches:
            if self._closed.wait(max(0.0, handed + PACE - monotonic())):
                return
            handed = monotonic()
            self._hand_over(Batch(_lines(batch)))

    def _say(self, text: str) -> None:
        self._hand_over(Batch(said=(one_line(text),)))

    def _hand_over(self, batch: Batch) -> None:
        if not self._closed.is_set():
            self._post(batch)


def _gathered(entries: "Iterator[Entry]") -> "Iterator[list[Entry]]":
    """What comes within PACE at a time, so that the first lines are not kept back by the last."""
    gathered: list[Entry] = []
    until = monotonic() + PACE
    for entry in entries:
        gathered.append(entry)
        if monotonic() >= until:
            yield gathered
            gathered, until = [], monotonic() + PACE
    if gathered:
        yield gathered


def _lines(entries: "list[Entry]") -> tuple[LogLine, ...]:
    return tuple(LogLine(log.name, line.time, line.text) for line, log in entries)
