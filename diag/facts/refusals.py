"""What the scheduler says of a pod that it cannot place, sorted by what keeps the pod off the nodes.

The texts are those of kube-scheduler 1.20 to 1.36 (pkg/scheduler/framework/plugins, FitError), some older ones besides.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from diag.facts.index import Index
from diag.facts.placement import Reason, scheduling_reasons
from diag.model.pods import Pod

UNSCHEDULABLE = "Unschedulable"
_REFUSED = (UNSCHEDULABLE, "SchedulerError")
# Others write events with the reason FailedScheduling, too: autoscalers, about nodes that they could make.
_AUTOSCALERS = ("karpenter", "cluster-autoscaler")
TAINT = "taint"
# Nodes that are no place for ordinary pods: expected, and no reason while there are others.
CONTROL_PLANE = "control-plane"
_TAINT_KINDS = (
    (
        "not-ready",
        re.compile(r"^node\.kubernetes\.io/(not-ready|unreachable|out-of-service)$|^node\.cloudprovider.*/shut"),
    ),
    ("pressure", re.compile(r"^node\.kubernetes\.io/\w+-pressure$")),
    ("network", re.compile(r"^node\.kubernetes\.io/network-unavailable$")),
    (
        "cordoned",
        re.compile(r"^node\.kubernetes\.io/unschedulable$|^ToBeDeletedByClusterAutoscaler$|^karpenter\.sh/disrupt"),
    ),
    (
        "uninitialized",
        re.compile(
            r"^node\.cloudprovider\.kubernetes\.io/uninitialized$|agent-not-ready$|^karpenter\.sh/unregistered$"
        ),
    ),
    (CONTROL_PLANE, re.compile(r"^node-role\.kubernetes\.io/(control-?plane|master|etcd)$")),
)
# About the pod itself, whatever the nodes are like: one of these decides.
_WHOLE = (
    (
        "claim-missing",
        r'persistentvolumeclaim "(?P<detail>[^"]*)" not found|bound to non-existent (?:persistentvolume|pv)'
        r"|waiting for ephemeral volume controller|PVC \S+ was not created for pod",
    ),
    ("claim-terminating", r'persistentvolumeclaim "(?P<detail>[^"]*)" is being deleted'),
    ("claim-unbound", r"unbound immediate PersistentVolumeClaims|\bbinding volumes: "),
    ("no-nodes", r"^no nodes available to schedule pods|^0/0 nodes"),
)
# Where its volumes can be: no other node is in question, so that these come before what is said of those.
_REACH = (
    (
        "volume-affinity",
        r"volume node affinity conflict|PersistentVolume's node affinity|no available volume zone",
    ),
    ("no-volume", r"didn't find available persistent volumes to bind"),
)
# What a node that is meant for such a pod lacks at the moment. Where several hold for as many nodes, the first counts.
_STATE = (
    ("not-ready", r"\bwere not ready\b|\bwere unreachable\b"),
    ("pressure", r"\bhad (?:memory|disk|pid) pressure\b"),
    ("network", r"\bhad unavailable network\b"),
    ("uninitialized", r"(?!)"),
    ("cordoned", r"\bwere unschedulable\b"),
    ("cpu", r"^Insufficient cpu\b"),
    ("memory", r"^Insufficient memory\b"),
    ("ephemeral-storage", r"^Insufficient ephemeral-storage\b"),
    ("pods", r"^Too many pods\b|^Insufficient pods\b"),
    (
        "resource",
        r"^Insufficient (?P<detail>\S+)|cannot allocate all claims|resourceclaim not available|"
        r"waiting for resource ?claim",
    ),
    ("hostport", r"free ports for the requested pod ports|free host ports"),
    ("volume-limit", r"exceed max volume count"),
    ("rwop", r"ReadWriteOncePod access mode"),
    ("csi", r"(?P<detail>\S+) CSI driver is not installed on the node"),
    ("storage-capacity", r"did not have enough free storage"),
    ("topology-spread", r"pod topology spread constraints"),
    ("pod-affinity", r"pod (?:anti-)?affinity|pods anti-affinity|inter-?pod affinity"),
    ("other", r""),
)
# What the pod or the node wants by intent: these nodes are not meant for it, so they count last.
_MEANT = (
    (TAINT, r"\bhad (?:untolerated )?taint"),
    ("selector", r"[Nn]ode affinity|node selector|scheduler-enforced node affinity|requested node name|host ?name"),
)
_NO_HELP = ("preemption", r"Preemption is not helpful|No preemption victims found|preemption: ")
_HAD_TAINT = re.compile(r"\bhad (?:untolerated )?taint(?:\(s\)|s)?(?: \{(?P<key>[^:}]*): ?(?P<value>[^}]*)\})?")
_TABLE = tuple((kind, re.compile(text)) for kind, text in (_NO_HELP, *_WHOLE, *_REACH, *_MEANT, *_STATE))
CLOSED = ("not-ready", "pressure", "network", "uninitialized", "cordoned")
RESOURCES = ("cpu", "memory", "ephemeral-storage", "resource")
_WHOLE_KINDS = tuple(kind for kind, _ in (*_WHOLE, *_REACH))
_STATE_KINDS = tuple(kind for kind, _ in _STATE)


class Said(NamedTuple):
    """The scheduler's word on a pod: the reason of the condition, and its message, which may be empty."""

    reason: str
    message: str


