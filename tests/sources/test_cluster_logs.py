"""Logs of a live cluster."""

from collections.abc import Sequence

import pytest

from diag.kube.deadline import Deadline
from diag.kube.session import Session
from diag.model.snapshot import Gap, LogKey, Scope, Snapshot
from diag.sources import cluster
from diag.sources.cluster import ClusterSource
from tests import fake_api
from tests.fake_api import FakeApi
from tests.sources.samples import fill, read

APP = LogKey("shop", "web-1", "app")
PREVIOUS = LogKey("shop", "web-1", "app", previous=True)


@pytest.fixture
def snapshot(api: FakeApi, session: Session) -> Snapshot:
    fill(api)
    found = read(session)
    api.requests.clear()
    return found


def logs(session: Session, snapshot: Snapshot, keys: Sequence[LogKey], seconds: float = 20) -> Snapshot:
    return ClusterSource(session, Scope(), Deadline(seconds)).read_logs(snapshot, keys)


def put(api: FakeApi, key: LogKey, text: bytes) -> None:
    api.logs[key.namespace, key.pod, key.container, key.previous] = text


def test_logs_are_read_cleaned_and_in_order(api: FakeApi, session: Session, snapshot: Snapshot) -> None:
    put(api, APP, b"one\r\n\x1b[31mtwo \xff, postgres://app:hunter2@db\n")
    put(api, PREVIOUS, b"before\n")
    found = logs(session, snapshot, [PREVIOUS, APP])
    assert list(found.logs.items()) == [
        (APP, "one\n\ufffd[31mtwo \ufffd, postgres://withheld@db\n"),
        (PREVIOUS, "before\n"),
    ]
    assert found.gaps == snapshot.gaps
    assert found.objects is snapshot.objects


def test_no_log_is_asked_for_that_nobody_wants(api: FakeApi, session: Session, snapshot: Snapshot) -> None:
    assert logs(session, snapshot, []) is snapshot
    assert api.requests == []


def test_the_last_lines_are_asked_for_and_not_too_many_bytes(
    api: FakeApi, session: Session, snapshot: Snapshot
) -> None:
    put(api, APP, b"".join(b"%d\n" % number for number in range(500)))
    found = logs(session, snapshot, [APP])
    assert found.logs[APP].split() == [str(number) for number in range(400, 500)]
    [request] = api.requests
    assert request.query == {"container": "app", "tailLines": "100", "limitBytes": str(cluster.LOG_BYTES)}


def test_of_lines_that_are_too_long_fewer_are_read(api: FakeApi, session: Session, snapshot: Snapshot) -> None:
    put(api, APP, b"".join(b"%03d%s\n" % (number, b"x" * 5000) for number in range(500)))
    found = logs(session, snapshot, [APP])
    assert [line[:3] for line in found.logs[APP].split()] == [str(number) for number in range(490, 500)]
    assert found.gaps == ()
    assert [request.query["tailLines"] for request in api.requests] == ["100", "10"]


def test_lines_that_are_far_too_long_are_read_in_part(api: FakeApi, session: Session, snapshot: Snapshot) -> None:
    put(api, APP, b"x" * 10_000_000)
    found = logs(session, snapshot, [APP])
    assert len(found.logs[APP]) == cluster.LOG_BYTES
    assert found.gaps == (Gap("logs", "shop/web-1/app", "truncated", "its lines are too long; the latest are missing"),)


@pytest.mark.parametrize(
    ("key", "why", "said"),
    [
        (PREVIOUS, "unreadable", 'previous terminated container "app" in pod "web-1" not found'),
        (LogKey("shop", "gone", "app"), "not-served", 'pods "gone" not found'),
        (LogKey("shop", "../../secrets/x", "app"), "not-served", "not found"),
    ],
)
def test_logs_that_are_not_there_are_gaps(
    api: FakeApi, session: Session, snapshot: Snapshot, key: LogKey, why: str, said: str
) -> None:
    put(api, APP, b"present\n")
    found = logs(session, snapshot, [APP, key])
    assert set(found.logs) == {APP}
    [gap] = found.gaps
    assert (gap.what, gap.scope, gap.why) == ("logs", f"{key.namespace}/{key.pod}/{key.container}", why)
    assert said in gap.detail
    assert all(request.path.startswith("/api/v1/namespaces/shop/pods/") for request in api.requests)


def test_a_container_that_waits_has_no_log(api: FakeApi, session: Session, snapshot: Snapshot) -> None:
    waiting = {"containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff"}}}]}
    api.add("pods", {"metadata": {"name": "web-1", "namespace": "shop"}, "status": waiting})
    [gap] = logs(session, snapshot, [APP]).gaps
    assert 'container "app" in pod "web-1" is waiting to start: ImagePullBackOff' in gap.detail


def test_logs_that_the_node_has_lost(api: FakeApi, session: Session, snapshot: Snapshot) -> None:
    put(api, APP, b"unable to retrieve container logs for containerd://0123")
    found = logs(session, snapshot, [APP])
    assert found.logs == {}
    assert found.gaps == (Gap("logs", "shop/web-1/app", "expired", "the runtime no longer has it"),)


@pytest.mark.parametrize(
    ("fault", "why"), [(fake_api.forbidden(), "forbidden"), (fake_api.server_error(), "unreadable")]
)
def test_logs_that_are_refused_or_fail_are_asked_for_once(
    api: FakeApi, session: Session, snapshot: Snapshot, fault: fake_api.Fault, why: str
) -> None:
    api.fail("pods/log", fault)
    [gap] = logs(session, snapshot, [APP]).gaps
    assert (gap.scope, gap.why) == ("shop/web-1/app", why)
    assert len(api.requests) == 1


def test_no_time_is_left_for_logs(session: Session, snapshot: Snapshot) -> None:
    found = logs(session, snapshot, [APP, PREVIOUS], seconds=0)
    assert [gap.why for gap in found.gaps] == ["timeout", "timeout"]
