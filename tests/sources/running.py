"""A cluster that is watched, ways to wait for what it comes to, and to disturb it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from diag.kube.session import Session
from diag.model.snapshot import Scope, Snapshot
from diag.sources.watching import Watching
from tests.fake_api import FakeApi
from tests.sources.samples import EVERYWHERE, names


class Running:
    """A watching with what it was told, and a way to wait for it."""

    def __init__(self, session: Session, scope: Scope = EVERYWHERE, hold: float = 0.0) -> None:
        self._told = threading.Event()
        self.tellings = 0
        self.watching = Watching(session, scope, None, self._tell, hold)
        self.watching.start()

    def _tell(self) -> None:
        self.tellings += 1
        self._told.set()

    def now(self) -> Snapshot:
        return self.watching.take()[0]

    def until(self, holds: Callable[[Snapshot], object]) -> Snapshot:
        """Wait until that is true of a snapshot."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            snapshot = self.now()
            if holds(snapshot):
                return snapshot
            self._told.wait(0.05)
            self._told.clear()
        raise AssertionError(f"never: {self.watching.state()}, {snapshot.gaps}")

    def read(self) -> Snapshot:
        """Wait until everything was read."""
        return self.until(lambda snapshot: self.watching.read_once_done)


def pods(*wanted: str) -> Callable[[Snapshot], bool]:
    return lambda snapshot: names(snapshot, "pods") == list(wanted)


@contextmanager
def down(api: FakeApi) -> Iterator[None]:
    """Let the server be out of order for a while."""
    api.down = True
    api.watches.end(cut=True)
    yield
    api.down = False


def same(one: Snapshot, other: Snapshot) -> bool:
    return (_lists(one), set(one.gaps)) == (_lists(other), set(other.gaps))


def _lists(one: Snapshot) -> dict[str, list[Any]]:
    return {plural: list(found) for plural, found in one.objects.items()}


def watches_of(api: FakeApi, path: str) -> list[dict[str, str]]:
    return [request.query for request in api.requests if request.path == path and "watch" in request.query]


def lists_of(api: FakeApi, path: str) -> int:
    """How often all objects of that path were listed."""
    return sum(request.path == path and not request.query for request in api.requests)
