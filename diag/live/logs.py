"""The logs of a pod, or of all pods of a workload, handed over in batches as they are read."""

from collections.abc import Callable
from threading import Thread
from typing import NamedTuple, Protocol

import msgspec

from diag.errors import MondiagError, UsageError
from diag.facts.index import Key
from diag.model.kinds import BY_KIND, Kind
from diag.model.snapshot import LogKey, Snapshot
from diag.model.text import one_line
from diag.sources.lines import last_lines
from diag.sources.pods import check_kind, find, pods_of, runs


class LogLine(msgspec.Struct, frozen=True, gc=False):
    """One line. `source` is `pod/container`; `time` RFC 3339 in UTC, sorts as text, empty if unknown.

    A line without source is ours: what a reader should know at this place. Many are kept, of which the garbage
    collector need not know: looking at each of them would be felt.
    """

    source: str
    time: str
    text: str


class Batch(NamedTuple):
    """What came together: lines, words on what happened, and whether nothing more will come."""

    lines: tuple[LogLine, ...] = ()
    said: tuple[str, ...] = ()
    ended: bool = False


Post = Callable[[Batch], object]  # what it returns is not looked at


class LogReading(Protocol):
    """One reading of logs. What goes wrong is said in a batch, never raised."""

    def start(self, post: Post) -> None:
        """Read in threads of its own, from which `post` is called; returns at once."""

    def close(self) -> None:
        """Stop, whatever is going on; nothing is posted any more."""


def kind_with_logs(key: Key) -> Kind:
    """The kind of an object that has logs, or whose pods do. Raises UsageError."""
    known = BY_KIND.get(key.kind)
    if known is None:
        raise UsageError(f"a {key.kind} has no logs that can be found from here: look at its pods")
    check_kind(known)
    return known


class RecordedLogs:
    """The logs that a snapshot holds, one after the other: without times there is no other order."""

    def __init__(self, snapshot: Snapshot, key: Key, previous: bool, tail: int | None) -> None:
        self._snapshot = snapshot
        self._key = key
        self._previous = previous
        self._tail = tail
        self._closed = False

    def start(self, post: Post) -> None:
        """Look in a thread: finding the pods of a workload looks at all pods."""
        Thread(target=self._run, args=(post,), name="logs", daemon=True).start()

    def close(self) -> None:
        """What has not been posted will not be."""
        self._closed = True

    def _run(self, post: Post) -> None:
        try:
            batch = self._read()
        except MondiagError as error:
            batch = Batch(said=(one_line(str(error)),), ended=True)
        if not self._closed:
            post(batch)

    def _read(self) -> Batch:
        find(self._snapshot, kind_with_logs(self._key), self._key.namespace, self._key.name)
        found = runs(pods_of(self._snapshot, self._key))
        lines: list[LogLine] = []
        said = [] if found else [f"there are no pods of {self._key.kind} {self._key.name}"]
        for one in found:
            source = f"{one.key.pod}/{one.key.container}"
            text = self._snapshot.logs.get(msgspec.structs.replace(one.key, previous=self._previous))
            if text is None:
                said.append(f"{source}: {self._missing(one.key)}")
            lines += [LogLine(source, "", line) for line in last_lines(text or "", self._tail)]
        return Batch(tuple(lines), tuple(map(one_line, said)), ended=True)

    def _missing(self, key: LogKey) -> str:
        words = ("the present run", "the run before")
        other = msgspec.structs.replace(key, previous=not self._previous) in self._snapshot.logs
        hint = f"; that of {words[not self._previous]} was" if other else ""
        return f"no log of {words[self._previous]} was recorded{hint}"


def recorded_logs(snapshot: Snapshot, key: Key, previous: bool, tail: int | None = None) -> LogReading:
    """The logs of a pod, or of all pods of a workload, as a snapshot holds them."""
    return RecordedLogs(snapshot, key, previous, tail)
