"""Metrics in a snapshot of a live cluster, or gaps that say why there are none."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from diag.errors import UsageError
from diag.kube.deadline import Deadline
from diag.kube.session import Session
from diag.metrics.queries import QUERIES, USAGE
from diag.model.snapshot import Gap, Sample, Scope, Snapshot
from diag.sources.courses import NAMES
from diag.sources.measured import NOT_FOUND, add_metrics
from tests import fake_api
from tests.fake_api import FakeApi
from tests.metrics.conftest import fake, prometheus
from tests.metrics.fake import FakePrometheus, Server
from tests.sources.samples import EVERYWHERE, item, read

__all__ = ["fake", "prometheus"]

MIB = 2**20
NOW = datetime.now(UTC).replace(microsecond=0)
PROXY = "/api/v1/namespaces/monitoring/services/prometheus-server:80/proxy/api/v1"
SERVICE = item("prometheus-server", "monitoring", spec={"ports": [{"name": "http", "port": 80}]})
CONTAINER = {"namespace": "shop", "pod": "web-1", "container": "app"}


def ago(**time: float) -> str:
    return (NOW - timedelta(**time)).isoformat().replace("+00:00", "Z")


def pod(name: str = "web-1", memory: str = "100Mi", **last: Any) -> dict[str, Any]:
    limits = {"resources": {"limits": {"memory": memory, "cpu": "1"}}}
    state = {"state": {"running": {"startedAt": ago(minutes=1)}}, "lastState": last}
    status = {"name": "app", "ready": not last, "restartCount": 1, **state}
    return item(
        name,
        "shop",
        spec={"containers": [{"name": "app", "image": "web:1", **limits}]},
        status={"phase": "Running", "containerStatuses": [status]},
    )


def killed(started: str, finished: str) -> dict[str, Any]:
    return {"terminated": {"reason": "OOMKilled", "exitCode": 137, "startedAt": started, "finishedAt": finished}}


def use(memory: str, name: str = "web-1", **more: Any) -> dict[str, Any]:
    containers = [{"name": "app", "usage": {"cpu": "100m", "memory": memory}}]
    return {**item(name, "shop"), "timestamp": ago(seconds=20), "window": "15s", "containers": containers, **more}


@pytest.fixture
def cluster(api: FakeApi) -> FakeApi:
    """A pod, a claim, and metrics-server."""
    api.add("pods", pod())
    api.add("persistentvolumeclaims", item("data", "shop", status={"phase": "Bound"}))
    api.add("pods.metrics.k8s.io", use("95Mi"))
    api.add("nodes.metrics.k8s.io")
    return api


@pytest.fixture
def found(cluster: FakeApi, fake: FakePrometheus) -> FakePrometheus:
    """A Prometheus in the cluster."""
    cluster.add("services", SERVICE)
    cluster.proxied[f"{PROXY}/query"] = cluster.proxied[f"{PROXY}/query_range"] = fake.proxied
    return fake


def measured(
    session: Session, url: str | None = None, seconds: float = 20, scope: Scope = EVERYWHERE, **more: Any
) -> Snapshot:
    return add_metrics(read(session, scope), session, url, Deadline(seconds), **more)


def values(snapshot: Snapshot, name: str) -> list[float]:
    return [sample.value for metrics in snapshot.metrics for sample in metrics.samples if sample.name == name]


def sources(snapshot: Snapshot) -> list[str]:
    return [metrics.source for metrics in snapshot.metrics]


def gap(snapshot: Snapshot) -> Gap:
    """The one gap that there is of metrics."""
    [found] = [gap for gap in snapshot.gaps if gap.what == "metrics"]
    assert (found.scope, found.playbooks) == ("", ())
    return found


def asked(api: FakeApi, part: str) -> int:
    return sum(part in request.path for request in api.requests)


def test_metrics_server_alone(cluster: FakeApi, session: Session) -> None:
    snapshot = measured(session)
    assert sources(snapshot) == ["metrics.k8s.io"]
    assert values(snapshot, "memory_usage") == [95 * MIB]
    assert values(snapshot, "memory_ratio") == [pytest.approx(0.95)]
    assert values(snapshot, "cpu_ratio") == []
    assert {"memory_ratio", "cpu_ratio"} < set(snapshot.metrics[0].names)
    assert gap(snapshot) == Gap("metrics", "", "not-asked", NOT_FOUND)
    assert asked(cluster, "metrics.k8s.io") == 2


def test_a_pod_far_from_its_limit_has_no_ratio(cluster: FakeApi, session: Session) -> None:
    cluster.add("pods", pod(memory="1Gi"))
    assert values(measured(session), "memory_ratio") == []


def test_neither(api: FakeApi, session: Session) -> None:
    snapshot = measured(session)
    assert snapshot.metrics == ()
    assert gap(snapshot).why == "not-asked"
    assert gap(snapshot).detail == f"the cluster has no metrics.k8s.io: install metrics-server; {NOT_FOUND}"


@pytest.mark.parametrize(
    ("fault", "why", "text"),
    [
        (fake_api.forbidden(), "not-asked", "refused (403)"),
        (fake_api.server_error(503), "unreadable", "answered 503"),
        (fake_api.html(), "unreadable", "a web page"),
        (fake_api.garbage(), "unreadable", "did not answer with metrics"),
        (fake_api.truncated_json(), "unreadable", "did not answer with metrics"),
    ],
)
def test_metrics_server_fails(cluster: FakeApi, session: Session, fault: fake_api.Fault, why: str, text: str) -> None:
    cluster.fail("pods.metrics.k8s.io", fault)
    snapshot = measured(session, "none")
    assert snapshot.metrics == ()
    [detail] = [gap.detail for gap in snapshot.gaps if gap.what == "metrics" and text in gap.detail]
    assert [gap.why for gap in snapshot.gaps if gap.detail == detail] == [why]
    assert asked(cluster, "metrics.k8s.io") == 1


def test_metrics_server_hangs(cluster: FakeApi, session: Session) -> None:
    cluster.fail("pods.metrics.k8s.io", fake_api.stalled(10))
    snapshot = measured(session, "none", seconds=0.5)
    assert [(gap.why, gap.detail) for gap in snapshot.gaps if gap.why == "timeout"] == [
        ("timeout", "metrics.k8s.io did not answer in time")
    ]


def test_namespaces_of_the_scope(cluster: FakeApi, session: Session) -> None:
    assert sources(measured(session, scope=Scope(("shop",)))) == ["metrics.k8s.io"]
    assert asked(cluster, "/namespaces/shop/pods") == 2  # the pods, and their metrics


def test_a_prometheus_in_the_cluster(found: FakePrometheus, session: Session) -> None:
    found.values = {"cpu_throttled": [(CONTAINER, 0.6)]}
    snapshot = measured(session)
    assert sources(snapshot) == ["metrics.k8s.io", "prometheus monitoring/prometheus-server"]
    assert values(snapshot, "cpu_throttled") == [0.6]
    assert {query.name for query in QUERIES} | set(NAMES) < {n for one in snapshot.metrics for n in one.names}
    assert [gap for gap in snapshot.gaps if gap.what == "metrics"] == []
    assert not any("kube_pod_container_resource_limits" in query for query in found.asked[2:])  # known already


def test_it_is_found_from_other_namespaces(found: FakePrometheus, cluster: FakeApi, session: Session) -> None:
    labels = {"app.kubernetes.io/name": "prometheus", "app.kubernetes.io/component": "server"}
    labelled = {**SERVICE, "metadata": {**SERVICE["metadata"], "labels": labels}}
    cluster.add("services", labelled)
    assert len(sources(measured(session, scope=Scope(("shop",))))) == 2


def test_it_may_not_be_reached(found: FakePrometheus, cluster: FakeApi, session: Session) -> None:
    cluster.fail("services/proxy", fake_api.forbidden())
    snapshot = measured(session)
    assert sources(snapshot) == ["metrics.k8s.io"]
    assert gap(snapshot).why == "not-asked"
    assert "prometheus monitoring/prometheus-server cannot be reached by this account" in gap(snapshot).detail
    assert asked(cluster, "/proxy/") == 1


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (fake_api.html(), "a web page"),
        (fake_api.garbage(), "did not answer like Prometheus"),
        (fake_api.server_error(503), "answered 503"),
        (fake_api.truncated_json(), "did not answer like Prometheus"),
    ],
)
def test_it_is_none(
    found: FakePrometheus, cluster: FakeApi, session: Session, fault: fake_api.Fault, text: str
) -> None:
    cluster.fail("services/proxy", fault)
    snapshot = measured(session)
    assert (gap(snapshot).why, sources(snapshot)) == ("unreadable", ["metrics.k8s.io"])
    assert text in gap(snapshot).detail
    assert asked(cluster, "/proxy/") == 1


def test_it_measures_another_cluster(found: FakePrometheus, session: Session) -> None:
    found.knows = [{}]
    found.values = {"restarts_1h": [(CONTAINER, 9)]}
    snapshot = measured(session)
    assert values(snapshot, "restarts_1h") == []
    assert gap(snapshot).why == "unreadable"
    assert "knows none of this cluster's pods: it may measure another cluster" in gap(snapshot).detail


def test_it_drips(found: FakePrometheus, cluster: FakeApi, session: Session) -> None:
    cluster.fail("services/proxy", fake_api.slow(0.3, chunk_bytes=1))
    snapshot = measured(session, seconds=1)
    assert gap(snapshot).why == "timeout"
    assert gap(snapshot).detail == "prometheus monitoring/prometheus-server did not answer in time"


def test_it_is_slow(found: FakePrometheus, cluster: FakeApi, session: Session) -> None:
    cluster.fail("services/proxy", fake_api.stalled(10))
    snapshot = measured(session, seconds=0.5)
    assert (gap(snapshot).why, sources(snapshot)) == ("timeout", ["metrics.k8s.io"])


def test_series_of_claims_are_missed_only_with_claims(
    found: FakePrometheus, cluster: FakeApi, session: Session
) -> None:
    found.series = {name for name in found.series if "volume" not in name}
    assert "kubelet_volume_stats_used_bytes" in gap(measured(session)).detail
    cluster.add("persistentvolumeclaims", item("data", "shop", status={"phase": "Pending"}))
    assert [gap for gap in measured(session).gaps if gap.what == "metrics"] == []


def test_the_one_that_is_given(cluster: FakeApi, session: Session, fake: FakePrometheus, prometheus: Server) -> None:
    cluster.add("services", SERVICE)
    fake.values = {"restarts_1h": [(CONTAINER, 4)]}
    snapshot = measured(session, prometheus.url)
    assert sources(snapshot) == ["metrics.k8s.io", f"prometheus {prometheus.url}"]
    assert values(snapshot, "restarts_1h") == [4]
    assert asked(cluster, "/proxy/") == 0


def test_none_is_asked(found: FakePrometheus, session: Session) -> None:
    snapshot = measured(session, "none")
    assert (found.asked, sources(snapshot)) == ([], ["metrics.k8s.io"])
    assert gap(snapshot) == Gap("metrics", "", "not-asked", "no Prometheus was asked, by --prometheus none")


def test_an_address_that_is_none_is_a_wrong_call(cluster: FakeApi, session: Session) -> None:
    with pytest.raises(UsageError, match="--prometheus"):
        measured(session, "http://[::1")


def test_the_password_in_the_address_is_for_prometheus_alone(
    cluster: FakeApi, session: Session, fake: FakePrometheus, prometheus: Server
) -> None:
    address = prometheus.url.replace("//", "//reader:hunter2@")
    shown = prometheus.url.replace("//", "//withheld@")
    assert sources(measured(session, address)) == ["metrics.k8s.io", f"prometheus {shown}"]
    fake.odd = lambda query: (500, "no \x1b[2J")
    detail = gap(measured(session, address)).detail
    assert shown in detail
    assert "hunter2" not in detail
    assert "\x1b" not in detail


def test_what_top_asks_is_all_use(found: FakePrometheus, cluster: FakeApi, session: Session) -> None:
    cluster.fail("pods.metrics.k8s.io", fake_api.not_served())
    found.values = {"memory_usage": [(CONTAINER, 5 * MIB)]}
    snapshot = measured(session, queries=USAGE)
    assert values(snapshot, "memory_usage") == [5 * MIB]
    assert set(snapshot.metrics[0].names) == {query.name for query in USAGE}


def climbing(minutes: int, start: float = 10, end: float = 98) -> list[tuple[float, float]]:
    """Memory of a run that ended two minutes ago, in bytes every 15 s."""
    count = minutes * 4
    last = (NOW - timedelta(minutes=2)).timestamp()
    return [(last - 15 * (count - n), (start + (end - start) * n / count) * MIB) for n in range(count + 1)]


def test_the_course_of_what_was_killed(found: FakePrometheus, cluster: FakeApi, session: Session) -> None:
    cluster.add("pods", pod(**killed(ago(minutes=62), ago(minutes=2))))
    found.courses = [({**CONTAINER, "id": "/a"}, climbing(60)), ({**CONTAINER, "pod": "other"}, climbing(60))]
    snapshot = measured(session)
    told = {s.name: s.value for s in snapshot.metrics[1].samples if (s.pod, s.container) == ("web-1", "app")}
    assert told["memory_straight"] == pytest.approx(1)
    assert told["memory_climb"] == pytest.approx(0.88, abs=0.01)
    assert told["memory_slope"] == pytest.approx(88 * MIB, rel=0.01)
    assert told["memory_peak"] == 98 * MIB
    assert told["memory_near_for"] == pytest.approx(330, abs=20)
    assert {s.pod for s in snapshot.metrics[1].samples} == {"web-1"}
    [query] = [query for query in found.asked if query.startswith("max by (namespace, pod, container, id)")]
    assert 'pod=~"web-1"' in query


def test_nothing_stands_out(found: FakePrometheus, cluster: FakeApi, session: Session) -> None:
    cluster.add("pods", pod(memory="1Gi"))
    assert set(NAMES) < set(measured(session).metrics[1].names)
    assert not any("id)" in query for query in found.asked)


def test_courses_that_are_refused(found: FakePrometheus, session: Session) -> None:
    def answer(query: Any) -> tuple[int, str] | None:
        return (200, json.dumps({"status": "error"})) if "start" in query else None

    found.odd = answer
    snapshot = measured(session)
    assert not set(NAMES) & set(snapshot.metrics[1].names)
    assert "did not answer like Prometheus" in gap(snapshot).detail


def test_more_suspects_than_are_looked_at(
    found: FakePrometheus, cluster: FakeApi, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diag.sources.measured.MOST", 1)
    cluster.add("pods", *(pod(f"web-{n}", **killed(ago(minutes=n + 60), ago(minutes=n))) for n in range(1, 4)))
    snapshot = measured(session)
    assert gap(snapshot) == Gap("metrics", "", "truncated", "the memory of 2 more containers")
    assert not set(NAMES) & set(snapshot.metrics[1].names)


def test_no_pods_no_questions(found: FakePrometheus, cluster: FakeApi, session: Session) -> None:
    snapshot = msgspec.structs.replace(read(session), objects={**read(session).objects, "pods": []})
    after = add_metrics(snapshot, session, None, Deadline(20))
    assert found.asked == []
    assert "no pod runs" in gap(after).detail


def test_samples_of_a_source_come_from_all_of_it(cluster: FakeApi, session: Session) -> None:
    usage = {"timestamp": ago(seconds=9), "usage": {"cpu": "1", "memory": "2Gi"}}
    cluster.add("nodes.metrics.k8s.io", {**item("node-a"), **usage})
    samples = measured(session).metrics[0].samples
    assert Sample("memory_usage", 2**31, node="node-a") in samples
