from typing import Any

import pytest

from diag.facts import rollouts
from diag.facts.index import Key
from tests.facts.pod_samples import ago, index
from tests.facts.workload_samples import pod_of, replica_set, workload

DEPLOYMENT = Key("Deployment", "shop", "web")
SET = Key("StatefulSet", "shop", "db")
WELL = {"replicas": 3, "readyReplicas": 3}
ON_TWO = {"desiredNumberScheduled": 2, "currentNumberScheduled": 2}


def only(plural: str, found: dict[str, Any]) -> Any:
    return index(**{plural: [found]}).snapshot.all(plural)[0]


@pytest.mark.parametrize(
    ("plural", "found", "settled"),
    [
        ("replicasets", workload("web", replicas=0), True),
        ("replicasets", workload("web", {"replicas": 1}, replicas=0), False),
        ("replicasets", workload("web", WELL), True),
        ("replicasets", workload("web", {"replicas": 3, "readyReplicas": 2}), False),
        ("replicasets", workload("web", {**WELL, "conditions": [{"type": "ReplicaFailure", "status": "True"}]}), False),
        ("replicasets", {"metadata": {"name": "web"}}, False),
        ("deployments", workload("web", WELL), True),
        ("deployments", workload("web", {**WELL, "replicas": 4}), False),
        ("deployments", workload("web", {**WELL, "conditions": [{"type": "Progressing", "status": "False"}]}), False),
        ("deployments", workload("web", {**WELL, "conditions": [{"type": "Available", "status": "True"}]}), True),
        ("statefulsets", workload("db", {**WELL, "currentRevision": "a", "updateRevision": "a"}), True),
        ("statefulsets", workload("db", {**WELL, "currentRevision": "a", "updateRevision": "b"}), False),
        ("daemonsets", workload("ds", {**ON_TWO, "numberReady": 2}), True),
        ("daemonsets", workload("ds", {**ON_TWO, "numberReady": 1}), False),
        ("daemonsets", workload("ds", {"numberMisscheduled": 1}), False),
        ("jobs", {"metadata": {"name": "j"}, "status": {"conditions": [{"type": "Complete", "status": "True"}]}}, True),
        ("jobs", {"metadata": {"name": "j"}, "status": {"active": 1}}, False),
        ("cronjobs", {"metadata": {"name": "c"}}, False),
    ],
)  # fmt: skip
def test_what_has_nothing_left_to_do(plural: str, found: dict[str, Any], settled: bool) -> None:
    assert rollouts.settled(only(plural, found)) is settled


def test_the_newest_replica_set_comes_first() -> None:
    sets = [replica_set("web-b", "9"), replica_set("web-c", "10"), replica_set("web-a", "odd")]
    found = rollouts.replica_sets(index(deployments=[workload()], replicasets=sets), DEPLOYMENT)
    assert [one.metadata.name for one in found] == ["web-c", "web-b", "web-a"]


def test_unready_pods_are_those_of_the_newest_revision() -> None:
    sets = [replica_set("web-1", "1"), replica_set("web-2", "2")]
    pods = [
        pod_of("ReplicaSet", "web-1", "web-1-a", unready=900),
        pod_of("ReplicaSet", "web-2", "web-2-a", unready=60),
        pod_of("ReplicaSet", "web-2", "web-2-b"),
        pod_of("ReplicaSet", "web-2", "web-2-c", unready=60, meta={"deletionTimestamp": ago(5)}),
        pod_of("ReplicaSet", "web-2", "web-2-d", unready=60, phase="Failed"),
    ]
    indexed = index(deployments=[workload()], replicasets=sets, pods=pods)
    assert rollouts.described(rollouts.unready_pods(indexed, DEPLOYMENT)) == ["web-2-a (not ready)"]


def test_only_the_first_pods_are_described() -> None:
    pods = [pod_of("StatefulSet", "db", f"db-{i}", unready=60, phase="Pending") for i in range(7)]
    indexed = index(statefulsets=[workload("db")], pods=pods)
    assert rollouts.described(rollouts.unready_pods(indexed, SET))[-2:] == ["db-4 (Pending)", "2 more"]


