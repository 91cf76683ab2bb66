"""A feed of a fake cluster with all that it tells, and pods to break."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from diag.errors import MondiagError
from diag.finding import Finding
from diag.live.cluster import ClusterFeed, Wanted
from diag.live.view import View
from diag.model.snapshot import Scope
from tests.bench.data import encoded, turned
from tests.fake_api import FakeApi

SECONDS = 20
_POD = encoded(1)[0]


def pod(name: str, sort: str = "healthy", restarts: int = 0) -> dict[str, Any]:
    """A pod in namespace shop: `healthy`, or one whose image is not found (`pull`), that crashes (`crash`), …"""
    made: dict[str, Any] = json.loads(turned(_POD, sort).replace(b"service-00000", name.encode()))
    kept = {key: made["metadata"][key] for key in ("creationTimestamp", "labels")}
    made["metadata"] = {"name": name, "namespace": "shop", "uid": name, **kept}
    made["status"]["containerStatuses"][0]["restartCount"] += restarts
    return made


class Told:
    """A feed that was started, what it has posted, in order, and ways to wait for what it will post.

    Each view must be newer than the one before, and none may come once it was closed.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.views: list[View] = []
        self.errors: list[MondiagError] = []
        self.closed = False
        self._at = 0
        self._news = threading.Condition()
        self.feed = ClusterFeed(wanted)
        before = set(threading.enumerate())
        self.feed.start(self._post, self._fail, lambda: None)
        [self._thread] = [one for one in set(threading.enumerate()) - before if one.name.startswith("feed ")]

    def until(self, holds: Callable[[View], object], seconds: float = SECONDS) -> View:
        """The first view for which that is true, from the one on that was waited for before."""
        with self._news:
            if not self._news.wait_for(lambda: self._find(holds), seconds):
                raise AssertionError(f"never: {self.views[-1].connection}, {findings(self.views[-1])}, {self.errors}")
            return self.views[self._at]

    def state(self, state: str) -> View:
        """The first view in that state."""
        return self.until(lambda view: view.connection.state == state)

    def newer(self) -> View:
        """A view that is not there yet."""
        with self._news:
            number = len(self.views)
            assert self._news.wait_for(lambda: len(self.views) > number, SECONDS)
            return self.views[-1]

    def error(self) -> MondiagError:
        """What the feed gives up with."""
        with self._news:
            assert self._news.wait_for(lambda: self.errors, SECONDS)
            return self.errors[0]

    def nothing(self, seconds: float = 0.3) -> bool:
        """Whether no view comes for a while."""
        with self._news:
            number = len(self.views)
            return not self._news.wait_for(lambda: len(self.views) > number, seconds)

    def close(self) -> None:
        """Close the feed."""
        self.feed.close()
        with self._news:
            self.closed = True

    def ended(self) -> bool:
        """Whether the feed's thread comes to its end, and nothing was told that must not be."""
        self._thread.join(SECONDS)
        return not self._thread.is_alive() and not any("must not" in str(error) for error in self.errors)

    def _find(self, holds: Callable[[View], object]) -> bool:
        while self._at < len(self.views):
            if holds(self.views[self._at]):
                return True
            self._at += 1
        return False

    def _post(self, view: View) -> None:
        with self._news:
            if self.closed or (self.views and view.version <= self.views[-1].version):
                self.errors.append(MondiagError(f"a view that must not come: {view.version}, {view.connection}"))
            self.views.append(view)
            self._news.notify_all()

    def _fail(self, error: MondiagError) -> None:
        with self._news:
            self.errors.append(error)
            self._news.notify_all()


Start = Callable[..., Told]


@contextmanager
def starting(api: FakeApi, folder: Path) -> Iterator[Start]:
    """Starts feeds of the fake cluster; they are closed afterwards, and must have told nothing wrong."""
    started: list[Told] = []

    def start(kubeconfig: Path | None = None, **more: Any) -> Told:
        path = kubeconfig or api.kubeconfig(folder / "kubeconfig")
        started.append(Told(Wanted(Scope(), str(path), **{"prometheus": "none", **more})))
        return started[-1]

    yield start
    for told in started:
        told.close()
        assert told.ended()


def findings(view: View) -> dict[str, str]:
    """Causes by the name of what they are about, symptoms left out."""
    found = view.report.findings if view.report is not None else ()
    return {one.subject.name: one.cause for one in found if one.symptom_of is None}


def resolved(view: View) -> list[str]:
    """What the findings that are gone were about."""
    return [one.finding.subject.name for one in view.resolved]


def about(view: View, name: str) -> Finding:
    """The finding about an object."""
    assert view.report is not None
    return next(one for one in view.report.findings if one.subject.name == name)


def eventually(holds: Callable[[], object]) -> bool:
    """Whether that comes true in time."""
    end = time.monotonic() + SECONDS
    while not holds() and time.monotonic() < end:
        time.sleep(0.005)
    return bool(holds())


def with_login_program(api: FakeApi, folder: Path) -> Path:
    """A kubeconfig whose login program gives t1, t2, … and notes each in `logins`; it fails where there is `broken`."""
    path = api.kubeconfig(folder / "kubeconfig")
    config = json.loads(path.read_text())
    answer = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t%d"}}'
    script = (
        f"cd '{folder}'; test -e broken && echo 'the session is over: sign in' >&2 && exit 1;"
        f" echo >> logins; printf '{answer}' $(wc -l < logins)"
    )
    program = {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", script]}
    config["users"][0]["user"] = {"exec": program}
    path.write_text(json.dumps(config))
    return path


def logins(folder: Path) -> int:
    """How often the login program has given a token."""
    return (folder / "logins").read_text().count("\n")
