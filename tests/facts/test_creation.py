from typing import Any

import pytest

from diag.facts import creation
from diag.facts.creation_answers import read
from diag.facts.index import Index, Key
from tests.facts.pod_samples import ago, index
from tests.facts.workload_samples import replica_set, said, workload

FULL = 'pods "web-" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=9, limited: pods=9'
DEPLOYMENT = Key("Deployment", "shop", "web")
SET = Key("StatefulSet", "shop", "db")


def failure(message: str = FULL, reason: str = "FailedCreate", status: str = "True") -> dict[str, Any]:
    return {
        "type": "ReplicaFailure",
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": ago(300),
    }


def answer(key: Key, **objects: Any) -> str | None:
    found = creation.refusal(index(**objects), key)
    return found.answer if found else None


def deployment(**status: Any) -> dict[str, Any]:
    return workload("web", {"replicas": 2, "conditions": [failure()], **status})


def test_the_condition_of_the_replica_set_speaks_for_its_deployment() -> None:
    sets = [replica_set("web-1", "1", replicas=2, conditions=[failure()])]
    assert answer(DEPLOYMENT, deployments=[deployment()], replicasets=sets) == "quota-exceeded"
    assert answer(Key("ReplicaSet", "shop", "web-1"), deployments=[deployment()], replicasets=sets) is None
    assert answer(Key("ReplicaSet", "shop", "web-1"), replicasets=sets) == "quota-exceeded"


@pytest.mark.parametrize(
    "status",
    [
        {"replicas": 3, "conditions": [failure()]},
        {"replicas": 2, "conditions": [failure(status="False")]},
        {"replicas": 2},
    ],
)
def test_a_replica_set_that_lacks_nothing_or_says_nothing(status: dict[str, Any]) -> None:
    sets = [replica_set("web-1", "1", **status)]
    assert answer(DEPLOYMENT, deployments=[deployment()], replicasets=sets) is None


def test_without_replica_sets_the_copy_in_the_deployment_speaks() -> None:
    assert answer(DEPLOYMENT, deployments=[deployment()]) == "quota-exceeded"


def test_a_deployment_that_gets_no_replica_set() -> None:
    told = {"type": "Progressing", "status": "False", "reason": "ReplicaSetCreateError"}
    made = deployment(conditions=[{**told, "message": f'Failed to create new replica set "web-2": {FULL}'}])
    assert answer(DEPLOYMENT, deployments=[made], replicasets=[]) == "quota-exceeded"


def test_pods_that_cannot_be_deleted() -> None:
    sets = [replica_set("web-1", "1", replicas=4, conditions=[failure("no", reason="FailedDelete")])]
    assert answer(DEPLOYMENT, deployments=[deployment()], replicasets=sets) == "not-deleted"


def test_the_newest_event_is_newer_than_the_condition_which_keeps_the_first_message() -> None:
    sets = [replica_set("web-1", "1", replicas=2, conditions=[failure()])]
    event = said("ReplicaSet", "web-1", "FailedCreate", 'Error creating: admission webhook "w" denied the request: no')
    found = creation.refusal(index(deployments=[deployment()], replicasets=sets, events=[event]), DEPLOYMENT)
    assert found is not None
    assert (found.answer, found.since and found.since.isoformat()) == ("webhook-denied", "2026-01-10T11:55:00+00:00")


REFUSED = said("StatefulSet", "db", "FailedCreate", f"create Pod db-1 in StatefulSet db failed error: {FULL}")


@pytest.mark.parametrize(
    ("events", "status", "wanted"),
    [
        ([REFUSED], {"replicas": 1}, "quota-exceeded"),
        ([REFUSED], {"replicas": 3}, None),
        ([said("StatefulSet", "db", "FailedCreate", FULL, last=1300, first=2000)], {"replicas": 1}, None),
        ([REFUSED, said("StatefulSet", "db", "SuccessfulCreate", "made", last=30)], {"replicas": 1}, None),
        ([REFUSED, said("StatefulSet", "db", "SuccessfulCreate", "made", last=90)], {"replicas": 1}, "quota-exceeded"),
        ([said("StatefulSet", "db", "FailedCreate", f"create Claim data-db-1 …: {FULL}")], {"replicas": 1}, None),
        ([said("DaemonSet", "db", "FailedCreate", FULL)], {"replicas": 1}, None),
    ],
)
def test_events_of_a_stateful_set(events: list[dict[str, Any]], status: dict[str, Any], wanted: str | None) -> None:
    assert answer(SET, statefulsets=[workload("db", status)], events=events) == wanted


def test_what_is_being_deleted_needs_no_pods() -> None:
    made = workload("db", {"replicas": 1})
    made["metadata"]["deletionTimestamp"] = ago(5)
    assert answer(SET, statefulsets=[made], events=[REFUSED]) is None


TEMPLATE = {"spec": {"serviceAccountName": "db", "containers": [{"name": "db", "resources": {"limits": {"cpu": 1}}}]}}
ACCOUNT = {"metadata": {"name": "db", "namespace": "shop"}}


def quota(used: str, **spec: Any) -> dict[str, Any]:
    meta = {"name": "compute", "namespace": "shop"}
    return {"metadata": meta, "spec": spec, "status": {"hard": {"requests.cpu": "4"}, "used": {"requests.cpu": used}}}


@pytest.mark.parametrize(
    ("objects", "wanted"),
    [
        ({"serviceaccounts": []}, "serviceaccount-missing"),
        ({}, None),
        ({"serviceaccounts": [ACCOUNT]}, None),
        ({"serviceaccounts": [ACCOUNT], "resourcequotas": [quota("3500m")]}, "quota-exceeded"),
        ({"serviceaccounts": [ACCOUNT], "resourcequotas": [quota("3")]}, None),
        ({"resourcequotas": [quota("4", scopes=["BestEffort"])]}, None),
        ({"resourcequotas": [quota("4", scopeSelector={"matchExpressions": [{"scopeName": "PriorityClass"}]})]}, None),
        ({"resourcequotas": [quota("much")]}, None),
    ],
)
def test_where_nothing_tells_it_is_worked_out(objects: dict[str, Any], wanted: str | None) -> None:
    made = workload("db", {"replicas": 1}, template=TEMPLATE)
    assert answer(SET, statefulsets=[made], **objects) == wanted


def test_it_is_not_worked_out_for_a_deployment_whose_condition_would_tell() -> None:
    made = workload("web", {"replicas": 1}, template=TEMPLATE)
    assert answer(DEPLOYMENT, deployments=[made], serviceaccounts=[]) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (FULL, "ResourceQuota shop/compute"),
        ('failed calling webhook "w": EOF', "Webhook w"),
        ("no PriorityClass with name urgent was found", "PriorityClass urgent"),
        ("no idea", None),
        ('violates PodSecurity "baseline:latest": x', None),
    ],
)
def test_the_object_at_fault(text: str, wanted: str | None) -> None:
    assert creation.at_fault(SET, read(text)) == wanted


def test_whom_a_quota_refuses() -> None:
    indexed: Index = index(
        statefulsets=[workload("db", {"replicas": 1})], events=[REFUSED], resourcequotas=[quota("4")]
    )
    assert creation.refused_by(indexed, indexed.snapshot.all("resourcequotas")[0]) == ["StatefulSet db"]
