"""Records of one kind by keys that each of them has, kept current record by record."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, KeysView
from typing import Any

Keys = Callable[[Any], Iterable[Hashable]]


class Groups:
    """The records of a kind by key, those of one key in the order of the snapshot: by namespace and name.

    `keys` says under which keys a record stands, each once. `note` is told of each key that is asked for, and of None
    when it is asked which keys there are.
    """

    def __init__(self, records: Iterable[Any], keys: Keys, note: Callable[[Hashable], None]) -> None:
        self._keys = keys
        self._note = note
        self._found: dict[Hashable, list[Any]] = {}
        for record in records:
            for key in keys(record):
                self._found.setdefault(key, []).append(record)

    def get(self, key: Hashable) -> list[Any]:
        """The records of a key, none for one that nobody has. The list must not be changed."""
        self._note(key)
        return self._found.get(key, [])

    def all_keys(self) -> KeysView[Hashable]:
        """The keys that some record has."""
        self._note(None)
        return self._found.keys()

    def remove(self, record: Any) -> Iterator[Hashable]:
        """Take a record out, and tell what that concerns: its keys, None where one of them is gone with it."""
        for key in self._keys(record):
            found = self._found[key]
            del found[bisect_left(found, place(record), key=place)]
            yield key
            if not found:
                del self._found[key]
                yield None

    def add(self, record: Any) -> Iterator[Hashable]:
        """Put a record in, and tell what that concerns: its keys, None where one of them is new."""
        for key in self._keys(record):
            found = self._found.get(key)
            if found is None:
                found = self._found[key] = []
                yield None
            found.insert(bisect_left(found, place(record), key=place), record)
            yield key


def place(record: Any) -> tuple[str, str]:
    """Namespace and name: the order of the records of a kind in a snapshot."""
    return record.metadata.namespace, record.metadata.name
