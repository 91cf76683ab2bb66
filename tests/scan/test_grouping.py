from datetime import UTC, datetime
from typing import Any

from diag.facts.index import Index
from diag.finding import Finding
from diag.model.snapshot import Snapshot
from diag.playbook.format import Playbook
from diag.scan import verdicts
from diag.scan.grouping import findings
from tests.playbook.samples import NOT_READY, claim, crashing, playbook, pod, snapshot

CRASHED = {"all": [{"container": {"last_exit.reason|exists": True}}]}


def grouped(found: Snapshot, *known: Playbook) -> list[Finding]:
    index = Index(found)
    matched = [one for one in verdicts(index, known) if one.cause is not None]
    return sorted((finding for finding, _ in findings(index, matched)), key=lambda finding: finding.subject)


def replica_set(name: str = "web-5d9c", owner: str = "web") -> dict[str, Any]:
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "ownerReferences": [{"kind": "Deployment", "name": owner, "controller": True}],
        },
    }


def test_pods_of_one_workload_with_one_cause_are_one_finding() -> None:
    pods = [crashing(f"web-{i}", "ReplicaSet/web-5d9c") for i in (2, 1, 3)]
    (finding,) = grouped(snapshot(*pods, replica_set()), playbook())
    assert finding.workload is not None
    assert (finding.workload.kind, finding.workload.name) == ("Deployment", "web")
    assert [member.name for member in finding.members] == ["web-1", "web-2", "web-3"]
    assert finding.subject == finding.members[0]


def test_pods_without_owner_are_a_finding_each() -> None:
    found = grouped(snapshot(crashing("a"), crashing("b")), playbook())
    assert [(finding.subject.name, finding.workload, len(finding.members)) for finding in found] == [
        ("a", None, 1),
        ("b", None, 1),
    ]


def shared(field: str) -> Playbook:
    return playbook(causes=[{"id": "some-cause", "title": "T", "meaning": "M", "common": field}])


def test_workloads_with_one_object_in_common_are_one_finding() -> None:
    pods = [
        crashing("web-1", "ReplicaSet/web"),
        crashing("web-2", "ReplicaSet/web"),
        crashing("db-0", "StatefulSet/db"),
    ]
    elsewhere = crashing("job-1")
    elsewhere["spec"]["nodeName"] = "worker-2"
    found = grouped(snapshot(*pods, elsewhere), shared("pod.node_object"))
    assert [(f.workload, [member.name for member in f.members]) for f in found] == [
        (None, ["db-0", "web-1", "web-2"]),
        (None, ["job-1"]),
    ]


def test_without_a_value_in_common_each_workload_stands_alone() -> None:
    pods = [crashing("web-1", "ReplicaSet/web"), crashing("db-0", "StatefulSet/db")]
    for raw in pods:
        del raw["spec"]["nodeName"]
    assert [len(finding.members) for finding in grouped(snapshot(*pods), shared("pod.node_object"))] == [1, 1]


def test_two_causes_two_containers_and_two_playbooks_are_kept_apart() -> None:
    one, two = crashing("web-1", "ReplicaSet/web", code=1), crashing("web-2", "ReplicaSet/web", code=2)
    for raw in (one, two):
        raw["spec"]["containers"].append({"name": "proxy"})
        raw["status"]["containerStatuses"].append({**raw["status"]["containerStatuses"][0], "name": "proxy"})
    causes = [
        {"id": "first", "title": "First", "meaning": "M", "when": {"all": [{"container": {"last_exit.code": 1}}]}},
        {"id": "second", "title": "Second", "meaning": "M"},
    ]
    found = grouped(snapshot(one, two), playbook(causes=causes), playbook("two", "container", CRASHED))
    kinds = sorted(
        (finding.playbook, finding.cause, finding.subject.container, len(finding.members)) for finding in found
    )
    assert kinds == [
        ("one", "first", "app", 1),
        ("one", "first", "proxy", 1),
        ("one", "second", "app", 1),
        ("one", "second", "proxy", 1),
        ("two", "some-cause", "app", 2),
        ("two", "some-cause", "proxy", 2),
    ]
    assert len({finding.id for finding in found}) == 6


