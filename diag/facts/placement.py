"""Why a pod is not placed: the scheduler's sentence taken apart, and where its volumes can be reached."""

import re
from typing import NamedTuple

from diag.facts import volumes
from diag.facts.claims import NO_PROVISIONER, consumers, owned_by, provisioner
from diag.facts.index import Index, claim_names
from diag.facts.labels import node_matches
from diag.model.cluster import Node
from diag.model.meta import LabelSelectorRequirement
from diag.model.pods import NodeSelector, Pod
from diag.model.storage import PersistentVolume, PersistentVolumeClaim

_HEAD = re.compile(r"0/\d+ nodes are available: ?(?P<rest>.*)", re.S)
# What was tried to make room; since 1.34 after words such as `no new claims to deallocate, `.
_TAIL = re.compile(r"\.? (?:[a-z ]{1,60}, )*preemption: .*$", re.S)
# A comma starts the next reason when a count follows; inside braces (taints) it does not.
_SPLIT = re.compile(r", (?=\d+ )(?![^{]*})")
_COUNTED = re.compile(r"(?:(?P<count>\d{1,9}) )?(?P<reason>.+?)\.?$", re.S)
# The scheduler's words for a class that waits for a pod and has no volume for it on any node.
NO_VOLUME = "didn't find available persistent volumes to bind"
# The same plugin's words for bound volumes up to 1.32 and after, and those of the plugin for zone labels.
_OUT_OF_REACH = re.compile(
    rf"volume node affinity conflict|PersistentVolume's node affinity|no available volume zone|{NO_VOLUME}"
)
_LISTED = 5


class Reason(NamedTuple):
    """One reason of the scheduler and the number of nodes it holds for; None where it counts none."""

    nodes: int | None
    text: str


def unschedulable_message(pod: Pod) -> str | None:
    """What the scheduler says of the pod. The condition keeps it; events of it expire."""
    for condition in pod.status.conditions:
        if condition.type == "PodScheduled" and condition.status == "False":
            return condition.message or None
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
    bound = []
    for name in claim_names(pod):
        claim = index.get("persistentvolumeclaims", pod.metadata.namespace, name)
        volume = index.get("persistentvolumes", "", claim.spec.volume_name) if claim else None
        if volume is not None:
            bound.append(volume)
    return bound


def missing_claims(index: Index, pod: Pod) -> list[str]:
    """Names of the claims that a pod mounts and that do not exist; none where claims were not read."""
    namespace = pod.metadata.namespace
    if not index.saw("persistentvolumeclaims", namespace):
        return []
    return [name for name in claim_names(pod) if index.get("persistentvolumeclaims", namespace, name) is None]


def foreign_claims(index: Index, pod: Pod) -> list[str]:
    """Claims that have the names of the pod's own ephemeral claims and were not made for it.

    component-helpers storage/ephemeral VolumeIsForPod: such a claim is never used.
    """
    meta = pod.metadata
    names = [f"{meta.name}-{volume.name}" for volume in pod.spec.volumes if volume.ephemeral is not None]
    found = [index.get("persistentvolumeclaims", meta.namespace, name) for name in names]
    return [claim.metadata.name for claim in found if claim is not None and not owned_by(claim, meta.uid)]


def volume_reach(index: Index, pod: Pod) -> str | None:
    """Where the pod's volumes can be reached and why no node there takes it, as a sentence without its full stop.

    None when they can be reached anywhere, or nodes were not read.
    """
    if not index.saw("nodes"):
        return None
    tied = [(volume, selector) for volume in bound_volumes(index, pod) if (selector := _selector(volume)) is not None]
    if not tied:
        return None
    places = "; ".join(
        f"volume {volume.metadata.name} can only be reached where {where(term)}" for volume, term in tied
    )
    nodes = index.all("nodes")
    within = [node for node in nodes if all(node_matches(selector, node) for _, selector in tied)]
    if not within:
        return f"{places}: {'no node is there' if len(tied) == 1 else 'no node is at all of these places'}"
    return f"{places}: {_refusals(within, pod)}"


def fitting_reach(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """Where the volumes that fit an unbound claim can be reached, and why its pod is not placed there.

    None unless the scheduler says that a pod of the claim finds no volume; also None where another claim of that pod
    is to blame, or one of the volumes can be reached anywhere.
    """
    selectors = [_selector(volume) for volume in volumes.fitting(index, claim)]
    pod = next((pod for pod in consumers(index, claim) if NO_VOLUME in (unschedulable_message(pod) or "")), None)
    known = [selector for selector in selectors if selector is not None]
    if pod is None or not known or len(known) < len(selectors) or not index.saw("nodes"):
        return None
    if any(not volumes.fitting(index, other) for other in _made_by_hand(index, pod)):
        return None
    places = " or ".join(dict.fromkeys(where(selector) for selector in known))
    within = [node for node in index.all("nodes") if any(node_matches(one, node) for one in known)]
    return f"{places}: {_refusals(within, pod) if within else 'no node is there'}"


def _made_by_hand(index: Index, pod: Pod) -> list[PersistentVolumeClaim]:
    """The pod's unbound claims for which no provisioner makes volumes."""
    found = (index.get("persistentvolumeclaims", pod.metadata.namespace, name) for name in claim_names(pod))
    return [
        claim
        for claim in found
        if claim is not None and claim.status.phase == "Pending" and provisioner(index, claim) in (None, NO_PROVISIONER)
    ]


def where(selector: NodeSelector) -> str:
    """A node selector in words: `topology.kubernetes.io/zone=eu-1a or topology.kubernetes.io/zone=eu-1b`."""
    return " or ".join(
        " and ".join(_requirement(r) for r in (*term.match_expressions, *term.match_fields))
        for term in selector.node_selector_terms
    )


def _requirement(requirement: LabelSelectorRequirement) -> str:
    values = ", ".join(requirement.values)
    if requirement.operator == "In" and len(requirement.values) == 1:
        return f"{requirement.key}={values}"
    return f"{requirement.key} {requirement.operator} {values}".strip()


def _selector(volume: PersistentVolume) -> NodeSelector | None:
    return volume.spec.node_affinity.required if volume.spec.node_affinity else None


def _refusals(within: list[Node], pod: Pod) -> str:
    """Why the nodes that reach the volumes do not take the pod, as far as it shows."""
    closed = [f"{node.metadata.name} {why}" for node in within if (why := _closed(node))]
    if len(closed) == len(within):
        return "; ".join(closed)
    names = ", ".join(node.metadata.name for node in within[:_LISTED])
    more = f" and {len(within) - _LISTED} more" if len(within) > _LISTED else ""
    reasons = scheduling_reasons(unschedulable_message(pod) or "")
    others = [f"{nodes} {text}" for nodes, text in reasons if nodes is not None and not _OUT_OF_REACH.search(text)]
    said = f" ({', '.join(others)})" if others else ""
    return f"on {names}{more}, where the pod does not fit{said}"


def _closed(node: Node) -> str:
    if node.spec.unschedulable:
        return "is cordoned"
    if any(c.type == "Ready" and c.status != "True" for c in node.status.conditions):
        return "is not ready"
    return ""
