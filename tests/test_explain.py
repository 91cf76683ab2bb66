from typing import Any

import pytest

from diag.errors import UsageError
from diag.explain import explain
from diag.facts.index import Index
from diag.finding import Explanation
from diag.playbook.format import Playbook
from tests.playbook.samples import claim, crashing, playbook, pod, snapshot

CRASHED = {"all": [{"container": {"last_exit.reason": "Error"}}]}
WAITS = {"all": [{"claim": {"phase": "Pending"}}]}
CRASH = playbook("crash", match=CRASHED)


def explained(kind: str, name: str, *objects: dict[str, Any], known: list[Playbook], **more: Any) -> Explanation:
    return explain(Index(snapshot(*objects, **more)), known, kind, "shop", name)


def found(explanation: Explanation) -> list[tuple[str, str]]:
    return [(finding.playbook, finding.subject.name) for finding in explanation.findings]


def mounting(name: str, owner: str = "") -> dict[str, Any]:
    raw = crashing(name, owner)
    raw["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    return raw


def test_a_pod_is_told_with_the_state_of_its_containers() -> None:
    raw = crashing()
    raw["status"]["containerStatuses"].append({"name": "proxy", "ready": True, "state": {"running": {}}})
    told = explained("Pod", "web-1", raw, known=[CRASH])
    assert (told.schema, told.subject.kind, told.subject.uid) == ("mondiag.explanation/v1", "Pod", "uid-web-1")
    assert told.facts["pod.phase"] == "Running"
    assert told.facts["container.last_exit.reason (app)"] == "Error"
    assert told.facts["container.last_exit.age (app)"] == 60
    assert told.facts["container.state (proxy)"] == "running"
    assert "container.last_exit.reason (proxy)" not in told.facts
    assert found(told) == [("crash", "web-1")]


def test_only_what_concerns_the_object_is_told() -> None:
    web = [crashing("web-1", "ReplicaSet/web"), pod("web-2", "ReplicaSet/web")]
    told = explained("Pod", "web-2", *web, crashing("db-0"), known=[CRASH])
    assert told.findings == ()
    assert found(explained("Pod", "web-1", *web, crashing("db-0"), known=[CRASH])) == [("crash", "web-1")]


def test_a_member_of_a_finding_is_told_it_too() -> None:
    pods = [crashing("web-1", "ReplicaSet/web"), crashing("web-2", "ReplicaSet/web")]
    assert found(explained("Pod", "web-2", *pods, known=[CRASH])) == [("crash", "web-1")]


def test_a_pod_is_told_what_is_wrong_with_its_claim_and_its_workload() -> None:
    known = [
        playbook("waits", "claim", WAITS),
        playbook("set", "workload", {"all": [{"workload": {"kind": "StatefulSet"}}]}),
    ]
    objects = [
        mounting("db-0", "StatefulSet/db"),
        claim(),
        {"kind": "StatefulSet", "metadata": {"name": "db", "namespace": "shop"}},
    ]
    assert sorted(found(explained("Pod", "db-0", *objects, known=known))) == [("set", "db"), ("waits", "data")]


def test_a_workload_is_told_what_is_wrong_with_its_pods_and_a_claim_with_those_that_mount_it() -> None:
    deployment = {"kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}}
    owners = [{"kind": "Deployment", "name": "web", "controller": True}]
    replica_set = {
        "kind": "ReplicaSet",
        "metadata": {"name": "web-5d9c", "namespace": "shop", "ownerReferences": owners},
    }
    objects = [
        mounting("web-1", "ReplicaSet/web-5d9c"),
        deployment,
        replica_set,
        claim(phase="Bound"),
        crashing("other"),
    ]
    for kind, name in (("Deployment", "web"), ("ReplicaSet", "web-5d9c"), ("PersistentVolumeClaim", "data")):
        assert found(explained(kind, name, *objects, known=[CRASH])) == [("crash", "web-1")]


def test_a_symptom_is_told_with_what_explains_it() -> None:
    known = [CRASH, playbook("waits", "claim", WAITS, explains=["crash"])]
    told = explained("Pod", "web-1", mounting("web-1"), mounting("web-2"), claim(), known=known)
    assert found(told) == [("waits", "data"), ("crash", "web-1")]


def test_a_near_miss_says_what_held_and_what_did_not() -> None:
    both = {"all": [{"container": {"ready": False, "last_exit.reason": "OOMKilled"}}]}
    told = explained("Pod", "web-1", crashing(), known=[playbook("oom", match=both)])
    (miss,) = told.near_misses
    assert (miss.playbook, miss.vetoed, miss.subject.container) == ("oom", False, "app")
    assert [(item.field, item.value) for item in miss.held] == [("container.ready", False)]
    assert [(item.field, item.wanted, item.value) for item in miss.failed] == [
        ("container.last_exit.reason", "OOMKilled", "Error")
    ]


def test_a_veto_is_told_with_the_fact_that_vetoed() -> None:
    told = explained(
        "Pod", "web-1", crashing(), known=[playbook(match=CRASHED, not_when=[{"pod": {"phase": "Running"}}])]
    )
    (miss,) = told.near_misses
    assert miss.vetoed
    assert [item.field for item in miss.held] == ["container.last_exit.reason"]
    assert [(item.field, item.operator, item.wanted, item.value) for item in miss.failed] == [
        ("pod.phase", "not", "Running", "Running")
    ]


def test_the_nearest_misses_come_first_and_the_farthest_are_left_out() -> None:
    lacking = {"all": [{"container": {"ready": False}}, {"container": {"last_exit.reason": "OOMKilled"}}]}
    far = [playbook(f"far-{i:02}", match=lacking) for i in range(9)]
    nearer = playbook(
        "nearer", match={"all": [{"container": {"ready": False}}, *lacking["all"], {"pod": {"phase": "Running"}}]}
    )
    vetoed = playbook("vetoed", not_when=[{"pod": {"phase": "Running"}}])
    nothing = playbook("nothing", match={"all": [{"container": {"ready": True}}]})
    told = explained("Pod", "web-1", crashing(), known=[*far, nothing, nearer, vetoed])
    names = [miss.playbook for miss in told.near_misses]
    assert len(names) == 8
    assert names[:3] == ["vetoed", "nearer", "far-00"]


def test_what_could_not_be_judged_is_told_with_its_reason() -> None:
    by_node = {"all": [{"container": {"ready": False}}, {"node": {"ready": "False"}}]}
    cause = {"id": "a", "title": "A", "meaning": "M", "when": {"all": [{"node": {"ready": "False"}}]}}
    known = [playbook("one", match=by_node), playbook("two", match=by_node), playbook("three", causes=[cause])]
    told = explained("Pod", "web-1", crashing(), known=known, unseen=("nodes",))
    assert told.unseen == ("one, two, three (cause a): not seen: nodes",)
    assert [(gap.what, gap.playbooks) for gap in told.gaps] == [("nodes", ("one", "two"))]


def test_a_fact_that_was_not_seen_is_not_told() -> None:
    assert explained("Pod", "web-1", pod(), known=[]).facts["pod.job_succeeded"] is False
    blind = explained("Pod", "web-1", pod(), known=[], unseen=("jobs",))
    assert "pod.job_succeeded" not in blind.facts
    assert blind.facts["pod.phase"] == "Running"


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        ("Node", "node.cordoned"),
        ("Namespace", "namespace.name"),
        ("ServiceAccount", "service_account.name"),
        ("StorageClass", "storage_class.name"),
        ("PersistentVolume", "volume.name"),
        ("CronJob", "workload.kind"),
        ("Event", "event.count"),
    ],
)
def test_any_kind_that_is_read_can_be_told(kind: str, fact: str) -> None:
    raw = {"kind": kind, "metadata": {"name": "a"}}
    assert fact in explain(Index(snapshot(raw)), [], kind, "", "a").facts


