"""Logs of a live cluster, several at once, in order of time."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from diag.errors import AnswerError, ClusterError
from diag.kube.follow import LogSession
from diag.kube.logs import LOST
from diag.kube.reach import CutError
from diag.model.snapshot import LogKey
from diag.sources.lines import Line, lines
from diag.sources.parallel import each

AT_ONCE = 8  # logs that are opened together; each costs the server a question to a kubelet
RESUMES = 3  # in a row without a line in between


class Wanted(NamedTuple):
    """Which lines: the last `tail` of them, those of the last `since` seconds; all when neither is set."""

    tail: int | None = None
    since: float | None = None


class Log:
    """One container's log, and how far it has been read. `readable` is set once the server has given it."""

    def __init__(self, session: LogSession, key: LogKey, wanted: Wanted) -> None:
        self.key = key
        self.name = f"{key.pod}/{key.container}"
        self.wanted = wanted
        self.readable = False
        self._session = session
        self._time = ""
        self._lines = 0  # read so far of that very time

    def read(self, follow: bool = False) -> Iterator[Line]:
        """The lines after those that have been read; with `follow` as they are written, until the container ends.

        Raises what `LogSession.log` raises.
        """
        until, known = self._time, self._lines
        for line in lines(self._pieces(follow)):
            if line.time < until:
                continue
            if line.time == until and known:
                known -= 1
                continue
            self._lines = self._lines + 1 if line.time == self._time else 1
            self._time = line.time
            yield line

    def words(self, error: ClusterError) -> str:
        """Why there is no log, in the server's own words where it has some."""
        return str(error).removeprefix(f"{self._session.where} answered 400: ")

    def _pieces(self, follow: bool) -> Iterator[bytes]:
        for piece in self._session.log(self.key.namespace, self.key.pod, self._query(follow)):
            if piece.startswith(LOST):
                raise AnswerError("the runtime no longer has it")
            self.readable = True
            yield piece
        self.readable = True

    def _query(self, follow: bool) -> list[tuple[str, str]]:
        query = [("container", self.key.container), ("timestamps", "true")]
        query += [("follow", "true")] if follow else []
        query += [("previous", "true")] if self.key.previous else []
        if self._time:
            return [*query, ("sinceTime", f"{self._time[:19]}Z")]  # the kubelet is asked in whole seconds anyway
        query += [("tailLines", str(self.wanted.tail))] if self.wanted.tail is not None else []
        query += [("sinceSeconds", str(max(1, round(self.wanted.since))))] if self.wanted.since else []
        return query


Entry = tuple[Line, Log]
Say = Callable[[Log, ClusterError], None]


def merged(logs: Sequence[Log], say: Say) -> Iterator[Entry]:
    """The lines of all logs in order of time, with their logs. `say` is told of each that could not be read (on)."""
    begun = each(partial(_begun, say=say), logs, AT_ONCE)
    return heapq.merge(*begun, key=_time)


def _begun(log: Log, say: Say) -> Iterator[Entry]:
    """The lines of a log whose first one has come."""
    entries = _whole(log, say)
    first = next(entries, None)
    return iter(()) if first is None else chain([first], entries)


def _whole(log: Log, say: Say) -> Iterator[Entry]:
    resumes = 0
    while True:
        try:
            for line in log.read():
                resumes = 0
                yield line, log
            return
        except ClusterError as error:
            resumes += 1
            if not isinstance(error, CutError) or resumes > RESUMES:
                say(log, error)
                return


def _time(entry: Entry) -> str:
    return entry[0].time
