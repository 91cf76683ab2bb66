from typing import Any

import pytest

from diag.facts.fit import Nodes, nodes_for, tainted
from tests.facts.node_samples import CONTROL_PLANE, DEDICATED, UNREACHABLE, node, the_pod, waiting
from tests.facts.pod_samples import index

NODES = [
    node("cp", CONTROL_PLANE),
    node("gpu", DEDICATED, pool="gpu"),
    node("lost", UNREACHABLE, pool="web"),
    node("shut", cordoned=True, pool="web"),
    node("soft", {"key": "spot", "effect": "PreferNoSchedule"}, pool="web"),
    node("plain"),
]


def fit(**spec: Any) -> Nodes:
    found = index(pods=[waiting(**spec)], nodes=NODES)
    return nodes_for(found, the_pod(found).spec)


def affinity(*terms: dict[str, Any]) -> dict[str, Any]:
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def label(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


def names(nodes: list[Any]) -> list[str]:
    return [each.metadata.name for each in nodes]


def test_what_closes_nodes_to_a_pod_without_wishes() -> None:
    found = fit()
    assert names(found.open) == ["soft", "plain"]
    assert {kind: names(nodes) for kind, nodes in found.by_kind.items()} == {
        "control-plane": ["cp"],
        "taint": ["gpu"],
        "not-ready": ["lost"],
        "cordoned": ["shut"],
    }
    assert names(found.by_taint["dedicated=gpu:NoSchedule"]) == ["gpu"]


@pytest.mark.parametrize(
    ("spec", "matching"),
    [
        ({"nodeSelector": {"pool": "web"}}, ["soft"]),
        ({"nodeSelector": {"pool": "web", "kubernetes.io/hostname": "plain"}}, []),
        ({"nodeSelector": {"pool": "none"}}, []),
        ({"affinity": affinity(label("pool", "DoesNotExist"))}, ["plain"]),
        ({"affinity": affinity(label("pool", "In", "x"), label("pool", "Exists"))}, ["soft"]),
        ({"affinity": affinity()}, []),
        (
            {"affinity": affinity({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["plain"]}]})},
            ["plain"],
        ),
        ({"affinity": affinity({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["gone"]}]})}, []),
        ({"affinity": affinity(label("pool", "Like", "web"))}, []),
    ],
)
def test_the_labels_that_it_wants(spec: dict[str, Any], matching: list[str]) -> None:
    assert names(fit(**spec).open) == matching


@pytest.mark.parametrize(
    ("toleration", "borne"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "dedicated", "operator": "Exists"}, True),
        ({"key": "dedicated", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "dedicated", "value": "gpu"}, True),
        ({"key": "dedicated", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"}, True),
        ({"key": "dedicated", "value": "cpu"}, False),
        ({"value": "gpu"}, False),
        ({"key": "dedicated", "operator": "Like", "value": "gpu"}, False),
    ],
)
def test_a_toleration_bears_a_taint(toleration: dict[str, str], borne: bool) -> None:
    assert ("gpu" in names(fit(tolerations=[toleration]).open)) == borne


def test_nodes_are_counted_by_what_their_taints_say() -> None:
    found = index(pods=[waiting()], nodes=NODES)
    assert tainted(found, the_pod(found).spec) == {"control-plane": 1, "taint": 1, "not-ready": 1}
