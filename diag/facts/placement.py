"""Why a pod is not placed: the scheduler's sentence taken apart, and where a volume can be reached."""

import re
from typing import NamedTuple

from diag.facts.index import Index, claim_names
from diag.facts.labels import node_matches
from diag.model.cluster import Node
from diag.model.pods import Pod
from diag.model.storage import PersistentVolume

_HEAD = re.compile(r"0/(?P<nodes>\d+) nodes are available: ?(?P<rest>.*)", re.S)
_TAIL = re.compile(r"\.? preemption: .*$", re.S)
# A comma starts the next reason when a count follows; inside braces (taints) it does not.
_SPLIT = re.compile(r", (?=\d+ )(?![^{]*})")
_COUNTED = re.compile(r"(?:(?P<count>\d+) )?(?P<reason>.+?)\.?$", re.S)


class Reason(NamedTuple):
    """One reason of the scheduler and the number of nodes it holds for; None where it counts none."""

    nodes: int | None
    text: str


def unschedulable_message(pod: Pod) -> str | None:
    """What the scheduler says of the pod. The condition keeps it; events of it expire."""
    for condition in pod.status.conditions:
        if condition.type == "PodScheduled" and condition.status == "False":
            return condition.message
    return None


def scheduling_reasons(message: str) -> list[Reason]:
    """The reasons in a FailedScheduling message (pkg/scheduler/framework FitError), in its order.

    Any other sentence is one reason without a count.
    """
    found = _HEAD.match(message)
    if found is None:
        return [Reason(None, message.strip())] if message.strip() else []
    reasons = []
    for item in _SPLIT.split(_TAIL.sub("", found["rest"]).strip()):
        counted = _COUNTED.match(item.strip())
        if counted:
            reasons.append(Reason(int(counted["count"]) if counted["count"] else None, counted["reason"]))
    return reasons


def bound_volumes(index: Index, pod: Pod) -> list[PersistentVolume]:
    """The volumes behind the claims of a pod, as far as they are bound and known."""
    volumes = []
    for name in claim_names(pod):
        claim = index.get("persistentvolumeclaims", pod.metadata.namespace, name)
        volume = index.get("persistentvolumes", "", claim.spec.volume_name) if claim else None
        if volume is not None:
            volumes.append(volume)
    return volumes


def missing_claims(index: Index, pod: Pod) -> list[str]:
    """Names of the claims that a pod mounts and that do not exist."""
    namespace = pod.metadata.namespace
    return [name for name in claim_names(pod) if index.get("persistentvolumeclaims", namespace, name) is None]


def volume_reach(index: Index, pod: Pod) -> str | None:
    """Where the pod's volumes can be reached and why no node there takes it, as a sentence; None if they can be anywhere."""
    for volume in bound_volumes(index, pod):
        selector = volume.spec.node_affinity.required if volume.spec.node_affinity else None
        if selector is None:
            continue
        within = [node for node in index.snapshot.all("nodes") if node_matches(selector, node)]
        place = " or ".join(
            " and ".join(
                f"{r.key} {r.operator} {', '.join(r.values)}" for r in (*term.match_expressions, *term.match_fields)
            )
            for term in selector.node_selector_terms
        )
        if not within:
            return f"Volume {volume.metadata.name} can only be reached where {place}: no node is there."
        closed = [f"{node.metadata.name} {why}" for node in within if (why := _closed(node))]
        if len(closed) == len(within):
            return f"Volume {volume.metadata.name} can only be reached where {place}: {'; '.join(closed)}."
        names = ", ".join(node.metadata.name for node in within[:5])
        return (
            f"Volume {volume.metadata.name} can only be reached where {place}: on {names}, where the pod does not fit."
        )
    return None


def _closed(node: Node) -> str:
    if node.spec.unschedulable:
        return "is cordoned"
    if any(c.type == "Ready" and c.status != "True" for c in node.status.conditions):
        return "is not ready"
    return ""
