"""How much room the nodes have: what each gives to pods, less what the pods on it ask for."""

from collections import defaultdict
from typing import NamedTuple

from diag.facts.fit import Nodes, nodes_for
from diag.facts.index import Index, joined
from diag.facts.requests import Amounts, add, amounts, requests
from diag.facts.rollouts import has_ended
from diag.facts.usage import mebibytes
from diag.facts.words import listed
from diag.model.cluster import Node
from diag.model.pods import Pod, PodSpec

PODS = "pods"
_WORDS = {"cpu": "CPU", "ephemeral-storage": "ephemeral storage"}
_BYTES = ("memory", "ephemeral-storage", "hugepages-")
_GIB = 2**30
_HAIR = 1e-9  # sums of fractions of a CPU are not exact


class Most(NamedTuple):
    """The node with most of something, and how much that is."""

    amount: float
    node: str


def is_whole(index: Index) -> bool:
    """Whether all pods of the cluster were read, so that what is free can be told."""
    scope = index.snapshot.scope
    return index.saw("pods") and not scope.namespaces and not scope.selector


def allocatable(index: Index, node: Node, resource: str) -> float:
    """How much of a resource a node gives to pods."""
    return _given(index).get(node.metadata.name, {}).get(resource, 0.0)


def taken(index: Index, node: Node, resource: str) -> float:
    """How much of it the pods on a node ask for; of `pods` their number."""
    name = node.metadata.name
    return index.keep(("room.taken", name), lambda: _taken(index, name)).get(resource, 0.0)


def takes(index: Index, node: Node, spec: PodSpec) -> bool:
    """Whether the node has room for one more pod with this spec, as far as pods were read."""
    asked = {**requests(index, spec), PODS: 1.0}
    return all(taken(index, node, n) + amount <= allocatable(index, node, n) + _HAIR for n, amount in asked.items())


def largest(index: Index, nodes: Nodes, resource: str) -> Most | None:
    """The one that gives most of a resource to pods, of the nodes that are open."""
    found = (Most(allocatable(index, node, resource), node.metadata.name) for node in nodes.open)
    return index.remember(("room.largest", id(nodes), resource), lambda: max(found, default=None))


def is_too_large(index: Index, pod: Pod, resource: str) -> bool:
    """Whether the pod asks for more than any node that it may use gives to pods."""
    most = largest(index, nodes_for(index, pod.spec), resource)
    return most is not None and requests(index, pod.spec).get(resource, 0.0) > most.amount + _HAIR


def shortage(index: Index, pod: Pod, resource: str) -> str | None:
    """What a pod asks for against what the nodes that it may use have, as far as there are any to compare.

    A sentence without its full stop; None for a resource that the pod does not ask for.
    """
    nodes = nodes_for(index, pod.spec)
    most = largest(index, nodes, resource)
    wanted = requests(index, pod.spec).get(resource, 0.0)
    if wanted <= 0:
        return None
    asked = f"It asks for {shown(wanted, resource)}"
    if most is None:
        return asked
    if most.amount <= 0:
        return f"{asked}; {_nowhere(index, nodes.open, resource)}"
    if wanted > most.amount + _HAIR:
        return f"{asked}; {_gives(most, resource)}"
    if not is_whole(index):
        return f"{asked}; {_gives(most, resource)}. What is free there is not known, since not all pods were read"
    return f"{asked}; {_left(index, nodes.open, resource)}"


def full(index: Index, pod: Pod) -> str | None:
    """How many pods the nodes that it may use have, and how many they take."""
    nodes = nodes_for(index, pod.spec).open
    if not nodes or not is_whole(index):
        return None
    counts = [
        f"{node.metadata.name} {taken(index, node, PODS):g} of {allocatable(index, node, PODS):g}" for node in nodes
    ]
    return f"Pods on the nodes that it may use: {listed(counts)}"


def shown(amount: float, resource: str) -> str:
    """An amount for people: `0.4 CPU`, `3.5Gi memory`, `2 nvidia.com/gpu`."""
    return f"{_number(amount, resource)} {_WORDS.get(resource, resource)}"


@joined
def _given(index: Index) -> dict[str, Amounts]:
    return {node.metadata.name: amounts(node.status.allocatable) for node in index.all("nodes")}


def _taken(index: Index, node: str) -> Amounts:
    sums: defaultdict[str, float] = defaultdict(float)
    for pod in index.pods_by_node.get(node):
        if not has_ended(pod):
            add(sums, requests(index, pod.spec))
            sums[PODS] += 1
    return sums


def _gives(most: Most, resource: str) -> str:
    return f"the largest node that it may use, {most.node}, gives {shown(most.amount, resource)} to all its pods"


def _left(index: Index, nodes: list[Node], resource: str) -> str:
    left = max(Most(allocatable(index, n, resource) - taken(index, n, resource), n.metadata.name) for n in nodes)
    total = sum(allocatable(index, node, resource) for node in nodes)
    asked = sum(taken(index, node, resource) for node in nodes)
    where = (
        f"the {len(nodes)} nodes that it may use" if len(nodes) > 1 else f"{left.node}, the only node that it may use,"
    )
    return (
        f"the most that is free on one node is {shown(max(0.0, left.amount), resource)} ({left.node}). Of the "
        f"{shown(total, resource)} of {where} {_number(asked, resource)} are asked for by pods there"
    )


def _nowhere(index: Index, nodes: list[Node], resource: str) -> str:
    """No node that it may use offers the resource; others may."""
    own = {node.metadata.name for node in nodes}
    names = [n.metadata.name for n in index.all("nodes") if allocatable(index, n, resource) > 0]
    others = [name for name in names if name not in own]
    none = "no node offers any" if not others else "no node that it may use offers any"
    return f"{none}; the nodes that do are {listed(others)}" if others else none


def _number(amount: float, resource: str) -> str:
    if not resource.startswith(_BYTES):
        return f"{round(amount, 2):g}"
    return f"{round(amount / _GIB, 1):g}Gi" if abs(amount) >= _GIB else mebibytes(amount)
