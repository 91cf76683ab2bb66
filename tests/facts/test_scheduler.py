from typing import Any

import pytest

from diag.facts import scheduler
from diag.facts.index import Index
from tests.facts.node_samples import placed, the_pod, waiting
from tests.facts.pod_samples import ago, event, index

INVOLVED = {"name": "web", "uid": "uid-web"}


def lease(name: str, namespace: str, renewed: float) -> dict[str, Any]:
    spec = {"holderIdentity": "cp_1", "leaseDurationSeconds": 15, "renewTime": ago(renewed)}
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec}


def of(raw: dict[str, Any], *events: dict[str, Any], **objects: Any) -> tuple[Index, Any]:
    found = index(pods=[raw, *objects.pop("others", [])], events=list(events), **objects)
    return found, the_pod(found)


def said(reason: str, message: str, seconds: float, source: str = "cluster-autoscaler") -> dict[str, Any]:
    return event(reason, message, seconds, involved=INVOLVED, source={"component": source})


@pytest.mark.parametrize(
    ("raw", "silent"),
    [
        (waiting(), True),
        (waiting("2 Insufficient cpu."), False),
        (waiting(nodeName="node-a"), False),
        (waiting(schedulingGates=[{"name": "x"}]), False),
        (waiting(meta={"creationTimestamp": ago(200)}), False),
        (waiting(meta={"creationTimestamp": None}), False),
    ],
)
def test_whether_nobody_looks_at_it(raw: dict[str, Any], silent: bool) -> None:
    assert scheduler.silent(*of(raw)) == silent


@pytest.mark.parametrize(("reason", "silent"), [("FailedScheduling", False), ("Scheduled", False), ("Other", True)])
def test_an_event_of_a_scheduler_tells(reason: str, silent: bool) -> None:
    assert scheduler.silent(*of(waiting(), said(reason, "", 60))) == silent


@pytest.mark.parametrize(
    ("spec", "renewed", "state"),
    [
        ({}, 2, "The lease of the scheduler is renewed by cp_1"),
        ({}, 600, "The lease of the scheduler (kube-system/kube-scheduler) is not renewed any more"),
        ({"schedulerName": "mine"}, 2, "No pod that was read has been placed by a scheduler named mine"),
        ({"schedulerName": "other"}, 2, "Scheduler other has placed other pods"),
    ],
)
def test_what_is_known_of_its_scheduler(spec: dict[str, Any], renewed: float, state: str) -> None:
    leases = [lease("kube-scheduler", "kube-system", renewed), lease("node-a", "kube-node-lease", 1)]
    found = of(waiting(**spec), others=[placed("b-1", "a", schedulerName="other")], leases=leases)
    assert scheduler.state(*found) == state


def test_nothing_is_known_of_it_without_its_lease() -> None:
    assert scheduler.state(*of(waiting())) is None


@pytest.mark.parametrize(
    ("events", "age", "refusal"),
    [
        ([], None, None),
        ([said("TriggeredScaleUp", "2->3", 60)], 60, None),
        ([said("Nominated", "nodeclaim/x", 60, "karpenter")], 60, None),
        ([said("TriggeredScaleUp", "2->3", 60), said("NotTriggerScaleUp", "max", 30)], None, "max"),
        ([said("TriggeredScaleUp", "2->3", 30), said("NotTriggerScaleUp", "max", 60)], 30, None),
        ([said("FailedScheduling", "no pool", 30, "karpenter")], None, "no pool"),
        ([said("FailedScheduling", "0/2 nodes", 30, "default-scheduler")], None, None),
    ],
)
def test_what_autoscalers_say(events: list[dict[str, Any]], age: float | None, refusal: str | None) -> None:
    found = of(waiting("x"), *events)
    assert (scheduler.coming_age(*found), scheduler.autoscaler_refusal(*found)) == (age, refusal)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Preempted by pod uid-big-1 on node a", "Preempted by pod uid-big-1 on node a (shop/big-1)"),
        ("Preempted by pod uid-gone on node a", "Preempted by pod uid-gone on node a"),
        ("Preempted by a pod on node a", "Preempted by a pod on node a"),
        ("Preempted by shop/big-1 on node a", "Preempted by shop/big-1 on node a"),
        ("Preempted by pod", "Preempted by pod"),
        ("", ""),
    ],
)
def test_who_took_its_place(message: str, text: str) -> None:
    found = of(waiting(), said("Preempted", message, 60), others=[placed("big-1", "a")])
    assert scheduler.preempted_by(*found) == text


def test_nobody_took_its_place() -> None:
    assert scheduler.preempted_by(*of(waiting())) is None
