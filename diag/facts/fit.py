"""Which nodes a pod may use: by their labels, their taints, and whether they are cordoned.

As the scheduler's plugins NodeAffinity, TaintToleration and NodeUnschedulable judge.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from diag.facts.index import Index, joined
from diag.facts.labels import node_matches
from diag.facts.refusals import taint_kind
from diag.model.cluster import Node, Taint
from diag.model.meta import LabelSelectorRequirement
from diag.model.pods import NodeSelector, NodeSelectorTerm, PodSpec, Toleration

CORDONED = Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule")
_EFFECTS = ("NoSchedule", "NoExecute")


class Nodes(NamedTuple):
    """The nodes whose labels a pod wants: those `open` to it, and those closed to it.

    The closed ones stand by the taint that closes each (`by_taint`, as kubectl writes it) and by what that says
    (`by_kind`, see `refusals.taint_kind`).
    """

    open: list[Node]
    by_taint: dict[str, list[Node]]
    by_kind: dict[str, list[Node]]


def nodes_for(index: Index, spec: PodSpec) -> Nodes:
    """The nodes that a pod with this spec may use. Worked out once for all specs that want the same."""
    key = ("fit.nodes", _wants(spec), spec.tolerations)
    return index.keep(key, lambda: _sort(_candidates(index, spec), spec))


def _wants(spec: PodSpec) -> Hashable:
    """What a pod wants of the labels of its node, to tell equal wishes by."""
    return tuple(sorted(spec.node_selector.items())), _required(spec)


def terms(spec: PodSpec) -> list[tuple[NodeSelectorTerm, ...]]:
    """What a node must satisfy: all of the parts, each by one of its terms. A nodeSelector is one term."""
    selector = tuple(LabelSelectorRequirement(key, "In", (value,)) for key, value in spec.node_selector.items())
    parts: list[tuple[NodeSelectorTerm, ...]] = [(NodeSelectorTerm(match_expressions=selector),)] if selector else []
    required = _required(spec)
    return parts if required is None else [*parts, required.node_selector_terms]


def closing(spec: PodSpec, node: Node) -> Taint | None:
    """The first taint that keeps the pod off the node, a cordon counted as one; None when the pod bears all."""
    taints = (CORDONED, *node.spec.taints) if node.spec.unschedulable else node.spec.taints
    hard = (taint for taint in taints if taint.effect in _EFFECTS)
    return next((taint for taint in hard if not any(_bears(each, taint) for each in spec.tolerations)), None)


def tainted(index: Index, spec: PodSpec) -> Counter[str]:
    """How many of all nodes a taint closes to a pod, by what the taint says; cordoned ones are not counted."""
    return index.keep(("fit.tainted", spec.tolerations), lambda: _tainted(index, spec))


def _tainted(index: Index, spec: PodSpec) -> Counter[str]:
    nodes = (node for node in index.all("nodes") if not node.spec.unschedulable)
    taints = (closing(spec, node) for node in nodes)
    return Counter(taint_kind(taint.key) for taint in taints if taint is not None)


def written(taint: Taint) -> str:
    """A taint as kubectl writes it: `dedicated=gpu:NoSchedule`."""
    return f"{taint.key}{'=' if taint.value else ''}{taint.value}:{taint.effect}"


def _required(spec: PodSpec) -> NodeSelector | None:
    affinity = spec.affinity.node_affinity if spec.affinity else None
    return affinity.required if affinity else None


def _candidates(index: Index, spec: PodSpec) -> Sequence[Node]:
    """All nodes, those with the rarest of the labels, or the one that each pod of a DaemonSet names.

    The last as pkg/controller/daemon/util writes it.
    """
    if spec.node_selector:
        return min((_labelled(index).get(label, []) for label in spec.node_selector.items()), key=len)
    required = _required(spec)
    fields = [term.match_fields for term in required.node_selector_terms] if required else []
    if not fields or not all(fields):
        return index.all("nodes")
    names = dict.fromkeys(value for each in fields for requirement in each for value in requirement.values)
    found = (index.get("nodes", "", name) for name in names)
    return [node for node in found if node is not None]


@joined
def _labelled(index: Index) -> dict[tuple[str, str], list[Node]]:
    found: dict[tuple[str, str], list[Node]] = {}
    for node in index.all("nodes"):
        for label in node.metadata.labels.items():
            found.setdefault(label, []).append(node)
    return found


def _sort(candidates: Sequence[Node], spec: PodSpec) -> Nodes:
    found = Nodes([], {}, {})
    parts = [NodeSelector(part) for part in terms(spec)]
    for node in candidates:
        if all(node_matches(part, node) for part in parts):
            taint = closing(spec, node)
            if taint is None:
                found.open.append(node)
            else:
                found.by_taint.setdefault(written(taint), []).append(node)
                found.by_kind.setdefault(taint_kind(taint.key), []).append(node)
    return found


def _bears(toleration: Toleration, taint: Taint) -> bool:
    """core/v1 ToleratesTaint: an empty key with Exists bears all, an empty effect every effect."""
    if toleration.effect not in ("", taint.effect) or toleration.key not in ("", taint.key):
        return False
    if toleration.operator == "Exists":
        return True
    return bool(toleration.key) and toleration.operator in ("", "Equal") and toleration.value == taint.value
