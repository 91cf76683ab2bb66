"""What watches are told: every change since a resource version, and what may become of a connection meanwhile."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from time import monotonic
from typing import NamedTuple

import msgspec

from diag.model.kinds import Kind

from .answers import compact, event, status
from .route import Route, kind_named
from .selectors import Condition, Facts, conditions

_FACTS = msgspec.json.Decoder(Facts)


class _Told(NamedTuple):
    """One change; `before` is the object as it was, to know who saw it then."""

    version: int
    type: str
    item: bytes
    before: bytes | None = None


class Watches:
    """All changes by kind, and the watches that wait for more; watches without a version begin now.

    `open` is how many watches there are, `version` the resource version of the server.
    """

    def __init__(self) -> None:
        self.open = 0
        self.version = 1000
        self._changed = threading.Condition()
        self._told: dict[Kind, list[_Told]] = {}
        self._oldest: dict[Kind, int] = {}
        self._ended = 0
        self._cut = False

    def tell(self, kind: Kind, version: int, type_: str, item: bytes, before: bytes | None = None) -> None:
        """Let those who watch the kind know of a change."""
        with self._changed:
            self._told.setdefault(kind, []).append(_Told(version, type_, item, before))
            self._changed.notify_all()

    def send(self, name: str, type_: str, items: Sequence[bytes]) -> None:
        """Tell of changes to objects that the server does not hold itself, all at once."""
        with self._changed:
            told = [_Told(self.version, type_, item) for item in items]
            self._told.setdefault(kind_named(name), []).extend(told)
            self._changed.notify_all()

    def bookmark(self, name: str) -> int:
        """Send those who watch the kind a bookmark; the resource version that it tells."""
        containers = {"spec": {"containers": None}} if name == "pods" else {}
        meta = {"resourceVersion": str(self.version), "creationTimestamp": None}
        self.tell(kind_named(name), self.version, "BOOKMARK", compact({"metadata": meta, **containers}))
        return self.version

    def error(self, name: str, code: int, reason: str, message: str) -> None:
        """Send those who watch the kind an ERROR."""
        self.tell(kind_named(name), self.version, "ERROR", b"".join(status(code, reason, message).blocks))

    def compact(self, name: str) -> None:
        """Forget the changes of a kind so far: who asks for one of them gets an ERROR of 410."""
        with self._changed:
            self._oldest[kind_named(name)] = self.version

    def end(self, cut: bool = False) -> None:
        """End all watches that are open, as after their time, or with a cut of the connection."""
        with self._changed:
            self._ended += 1
            self._cut = cut
            self._changed.notify_all()

    def wait(self, number: int, seconds: float = 20) -> bool:
        """Wait until so many watches are open; whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: self.open == number, seconds)

    def lines(self, kind: Kind, asked: Route, query: Mapping[str, str], form: str) -> Iterator[bytes]:
        """What one watch is told, as it happens, each piece one or more lines."""
        selectors = query.get("labelSelector", ""), query.get("fieldSelector", "")
        wanted = conditions(kind.plural, asked.namespace, *selectors)
        since = int(query.get("resourceVersion") or self.version)
        until = monotonic() + float(query.get("timeoutSeconds", 1800))
        return self._lines(kind, wanted, since, until, form)

    def _lines(self, kind: Kind, wanted: Sequence[Condition], since: int, until: float, form: str) -> Iterator[bytes]:
        with self._changed:
            ended, told = self._ended, self._told.setdefault(kind, [])
            at = next((place for place, one in enumerate(told) if one.version > since), len(told))
            expired = since < self._oldest.get(kind, 0)
            self.open += 1
            self._changed.notify_all()
        try:
            if expired:
                yield _too_old(kind, since, self._oldest[kind])
                return
            while self._wait(told, at, ended, until):
                new = told[at:]
                at += len(new)
                text = b"".join(_line(kind, one, wanted, form) for one in new)
                if text:
                    yield text
            if self._cut and self._ended > ended:
                raise ConnectionAbortedError
        finally:
            with self._changed:
                self.open -= 1
                self._changed.notify_all()

    def _wait(self, told: Sequence[_Told], at: int, ended: int, until: float) -> bool:
        """Wait for something to tell; false when the watch is over and all was told."""
        with self._changed:
            self._changed.wait_for(lambda: len(told) > at or self._ended > ended, max(0.0, until - monotonic()))
            lost = self._cut and self._ended > ended
            return len(told) > at and not lost


def _line(kind: Kind, told: _Told, wanted: Sequence[Condition], form: str) -> bytes:
    """The change as it looks to those who want only some of the objects; empty when it is none to them."""
    if told.type in ("BOOKMARK", "ERROR"):
        return event(kind, told.type, told.item, form)
    seen = told.type != "DELETED" and _fits(told.item, wanted)
    had = (told.before is None and told.type != "ADDED") or (told.before is not None and _fits(told.before, wanted))
    if not seen and not had:
        return b""
    type_ = "DELETED" if not seen else "MODIFIED" if had else "ADDED"
    return event(kind, type_, told.item, form)


def _fits(item: bytes, wanted: Sequence[Condition]) -> bool:
    return not wanted or all(holds(_FACTS.decode(item)) for holds in wanted)


def _too_old(kind: Kind, since: int, oldest: int) -> bytes:
    told = status(410, "Expired", f"too old resource version: {since} ({oldest})")
    return event(kind, "ERROR", b"".join(told.blocks), "")
