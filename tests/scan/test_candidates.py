import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from diag.facts.index import Index
from diag.playbook.fields import SUBJECTS
from diag.playbook.format import Playbook
from diag.playbook.match import Facts
from diag.scan import verdicts
from diag.scan.candidates import subjects
from diag.scan.verdict import Verdict, verdict
from tests.playbook.samples import playbook, pod, sample, snapshot

SOME_TIME = st.sampled_from(["2026-01-10T11:59:00Z", "2026-01-10T08:00:00Z"])
REASONS = st.sampled_from(["Error", "OOMKilled", "Completed"])
ENDED = st.builds(
    lambda reason, code, at: {"terminated": {"reason": reason, "exitCode": code, "finishedAt": at, "startedAt": at}},
    REASONS,
    st.sampled_from([0, 1, 137]),
    SOME_TIME,
)
RUNNING = st.builds(lambda at: {"running": {"startedAt": at}}, SOME_TIME)
WAITING = st.sampled_from(
    [{"waiting": {"reason": reason, "message": "m"}} for reason in ("CrashLoopBackOff", "ImagePullBackOff")]
)
PODS = st.builds(
    lambda name, owner, phase, conditions, deleted, status: changed(
        pod(name, owner, **status), phase, conditions, deleted
    ),
    st.sampled_from(["web-1", "web-2", "db-1", "db-2"]),
    st.sampled_from(["", "ReplicaSet/web", "StatefulSet/db"]),
    st.sampled_from(["Pending", "Running", "Failed", "Unknown"]),
    st.lists(
        st.sampled_from(
            [
                {"type": "Ready", "status": "True"},
                {"type": "Ready", "status": "False"},
                {"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available."},
                {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"},
            ]
        ),
        max_size=2,
    ),
    st.booleans(),
    st.fixed_dictionaries(
        {"ready": st.booleans(), "restartCount": st.sampled_from([0, 4])},
        optional={"state": st.one_of(RUNNING, WAITING, ENDED), "lastState": ENDED},
    ),
)
TERMS = {
    "container": [
        {"ready": False}, {"ready": True}, {"state": "running"}, {"state": ["waiting", "running"]},
        {"state": ["waiting", "terminated"]}, {"waiting.reason": "CrashLoopBackOff"}, {"waiting.reason|exists": False},
        {"last_exit.reason": ["OOMKilled", "Error"]}, {"last_exit.code|gt": 0}, {"last_exit.age|lt": "1h"},
        {"last_exit.reason|exists": True}, {"last_exit.reason|exists": False}, {"restart_count|gte": 4},
        {"restart_count": 0}, {"recovered": True}, {"recovered": False}, {"pull.answer|exists": True},
        {"pull.answer": "untold"}, {"image|startswith": "web"}, {"killed_by_probe|exists": False}, {"init": False},
    ],
    "pod": [
        {"phase": "Pending"}, {"phase": ["Pending", "Running"]}, {"phase": ["Failed", "Unknown"]},
        {"terminating": True}, {"terminating": False}, {"unschedulable|contains": "nodes"},
        {"unschedulable|exists": False}, {"reason": "Evicted"},
        {"disruption|exists": True}, {"name|startswith": "web"}, {"age|gt": "0s"},
    ],
    "event": [{"reason": "Killing"}, {"reason": ["Killing", "Unhealthy"]}, {"message|contains": "x"}],
    "metric": [{"memory_ratio|gt": 0.5}, {"memory_peak|gt": 1}],
    "workload": [{"kind": "StatefulSet"}],
}  # fmt: skip
KINDS = {"container": list(TERMS), "pod": ["pod", "container", "event", "workload"]}
EVENTS = st.builds(
    lambda name, i, reason: {
        "kind": "Event",
        "metadata": {"name": f"{name}.{i}", "namespace": "shop"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": name},
        "reason": reason,
        "message": "x",
    },
    st.sampled_from(["web-1", "db-1"]),
    st.integers(0, 9),
    st.sampled_from(["Killing", "Unhealthy", "Pulled"]),
)
METRICS = st.lists(
    st.builds(
        sample,
        st.sampled_from(["memory_ratio", "memory_peak"]),
        st.sampled_from([0.2, 0.9, 9e9]),
        st.sampled_from(["web-1", "db-1"]),
    ),
    max_size=3,
)


def changed(raw: dict[str, Any], phase: str, conditions: list[dict[str, Any]], deleted: bool) -> dict[str, Any]:
    raw["status"].update(phase=phase, conditions=conditions)
    if deleted:
        raw["metadata"]["deletionTimestamp"] = "2026-01-10T11:00:00Z"
    return raw


@st.composite
def playbooks(draw: st.DrawFn) -> list[Playbook]:
    """A few playbooks on containers and pods, with groups within groups."""
    found = []
    for i in range(draw(st.integers(1, 4))):
        subject = draw(st.sampled_from(["container", "pod"]))
        leaf = st.sampled_from([{kind: terms} for kind in KINDS[subject] for terms in TERMS[kind]])
        items = st.recursive(leaf, lambda inner: groups(inner), max_leaves=4)
        found.append(playbook(f"playbook-{i}", subject, draw(groups(items))))
    return found


def groups(items: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda mode, inner: {mode: inner}, st.sampled_from(["all", "any"]), st.lists(items, min_size=1, max_size=3)
    )


def matches(found: list[Verdict]) -> list[tuple[str, str, str]]:
    return sorted(
        (one.playbook.id, one.facts.subject.name, one.facts.subject.container) for one in found if one.cause is not None
    )


@settings(max_examples=200)
@given(st.lists(PODS, max_size=4), st.lists(EVENTS, max_size=3), METRICS, playbooks())
def test_what_is_passed_over_would_not_have_matched(
    pods: list[dict[str, Any]], events: list[dict[str, Any]], metrics: list[Any], known: list[Playbook]
) -> None:
    named = {json.dumps(each["metadata"]["name"]): each for each in [*pods, *events]}
    index = Index(snapshot(*named.values(), metrics=tuple(metrics)))
    full = [verdict(Facts(index, one.subject, found), one) for one in known for found in subjects(index, one.subject)]
    assert matches(list(verdicts(index, known))) == matches(full)


def test_a_healthy_or_finished_pod_is_passed_over() -> None:
    healthy = pod("web-1", ready=True, state={"running": {"startedAt": "2026-01-10T08:00:00Z"}})
    ended = {"terminated": {"reason": "Completed", "exitCode": 0}}
    finished = changed(pod("job-1", state=ended), "Succeeded", [{"type": "Ready", "status": "False"}], False)
    finished["status"]["conditions"] = []
    sick = pod("web-2", state={"terminated": {"reason": "Error", "exitCode": 1}})
    other = pod("web-3", ready=True, state={"running": {}}, lastState=ended)
    index = Index(snapshot(healthy, finished, sick, other))
    known = [playbook(match={"all": [{"container": {"last_exit.code|gt": 0}}]}), playbook("two")]
    assert [(one.playbook.id, one.facts.subject.name) for one in verdicts(index, known)] == [
        ("one", "web-2"),
        ("two", "web-2"),
    ]


def test_every_subject_kind_is_tried() -> None:
    objects = [
        {"kind": kind, "metadata": {"name": "a"}}
        for kind in (
            "PersistentVolumeClaim",
            "PersistentVolume",
            "StorageClass",
            "Node",
            "Deployment",
            "CronJob",
            "Namespace",
            "Service",
            "Ingress",
            "HorizontalPodAutoscaler",
            "PodDisruptionBudget",
            "ResourceQuota",
            "APIService",
            "Lease",
            "CertificateSigningRequest",
        )
    ]
    objects.append({"kind": "ValidatingWebhookConfiguration", "metadata": {"name": "a"}, "webhooks": [{"name": "w"}]})
    index = Index(snapshot(pod(), *objects))
    known = [playbook(kind.replace("_", "-"), kind, {"all": [{kind: {"name|exists": True}}]}) for kind in SUBJECTS]
    assert sorted(one.playbook.id for one in verdicts(index, known) if one.cause) == sorted(
        [*(playbook.id for playbook in known), "workload"]
    )


def test_a_settled_workload_and_one_of_another_kind_are_passed_over() -> None:
    def workload(kind: str, name: str, wanted: int, ready: int) -> dict[str, Any]:
        status = {"replicas": wanted, "readyReplicas": ready}
        return {"kind": kind, "metadata": {"name": name}, "spec": {"replicas": wanted}, "status": status}

    old, sick = workload("ReplicaSet", "old", 0, 0), workload("ReplicaSet", "sick", 2, 1)
    index = Index(snapshot(old, sick, workload("Deployment", "web", 1, 0)))
    known = [
        playbook("unsettled", "workload", {"all": [{"workload": {"settled": False}}]}),
        playbook("sets", "workload", {"all": [{"workload": {"kind": ["ReplicaSet", "Job"]}}]}),
    ]
    assert sorted((one.playbook.id, one.facts.subject.name) for one in verdicts(index, known)) == [
        ("sets", "old"),
        ("sets", "sick"),
        ("unsettled", "sick"),
        ("unsettled", "web"),
    ]
