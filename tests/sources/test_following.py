from collections.abc import Callable, Iterator

import pytest

from diag.kube.config import Access
from diag.kube.follow import LogSession
from diag.kube.session import Session
from diag.model.kinds import BY_KIND
from diag.model.snapshot import Scope
from diag.sources.following import Follower
from diag.sources.logs import Log, Wanted
from diag.sources.pod_finder import PodFinder
from diag.sources.pods import Run, runs
from tests import fake_api
from tests.fake_api import FakeApi
from tests.sources.feeds import Feeds
from tests.sources.log_samples import ENDED, WAITING, deploy, pod


class Watcher:
    """Follows an object of the fake cluster; `until` gives the lines that come until the last of those expected."""

    def __init__(self, session: Session, logs: LogSession, kind: str, name: str, most: int = 10) -> None:
        self.said: list[str] = []
        find = PodFinder(session, Scope(), BY_KIND[kind], "shop", name, 20)

        def look() -> tuple[list[Run], bool]:
            seen = find()
            return runs(seen.pods), seen.over

        follower = Follower(look, lambda key: Log(logs, key, Wanted()), self.said.append, most, poll=0.02)
        self._lines = (f"{log.key.pod} {line.text}" for batch in follower.batches() for line, log in batch)

    def until(self, *expected: str) -> list[str]:
        return [next(self._lines) for _ in expected]

    def rest(self) -> list[str]:
        return list(self._lines)


@pytest.fixture
def feeds(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feeds]:
    feeds = Feeds()
    monkeypatch.setattr("tests.fake_api.server.log_answer", feeds.answer)
    yield feeds
    feeds.stop()


@pytest.fixture
def watch(session: Session, access: Access) -> Iterator[Callable[..., Watcher]]:
    with LogSession(access, 20) as logs:
        yield lambda kind="Deployment", name="web", most=10: Watcher(session, logs, kind, name, most)


Watch = Callable[..., Watcher]


def test_two_streams_of_which_one_ends(api: FakeApi, feeds: Feeds, watch: Watch) -> None:
    deploy(api, pod("web-1"), pod("web-2"))
    watcher = watch()
    feeds.write("web-1", "a")
    feeds.write("web-2", "b")
    assert sorted(watcher.until("web-1 a", "web-2 b")) == ["web-1 a", "web-2 b"]
    api.add("pods", pod("web-2", ENDED, phase="Failed"))
    feeds.end("web-2")
    feeds.write("web-1", "c")
    assert watcher.until("web-1 c") == ["web-1 c"]


def test_a_stream_that_the_server_closes_goes_on_without_gap_or_repetition(
    api: FakeApi, feeds: Feeds, watch: Watch
) -> None:
    deploy(api, pod("web-1"))
    watcher = watch()
    feeds.write("web-1", "same", "same", "three")
    assert watcher.until("", "", "") == ["web-1 same", "web-1 same", "web-1 three"]
    feeds.end("web-1")
    feeds.write("web-1", "four")
    assert watcher.until("") == ["web-1 four"]
    assert watcher.said == ["web-1/app: begins"]
    assert feeds.asked[-1]["sinceTime"] == "2026-01-01T00:00:00Z"


def test_lines_of_one_instant_are_told_apart_when_resuming(api: FakeApi, watch: Watch, feeds: Feeds) -> None:
    feeds._apart = 0.0
    deploy(api, pod("web-1"))
    watcher = watch()
    feeds.write("web-1", "a", "a", "b")
    assert watcher.until("", "", "") == ["web-1 a", "web-1 a", "web-1 b"]
    feeds.end("web-1")
    feeds.write("web-1", "b", "c")
    assert watcher.until("", "") == ["web-1 b", "web-1 c"]


def test_a_container_that_restarts_is_picked_up_and_said(api: FakeApi, feeds: Feeds, watch: Watch) -> None:
    deploy(api, pod("web-1"))
    watcher = watch()
    feeds.write("web-1", "first run")
    assert watcher.until("") == ["web-1 first run"]
    api.add("pods", pod("web-1", restarts=1))
    feeds.end("web-1")
    feeds.write("web-1", "second run")
    assert watcher.until("") == ["web-1 second run"]
    assert "web-1/app: restarted, restart count 1" in watcher.said


