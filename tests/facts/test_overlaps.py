from typing import Any

import pytest

from diag.facts import overlaps
from diag.facts.index import Key
from tests.facts.pod_samples import index
from tests.facts.workload_samples import owned_by, workload

WEB = {"app": "web"}


def made(name: str, labels: dict[str, str], selector: Any = WEB, **more: Any) -> dict[str, Any]:
    wanted = {"matchLabels": selector} if selector is not None else None
    return workload(name, selector=wanted, template={"metadata": {"labels": labels}}, **more)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (made("copy", WEB), True),
        (made("copy", {**WEB, "tier": "front"}), True),
        (made("copy", {**WEB, "tier": "front"}, {**WEB, "tier": "front"}), False),  # a part of a whole
        (made("copy", {"app": "db"}), False),
        (made("copy", WEB, None), False),
        (made("copy", WEB, replicas=0), False),
    ],
)
def test_workloads_that_select_each_others_pods(other: dict[str, Any], found: bool) -> None:
    indexed = index(deployments=[made("web", WEB)], statefulsets=[other])
    names = overlaps.others(indexed, indexed.snapshot.all("deployments")[0])
    assert names == ([Key("StatefulSet", "shop", "copy")] if found else [])


def test_what_something_else_manages_is_its_affair() -> None:
    both = [made("web", WEB), made("copy", WEB)]
    for one in both:
        one["metadata"]["ownerReferences"] = owned_by("Rollout", "web")
    indexed = index(replicasets=both)
    assert overlaps.others(indexed, indexed.snapshot.all("replicasets")[0]) == []


@pytest.mark.parametrize(
    ("selector", "picks"),
    [({}, True), ({"matchLabels": WEB}, False), ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, False)],
)
def test_an_empty_selector_picks_all(selector: dict[str, Any], picks: bool) -> None:
    indexed = index(daemonsets=[workload("agent", selector=selector)])
    assert overlaps.picks_all(indexed.snapshot.all("daemonsets")[0]) is picks