class Refusal(NamedTuple):
    """What keeps a pod off some nodes. `detail` is a resource, claim, driver or taint where the text names one."""

    kind: str
    nodes: int
    detail: str = ""


def said(index: Index, pod: Pod) -> Said | None:
    """What the scheduler said last of a pod that has no node; None when nothing, or when it did not refuse the pod.

    The condition stays; without it, as in a recording of events, the newest event of the scheduler speaks.
    """
    if pod.node_name or pod.status.phase not in ("Pending", ""):
        return None
    for condition in pod.status.conditions:
        if condition.type == "PodScheduled":
            return Said(condition.reason, condition.message) if condition.reason in _REFUSED else None
    for event in index.events("Pod", pod.metadata):
        if event.reason == "FailedScheduling" and not event.source.startswith(_AUTOSCALERS):
            return Said(UNSCHEDULABLE, event.message)
    return None


def sorted_out(message: str) -> list[Refusal]:
    """The reasons of a message by kind, those of one kind added up, in the order in which they come first."""
    counts: Counter[str] = Counter()
    details: dict[str, str] = {}
    # Of no nodes it gives no reason besides.
    for reason in [Reason(None, message)] if message.startswith("0/0 ") else scheduling_reasons(message):
        kind, detail = _kind(reason)
        counts[kind] += reason.nodes or 0
        details[kind] = details.get(kind) or detail
    return [Refusal(kind, nodes, details[kind]) for kind, nodes in counts.items()]


@lru_cache(maxsize=1024)
def taint_kind(key: str) -> str:
    """What a taint says by its key: trouble of the node, `control-plane`, or `taint` for one that somebody chose."""
    return next((kind for kind, expression in _TAINT_KINDS if expression.search(key)), TAINT)


def deciding(refusals: list[Refusal]) -> Refusal | None:
    """The reason that counts: about the pod itself, else where its volumes are, else what most nodes lack that are
    meant for such pods, else why the nodes are not meant for it."""
    by_kind = {refusal.kind: refusal for refusal in refusals}
    decisive = next((by_kind[kind] for kind in _WHOLE_KINDS if kind in by_kind), None)
    if decisive is not None:
        return decisive
    lacking = [by_kind[kind] for kind in _STATE_KINDS if kind in by_kind]
    if lacking:
        return max(lacking, key=lambda refusal: refusal.nodes)  # the first of those with most nodes
    for kind in (TAINT, "selector", CONTROL_PLANE, "preemption"):
        if kind in by_kind:
            return by_kind[kind]
    return None


def _kind(reason: Reason) -> tuple[str, str]:
    found = _HAD_TAINT.search(reason.text)
    if found and found["key"]:
        value = found["value"].strip()
        return taint_kind(found["key"]), f"{found['key']}={value}" if value else found["key"]
    for kind, expression in _TABLE:
        matched = expression.search(reason.text)
        if matched:
            return kind, (matched.groupdict().get("detail") or "").rstrip(".")
    return "other", ""
