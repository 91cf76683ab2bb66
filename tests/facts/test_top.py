"""Rows of use."""

import re
from typing import Any

import msgspec
import pytest

from diag.cli.top import WHAT
from diag.facts.index import Index
from diag.facts.top import COLUMNS, Row, What, rows
from diag.model.snapshot import Metrics, Sample
from tests.facts.pod_samples import index, pod, running

MIB = 2**20


def container(name: str, **resources: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "image": "web:1", "resources": resources}


def used(name: str, memory: float, cpu: float, pod: str = "web-1") -> list[Sample]:
    return [Sample("memory_usage", memory, "shop", pod, name), Sample("cpu_usage", cpu, "shop", pod, name)]


def shown(what: What, *samples: Sample, sort: str = "memory", sources: int = 1, **objects: Any) -> list[Row]:
    read = index(**objects).snapshot
    metrics = tuple(Metrics(f"source {n}", samples=samples) for n in range(sources))
    return rows(Index(msgspec.structs.replace(read, metrics=metrics)), what, sort)


def web(*containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return pod(status={"state": running()}, pod_spec={"containers": [*containers]}, **more)


APP = container("app", limits={"memory": "100Mi", "cpu": "500m"}, requests={"memory": "50Mi", "cpu": "100m"})
PROXY = container("proxy", requests={"memory": "10Mi"})


def test_a_container() -> None:
    throttled = Sample("cpu_throttled", 0.4, "shop", "web-1", "app")
    [row] = shown("containers", *used("app", 90 * MIB, 0.25), throttled, pods=[web(APP)])
    assert (row.namespace, row.name, row.container) == ("shop", "web-1", "app")
    assert row.values == {
        "cpu": 0.25,
        "cpu-request": 0.1,
        "cpu-limit": 0.5,
        "cpu-ratio": 0.5,
        "memory": 90 * MIB,
        "memory-request": 50 * MIB,
        "memory-limit": 100 * MIB,
        "memory-ratio": 0.9,
        "throttled": 0.4,
    }


def test_a_pod_is_the_sum_of_its_containers() -> None:
    samples = [*used("app", 90 * MIB, 0.25), *used("proxy", 10 * MIB, 0.05)]
    [row] = shown("pods", *samples, pods=[web(APP, PROXY)])
    assert row.container == ""
    assert row.values == {
        "cpu": pytest.approx(0.3),
        "cpu-request": 0.1,
        "memory": 100 * MIB,
        "memory-request": 60 * MIB,
    }


def test_the_use_of_one_container_is_not_that_of_the_pod() -> None:
    [row] = shown("pods", *used("app", 90 * MIB, 0.25), pods=[web(APP, PROXY)])
    assert "memory" not in row.values


def test_the_first_of_two_sources_counts() -> None:
    [row] = shown("containers", *used("app", MIB, 1), *used("app", 9 * MIB, 9), pods=[web(APP)])
    assert row.values["memory"] == MIB


def test_init_containers_and_what_does_not_run_are_left_out() -> None:
    ran = web(APP)
    ran["spec"]["initContainers"] = [container("setup")]
    assert [row.container for row in shown("containers", pods=[ran])] == ["app"]
    assert shown("pods", pods=[web(APP, phase="Succeeded")]) == []


def test_a_node() -> None:
    node = {"metadata": {"name": "node-a"}, "status": {"allocatable": {"cpu": "4", "memory": "a lot"}}}
    samples = [Sample("cpu_usage", 1, node="node-a"), Sample("memory_usage", 5 * MIB, node="node-a")]
    [row] = shown("nodes", *samples, nodes=[node])
    assert (row.namespace, row.name) == ("", "node-a")
    assert row.values == {"cpu": 1, "cpu-allocatable": 4, "cpu-ratio": 0.25, "memory": 5 * MIB}


def test_a_claim() -> None:
    bound = {
        "metadata": {"name": "data", "namespace": "shop"},
        "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}},
    }
    waiting = {"metadata": {"name": "more", "namespace": "shop"}, "status": {"phase": "Pending"}}
    samples = [Sample("volume_ratio", 0.9, "shop", claim="data"), Sample("inodes_ratio", 0.1, "shop", claim="data")]
    [row] = shown("claims", *samples, persistentvolumeclaims=[bound, waiting], sort="used-ratio")
    assert row.values == {"capacity": 2**30, "used-ratio": 0.9, "inodes-ratio": 0.1}


def test_order() -> None:
    pods = []
    for name in ("b", "a", "c", "d"):
        each = web(APP)
        each["metadata"]["name"] = name
        pods.append(each)
    samples = [*used("app", 5 * MIB, 0.1, "d"), *used("app", 7 * MIB, 0.1, "c")]
    assert [row.name for row in shown("pods", *samples, pods=pods)] == ["c", "d", "a", "b"]
    assert [row.name for row in shown("pods", *samples, pods=pods, sort="cpu")] == ["c", "d", "a", "b"]


def test_the_command_names_what_there_is() -> None:
    assert set(WHAT) == set(COLUMNS)
    for columns in COLUMNS.values():
        assert all(re.fullmatch("[a-z-]+", column.name) for column in columns)
