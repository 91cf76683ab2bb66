"""Why a pod has no node: the reason that decides, and what the nodes have against what the pod asks for."""

from collections.abc import Callable
from itertools import islice

from diag.facts import hostports, neighbours, room, volume_places, wanted
from diag.facts.fit import nodes_for, tainted
from diag.facts.index import Index
from diag.facts.refusals import CLOSED, CONTROL_PLANE, RESOURCES, TAINT, Refusal, deciding, said, sorted_out
from diag.facts.words import have, listed
from diag.model.pods import Pod, PodSpec

# Of more closed nodes than this it is not worked out which of them would take a pod.
_TRIED = 50
_SELECTOR = "selector"
_STATES = {
    "not-ready": "not ready",
    "pressure": "under pressure",
    "network": "without a network",
    "uninitialized": "not initialised",
    "cordoned": "cordoned",
}


def refusal(index: Index, pod: Pod) -> Refusal | None:
    """The reason that decides, as the scheduler says it and the nodes that were read correct it.

    Worked out once for the pods of a template of which the scheduler says the same.
    """
    word = said(index, pod)
    if word is None:
        return None
    message = word.message
    return index.remember(("unplaced", message, id(pod.spec)), lambda: _deciding(index, message, pod.spec))


def _deciding(index: Index, message: str, spec: PodSpec) -> Refusal | None:
    found = sorted_out(message)
    return deciding(_corrected(index, spec, found) if index.all("nodes") else found)


def why(index: Index, pod: Pod) -> str | None:
    """What the nodes, or other pods, have against what the pod asks for; a sentence without its full stop."""
    found = refusal(index, pod)
    compare = _COMPARE.get(found.kind) if found is not None else None
    return compare(index, pod) if compare is not None else None


def waits_for(index: Index, pod: Pod) -> str | None:
    """What pods of several workloads wait for together, as `Kind name`; None when it is the pod's own matter.

    Pods wait for one resource together when they may use the same nodes, and these are full: not when one asks for
    more than any node has.
    """
    found = refusal(index, pod)
    if found is None or not index.all("nodes"):
        return None
    if found.kind in CLOSED:
        closed = closed_nodes(index, pod)
        return (f"Node {closed[0]}" if len(closed) == 1 else f"Nodes {found.kind}") if closed else None
    if found.kind == _SELECTOR:
        missing = wanted.missing_label(index, pod.spec)
        return f"Label {missing}" if missing else None
    if found.kind in (TAINT, CONTROL_PLANE):
        taints = list(nodes_for(index, pod.spec).by_taint)
        return f"Taint {taints[0]}" if len(taints) == 1 else None
    resource = _resource(found)
    if not resource or room.is_too_large(index, pod, resource):
        return None
    wish = wanted.wish(pod.spec)
    return f"Resource {resource} where {wish}" if wish else f"Resource {resource}"


def closed_nodes(index: Index, pod: Pod) -> list[str]:
    """The nodes that are meant for such a pod and are in the state that the scheduler refuses it for."""
    found = refusal(index, pod)
    nodes = nodes_for(index, pod.spec).by_kind.get(found.kind, []) if found and found.kind in CLOSED else []
    return [node.metadata.name for node in nodes]


def _corrected(index: Index, spec: PodSpec, found: list[Refusal]) -> list[Refusal]:
    """The reasons without those that the nodes show to be none.

    Labels that do not match are none where other nodes match and a taint closes them; a closed node is none when it
    does not match, or has no room for the pod either.
    """
    closed = nodes_for(index, spec).by_kind
    found = [new for one in found for new in _told_apart(index, spec, one)]
    kinds = {one.kind for one in found}
    beside: set[str] = set()
    if _SELECTOR in kinds and kinds & {TAINT, CONTROL_PLANE}:
        beside = {TAINT, CONTROL_PLANE, _SELECTOR} - (kinds.intersection(closed) or {_SELECTOR})
    if kinds & {*RESOURCES, room.PODS, _SELECTOR}:
        beside |= {kind for kind in CLOSED if not _would_take(index, spec, kind)}
    return [one for one in found if one.kind not in beside] or found


def _told_apart(index: Index, spec: PodSpec, one: Refusal) -> list[Refusal]:
    """Taints that the words do not name (since 1.34), by what they say on the nodes that were read."""
    if one.kind != TAINT or one.detail:
        return [one]
    return [Refusal(kind, nodes) for kind, nodes in tainted(index, spec).items()] or [one]


def _would_take(index: Index, spec: PodSpec, kind: str) -> bool:
    """Whether one of the nodes that are closed like this has room for the pod, as far as that can be told."""
    nodes = nodes_for(index, spec).by_kind.get(kind, [])
    return bool(nodes) and (not room.is_whole(index) or any(room.takes(index, n, spec) for n in islice(nodes, _TRIED)))


def _resource(found: Refusal) -> str:
    if found.kind == "resource":
        return found.detail
    return found.kind if found.kind in (*RESOURCES, room.PODS) else ""


def _shortage(index: Index, pod: Pod) -> str | None:
    """The resource that decides first, then others that the pod is refused for, then a closed node with room."""
    decisive, word = refusal(index, pod), said(index, pod)
    every = [one for one in sorted_out(word.message if word else "") if one.kind in RESOURCES]
    every.sort(key=lambda one: one != decisive)
    texts = [room.shortage(index, pod, _resource(one)) for one in every]
    texts += [_roomy(index, pod, kind) for kind in CLOSED]
    return ". ".join(text for text in texts if text) or None


def _roomy(index: Index, pod: Pod, kind: str) -> str | None:
    nodes = islice(nodes_for(index, pod.spec).by_kind.get(kind, []), _TRIED)
    names = [n.metadata.name for n in nodes if room.is_whole(index) and room.takes(index, n, pod.spec)]
    return f"{listed(names)} would have room and {_are(names)} {_STATES[kind]}" if names else None


def _state(index: Index, pod: Pod) -> str | None:
    found, names = refusal(index, pod), closed_nodes(index, pod)
    return f"{listed(names)} {_are(names)} {_STATES[found.kind]}" if found is not None and names else None


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _tainted(index: Index, pod: Pod) -> str | None:
    taints = nodes_for(index, pod.spec).by_taint
    texts = [f"{listed([n.metadata.name for n in on])} {have(len(on))} taint {text}" for text, on in taints.items()]
    return f"Of the nodes with the labels that it wants, {listed(texts)}" if texts else None


_COMPARE: dict[str, Callable[[Index, Pod], str | None]] = {
    **dict.fromkeys(CLOSED, _state),
    **dict.fromkeys(RESOURCES, _shortage),
    TAINT: _tainted,
    CONTROL_PLANE: _tainted,
    _SELECTOR: lambda index, pod: wanted.unmet(index, pod.spec),
    room.PODS: room.full,
    "hostport": hostports.holders,
    "pod-affinity": neighbours.affinity,
    "topology-spread": neighbours.spread,
    "rwop": volume_places.exclusive_users,
    "volume-limit": volume_places.limits,
    "csi": volume_places.driver_nodes,
}
