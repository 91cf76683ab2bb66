"""metrics.k8s.io: what it says of pods and nodes, and what it may say instead."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diag.errors import AnswerError, NotServedError
from diag.metrics import resource
from diag.model.snapshot import Sample

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
FRESH = NOW - timedelta(seconds=20)


def item(name: str = "web-1", at: datetime | None = FRESH, **more: Any) -> dict[str, Any]:
    time = {"timestamp": at.isoformat()} if at else {}
    return {"metadata": {"name": name, "namespace": "shop"}, "window": "15s", **time, **more}


def pod(cpu: Any = "123456789n", memory: Any = "1024Ki", **more: Any) -> dict[str, Any]:
    return item(containers=[{"name": "app", "usage": {"cpu": cpu, "memory": memory}}], **more)


class Answers:
    """Answers every path with the same; `paths` are those that were read."""

    def __init__(self, value: Any, kind: str = "PodMetricsList") -> None:
        self.paths: list[str] = []
        self.body = value if isinstance(value, bytes) else json.dumps({"kind": kind, "items": value}).encode()

    def __call__(self, path: str, query: list[tuple[str, str]], seconds: float) -> bytes:
        self.paths.append(path)
        return self.body


def test_pods() -> None:
    answers = Answers([pod()])
    found = resource.read(answers, (), NOW)
    assert answers.paths == ["/apis/metrics.k8s.io/v1beta1/pods"]
    assert found.samples == (
        Sample("cpu_usage", 0.123456789, "shop", "web-1", "app"),
        Sample("memory_usage", 1048576, "shop", "web-1", "app"),
    )
    assert (found.source, found.names, found.at) == ("metrics.k8s.io", ("cpu_usage", "memory_usage"), FRESH)


def test_pods_of_some_namespaces() -> None:
    answers = Answers([])
    assert resource.read(answers, ("shop", "ops"), NOW).samples == ()
    root = "/apis/metrics.k8s.io/v1beta1/namespaces"
    assert answers.paths == [f"{root}/shop/pods", f"{root}/ops/pods"]


def test_nodes() -> None:
    one = {"metadata": {"name": "node-a"}, "timestamp": FRESH.isoformat(), "usage": {"cpu": "2", "memory": "8Gi"}}
    found = resource.read_nodes(Answers([one], "NodeMetricsList"), NOW)
    assert found.samples == (Sample("cpu_usage", 2, node="node-a"), Sample("memory_usage", 8 * 2**30, node="node-a"))


@pytest.mark.parametrize("at", [None, NOW - timedelta(minutes=6)])
def test_what_is_old_is_left_out(at: datetime | None) -> None:
    found = resource.read(Answers([pod(at=at)]), (), NOW)
    assert (found.samples, found.at) == ((), None)


def test_the_oldest_that_counts_tells_the_time() -> None:
    older = NOW - timedelta(minutes=2)
    assert resource.read(Answers([pod(), pod(at=older)]), (), NOW).at == older


def test_an_odd_value_is_left_out() -> None:
    found = resource.read(Answers([pod(cpu="much")]), (), NOW)
    assert [sample.name for sample in found.samples] == ["memory_usage"]


@pytest.mark.parametrize("odd", [{}, {"containers": []}, {"containers": [{}]}, {"usage": {}}])
def test_items_without_values(odd: dict[str, Any]) -> None:
    assert resource.read(Answers([item(**odd)]), (), NOW).samples == ()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b'{"items": []}', b'{"kind": "PodList", "items": []}', b'{"kind": "PodMetricsList"}']
)
def test_what_is_no_list_of_metrics(body: bytes) -> None:
    with pytest.raises(AnswerError, match=r"metrics\.k8s\.io"):
        resource.read(Answers(body), (), NOW)


def test_errors_come_out() -> None:
    def get(path: str, query: list[tuple[str, str]], seconds: float) -> bytes:
        raise NotServedError("not served")

    with pytest.raises(NotServedError):
        resource.read(get, (), NOW)
