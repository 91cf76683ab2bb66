"""What is known of one cluster while it changes: its records by kind, in order, and its gaps."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, NamedTuple

from diag.facts.groups import place
from diag.facts.tracked import Change
from diag.model.snapshot import Gap

FEW_CHANGES = 1_000  # are told one by one, however little there is


class Held(NamedTuple):
    """What a store held at one moment.

    `objects` are never changed again; `changes` are what led there from the moment before, None where too much did.
    """

    objects: Mapping[str, Sequence[Any]]
    gaps: tuple[Gap, ...]
    changes: list[Change] | None


class Store:
    """Records by kind (plural), each kind sorted by namespace and name, for several threads that write and read.

    A namespace is one that was read by itself; empty for all at once. Equal records are the same to it: one that says
    nothing new does not replace the one that is there, and is no change.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: dict[str, list[Any]] = {}
        self._copies: dict[str, tuple[Any, ...]] = {}
        self._gaps: dict[tuple[str, str], tuple[Gap, ...]] = {}
        self._changes: list[Change] | None = None

    def add(self, plural: str, records: Iterable[Any]) -> list[Change]:
        """Put records in, in place of those of the same names; what that changed."""
        return self.apply(plural, [(False, record) for record in records])

    def apply(self, plural: str, changes: Iterable[tuple[bool, Any]]) -> list[Change]:
        """Take out the records that are said to be gone and put in the others, in their order; what that changed."""
        with self._lock:
            records = self._records.setdefault(plural, [])
            found = (_remove(plural, records, new) if gone else _put(plural, records, new) for gone, new in changes)
            return self._note(plural, [change for change in found if change is not None])

    def replace_all(
        self, plural: str, namespace: str, records: Iterable[Any], gaps: Sequence[Gap] = ()
    ) -> list[Change]:
        """Let these be all records of a kind, or of one namespace of it, with these gaps; what that changed."""
        with self._lock:
            self._gaps[plural, namespace] = tuple(gaps)
            return self._replace(plural, namespace, records)

    def drop(self, plural: str, namespace: str, gaps: Sequence[Gap]) -> list[Change]:
        """Know nothing any more of a kind, or of one namespace of it, but these gaps; what that changed."""
        with self._lock:
            self._gaps[plural, namespace] = tuple(gaps)
            changes = self._replace(plural, namespace, ()) if plural in self._records else []
            if not namespace:
                self._records.pop(plural, None)
            return changes

    def set_gaps(self, plural: str, namespace: str, gaps: Sequence[Gap]) -> None:
        """Let these be the gaps of a kind, or of one namespace of it; the records stay."""
        with self._lock:
            self._gaps[plural, namespace] = tuple(gaps)

    def gaps(self) -> tuple[Gap, ...]:
        """All gaps, each once."""
        with self._lock:
            return self._all_gaps()

    def take(self) -> Held:
        """All that is known now, with the changes since this was asked before."""
        with self._lock:
            objects = {plural: self._copy(plural) for plural in self._records}
            changes, self._changes = self._changes, []
            return Held(objects, self._all_gaps(), changes)

    def _all_gaps(self) -> tuple[Gap, ...]:
        return tuple(dict.fromkeys(gap for gaps in self._gaps.values() for gap in gaps))

    def _copy(self, plural: str) -> tuple[Any, ...]:
        if plural not in self._copies:
            # of a tuple, unlike a list, the garbage collector soon learns that there is nothing to walk in it
            self._copies[plural] = tuple(self._records[plural])
        return self._copies[plural]

    def _replace(self, plural: str, namespace: str, records: Iterable[Any]) -> list[Change]:
        held = self._records.get(plural, [])
        mine = {place(record): record for record in held if namespace in ("", record.metadata.namespace)}
        others = [record for record in held if namespace not in ("", record.metadata.namespace)]
        changes: list[Change] = []
        kept: list[Any] = []
        for key, new in {place(record): record for record in records}.items():
            old = mine.pop(key, None)
            same = old is new or old == new
            kept.append(old if same else new)
            if not same:
                changes.append((plural, old, new))
        changes += [(plural, old, None) for old in mine.values()]
        self._records[plural] = sorted(others + kept, key=place)
        return self._note(plural, changes)

    def _note(self, plural: str, changes: list[Change]) -> list[Change]:
        """Remember changes for whoever takes them next."""
        if changes:
            self._copies.pop(plural, None)
        if self._changes is not None:
            self._changes += changes
            if len(self._changes) > max(FEW_CHANGES, sum(map(len, self._records.values()))):
                self._changes = None  # to judge so many changes one by one costs more than to judge everything anew
        return changes


def _find(records: Sequence[Any], record: Any) -> tuple[int, Any | None]:
    """Where a record stands or would stand, and the one that is there by its names."""
    key = place(record)
    if not records or place(records[-1]) < key:  # a list comes nearly in order
        return len(records), None
    at = bisect_left(records, key, key=place)
    return at, records[at] if place(records[at]) == key else None


def _put(plural: str, records: list[Any], new: Any) -> Change | None:
    at, old = _find(records, new)
    if old is None:
        records.insert(at, new)
    elif old == new:
        return None
    else:
        records[at] = new
    return plural, old, new


def _remove(plural: str, records: list[Any], last: Any) -> Change | None:
    at, old = _find(records, last)
    if old is None:
        return None
    del records[at]
    return plural, old, None
