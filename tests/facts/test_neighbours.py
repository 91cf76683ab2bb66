from typing import Any

import pytest

from diag.facts import neighbours
from tests.facts.node_samples import node, placed, the_pod, waiting
from tests.facts.pod_samples import index

ZONE = "topology.kubernetes.io/zone"
NODES = [node("a", **{ZONE: "eu-1a"}), node("b", **{ZONE: "eu-1b"}), node("c")]


def term(app: str, key: str = "kubernetes.io/hostname", **more: Any) -> dict[str, Any]:
    rule = {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": key, **more}
    return {"requiredDuringSchedulingIgnoredDuringExecution": [rule]}


def said(*pods: dict[str, Any], affinity: dict[str, Any] | None = None, **objects: Any) -> str | None:
    raw = waiting("2 node(s) didn't match pod affinity rules.", affinity=affinity or {})
    found = index(pods=[raw, *pods], nodes=NODES, **objects)
    return neighbours.affinity(found, the_pod(found))


def test_none_of_the_pods_that_it_must_be_beside_is_there() -> None:
    assert said(affinity={"podAffinity": term("cache", ZONE)}) == (
        f"It must share a {ZONE} with a pod that has app=cache, and no such pod is on a node"
    )


def test_they_are_where_it_cannot_go() -> None:
    found = said(placed("cache-1", "a"), placed("cache-2", "b"), affinity={"podAffinity": term("cache")})
    assert found == "It must share a node with a pod that has app=cache, and such pods are only on a, b"


def test_the_first_that_must_be_beside_its_like_may_go_anywhere() -> None:
    assert said(affinity={"podAffinity": term("web")}) is None


@pytest.mark.parametrize(
    ("pods", "text"),
    [
        ([placed("web-1", "a"), placed("web-2", "b")], "and 2 of the 3 it may use have one"),
        ([placed("web-1", "a")], "and 1 of the 3 it may use has one"),
        ([placed("web-1", "a", phase="Failed")], ""),
        ([placed("web-1", "gone")], ""),
    ],
)
def test_pods_that_it_must_not_be_beside(pods: list[dict[str, Any]], text: str) -> None:
    assert text in (said(*pods, affinity={"podAntiAffinity": term("web")}) or "")


def test_a_workload_that_wants_more_pods_than_there_are_nodes() -> None:
    owner = [{"kind": "StatefulSet", "name": "web", "uid": "s", "controller": True}]
    raw = waiting("x", meta={"ownerReferences": owner}, affinity={"podAntiAffinity": term("web")})
    sets = [{"metadata": {"name": "web", "namespace": "shop"}, "spec": {"replicas": 4}}]
    found = index(pods=[raw, *(placed(f"web-{n}", n) for n in "abc")], nodes=NODES, statefulsets=sets)
    text = neighbours.affinity(found, the_pod(found))
    assert text == (
        "It must not share a node with a pod that has app=web, and 3 of the 3 it may use have one; "
        "StatefulSet web wants 4 pods"
    )


class TestGuards:
    ALONE = {"podAntiAffinity": term("web")}

    def test_a_pod_that_runs_wants_it_away(self) -> None:
        assert said(placed("db-1", "a", affinity=self.ALONE)) == (
            "Pod shop/db-1 on a must not share a node with a pod that has app=web"
        )

    @pytest.mark.parametrize(
        ("more", "concerned"),
        [
            ({}, False),
            ({"namespaces": ["shop"]}, True),
            ({"namespaceSelector": {}}, True),
            ({"namespaceSelector": {"matchLabels": {"team": "x"}}}, False),
        ],
    )
    def test_one_of_another_namespace_only_when_it_says_so(self, more: dict[str, Any], concerned: bool) -> None:
        other = placed("db-1", "a", affinity={"podAntiAffinity": term("web", **more)})
        other["metadata"]["namespace"] = "bank"
        found = said(other, namespaces=[{"metadata": {"name": "shop"}}, {"metadata": {"name": "bank"}}])
        assert (found is not None) == concerned


class TestSpread:
    @staticmethod
    def spread(*pods: dict[str, Any], meta: dict[str, Any] | None = None, **rule: Any) -> str | None:
        constraint = {
            "maxSkew": 1,
            "topologyKey": ZONE,
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": {"app": "web"}},
            **rule,
        }
        found = index(pods=[waiting("x", meta=meta, topologySpreadConstraints=[constraint]), *pods], nodes=NODES)
        return neighbours.spread(found, the_pod(found))

    def test_how_many_are_where(self) -> None:
        assert self.spread(placed("web-1", "a")) == (
            f"Between values of {ZONE} the number of such pods may differ by 1; now it is eu-1b 0, eu-1a 1; "
            "c has no such label"
        )

    def test_no_node_has_the_label(self) -> None:
        assert (
            self.spread(topologyKey="rack") == "It must be spread over rack, and no node that it may use has that label"
        )

    def test_only_pods_of_its_revision_count(self) -> None:
        old = placed("web-1", "a")
        old["metadata"]["labels"]["hash"] = "1"
        labels = {"labels": {"app": "web", "hash": "2"}}
        assert "eu-1a 0" in (self.spread(old, meta=labels, matchLabelKeys=["hash"]) or "")

    def test_a_preference_keeps_no_pod_off(self) -> None:
        assert self.spread(placed("web-1", "a"), whenUnsatisfiable="ScheduleAnyway") is None

    def test_a_constraint_without_a_selector_counts_none(self) -> None:
        assert "eu-1a 0, eu-1b 0" in (self.spread(placed("web-1", "a"), labelSelector=None) or "")
