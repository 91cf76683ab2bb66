"""Logs and metrics are read beside, as seldom as they change."""

from collections.abc import Callable
from threading import Event

import pytest

import diag.live.beside
from diag.kube.session import Session
from diag.live.beside import LATE_AGAIN, LOG_AGAIN, METRICS_AGAIN, Beside
from diag.model.snapshot import LogKey, Snapshot
from tests import fake_api
from tests.fake_api import FakeApi
from tests.keeping.told import eventually, pod
from tests.sources.samples import read

KEY = LogKey("shop", "web-1", "app")
METRICS = "/apis/metrics.k8s.io/v1beta1/pods"


class Reading:
    """What is read beside a cluster of one pod, with a clock that stands still."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.changed = Event()
        self.pod: object | None = object()
        self.beside = Beside(session, 10, "none", self.changed.set)
        self.plain = read(session)
        monkeypatch.setattr(diag.live.beside, "monotonic", lambda: self.now)

    def look(self, *wanted: LogKey) -> None:
        self.beside.read_logs(self.plain, wanted, lambda key: self.pod)
        self.beside.measure(self.plain)

    def until(self, holds: Callable[[Snapshot], object]) -> Snapshot:
        assert eventually(lambda: holds(self.beside.added(self.plain)))
        return self.beside.added(self.plain)

    def idle(self) -> bool:
        """Whether its threads have come to an end."""
        return not (self.beside._reading or self.beside._measuring)


@pytest.fixture
def reading(api: FakeApi, session: Session, monkeypatch: pytest.MonkeyPatch) -> Reading:
    api.add("pods", pod("web-1"))
    api.logs["shop", "web-1", "app", False] = b"one\n"
    return Reading(session, monkeypatch)


def asked(api: FakeApi, ending: str) -> int:
    return sum(request.path.endswith(ending) for request in api.requests)


def logs(snapshot: Snapshot) -> dict[str, str]:
    return {key.pod: text for key, text in snapshot.logs.items()}


def test_a_log_is_read_once_for_each_change_and_not_too_often(api: FakeApi, reading: Reading) -> None:
    reading.look(KEY)
    reading.until(lambda snapshot: logs(snapshot) == {"web-1": "one\n"})
    assert reading.changed.wait(20)
    api.logs["shop", "web-1", "app", False] = b"two\n"
    reading.now += LATE_AGAIN
    reading.look(KEY)
    reading.pod, reading.now = object(), 1000.0 + LOG_AGAIN - 1
    reading.look()
    assert (asked(api, "/log"), reading.beside._reading) == (1, False)
    reading.now += 1
    reading.look()
    reading.until(lambda snapshot: logs(snapshot) == {"web-1": "two\n"})
    assert asked(api, "/log") == 2


def test_the_log_of_a_pod_that_is_gone_is_forgotten(reading: Reading) -> None:
    reading.look(KEY)
    reading.until(lambda snapshot: snapshot.logs)
    reading.pod = None
    reading.look(KEY)
    assert reading.beside.added(reading.plain).logs == {}


def test_a_log_that_cannot_be_read_is_a_gap_and_not_asked_for_again(api: FakeApi, reading: Reading) -> None:
    api.fail("pods/log", fake_api.forbidden())
    reading.look(KEY)
    snapshot = reading.until(lambda snapshot: any(gap.what == "logs" for gap in snapshot.gaps))
    assert [(gap.scope, gap.why) for gap in snapshot.gaps if gap.what == "logs"] == [("shop/web-1/app", "forbidden")]
    reading.now += LATE_AGAIN
    reading.look(KEY)
    assert (asked(api, "/log"), reading.beside._reading) == (1, False)


def test_a_log_that_did_not_come_in_time_is_asked_for_again(
    api: FakeApi, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = Event()
    api.fail("pods/log", fake_api.held(stuck), times=1)
    monkeypatch.setattr(diag.live.beside, "LOG_SECONDS", 0.1)
    reading.look(KEY)
    reading.until(lambda snapshot: any(gap.why == "timeout" for gap in snapshot.gaps))
    stuck.set()
    monkeypatch.setattr(diag.live.beside, "LOG_SECONDS", 20.0)
    reading.now += LATE_AGAIN
    reading.look(KEY)
    reading.until(lambda snapshot: logs(snapshot) == {"web-1": "one\n"})


def test_metrics_are_read_anew_after_a_while(api: FakeApi, reading: Reading) -> None:
    api.add("pods.metrics.k8s.io")
    reading.look()
    snapshot = reading.until(lambda snapshot: snapshot.metrics)
    assert "metrics.k8s.io" in snapshot.metrics[0].source
    assert eventually(reading.idle)
    reading.now += METRICS_AGAIN - 1
    reading.look()
    assert reading.idle()
    assert asked(api, METRICS) == 1
    reading.now += 1
    reading.look()
    assert eventually(lambda: asked(api, METRICS) == 2)


def test_all_is_read_anew_when_that_is_asked_for_and_stays_until_then(api: FakeApi, reading: Reading) -> None:
    api.add("pods.metrics.k8s.io")
    reading.look(KEY)
    reading.until(lambda snapshot: snapshot.logs and snapshot.metrics)
    assert eventually(reading.idle)
    api.logs["shop", "web-1", "app", False] = b"two\n"
    reading.beside.expire()
    snapshot = reading.beside.added(reading.plain)
    assert logs(snapshot) == {"web-1": "one\n"}
    assert snapshot.metrics
    reading.look()
    reading.until(lambda snapshot: logs(snapshot) == {"web-1": "two\n"})
    assert eventually(lambda: asked(api, METRICS) == 2)


@pytest.mark.parametrize("name", ["ClusterSource", "add_metrics"])
def test_an_error_of_our_own_is_a_gap(reading: Reading, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fail(*of: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(diag.live.beside, name, fail)
    reading.look(KEY)
    words = "internal error: ZeroDivisionError: by zero"
    snapshot = reading.until(lambda snapshot: words in {gap.detail for gap in snapshot.gaps})
    assert {gap.what for gap in snapshot.gaps if gap.detail == words} == {
        "logs" if name == "ClusterSource" else "metrics"
    }
    assert eventually(reading.idle)
