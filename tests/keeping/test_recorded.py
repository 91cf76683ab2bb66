"""A recording as a feed: read once, and once more when that is asked for."""

from collections.abc import Sequence
from queue import Queue
from threading import Event

import pytest

from diag.errors import MondiagError, NotServedError, RecordingError, UsageError
from diag.facts.index import Key
from diag.live.recorded import RecordedFeed
from diag.live.view import View
from diag.model.snapshot import Snapshot
from diag.playbook.format import Playbook
from tests.tui.feeds import DEMO, demo, demo_report, playbooks


class Told:
    """A recording, and what it tells."""

    def __init__(self, path: str = str(DEMO)) -> None:
        self.views: Queue[View] = Queue()
        self.errors: Queue[MondiagError] = Queue()
        self.fault: Exception | None = None
        self.going_on = Event()
        self.going_on.set()
        self.loads = 0
        self.feed = RecordedFeed("demo", path, self._load)

    def _load(self) -> tuple[Snapshot, Sequence[Playbook]]:
        self.loads += 1
        assert self.going_on.wait(20)
        if self.fault is not None:
            raise self.fault
        return demo(), playbooks()

    def start(self) -> View:
        self.feed.start(self.views.put, self.errors.put, lambda: None)
        return self.view()

    def view(self) -> View:
        return self.views.get(timeout=20)


@pytest.fixture
def read() -> Told:
    told = Told()
    told.start()
    told.view()
    return told


def test_it_is_told_that_it_is_read_and_then_what_it_holds() -> None:
    told = Told()
    first = told.start()
    assert (first.connection.state, first.snapshot, first.name) == ("reading", None, "demo")
    view = told.view()
    assert (view.connection.state, view.connection.since) == ("recording", demo().taken_at)
    assert view.report == demo_report()
    assert view.version > first.version
    assert view.marks


def test_a_rescan_keeps_what_is_known_until_all_is_read(read: Told) -> None:
    read.going_on.clear()
    read.feed.rescan()
    view = read.view()
    assert (view.connection.state, view.report) == ("reading", demo_report())
    read.feed.rescan()
    read.going_on.set()
    later = read.view()
    assert (later.connection.state, later.version > view.version) == ("recording", True)
    assert (read.loads, read.views.empty()) == (2, True)


@pytest.mark.parametrize(
    ("fault", "words"),
    [(RecordingError("nothing there"), "nothing there"), (KeyError("x"), "internal error: KeyError: 'x'")],
)
def test_what_cannot_be_read_is_told_and_can_be_tried_again(fault: Exception, words: str) -> None:
    told = Told()
    told.fault = fault
    told.start()
    assert str(told.errors.get(timeout=20)) == words
    told.fault = None
    told.feed.rescan()
    told.view()
    assert told.view().report == demo_report()


def test_what_it_can_be_asked_for(read: Told) -> None:
    finding = demo_report().findings[0]
    subject = finding.subject
    key = Key(subject.kind, subject.namespace, subject.name)
    assert f"name: {subject.name}" in read.feed.document(key)
    explained = read.feed.explain(_view(read), key)
    assert finding.id in {one.id for one in explained.findings}
    with pytest.raises(NotServedError, match="measured once"):
        read.feed.courses("shop", "web")
    with pytest.raises(RecordingError, match="Rollout"):
        read.feed.document(Key("Rollout", "shop", "web"))


def _view(told: Told) -> View:
    told.feed.rescan()
    told.view()
    return told.view()


def test_before_it_is_read_there_is_nothing_to_tell() -> None:
    feed = Told("").feed
    with pytest.raises(NotServedError, match="still being read"):
        feed.open_logs(Key("Pod", "shop", "web"), False, None)
    with pytest.raises(RecordingError):
        feed.document(Key("Pod", "shop", "web"))
    told = Told()
    with pytest.raises(UsageError, match="nothing has been read"):
        feed.explain(told.start(), Key("Pod", "shop", "web"))
