"""Which other pods keep a pod off the nodes: those it must, or must not, be beside, and how they are spread."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from diag.facts import owners
from diag.facts.fit import nodes_for
from diag.facts.index import Index, grouped
from diag.facts.labels import matches
from diag.facts.rollouts import has_ended
from diag.facts.selection import selected
from diag.facts.wanted import selector_in_words
from diag.facts.words import have, listed
from diag.model.cluster import Namespace, Node
from diag.model.meta import LabelSelector
from diag.model.pods import Affinity, Pod, PodAffinityTerm, TopologySpreadConstraint

_SHOWN = 3
_HOST = "kubernetes.io/hostname"


class Guard(NamedTuple):
    """A pod that wants no pods of some labels beside it."""

    pod: Pod
    term: PodAffinityTerm


def affinity(index: Index, pod: Pod) -> str | None:
    """What the pod's own rules, or those of pods that run, say against the nodes; None when nothing is seen."""
    wanted = pod.spec.affinity or Affinity()
    beside = wanted.pod_affinity.required if wanted.pod_affinity else ()
    apart = wanted.pod_anti_affinity.required if wanted.pod_anti_affinity else ()
    found = [text for term in beside if (text := _beside(index, pod, term))]
    found += [text for term in apart if (text := _apart(index, pod, term))]
    if not found:
        found = [_guarded(index, guard) for guard in _guards(index, pod)[:_SHOWN]]
    return "; ".join(found) or None


def spread(index: Index, pod: Pod) -> str | None:
    """How the pods are spread that a constraint of the pod counts, and which nodes lack the label it goes by."""
    nodes = index.all("nodes")
    hard = [c for c in pod.spec.topology_spread_constraints if c.when_unsatisfiable in ("DoNotSchedule", "")]
    if not nodes or not hard:
        return None
    return "; ".join(_spread(index, pod, constraint) for constraint in hard[:_SHOWN])


def _beside(index: Index, pod: Pod, term: PodAffinityTerm) -> str:
    """Pods that it must be beside: there are none, or only where it cannot go.

    A pod that matches its own term may be the first of them (plugin InterPodAffinity).
    """
    others = _placed(index, pod, term)
    on = list(dict.fromkeys(other.node_name for other in others))
    place, wanted = _place(term.topology_key), selector_in_words(term.label_selector)
    if not others:
        alone = term.label_selector is not None and matches(term.label_selector, pod.metadata.labels)
        return "" if alone else f"It must share {place} with a pod that has {wanted}, and no such pod is on a node"
    return f"It must share {place} with a pod that has {wanted}, and such pods are only on {listed(on)}"


def _apart(index: Index, pod: Pod, term: PodAffinityTerm) -> str:
    """Pods that it must not be beside, and in how many of the places that it may use they are."""
    places = _values(nodes_for(index, pod.spec).open, term.topology_key)
    taken = _values(_where(index, _placed(index, pod, term)), term.topology_key)
    if not taken:
        return ""
    place, wanted = _place(term.topology_key), selector_in_words(term.label_selector)
    said = f"It must not share {place} with a pod that has {wanted}"
    both = len(places & taken)
    return f"{said}, and {both} of the {len(places)} it may use {have(both)} one{_more_than(index, pod, len(places))}"


def _more_than(index: Index, pod: Pod, places: int) -> str:
    """That its workload wants more pods than there are places, where it does."""
    key = owners.pod_workload(index, pod)
    plural = {"Deployment": "deployments", "StatefulSet": "statefulsets"}.get(key.kind) if key else None
    found = index.get(plural, key.namespace, key.name) if plural and key else None
    wanted = found.spec.replicas if found is not None else None
    return f"; {key.kind} {key.name} wants {wanted} pods" if key and wanted and wanted > places else ""


def _guarded(index: Index, guard: Guard) -> str:
    meta = guard.pod.metadata
    place, wanted = _place(guard.term.topology_key), selector_in_words(guard.term.label_selector)
    return (
        f"Pod {meta.namespace}/{meta.name} on {guard.pod.node_name} must not share {place} with a pod that has {wanted}"
    )


