"""Services that nothing serves, or a part of their pods only, and that are in order."""

from typing import Any

import pytest

from diag.facts import unserved
from tests.facts.test_services import deployment, first, labelled, service

CLUSTER = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "name": "db", "controller": True}
REPLICAS = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "db-1", "controller": True}


def owned(labels: dict[str, str], *owners: dict[str, Any]) -> dict[str, Any]:
    raw = labelled("db-1-x", labels)
    raw["metadata"]["ownerReferences"] = list(owners)
    return raw


def replica_set(labels: dict[str, str]) -> dict[str, Any]:
    meta = {
        "name": "db-1",
        "namespace": "shop",
        "ownerReferences": [{"kind": "Deployment", "name": "db", "controller": True}],
    }
    return {
        "kind": "ReplicaSet",
        "metadata": meta,
        "spec": {"replicas": 1, "template": {"metadata": {"labels": labels}}},
    }


@pytest.mark.parametrize(
    ("selector", "objects", "role"),
    [
        ({"db": "a", "role": "replica"}, [owned({"db": "a", "role": "primary"}, CLUSTER)], "role=replica"),
        ({"db": "a", "role": "replica"}, [owned({"db": "a", "role": "primary"})], None),
        ({"db": "a", "role": "replica"}, [owned({"db": "a"}, CLUSTER)], None),
        ({"db": "a", "role": "replica"}, [], None),
        ({"role": "replica"}, [owned({"role": "primary"}, CLUSTER)], None),
        (
            {"db": "a", "role": "replica"},
            [owned({"db": "a", "role": "primary"}, REPLICAS), replica_set({"db": "a"})],
            "role=replica",
        ),
        (
            {"db": "a", "role": "replica"},
            [owned({"db": "a", "role": "primary"}, REPLICAS), replica_set({"db": "a", "role": "primary"})],
            None,
        ),
        ({"db": "a", "role": "replica"}, [owned({"db": "a", "role": "primary"}, REPLICAS)], None),
        (
            {"db": "a", "rollouts-pod-template-hash": "2"},
            [owned({"db": "a", "rollouts-pod-template-hash": "1"}, REPLICAS)],
            "rollouts-pod-template-hash=2",
        ),
        (
            {"db": "a", "role": "x"},
            [owned({"db": "a", "role": "y"}, CLUSTER), deployment("d", {"db": "a", "role": "x"})],
            None,
        ),
    ],
)
def test_a_role_that_nobody_has(selector: dict[str, str], objects: list[dict[str, Any]], role: str | None) -> None:
    assert unserved.open_role(*first(service(selector), *objects)) == role


@pytest.mark.parametrize(
    ("made", "status", "starts"),
    [
        ("2026-01-10T11:55:00Z", {"state": {"running": {}}}, True),
        ("2026-01-10T11:55:00Z", {"state": {"waiting": {"reason": "PodInitializing"}}}, True),
        ("2026-01-10T11:55:00Z", {"state": {"waiting": {"reason": "ErrImagePull"}}}, False),
        ("2026-01-10T11:55:00Z", {"state": {"terminated": {"exitCode": 1}}}, False),
        ("2026-01-10T11:55:00Z", {"state": {"running": {}}, "restartCount": 1}, False),
        ("2026-01-10T11:40:00Z", {"state": {"running": {}}}, False),
        (None, {"state": {"running": {}}}, False),
    ],
)
def test_pods_that_are_new_may_still_start(made: str | None, status: dict[str, Any], starts: bool) -> None:
    raw = labelled("web-1", {"app": "web"})
    raw["metadata"]["creationTimestamp"] = made
    raw["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
    raw["status"]["containerStatuses"] = [{"name": "app", "ready": False, "restartCount": 0, **status}]
    assert unserved.starts(*first(service({"app": "web"}), raw)) is starts
