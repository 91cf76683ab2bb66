"""Fields of `pod` about how it ended as a whole: eviction, rejection, its node."""

from diag.facts import endings
from diag.facts.index import Index
from diag.model.pods import Pod
from diag.playbook.fields.field import Field


def _node(index: Index, pod: Pod) -> str | None:
    return f"Node {pod.node_name}" if pod.node_name else None


def _node_gone(index: Index, pod: Pod) -> bool:
    return bool(pod.node_name) and index.get("nodes", "", pod.node_name) is None


def _ready(index: Index, pod: Pod) -> str | None:
    """Of healthy pods the condition is not kept, since it is True."""
    found = next((c.status for c in pod.status.conditions if c.type == "Ready"), None)
    return found or ("True" if pod.quiet and pod.status.phase == "Running" else None)


def _deadline(index: Index, pod: Pod) -> float | None:
    seconds = pod.spec.active_deadline_seconds
    return None if seconds is None else float(seconds)


FIELDS: dict[str, Field] = {
    "ready": Field("text", "Its Ready condition: True, False or Unknown.", _ready),
    "deadline": Field("duration", "How long it may be active (activeDeadlineSeconds).", _deadline),
    "ended.age": Field(
        "duration",
        "Time since it ended, as far as its containers and conditions tell.",
        lambda i, p: i.age(endings.ended_at(p)),
    ),
    "ended.long_ago": Field(
        "bool", "Whether that is known to be more than a day ago.", lambda i, p: endings.long_ago(i, p)
    ),
    "replaced": Field(
        "bool",
        "Whether what manages it has all the ready pods that it wants by now.",
        endings.replaced,
        ("replicasets", "statefulsets", "daemonsets"),
    ),
    "node_object": Field("text", "Its node, as `Node name`.", _node),
    "node_gone": Field("bool", "Whether its node does not exist any more.", _node_gone, ("nodes",)),
}
