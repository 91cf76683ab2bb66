from typing import Any

import pytest

from diag.facts import budgets
from diag.facts.index import Index
from diag.model.workloads import PodDisruptionBudget
from tests.facts.pod_samples import index
from tests.facts.workload_samples import pod_of, workload

WEB = {"matchLabels": {"app": "web"}}


def budget(name: str = "web", selector: Any = WEB, **status: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": {"selector": selector}, "status": status}


def pod(name: str, node: str = "node-a", unready: float | None = None, **more: Any) -> dict[str, Any]:
    meta = {"labels": {"app": "web"}}
    return pod_of("ReplicaSet", "web-1", name, unready, meta=meta, spec={"nodeName": node}, **more)


def of(found: dict[str, Any], **objects: Any) -> tuple[Index, PodDisruptionBudget]:
    indexed = index(poddisruptionbudgets=[found, *objects.pop("others", [])], **objects)
    return indexed, indexed.snapshot.all("poddisruptionbudgets")[0]


@pytest.mark.parametrize(
    ("status", "forbids"),
    [
        ({"expectedPods": 1, "desiredHealthy": 1}, True),
        ({"expectedPods": 3, "desiredHealthy": 5}, True),
        ({"expectedPods": 3, "desiredHealthy": 2}, False),
        ({"expectedPods": 0, "desiredHealthy": 0}, False),
        ({}, False),
    ],
)
def test_a_budget_that_forbids_all(status: dict[str, Any], forbids: bool) -> None:
    assert budgets.forbids_all(of(budget(**status))[1]) is forbids


def test_the_cordoned_nodes_with_pods_of_it() -> None:
    nodes = [{"metadata": {"name": name}, "spec": {"unschedulable": name != "node-b"}} for name in ("node-a", "node-b")]
    ended = pod("d", "node-c", phase="Succeeded")
    found = of(budget(), pods=[pod("a"), pod("b", "node-b"), ended], nodes=nodes)
    assert budgets.draining(*found) == ["node-a"]


def test_its_pods_that_are_not_ready() -> None:
    found = of(budget(), pods=[pod("b", unready=5), pod("a", unready=5), pod("c")])
    assert [one.metadata.name for one in budgets.unhealthy(*found)] == ["a", "b"]


@pytest.mark.parametrize(
    ("selector", "names"),
    [(WEB, ["other"]), ({"matchLabels": {"app": "db"}}, []), ({}, ["other"]), (None, [])],
)
def test_other_budgets_for_the_same_pods(selector: Any, names: list[str]) -> None:
    found = of(budget("first"), others=[budget("other", selector)], pods=[pod("a")])
    assert budgets.others(*found) == names


@pytest.mark.parametrize(("labels", "count"), [({"app": "web"}, 1), ({"app": "db"}, 0), ({}, 0)])
def test_workloads_that_make_such_pods(labels: dict[str, str], count: int) -> None:
    made = workload("web", replicas=0, template={"metadata": {"labels": labels}})
    assert budgets.templates(*of(budget(), deployments=[made])) == count


def test_a_budget_without_a_selector_is_for_nothing() -> None:
    found = of(budget(selector=None), pods=[pod("a")], deployments=[workload()])
    assert (budgets.pods(*found), budgets.templates(*found)) == ([], 0)
