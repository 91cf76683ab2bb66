"""How the use of one pod went, as a Prometheus tells."""

import json
from collections.abc import Mapping

import pytest

import diag.sources.pod_usage
from diag.errors import ClusterError, NotServedError
from diag.kube.session import Session
from diag.model.course import Course
from diag.sources.pod_usage import WINDOW, pod_usage
from tests import fake_api
from tests.fake_api import FakeApi
from tests.metrics.conftest import fake, prometheus
from tests.metrics.fake import FakePrometheus, Server
from tests.sources.samples import EVERYWHERE, item, read

__all__ = ["fake", "prometheus"]

PROXY = "/api/v1/namespaces/monitoring/services/prometheus-server:80/proxy/api/v1"
SERVICE = item("prometheus-server", "monitoring", spec={"ports": [{"name": "http", "port": 80}]})
MEMORY = {"app": [[100, "5"], [160, "NaN"], [220, "7.5"]], "side": [[100, "1"]]}
CPU = {"app": [[100, "0.25"]]}
COURSES = (Course("app", ((100, 0.25),), ((100, 5.0), (220, 7.5))), Course("side", (), ((100, 1.0),)))


@pytest.fixture
def told(fake: FakePrometheus) -> list[Mapping[str, str]]:
    """The questions for courses that are put, and answered."""
    asked: list[Mapping[str, str]] = []

    def answer(query: Mapping[str, str]) -> tuple[int, str] | None:
        if "start" not in query:
            return None
        asked.append(query)
        lines = CPU if "rate(" in query["query"] else MEMORY
        result = [{"metric": {"container": name}, "values": values} for name, values in lines.items()]
        return 200, json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})

    fake.odd = answer
    return asked


@pytest.fixture
def cluster(api: FakeApi, fake: FakePrometheus) -> FakeApi:
    """One with a pod and a Prometheus."""
    api.add("pods", item("web-1", "shop"))
    api.add("services", SERVICE)
    api.proxied[f"{PROXY}/query"] = api.proxied[f"{PROXY}/query_range"] = fake.proxied
    return api


def usage(session: Session, url: str | None = None, pod: str = "web-1") -> tuple[Course, ...]:
    return pod_usage(session, read(session, EVERYWHERE), url, "shop", pod)


def test_the_prometheus_of_the_cluster_tells(cluster: FakeApi, session: Session, told: list[Mapping[str, str]]) -> None:
    assert usage(session) == COURSES
    assert all('namespace="shop",pod="web-1"' in query["query"] for query in told)
    assert {round(float(one["end"]) - float(one["start"])) for one in told} == {WINDOW.total_seconds()}


def test_the_prometheus_that_is_given_tells(
    api: FakeApi, session: Session, prometheus: Server, told: list[Mapping[str, str]]
) -> None:
    api.add("pods", item("web-1", "shop"))
    assert usage(session, prometheus.url) == COURSES


def test_names_are_text_in_the_question(cluster: FakeApi, session: Session, told: list[Mapping[str, str]]) -> None:
    odd = 'x"} or up{a="'
    cluster.add("pods", item(odd, "shop"))
    usage(session, pod=odd)
    assert told
    assert all(r'pod="x\"} or up{a=\""' in query["query"] for query in told)


def test_a_pod_that_is_gone(cluster: FakeApi, session: Session) -> None:
    with pytest.raises(NotServedError, match="no pod web-2"):
        usage(session, pod="web-2")


def test_nobody_is_asked_when_that_is_wanted(cluster: FakeApi, session: Session) -> None:
    with pytest.raises(NotServedError, match="--prometheus none"):
        usage(session, "none")


def test_a_cluster_without_a_prometheus(api: FakeApi, session: Session) -> None:
    with pytest.raises(NotServedError, match="no Prometheus was found"):
        usage(session)


def test_a_prometheus_that_fails(cluster: FakeApi, session: Session) -> None:
    cluster.fail("services/proxy", fake_api.server_error(500))
    with pytest.raises(ClusterError):
        usage(session)


def test_a_prometheus_that_is_stuck(cluster: FakeApi, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.fail("services/proxy", fake_api.stalled(0))
    monkeypatch.setattr(diag.sources.pod_usage, "SECONDS", 0.3)
    with pytest.raises(ClusterError):
        usage(session)