def test_a_pod_that_is_replaced_is_said_and_its_successor_followed(api: FakeApi, feeds: Feeds, watch: Watch) -> None:
    deploy(api, pod("web-1", uid="one"))
    watcher = watch()
    feeds.write("web-1", "of the first")
    assert watcher.until("") == ["web-1 of the first"]
    api.add("pods", pod("web-1", uid="two"))
    feeds.end("web-1")
    feeds.forget("web-1")
    feeds.write("web-1", "of the second")
    assert watcher.until("") == ["web-1 of the second"]
    assert watcher.said == ["web-1/app: begins", "web-1/app: begins", "web-1/app: the pod is gone"]


def test_a_waiting_container_is_followed_once_it_runs(api: FakeApi, feeds: Feeds, watch: Watch) -> None:
    deploy(api, pod("web-1"), pod("web-2", WAITING))
    watcher = watch()
    feeds.write("web-1", "a")
    assert watcher.until("") == ["web-1 a"]
    api.add("pods", pod("web-2"))
    feeds.write("web-2", "b")
    assert watcher.until("") == ["web-2 b"]


def test_it_ends_when_the_pod_has_finished_and_all_was_read(api: FakeApi, feeds: Feeds, watch: Watch) -> None:
    deploy(api, pod("once"))
    watcher = watch("Pod", "once")
    feeds.write("once", "a")
    assert watcher.until("") == ["once a"]
    feeds.write("once", "b")
    api.add("pods", pod("once", ENDED, phase="Succeeded"))
    feeds.end("once")
    assert watcher.rest() == ["once b"]


def test_it_ends_with_the_job(api: FakeApi, feeds: Feeds, watch: Watch) -> None:
    job = {"metadata": {"name": "import", "namespace": "shop"}, "status": {"active": 1}}
    api.add("jobs", job)
    api.add("pods", pod("import-1", ENDED, phase="Failed", owner=("Job", "import"), labels={"job-name": "import"}))
    watcher = watch("Job", "import")
    feeds.write("import-1", "failed")
    assert watcher.until("") == ["import-1 failed"]
    second = pod("import-2", ENDED, phase="Succeeded", owner=("Job", "import"), labels={"job-name": "import"})
    api.add("pods", second)
    feeds.write("import-2", "done")
    assert watcher.until("") == ["import-2 done"]
    api.add("jobs", job | {"status": {"conditions": [{"type": "Complete", "status": "True"}]}})
    assert watcher.rest() == []


def test_a_server_that_fails_for_a_while_is_said_once(api: FakeApi, feeds: Feeds, watch: Watch) -> None:
    deploy(api, pod("web-1"))
    watcher = watch()
    api.fail("pods", fake_api.not_served(), times=3)
    feeds.write("web-1", "a")
    assert watcher.until("") == ["web-1 a"]
    assert [said for said in watcher.said if "trying again" in said] == [watcher.said[0]]


def test_a_refused_log_is_said_once_and_the_others_go_on(api: FakeApi, feeds: Feeds, watch: Watch) -> None:
    deploy(api, pod("web-1"), pod("web-2"))
    api.fail("pods/log", fake_api.forbidden(), times=1)
    watcher = watch()
    feeds.write("web-1", "a")
    feeds.write("web-2", "b")
    for _ in range(1000):  # which of the two is refused, and when that is said, is not known
        assert len(watcher.until("")) == 1
        if refused := [said for said in watcher.said if "forbidden" in said or "cannot get" in said]:
            break
        feeds.write("web-1", "a")
        feeds.write("web-2", "b")
    assert len(refused) == 1


def test_only_so_many_logs_are_followed(api: FakeApi, feeds: Feeds, watch: Watch) -> None:
    deploy(api, pod("web-1"), pod("web-2"))
    watcher = watch(most=1)
    feeds.write("web-2", "b")
    feeds.write("web-1", "a")
    assert watcher.until("") == ["web-1 a"]
    assert watcher.said == ["web-1/app: begins", "there are more logs than --max-logs 1 allows: those are not followed"]
