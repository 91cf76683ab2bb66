from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import quotas
from tests.facts.pod_samples import index


def of(hard: dict[str, Any], used: dict[str, Any]) -> Any:
    meta = {"name": "compute", "namespace": "shop"}
    return index(resourcequotas=[{"metadata": meta, "status": {"hard": hard, "used": used}}])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("pods=1", {"pods": "1"}),
        ("limits.memory=1Gi, count/jobs.batch=2", {"limits.memory": "1Gi", "count/jobs.batch": "2"}),
        ("", {}),
        ("=,a=,=b,c", {}),
    ],
)
def test_amounts(text: str, wanted: dict[str, str]) -> None:
    assert quotas.amounts(text) == wanted


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    assert all(quotas.amounts(text).values())


def test_the_fullest_resource_comes_first_and_what_is_forbidden_is_not_full() -> None:
    found = of(
        {"pods": "10", "cpu": "2", "secrets": "0", "memory": "odd"}, {"pods": "5", "cpu": "1900m", "memory": "1"}
    )
    uses = quotas.uses(found.snapshot.all("resourcequotas")[0])
    assert [(use.resource, use.ratio) for use in uses] == [("cpu", 0.95), ("pods", 0.5)]


@pytest.mark.parametrize(
    ("hard", "used", "resources", "wanted"),
    [
        ({"pods": "3"}, {"pods": "3"}, {}, "pods: 1 asked for, 3 of 3 used"),
        ({"count/pods": "3"}, {"count/pods": "3"}, {}, "count/pods: 1 asked for, 3 of 3 used"),
        ({"pods": "3"}, {"pods": "2"}, {}, None),
        ({"cpu": "1"}, {"cpu": "800m"}, {"requests": {"cpu": "300m"}}, "cpu: 0.3 asked for, 800m of 1 used"),
        ({"requests.cpu": "1"}, {"requests.cpu": "800m"}, {"limits": {"cpu": "300m"}},
         "requests.cpu: 0.3 asked for, 800m of 1 used"),
        ({"limits.memory": "1Gi"}, {"limits.memory": "1000Mi"}, {"limits": {"memory": "64Mi"}},
         "limits.memory: 64Mi asked for, 1000Mi of 1Gi used"),
        ({"limits.memory": "1Gi"}, {"limits.memory": "1000Mi"}, {}, None),
        ({"pods": "3"}, {}, {}, None),
    ],
)  # fmt: skip
def test_the_quota_that_has_no_room(
    hard: dict[str, str], used: dict[str, str], resources: dict[str, Any], wanted: str | None
) -> None:
    pod = {
        "metadata": {"name": "p", "namespace": "shop"},
        "spec": {"containers": [{"name": "a", "resources": resources}]},
    }
    indexed = index(pods=[pod])
    indexed.snapshot.objects["resourcequotas"] = of(hard, used).snapshot.all("resourcequotas")
    found = quotas.refusing(indexed, "shop", indexed.snapshot.all("pods")[0].spec)
    assert (quotas.comparison(found.requested, found.used, found.hard) if found else None) == wanted
    assert quotas.refusing(indexed, "other", indexed.snapshot.all("pods")[0].spec) is None
