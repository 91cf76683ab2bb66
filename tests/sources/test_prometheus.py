"""Which service is a Prometheus, and how the API server reaches it."""

from typing import Any

import pytest

from diag.errors import RefusedError
from diag.model.cluster import Service, ServicePort, ServiceSpec
from diag.model.meta import Metadata
from diag.sources.prometheus import elsewhere, places


def service(
    name: str, labels: dict[str, str] | None = None, *ports: ServicePort, namespace: str = "monitoring"
) -> Service:
    found = ports or (ServicePort("http-web", 9090),)
    return Service(Metadata(name, namespace, labels=labels or {}), ServiceSpec(ports=found))


CHART = {"app.kubernetes.io/name": "prometheus"}


@pytest.mark.parametrize(
    ("name", "labels", "ports", "path"),
    [
        (
            "prometheus-operated",
            {"operated-prometheus": "true"},
            [ServicePort("http-web", 9090)],
            "prometheus-operated:9090",
        ),
        ("prometheus-k8s", CHART, [ServicePort("web", 9090), ServicePort("reloader-web", 8080)], "prometheus-k8s:9090"),
        (
            "kps-prometheus",
            {"app": "kube-prometheus-stack-prometheus"},
            [ServicePort("http-web", 9090)],
            "kps-prometheus:9090",
        ),
        ("mine", {**CHART, "app.kubernetes.io/component": "server"}, [ServicePort("http", 80)], "mine:80"),
        ("prometheus-server", {}, [ServicePort("", 80)], "prometheus-server:80"),
        ("prometheus", {}, [ServicePort("http", 8080)], "prometheus:8080"),
    ],
)
def test_a_prometheus(name: str, labels: dict[str, str], ports: list[ServicePort], path: str) -> None:
    [place] = places([service(name, labels, *ports)])
    assert place.name == f"monitoring/{name}"
    assert place.path == f"/api/v1/namespaces/monitoring/services/{path}/proxy"


@pytest.mark.parametrize(
    ("name", "labels", "ports"),
    [
        ("web", {}, []),
        ("node-exporter", {"app.kubernetes.io/name": "prometheus-node-exporter"}, []),
        ("p-alertmanager", {"app": "prometheus", "component": "alertmanager"}, []),
        ("p-pushgateway", {**CHART, "app.kubernetes.io/component": "pushgateway"}, []),
        ("prometheus", {}, [ServicePort("grpc", 10901)]),
    ],
)
def test_something_else(name: str, labels: dict[str, str], ports: list[ServicePort]) -> None:
    assert places([service(name, labels, *ports)]) == []


def test_the_likeliest_comes_first() -> None:
    found = places(
        [service("a", CHART), service("prometheus"), service("prometheus-operated"), service("prometheus-k8s")]
    )
    assert [place.name.partition("/")[2] for place in found] == [
        "prometheus-operated",
        "prometheus-k8s",
        "prometheus",
        "a",
    ]


def test_elsewhere() -> None:
    asked: list[Any] = []

    def get(path: str, query: list[tuple[str, str]], seconds: float) -> bytes:
        asked.append((path, query[0][0]))
        if len(asked) == 1:
            return b'{"items": [{"metadata": {"name": "prometheus-operated", "namespace": "m"}}]}'
        return b"<html>"

    assert [found.metadata.name for found in elsewhere(get)] == ["prometheus-operated"]
    assert asked == [("/api/v1/services", "labelSelector")] * 2


def test_elsewhere_may_be_forbidden() -> None:
    def get(path: str, query: list[tuple[str, str]], seconds: float) -> bytes:
        raise RefusedError("no", 403)

    assert elsewhere(get) == []
