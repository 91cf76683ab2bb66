"""The objects that the server holds, with resource versions, snapshots and pages."""

import base64
import binascii
import json
import threading
import uuid
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from diag.model.kinds import Kind

from .answers import Refused, compact, status
from .selectors import Facts, conditions
from .watches import Watches

_CREATED = "2026-01-01T00:00:00Z"
_INCONSISTENT = -1


class Token(NamedTuple):
    """What a `continue` string says: the snapshot, and where in it the next page starts."""

    version: int
    at: int
    after: str
    page: int

    @classmethod
    def read(cls, text: str) -> "Token":
        """Raises `Refused` (400) for a string that no server gave."""
        try:
            return cls(*json.loads(base64.urlsafe_b64decode(text)))
        except (binascii.Error, ValueError, TypeError) as error:
            raise Refused(status(400, "BadRequest", f"continue key is not valid: {error}")) from error

    def text(self) -> str:
        """The opaque string given to clients."""
        return base64.urlsafe_b64encode(json.dumps(self).encode()).decode()

    def inconsistent(self) -> "Token":
        """The token a 410 offers: goes on after the same key, in whatever the list is by then."""
        return self._replace(version=_INCONSISTENT)


class Page(NamedTuple):
    """A page of a list: `metadata` is the list's, items are serialised objects."""

    metadata: dict[str, Any]
    items: list[bytes]


class Shelf:
    """All objects of a kind at one resource version, in the order of lists."""

    def __init__(self, items: Sequence[bytes]) -> None:
        self.items = items

    @cached_property
    def facts(self) -> list[Facts]:
        """Read at the first request that selects: a plain list of raw items costs no decoding."""
        decode = msgspec.json.Decoder(Facts).decode
        return [decode(item) for item in self.items]

    def select(self, plural: str, namespace: str, labels: str, fields: str) -> Sequence[int]:
        """The positions of the objects that a list shows."""
        wanted = conditions(plural, namespace, labels, fields)
        if not wanted:
            return range(len(self.items))
        return [at for at, facts in enumerate(self.facts) if all(holds(facts) for holds in wanted)]

    def key(self, at: int) -> str:
        """Namespace and name of the object at a position."""
        return msgspec.json.decode(self.items[at], type=Facts).key


class Store:
    """Objects by kind; safe to use from the threads of the server and of the test."""

    def __init__(self, watches: Watches) -> None:
        self._watches = watches
        self._lock = threading.RLock()
        self._objects: dict[Kind, dict[str, bytes]] = {}
        self._shelves: dict[Kind, Shelf] = {}
        self._past: dict[tuple[Kind, int], Shelf] = {}

    def add(self, kind: Kind, objects: Sequence[Mapping[str, Any]]) -> None:
        """Put objects in, in place of those of the same namespace and name."""
        with self._lock:
            held = self._objects.setdefault(kind, {})
            self._shelves.pop(kind, None)
            for given in objects:
                self._watches.version += 1
                metadata = _metadata(kind, given.get("metadata", {}), self._watches.version)
                rest = {key: given[key] for key in given if key not in ("kind", "apiVersion", "metadata")}
                key = f"{metadata.get('namespace', '')}/{metadata['name']}"
                before, held[key] = held.get(key), compact({"metadata": metadata, **rest})
                self._watches.tell(kind, self._watches.version, "MODIFIED" if before else "ADDED", held[key], before)

    def remove(self, kind: Kind, namespace: str, names: Sequence[str]) -> None:
        """Take objects out; what watches are told of each carries the resource version of its end."""
        with self._lock:
            self._shelves.pop(kind, None)
            for name in names:
                self._watches.version += 1
                before = self._objects[kind].pop(f"{namespace}/{name}")
                last = json.loads(before)
                last["metadata"]["resourceVersion"] = str(self._watches.version)
                self._watches.tell(kind, self._watches.version, "DELETED", compact(last), before)

    def serve_raw(self, kind: Kind, items: Sequence[bytes]) -> None:
        """Serve these bytes, in this order, as the kind's items."""
        with self._lock:
            self._watches.version += 1
            self._shelves[kind] = Shelf(items)

    def has(self, kind: Kind) -> bool:
        """Whether objects of the kind were ever given, none included."""
        return kind in self._objects or kind in self._shelves

    def find(self, kind: Kind, namespace: str, name: str) -> bytes | None:
        """One object, serialised."""
        with self._lock:
            shelf = self._shelf(kind)
            found = shelf.select(kind.plural, namespace, "", f"metadata.name={name}")
            return shelf.items[found[0]] if found else None

    def page(self, kind: Kind, namespace: str, query: Mapping[str, str]) -> Page:
        """The part of a list that a query asks for; raises `Refused` (400)."""
        with self._lock:
            token = Token.read(query["continue"]) if query.get("continue") else None
            version = token.version if token and token.version != _INCONSISTENT else self._watches.version
            shelf = self._shelf_at(kind, version)
            selectors = query.get("labelSelector", ""), query.get("fieldSelector", "")
            chosen = shelf.select(kind.plural, namespace, *selectors)
            start = _start(shelf, chosen, token)
            end = min(start + (_limit(query) or len(chosen)), len(chosen))
            metadata: dict[str, Any] = {"resourceVersion": str(version)}
            if end < len(chosen):
                self._past[kind, version] = shelf
                following = Token(version, end, shelf.key(chosen[end - 1]), token.page + 1 if token else 1)
                metadata["continue"] = following.text()
                if not any(selectors):
                    metadata["remainingItemCount"] = len(chosen) - end
            return Page(metadata, [shelf.items[at] for at in chosen[start:end]])

    def _shelf(self, kind: Kind) -> Shelf:
        if kind not in self._shelves:
            held = self._objects.get(kind, {})
            self._shelves[kind] = Shelf([held[key] for key in sorted(held)])
        return self._shelves[kind]

    def _shelf_at(self, kind: Kind, version: int) -> Shelf:
        if version == self._watches.version:
            return self._shelf(kind)
        if (kind, version) not in self._past:
            raise Refused(status(400, "BadRequest", "continue key is not valid: unknown resourceVersion"))
        return self._past[kind, version]


def _start(shelf: Shelf, chosen: Sequence[int], token: Token | None) -> int:
    if token is None:
        return 0
    if token.version == _INCONSISTENT:
        return bisect_right(chosen, token.after, key=shelf.key)
    return token.at


def _limit(query: Mapping[str, str]) -> int:
    # resourceVersion=0 is answered from the watch cache, which ignores the limit
    return 0 if query.get("resourceVersion") == "0" else int(query.get("limit") or 0)


def _metadata(kind: Kind, given: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Metadata in Go's order (name first), with what the API server would have filled in."""
    namespace = given.get("namespace", "default") if kind.namespaced else ""
    filled = {"name": given["name"], "generateName": given.get("generateName"), "namespace": namespace}
    filled["uid"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind.resource}/{namespace}/{given['name']}"))
    filled |= {"resourceVersion": str(version), "creationTimestamp": _CREATED}
    return {key: value for key, value in filled.items() if value} | dict(given)