def test_an_object_without_fields_of_its_own_is_told_all_the_same() -> None:
    assert explain(Index(snapshot({"kind": "CSINode", "metadata": {"name": "a"}})), [], "CSINode", "", "a").facts == {}


def test_the_namespace_need_not_be_said_when_the_name_is_the_only_one() -> None:
    assert explain(Index(snapshot(pod())), [], "Pod", "", "web-1").subject.namespace == "shop"


@pytest.mark.parametrize(
    ("kind", "namespace", "name", "told"),
    [
        ("Pods", "", "web-1", "'Pods' is not a kind that is read; did you mean 'Pod'?"),
        ("Pod", "", "web-2", "there is no Pod web-2; did you mean 'web-1'?"),
        ("Pod", "shop", "web-2", "there is no Pod web-2 in namespace shop; did you mean 'web-1'?"),
        ("Pod", "", "twin", "there is a Pod twin in blog, shop: say which with -n"),
        ("Node", "", "a", "nodes were not read, so nothing can be said of Node a"),
    ],
)
def test_an_object_that_is_not_one_is_an_error_of_usage(kind: str, namespace: str, name: str, told: str) -> None:
    twin = pod("twin")
    other = {**twin, "metadata": {"name": "twin", "namespace": "blog"}}
    with pytest.raises(UsageError) as raised:
        explain(Index(snapshot(pod(), twin, other, unseen=("nodes",))), [], kind, namespace, name)
    assert str(raised.value) == told


def test_a_playbook_for_another_kind_of_workload_is_no_near_miss() -> None:
    match = {"all": [{"workload": {"name": "web", "kind": "StatefulSet"}}]}
    deployment = {"kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}}
    other = {"all": [{"workload": {"name": "web", "namespace": "elsewhere"}}]}
    known = [playbook("of-sets", "workload", match), playbook("of-all", "workload", other)]
    found = explain(Index(snapshot(deployment)), known, "Deployment", "shop", "web")
    assert [miss.playbook for miss in found.near_misses] == ["of-all"]