def test_an_id_outlives_the_pods_of_a_workload() -> None:
    before = grouped(snapshot(crashing("web-1", "ReplicaSet/web")), playbook())
    after = grouped(snapshot(crashing("web-7", "ReplicaSet/web"), crashing("web-8", "ReplicaSet/web")), playbook())
    assert [finding.id for finding in before] == [finding.id for finding in after]
    other = grouped(snapshot(crashing("web-1", "ReplicaSet/api")), playbook())
    assert other[0].id != before[0].id


def test_a_severity_of_a_cause_takes_the_place_of_the_playbooks() -> None:
    cause = {"id": "a", "title": "A", "meaning": "M", "severity": "low"}
    assert [finding.severity for finding in grouped(snapshot(pod()), playbook(causes=[cause]))] == ["low"]


def test_placeholders_are_filled_from_what_held() -> None:
    cause = {
        "id": "a",
        "title": "{container.name} of {match.name}",
        "meaning": "It ended with {container.last_exit.code}. It said {container.last_exit.message}.",
        "fix": [{"id": "look", "title": "Look at {pod.name}", "risk": "none", "manual": "Look."}],
    }
    match = {"all": [{"container": {"image|matches": "^(?P<name>[a-z]+):"}}]}
    diagnose = [
        {"title": "Look", "command": "kubectl get pod {pod.name} -n {pod.namespace}"},
        {"title": "Ask", "command": "echo {container.last_exit.message}"},
    ]
    (finding,) = grouped(snapshot(crashing("web-1; rm -r x")), playbook(match=match, causes=[cause], diagnose=diagnose))
    assert finding.title == "app of web"
    assert finding.meaning == "It ended with 1."
    assert finding.fixes[0].title == "Look at web-1; rm -r x"
    assert [item.command for item in finding.diagnose] == ["kubectl get pod 'web-1; rm -r x' -n shop"]


def test_evidence_has_each_fact_once_and_what_is_shown_beside_it() -> None:
    match = {"all": [{"container": {"ready": False}}, {"pod": {"phase": "Running"}}]}
    cause = {"id": "a", "title": "A", "meaning": "M", "when": {"all": [{"container": {"ready": False, "init": False}}]}}
    show = ["container.restart_count", "container.ready", "container.memory_limit"]
    (finding,) = grouped(snapshot(crashing()), playbook(match=match, causes=[cause], show=show))
    assert [(item.field, item.operator, item.value) for item in finding.evidence] == [
        ("container.ready", "is", False),
        ("pod.phase", "is", "Running"),
        ("container.init", "is", False),
        ("container.restart_count", "shown", 3),
    ]


def test_a_cause_that_could_not_be_judged_is_told() -> None:
    causes = [
        {"id": "a", "title": "A", "meaning": "M", "when": {"all": [{"node": {"ready": "False"}}]}},
        {"id": "b", "title": "B", "meaning": "M"},
    ]
    (finding,) = grouped(snapshot(pod(), unseen=("nodes",)), playbook(causes=causes))
    assert (finding.cause, finding.undecided) == ("b", ("a: not seen: nodes",))


def test_since_is_the_oldest_of_its_members() -> None:
    young, old = crashing("web-1", "ReplicaSet/web"), crashing("web-2", "ReplicaSet/web")
    for raw, time in ((young, "2026-01-10T11:00:00Z"), (old, "2026-01-10T10:00:00Z")):
        raw["status"]["conditions"] = [{"type": "Ready", "status": "False", "lastTransitionTime": time}]
    (finding,) = grouped(snapshot(young, old), playbook(match=NOT_READY))
    assert finding.since == datetime(2026, 1, 10, 10, tzinfo=UTC)


def test_a_claim_belongs_to_the_workload_that_mounts_it() -> None:
    mounting = pod("db-0", "StatefulSet/db")
    mounting["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    match = {"all": [{"claim": {"phase": "Pending"}}]}
    (finding,) = grouped(snapshot(mounting, claim()), playbook("c", "claim", match))
    assert finding.workload is not None
    assert finding.workload.name == "db"
    (alone,) = grouped(snapshot(claim()), playbook("c", "claim", match))
    assert alone.workload is None