def _guards(index: Index, pod: Pod) -> list[Guard]:
    """Pods with a node that want no pod with the labels of this one beside them, one of each template."""
    own = pod.metadata.namespace
    elsewhere = (
        guard for guard in _guarding(index, "") if _is_wide(guard.term) and guard.pod.metadata.namespace != own
    )
    return [
        guard
        for guard in (*_guarding(index, own), *elsewhere)
        if own in _namespaces(index, guard.pod, guard.term)
        and guard.term.label_selector is not None
        and matches(guard.term.label_selector, pod.metadata.labels)
    ]


def _guarding(index: Index, namespace: str) -> list[Guard]:
    first: dict[tuple[int, str], Pod] = {}
    for pod in _keeping_apart(index).get(namespace):
        first.setdefault((id(pod.spec), pod.metadata.namespace), pod)
    return [Guard(pod, term) for pod in first.values() for term in _terms(pod)]


@grouped("pods")
def _keeping_apart(pod: Pod) -> tuple[str, ...]:
    """Pods by namespace; those whose terms concern other namespaces under the empty name, too."""
    terms = _terms(pod)
    if not terms or not _is_placed(pod):
        return ()
    return (pod.metadata.namespace, "") if any(_is_wide(term) for term in terms) else (pod.metadata.namespace,)


def _terms(pod: Pod) -> tuple[PodAffinityTerm, ...]:
    apart = pod.spec.affinity.pod_anti_affinity if pod.spec.affinity else None
    return apart.required if apart is not None else ()


def _is_wide(term: PodAffinityTerm) -> bool:
    return bool(term.namespaces) or term.namespace_selector is not None


def _spread(index: Index, pod: Pod, constraint: TopologySpreadConstraint) -> str:
    nodes = nodes_for(index, pod.spec).open or index.all("nodes")
    key = constraint.topology_key
    lacking = [node.metadata.name for node in nodes if key not in node.metadata.labels]
    pods = _of_constraint(index, pod, constraint)
    counts = Counter(dict.fromkeys(_values(nodes, key), 0))
    counts.update(node.metadata.labels[key] for p in pods if (node := _node(index, p)) and key in node.metadata.labels)
    if not counts:
        return f"It must be spread over {key}, and no node that it may use has that label"
    parts = ", ".join(f"{value} {count}" for value, count in sorted(counts.items(), key=lambda i: (i[1], i[0]))[:8])
    rule = f"Between values of {key} the number of such pods may differ by {constraint.max_skew}"
    return f"{rule}; now it is {parts}" + (f"; {listed(lacking)} {have(len(lacking))} no such label" if lacking else "")


def _of_constraint(index: Index, pod: Pod, constraint: TopologySpreadConstraint) -> list[Pod]:
    if constraint.label_selector is None:
        return []
    own = {key: pod.metadata.labels[key] for key in constraint.match_label_keys if key in pod.metadata.labels}
    chosen = selected(index, pod.metadata.namespace, constraint.label_selector)
    return [p for p in chosen if _is_placed(p) and own.items() <= p.metadata.labels.items()]


def _placed(index: Index, pod: Pod, term: PodAffinityTerm) -> list[Pod]:
    """Pods on nodes that a term of this pod means."""
    if term.label_selector is None:
        return []
    found = (p for space in _namespaces(index, pod, term) for p in selected(index, space, term.label_selector))
    return [other for other in found if _is_placed(other)]


def _is_placed(pod: Pod) -> bool:
    return bool(pod.node_name) and not has_ended(pod)


def _namespaces(index: Index, pod: Pod, term: PodAffinityTerm) -> set[str]:
    """The namespaces that a term is about: those it names and selects, else the pod's own (KEP-2249)."""
    found = set(term.namespaces)
    if term.namespace_selector is not None:
        found |= {n.metadata.name for n in index.all("namespaces") if _selects(term.namespace_selector, n)}
    elif not found:
        found.add(pod.metadata.namespace)
    return found


def _selects(selector: LabelSelector, namespace: Namespace) -> bool:
    return matches(selector, namespace.metadata.labels)


def _node(index: Index, pod: Pod) -> Node | None:
    found: Node | None = index.get("nodes", "", pod.node_name)
    return found


def _where(index: Index, pods: list[Pod]) -> list[Node]:
    return [node for pod in pods if (node := _node(index, pod)) is not None]


def _values(nodes: Iterable[Node], key: str) -> set[str]:
    return {node.metadata.labels[key] for node in nodes if key in node.metadata.labels}


def _place(key: str) -> str:
    return "a node" if key == _HOST else f"a {key}"