@pytest.mark.parametrize(
    ("status", "pods", "seconds"),
    [
        ({"conditions": [{"type": "Available", "status": "False", "lastTransitionTime": ago(70)}]}, [], 70),
        ({"replicas": 3, "readyReplicas": 1}, [pod_of("Deployment", "web", "w", unready=90)], 90),
        ({"replicas": 3, "readyReplicas": 1}, [], None),  # somebody else's pods; nothing tells
        ({}, [], 86400),
        ({"replicas": 3, "readyReplicas": 3}, [], None),
    ],
)
def test_since_when_a_workload_is_short(
    status: dict[str, Any], pods: list[dict[str, Any]], seconds: float | None
) -> None:
    indexed = index(deployments=[workload("web", status)], pods=pods)
    found = indexed.snapshot.all("deployments")[0]
    assert indexed.age(rollouts.short_since(indexed, DEPLOYMENT, found)) == seconds


def test_without_its_time_of_creation_it_is_short_from_now_on() -> None:
    made = workload("web", {"replicas": 3})
    del made["metadata"]["creationTimestamp"]
    indexed = index(deployments=[made])
    assert rollouts.short_since(indexed, DEPLOYMENT, indexed.snapshot.all("deployments")[0]) == indexed.now


def node(ready: str) -> dict[str, Any]:
    return {"metadata": {"name": "node-a"}, "status": {"conditions": [{"type": "Ready", "status": ready}]}}


@pytest.mark.parametrize(("ready", "uncovered", "told"), [("True", 1, True), ("Unknown", 0, False)])
def test_a_daemon_set_does_not_answer_for_lost_nodes(ready: str, uncovered: int, told: bool) -> None:
    status = {**ON_TWO, "numberReady": 1}
    pods = [pod_of("DaemonSet", "agent", "agent-a", unready=90, spec={"nodeName": "node-a"})]
    indexed = index(daemonsets=[workload("agent", status)], pods=pods, nodes=[node(ready)])
    key, found = Key("DaemonSet", "shop", "agent"), indexed.snapshot.all("daemonsets")[0]
    assert rollouts.uncovered(indexed, key, found) == uncovered
    assert (rollouts.uncovered_since(indexed, key, found) is not None) is told


def stuck(pods: list[dict[str, Any]], **spec: Any) -> str | None:
    status = {"replicas": 3, "readyReplicas": 2, "currentRevision": "a", "updateRevision": "c"}
    template = {"spec": {"containers": [{"name": "app", "image": "web:2"}]}}
    indexed = index(statefulsets=[workload("db", status, template=template, **spec)], pods=pods)
    found = rollouts.stale_pod(indexed, SET, indexed.snapshot.all("statefulsets")[0])
    return found.metadata.name if found else None


def of_revision(revision: str, name: str = "db-1", image: str = "web:1", **more: Any) -> dict[str, Any]:
    waiting = {"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff"}}}
    return pod_of(
        "StatefulSet",
        "db",
        name,
        unready=600,
        meta={"labels": {"controller-revision-hash": revision}},
        spec={"containers": [{"name": "app", "image": image}]},
        containerStatuses=[waiting],
        **more,
    )


def test_a_pod_of_an_earlier_template_is_never_replaced() -> None:
    assert stuck([of_revision("b")]) == "db-1"
    assert stuck([of_revision("b", "db-10"), of_revision("c", "db-2")]) is None  # db-2 comes first


@pytest.mark.parametrize(
    "spec",
    [
        {"updateStrategy": {"type": "OnDelete"}},
        {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}},
        {"podManagementPolicy": "Parallel"},
    ],
)
def test_what_leaves_it_out_by_intent(spec: dict[str, Any]) -> None:
    assert stuck([of_revision("b")], **spec) is None


def test_an_image_that_the_new_template_wants_as_well_is_no_reason_to_delete() -> None:
    assert stuck([of_revision("b", image="web:2")]) is None
    assert stuck([of_revision("c")]) is None
