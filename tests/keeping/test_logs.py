import gc
from collections.abc import Iterator
from queue import Queue
from time import monotonic

import pytest

from diag.facts.index import Key
from diag.kube.config import Access
from diag.live.cluster_logs import ClusterLogs
from diag.live.logs import Batch, LogLine, LogReading, recorded_logs
from diag.model.snapshot import LogKey, Snapshot
from tests import fake_api
from tests.fake_api import FakeApi
from tests.playbook import samples
from tests.sources.feeds import Feeds
from tests.sources.log_samples import WAITING, deploy, pod

WEB = Key("Deployment", "shop", "web")


class Reader:
    """A reading, and the batches that it posts."""

    def __init__(self, reading: LogReading) -> None:
        self._posted: Queue[Batch] = Queue()
        self.reading = reading
        reading.start(self._posted.put)

    def until(self, last: str) -> list[str]:
        """What is read and said, in order, until that."""
        texts: list[str] = []
        while last not in texts:
            lines, said, ended = self._posted.get(timeout=20)
            texts += [*(f"{line.source} {line.text}" for line in lines), *said, *(["ended"] if ended else [])]
        return texts


@pytest.fixture
def feeds(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feeds]:
    feeds = Feeds()
    monkeypatch.setattr("tests.fake_api.server.log_answer", feeds.answer)
    yield feeds
    feeds.stop()


def test_history_in_order_of_time_and_then_what_is_written(api: FakeApi, access: Access, feeds: Feeds) -> None:
    deploy(api, pod("web-1"), pod("web-2"))
    feeds.write("web-2", "one")
    feeds.write("web-1", "two")
    reader = Reader(ClusterLogs(access, WEB, tail=1000))
    assert reader.until("web-1/app two") == ["web-2/app one", "web-1/app two"]
    feeds.write("web-2", "three")
    assert reader.until("web-2/app three") == ["web-2/app three"]
    reader.reading.close()
    assert {query["tailLines"] for query in feeds.asked if "tailLines" in query} == {"1000"}


def test_the_run_before_is_not_followed(api: FakeApi, access: Access) -> None:
    deploy(api, pod("web-1", restarts=1))
    api.logs["shop", "web-1", "app", True] = b"panic\n"
    assert Reader(ClusterLogs(access, WEB, previous=True)).until("ended") == ["web-1/app panic", "ended"]


def test_what_cannot_be_read_is_said(api: FakeApi, access: Access) -> None:
    deploy(api, pod("web-1"), pod("web-2", WAITING))
    said = Reader(ClusterLogs(access, WEB, previous=True)).until("ended")
    assert 'web-1/app: previous terminated container "app" in pod "web-1" not found' in said
    waiting = 'web-2/app: container "app" in pod "web-2" is waiting to start: ContainerCreating'
    assert Reader(ClusterLogs(access, Key("Pod", "shop", "web-2"))).until(waiting) == [waiting]
    api.fail("pods/log", fake_api.forbidden())
    assert any("forbidden" in words for words in Reader(ClusterLogs(access, WEB, previous=True)).until("ended"))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (Key("Deployment", "shop", "nope"), "there is no Deployment nope in namespace shop"),
        (Key("ConfigMap", "shop", "web"), "a ConfigMap has no logs"),
        (Key("Rollout", "shop", "web"), "a Rollout has no logs"),
    ],
)
def test_what_has_no_logs_is_said(api: FakeApi, access: Access, key: Key, words: str) -> None:
    deploy(api, pod("web-1"))
    first, last = Reader(ClusterLogs(access, key)).until("ended")
    assert (first.startswith(words), last) == (True, "ended")
    assert Reader(recorded_logs(Snapshot(taken_at=samples.NOW), key, False)).until("ended")[-1] == "ended"


def test_closing_returns_at_once_while_the_connection_is_stuck(api: FakeApi, access: Access, feeds: Feeds) -> None:
    deploy(api, pod("web-1"))
    feeds.write("web-1", "one")
    reader = Reader(ClusterLogs(access, WEB))
    reader.until("web-1/app one")
    begun = monotonic()
    reader.reading.close()
    assert monotonic() - begun < 2


def recorded() -> Snapshot:
    logs = {
        LogKey("shop", "web-1", "app"): "one\ntwo\nthree\n",
        LogKey("shop", "web-2", "app", True): "panic\n",
    }
    return samples.snapshot(samples.pod("web-1"), samples.pod("web-2"), logs=logs)


def test_a_recording_has_the_logs_it_has() -> None:
    reader = Reader(recorded_logs(recorded(), Key("Pod", "shop", "web-1"), previous=False, tail=2))
    assert reader.until("ended") == ["web-1/app two", "web-1/app three", "ended"]


def test_a_recording_says_which_logs_it_lacks_and_which_it_has_instead() -> None:
    reader = Reader(recorded_logs(recorded(), Key("Pod", "shop", "web-2"), previous=False))
    said = "web-2/app: no log of the present run was recorded; that of the run before was"
    assert reader.until("ended") == [said, "ended"]


def test_lines_cost_the_garbage_collector_nothing() -> None:
    assert not gc.is_tracked(LogLine("web-1/app", "", "text"))
