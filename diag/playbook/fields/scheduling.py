"""Fields of `pod` about the scheduler's search for a node."""

from collections.abc import Callable

from diag.facts import claim_waits, images, refusals, scheduler, unplaced
from diag.facts.index import Index
from diag.model.pods import Pod
from diag.playbook.fields.field import Field


def _said(part: str) -> Callable[[Index, Pod], str | None]:
    def get(index: Index, pod: Pod) -> str | None:
        found = refusals.said(index, pod)
        return (getattr(found, part) or None) if found is not None else None

    return get


def _refusal(part: str) -> Callable[[Index, Pod], str | None]:
    def get(index: Index, pod: Pod) -> str | None:
        found = unplaced.refusal(index, pod)
        return (getattr(found, part) or None) if found is not None else None

    return get


def _gate(index: Index, pod: Pod) -> str | None:
    gates = pod.spec.scheduling_gates
    return f"SchedulingGate {gates[0].name}" if gates else None


def _scheduled(index: Index, pod: Pod) -> str | None:
    return next((c.reason or None for c in pod.status.conditions if c.type == "PodScheduled"), None)


FIELDS: dict[str, Field] = {
    "scheduled.reason": Field(
        "text", "Why its condition PodScheduled is not True: Unschedulable, SchedulingGated….", _scheduled
    ),
    "refusal.reason": Field(
        "text", "Unschedulable or SchedulerError where the scheduler refused a pod without a node.", _said("reason")
    ),
    "refusal.message": Field("text", "What the scheduler said last of such a pod.", _said("message")),
    "refusal.kind": Field("text", "What keeps such a pod off the nodes, in one word.", _refusal("kind")),
    "refusal.detail": Field("text", "Resource, claim, driver or taint that it names.", _refusal("detail")),
    "refusal.why": Field("text", "What nodes and other pods have against what the pod asks for.", unplaced.why),
    "refusal.waits_for": Field(
        "text",
        "What it waits for together with pods of other workloads, as `Kind name`.",
        unplaced.waits_for,
        ("nodes",),
    ),
    "refusal.over": Field(
        "bool",
        "Whether its claims have by now, or get in a moment, what the scheduler missed.",
        claim_waits.over,
        ("persistentvolumeclaims",),
    ),
    "refusal.closed_nodes": Field(
        "texts",
        "Nodes that would take it and are cordoned or in trouble.",
        lambda i, p: unplaced.closed_nodes(i, p) or None,
        ("nodes",),
    ),
    "nominated_node": Field(
        "text",
        "Node on which the scheduler ends other pods to make room for it.",
        lambda i, p: p.status.nominated_node_name or None,
    ),
    "gates": Field("texts", "Its scheduling gates.", lambda i, p: [g.name for g in p.spec.scheduling_gates] or None),
    "gate": Field("text", "The first of them, as `SchedulingGate name`.", _gate),
    "scheduler": Field("text", "Scheduler that the pod names.", lambda i, p: scheduler.name(p)),
    "scheduler.silent": Field(
        "bool", "Whether no scheduler has said a word of it, for minutes.", scheduler.silent, ("events",)
    ),
    "scheduler.state": Field("text", "What is known of that scheduler.", scheduler.state),
    "scheduler.waits_for": Field(
        "text", "What all pods of that scheduler wait for, as `Kind name`.", scheduler.waits_for
    ),
    "scale_up.age": Field(
        "duration", "Time since an autoscaler said that it makes a node for it.", scheduler.coming_age
    ),
    "scale_up.refusal": Field("text", "Why an autoscaler makes no node for it.", scheduler.autoscaler_refusal),
    "priority_class": Field("text", "Its priority class.", lambda i, p: p.spec.priority_class_name or None),
    "preempted_by": Field("text", "For whom it had to make room, as an event says.", scheduler.preempted_by),
    "superseded": Field(
        "bool",
        "Whether its Deployment is on its way to a newer revision.",
        images.superseded,
        ("deployments", "replicasets"),
    ),
}
