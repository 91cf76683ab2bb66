"""An index that is kept current while objects change, and that knows what each conclusion was drawn from."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from diag.facts.groups import Groups, place
from diag.facts.index import CLOCK, LOG_GAPS, LOGS, METRICS, SAW, Index
from diag.model.kinds import KINDS
from diag.model.snapshot import Gap, Snapshot

T = TypeVar("T")

Change = tuple[str, Any | None, Any | None]
"""The plural of a kind, the record that was and the record that is; None where there is none."""

# Hashes of what was read: where two things share one, a conclusion is drawn once more than it need be.
Marks = frozenset[int]


class _Made(NamedTuple):
    make: Callable[[], Any]
    value: Any
    marks: Marks


class TrackedIndex(Index):
    """An index of one snapshot after the other. It belongs to one thread.

    Whoever works something out within `reading` learns the marks of all that was read for it; `update` tells the marks
    of what has changed. What shares none with them still stands. `pause` is called all the while: it may take a moment.
    """

    def __init__(self, snapshot: Snapshot, pause: Callable[[], None] = lambda: None) -> None:
        super().__init__(snapshot)
        self._pause = pause
        self._read: set[int] = set()
        self._made: dict[Hashable, _Made] = {}
        self._gists: dict[Hashable, _Made] = {}
        self._remembered: dict[Hashable, _Made] = {}

    def note(self, *read: Hashable) -> None:
        """Remember what is read."""
        self._pause()
        self._read.add(hash(read))

    @contextmanager
    def reading(self) -> Iterator[set[int]]:
        """The marks of what is read meanwhile."""
        outer, self._read = self._read, set()
        try:
            yield self._read
        finally:
            self._read = outer

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """As in `Index`; dropped when something that was read for it changes."""
        self.note("kept", key)
        return self._once(self._made, key, make).value  # type: ignore[no-any-return]

    def gist(self, key: Hashable, make: Callable[[], T]) -> T:
        """As in `Index`; made anew when something that was read for it changes."""
        self.note("gist", key)
        return self._once(self._gists, key, make).value  # type: ignore[no-any-return]

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """As in `Index`; what was read for it counts as read by whoever asks."""
        made = self._once(self._remembered, key, make)
        self._read |= made.marks
        return made.value  # type: ignore[no-any-return]

    def _once(self, known: dict[Hashable, _Made], key: Hashable, make: Callable[[], Any]) -> _Made:
        if key not in known:
            with self.reading() as marks:
                value = make()
            known[key] = _Made(make, value, frozenset(marks))
        return known[key]

    def fits(self, snapshot: Snapshot) -> bool:
        """Whether the index can be brought to that snapshot by the changes of single objects."""
        return _frame(self.snapshot) == _frame(snapshot)

    def update(self, snapshot: Snapshot, changes: Iterable[Change]) -> set[int]:
        """Go on to a snapshot that differs by these changes, and tell the marks of what is no longer as it was.

        `snapshot` must hold the very records of `changes`, each kind sorted by namespace and name, and no name twice.
        """
        changed = set(_besides(self.snapshot, snapshot))
        for plural, old, new in changes:
            self._pause()
            changed.update(hash(read) for read in self._change(plural, old, new))
        self.snapshot = snapshot
        self.slow_expressions.clear()
        self._saw.clear()
        self._remembered.clear()
        self._read.clear()
        self._remake(changed)
        self._drop(changed)
        return changed

    def _change(self, plural: str, old: Any | None, new: Any | None) -> Iterator[tuple[Hashable, ...]]:
        named = self._named.get(plural)
        for record in (old, new):
            if record is not None:
                yield "get", plural, *place(record)
                if named is not None:
                    named.pop(place(record), None)
        if named is not None and new is not None:
            named[place(new)] = new
        for name, groups in self._groups.get(plural, {}).items():
            for key in _moved(groups, old, new):
                yield "group", plural, name, key
        yield "all", plural

    def _remake(self, changed: set[int]) -> None:
        for key, gist in list(self._gists.items()):
            if not changed.isdisjoint(gist.marks):
                del self._gists[key]
                if self._once(self._gists, key, gist.make).value != gist.value:
                    changed.add(hash(("gist", key)))

    def _drop(self, changed: set[int]) -> None:
        """What was made is in order: whatever was read for something stands before it."""
        for key, made in list(self._made.items()):
            if not changed.isdisjoint(made.marks):
                del self._made[key]
                changed.add(hash(("kept", key)))


def _moved(groups: Groups, old: Any | None, new: Any | None) -> Iterator[Hashable]:
    if old is not None:
        yield from groups.remove(old)
    if new is not None:
        yield from groups.add(new)


def _frame(snapshot: Snapshot) -> Hashable:
    """What conclusions are drawn from without a note (see `index`)."""
    return snapshot.scope, snapshot.clock, snapshot.server_version


def _besides(old: Snapshot, new: Snapshot) -> Iterator[int]:
    """The marks of what differs besides the objects."""
    if old.taken_at != new.taken_at:
        yield hash((CLOCK,))
    if old.metrics is not new.metrics:
        yield hash((METRICS,))
    before, after = _gaps(old), _gaps(new)
    if before.get("logs") != after.get("logs"):
        yield hash((LOG_GAPS,))
    for kind in KINDS:
        same = (kind.plural in old.objects) == (kind.plural in new.objects)
        if not same or before.get(kind.resource) != after.get(kind.resource):
            yield hash((SAW, kind.plural))
    for key in old.logs.keys() ^ new.logs.keys():
        yield hash((LOGS, key.namespace, key.container, key.previous))
    for key in {*old.logs, *new.logs}:
        if old.logs.get(key) != new.logs.get(key):
            yield hash((LOGS, key))


def _gaps(snapshot: Snapshot) -> dict[str, list[Gap]]:
    found: dict[str, list[Gap]] = {}
    for gap in snapshot.gaps:
        found.setdefault(gap.what, []).append(gap)
    return found
