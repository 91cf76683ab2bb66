"""A feed that shows what a test tells it to, and views to tell."""

from functools import cache
from pathlib import Path

import msgspec

import diag
from diag.errors import NotServedError
from diag.facts.index import Index, Key
from diag.finding import Explanation, Report
from diag.live.explaining import explained
from diag.live.feed import Fail, Pause, Post
from diag.live.logs import LogReading, recorded_logs
from diag.live.view import Connection, State, View
from diag.model.course import Course
from diag.model.kinds import BY_KIND
from diag.model.snapshot import Scope, Snapshot
from diag.playbook.format import Playbook
from diag.playbook.load import load
from diag.scan import scan
from diag.scan.concern import marks
from diag.sources.document import recorded_document
from diag.sources.recording import load_recording

DEMO = Path(diag.__file__).parent / "demo"


@cache
def playbooks() -> tuple[Playbook, ...]:
    """The built-in ones."""
    return load([])


@cache
def demo() -> Snapshot:
    """The snapshot of the demo recording."""
    return load_recording(str(DEMO), None, Scope())


@cache
def demo_report() -> Report:
    """What is found in it."""
    return scan(demo(), playbooks())


def view(snapshot: Snapshot, state: State = "live", words: str = "", name: str = "prod-eu", version: int = 1) -> View:
    """A view of a snapshot, scanned."""
    report = demo_report() if snapshot is demo() else scan(snapshot, playbooks())
    connection = Connection(state, snapshot.taken_at, words)
    index = Index(snapshot)
    return View(name, connection, version, index, report, (), marks(index, report.findings))


class FakeFeed:
    """Posts its views in order when it is started, and others when a test says so; remembers what was asked of it."""

    def __init__(self, *views: View, name: str = "prod-eu", courses: tuple[Course, ...] = ()) -> None:
        self.name = name
        self.recorded = False
        self.asked: list[str] = []
        self._views = views
        self._courses = courses
        self._version = 0
        self.post: Post = lambda view: None
        self.fail: Fail = lambda error: None

    def start(self, post: Post, fail: Fail, pause: Pause) -> None:
        self.post, self.fail = post, fail
        for one in self._views:
            self.show(one)

    def show(self, one: View) -> None:
        """Post a view as the newest."""
        self._version += 1
        self.post(msgspec.structs.replace(one, version=self._version, name=self.name))

    def close(self) -> None:
        self.asked.append("close")

    def pause(self, paused: bool) -> None:
        self.asked.append(f"pause {paused}")

    def rescan(self) -> None:
        self.asked.append("rescan")

    def explain(self, view: View, key: Key) -> Explanation:
        return explained(view.index, view.report, playbooks(), key)

    def document(self, key: Key) -> str:
        return recorded_document(str(DEMO), BY_KIND[key.kind], key.namespace, key.name)

    def courses(self, namespace: str, pod: str) -> tuple[Course, ...]:
        if not self._courses:
            raise NotServedError("there is no Prometheus that could tell")
        return self._courses

    def open_logs(self, key: Key, previous: bool, tail: int | None) -> LogReading:
        assert self._views[-1].snapshot is not None
        return recorded_logs(self._views[-1].snapshot, key, previous, tail)
