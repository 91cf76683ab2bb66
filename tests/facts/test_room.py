from typing import Any

import msgspec
import pytest

from diag.facts import room
from diag.facts.index import Index
from diag.model.snapshot import Scope
from tests.facts.node_samples import DEDICATED, node, placed, the_pod, waiting
from tests.facts.pod_samples import index

GPU = "nvidia.com/gpu"


def shortage(asks: dict[str, Any], resource: str, *pods: dict[str, Any], nodes: list[dict[str, Any]]) -> str | None:
    found = index(pods=[waiting(asks=asks), *pods], nodes=nodes)
    return room.shortage(found, the_pod(found), resource)


@pytest.mark.parametrize(
    ("asks", "resource", "said"),
    [
        ({"cpu": "6"}, "cpu", "It asks for 6 CPU; the largest node that it may use, a, gives 4 CPU to all its pods"),
        ({"memory": "9Gi"}, "memory", "the largest node that it may use, a, gives 8Gi memory to all its pods"),
        (
            {"cpu": "1"},
            "cpu",
            "the most that is free on one node is 0.5 CPU (a). Of the 5 CPU of the 2 nodes that it may use 4.5 are",
        ),
        (
            {"memory": "100Mi"},
            "memory",
            "It asks for 100Mi memory; the most that is free on one node is 8Gi memory (a)",
        ),
        ({GPU: 1}, GPU, f"It asks for 1 {GPU}; no node that it may use offers any; the nodes that do are gpu"),
        ({"example.com/x": 1}, "example.com/x", "It asks for 1 example.com/x; no node offers any"),
    ],
)
def test_what_it_asks_for_against_what_there_is(asks: dict[str, Any], resource: str, said: str) -> None:
    nodes = [node("a"), node("b", gives={"cpu": "1", "memory": "1Gi"}), node("gpu", DEDICATED, gives={GPU: "2"})]
    pods = [
        placed("old-1", "a", {"cpu": "3500m"}),
        placed("old-2", "b", {"cpu": "1"}),
        placed("done-1", "a", {"cpu": "4"}, phase="Succeeded"),
    ]
    assert said in (shortage(asks, resource, *pods, nodes=nodes) or "")


@pytest.mark.parametrize(
    "nodes", [[], [node("gpu", DEDICATED)], [{"metadata": {"name": "odd"}, "status": {"allocatable": {"cpu": "much"}}}]]
)
def test_odd_nodes_raise_nothing(nodes: list[dict[str, Any]]) -> None:
    assert shortage({"cpu": "1"}, "cpu", nodes=nodes) in ("It asks for 1 CPU", "It asks for 1 CPU; no node offers any")


def test_nothing_is_said_of_what_it_does_not_ask_for() -> None:
    assert shortage({}, "cpu", nodes=[node("a")]) is None


def test_what_is_free_is_not_told_when_pods_are_missing() -> None:
    read = index(pods=[waiting(asks={"cpu": "1"})], nodes=[node("a")])
    part = Index(msgspec.structs.replace(read.snapshot, scope=Scope(namespaces=("shop",))))
    assert (room.shortage(part, the_pod(part), "cpu") or "").endswith("since not all pods were read")
    assert room.full(part, the_pod(part)) is None


def test_how_many_pods_there_are() -> None:
    found = index(pods=[waiting(), placed("old-1", "a")], nodes=[node("a", gives={"pods": "1"})])
    assert room.full(found, the_pod(found)) == "Pods on the nodes that it may use: a 1 of 1"


@pytest.mark.parametrize(
    ("asks", "takes"), [({"cpu": "500m"}, True), ({"cpu": "501m"}, False), ({GPU: 1}, False), ({}, True)]
)
def test_whether_a_node_takes_it(asks: dict[str, Any], takes: bool) -> None:
    found = index(pods=[waiting(asks=asks), placed("old-1", "a", {"cpu": "3500m"})], nodes=[node("a")])
    assert room.takes(found, found.get("nodes", "", "a"), the_pod(found).spec) == takes
