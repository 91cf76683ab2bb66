"""Fields of `node`."""

from datetime import datetime

from diag.facts import leases, nodes, sandboxes, volume_places
from diag.facts.containers import own_quantity
from diag.facts.index import Index
from diag.facts.rollouts import condition
from diag.model.cluster import Node
from diag.playbook.fields import crash
from diag.playbook.fields.field import Field

_CORDON = "node.kubernetes.io/unschedulable"
_LEASES = ("leases",)
# Seconds by which the clock of a node may be ahead: a kubelet renews its lease every 10 s. One that has just died is
# behind and still counts as ready for up to a minute (node-monitor-grace-period).
_AHEAD, _BEHIND = 45.0, 300.0


def _status(node: Node, kind: str) -> str | None:
    found = condition(node, kind)
    return found.status if found is not None else None


def _since(node: Node, kind: str) -> datetime | None:
    found = condition(node, kind)
    return found.last_transition_time if found is not None else None


def _said(node: Node, kind: str) -> str | None:
    found = condition(node, kind)
    return found.message or None if found is not None else None


def _cordoned_age(index: Index, node: Node) -> float | None:
    times = [taint.time_added for taint in node.spec.taints if taint.key == _CORDON]
    return index.age(times[0]) if times and node.spec.unschedulable else None


def _cordoned_nodes(index: Index, node: Node) -> list[str] | None:
    """All cordoned nodes, where it is one."""
    if not node.spec.unschedulable:
        return None
    return [one.metadata.name for one in index.all("nodes") if one.spec.unschedulable]


def _failing_agent(index: Index, node: Node) -> str | None:
    found = sandboxes.failing_agent(index, node.metadata.name)
    return f"{found.kind} {found.namespace}/{found.name}" if found is not None else None


def _heartbeat_age(index: Index, node: Node) -> float | None:
    lease = leases.of_node(index, node.metadata.name)
    return leases.behind(index, lease) if lease is not None else None


def _clock(index: Index, node: Node) -> str | None:
    off = leases.clock_off(index, node.metadata.name)
    if off is None or -_BEHIND < off < _AHEAD or not nodes.is_ready(node):
        return None
    return f"{abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} that of most nodes"


def _lost(index: Index, node: Node) -> str | None:
    share = nodes.cluster_lost(index)
    return f"{share.lost} of {share.total}" if share.total > 1 else None


def _most_lost(index: Index, node: Node) -> bool:
    share = nodes.zone_lost(index, node) or nodes.cluster_lost(index)
    return share.total > 2 and share.lost * 2 >= share.total


def _zone_lost(index: Index, node: Node) -> str | None:
    share = nodes.zone_lost(index, node)
    return f"{share.lost} of {share.total}" if share is not None else None


def _lost_together(index: Index, node: Node) -> str:
    return f"Nodes {nodes.zone(node) if nodes.zone_lost(index, node) else 'of the cluster'}"


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the node.", lambda i, n: n.metadata.name),
    "age": Field("duration", "Time since the node joined.", lambda i, n: i.age(n.metadata.creation_timestamp)),
    "ready": Field("text", "Its Ready condition: True, False or Unknown.", lambda i, n: _status(n, "Ready")),
    "ready.reason": Field(
        "text", "Reason of its Ready condition.", lambda i, n: ((c := condition(n, "Ready")) and c.reason) or None
    ),
    "ready.message": Field("text", "Message of its Ready condition.", lambda i, n: _said(n, "Ready")),
    "ready.age": Field("duration", "Time since that changed.", lambda i, n: i.age(_since(n, "Ready"))),
    "memory_pressure": Field("text", "Its MemoryPressure condition.", lambda i, n: _status(n, "MemoryPressure")),
    "memory_pressure.age": Field(
        "duration", "Time since that changed.", lambda i, n: i.age(_since(n, "MemoryPressure"))
    ),
    "disk_pressure": Field("text", "Its DiskPressure condition.", lambda i, n: _status(n, "DiskPressure")),
    "disk_pressure.age": Field("duration", "Time since that changed.", lambda i, n: i.age(_since(n, "DiskPressure"))),
    "disk_pressure.message": Field(
        "text", "Message of its DiskPressure condition.", lambda i, n: _said(n, "DiskPressure")
    ),
    "pid_pressure": Field("text", "Its PIDPressure condition.", lambda i, n: _status(n, "PIDPressure")),
    "pid_pressure.age": Field("duration", "Time since that changed.", lambda i, n: i.age(_since(n, "PIDPressure"))),
    "network_unavailable": Field(
        "text", "Its NetworkUnavailable condition.", lambda i, n: _status(n, "NetworkUnavailable")
    ),
    "network_unavailable.message": Field(
        "text", "Message of its NetworkUnavailable condition.", lambda i, n: _said(n, "NetworkUnavailable")
    ),
    "network_unavailable.age": Field(
        "duration", "Time since that changed.", lambda i, n: i.age(_since(n, "NetworkUnavailable"))
    ),
    "cordoned": Field("bool", "Whether it takes no new pods.", lambda i, n: n.spec.unschedulable),
    "cordoned.age": Field("duration", "Time since it takes no new pods.", _cordoned_age),
    "cordoned.nodes": Field("texts", "The nodes that take no new pods, it among them.", _cordoned_nodes),
    "cordoned.together": Field(
        "text",
        "What cordoned nodes have in common: `Nodes cordoned`.",
        lambda i, n: "Nodes cordoned" if n.spec.unschedulable else None,
    ),
    "taints": Field("texts", "Keys of its taints.", lambda i, n: [taint.key for taint in n.spec.taints] or None),
    "failing_agent": Field(
        "text",
        "What wires the pods of nodes, where its pod on this one is not ready: `DaemonSet namespace/name`.",
        _failing_agent,
        ("pods",),
    ),
    "heartbeat.age": Field(
        "duration",
        "By how much the last renewal of its lease is older than the newest of any lease.",
        _heartbeat_age,
        _LEASES,
    ),
    "clock": Field("text", "How far its clock is off, where its lease shows that.", _clock, _LEASES),
    "lost_nodes": Field("text", "How many nodes of the cluster are not ready: `3 of 12`.", _lost),
    "zone": Field("text", "Zone that it is in.", lambda i, n: nodes.zone(n)),
    "zone.lost_nodes": Field("text", "How many nodes of its zone are not ready.", _zone_lost),
    "lost_together": Field("text", "The nodes that may be lost with it, as `Nodes zone`.", _lost_together),
    "most_lost": Field(
        "bool", "Whether at least half of its zone, or of the cluster where it has none, is not ready.", _most_lost
    ),
    "pods": Field("number", "How many pods are on it that have not ended.", nodes.pods, ("pods",)),
    "pods_left": Field("number", "How many pods more it may run.", nodes.pods_left, ("pods",)),
    "most_pods": Field("text", "How many pods it may run.", lambda i, n: own_quantity(n.status.allocatable, "pods")),
    "full_drivers": Field(
        "text",
        "Storage drivers of which it has as many volumes as it takes.",
        lambda i, n: volume_places.full(i, n.metadata.name),
        ("csinodes", "volumeattachments"),
    ),
    "workloads": Field(
        "texts",
        "Workloads with pods on it, DaemonSets left out.",
        lambda i, n: nodes.workload_names(i, n) or None,
        ("pods",),
    ),
    "architecture": Field("text", "amd64, arm64….", lambda i, n: n.status.node_info.architecture or None),
    "runtime": Field(
        "text", "Container runtime and its version.", lambda i, n: n.status.node_info.container_runtime_version or None
    ),
    "old_runtime": Field(
        "bool", "Whether its containerd does not speak the only protocol that its kubelet knows.", nodes.old_runtime
    ),
    "kubelet": Field("text", "Version of its kubelet.", lambda i, n: n.status.node_info.kubelet_version or None),
    "version_skew": Field("text", "How the version of its kubelet breaks the rules.", nodes.version_skew),
    "server_version": Field("text", "Version of the API server.", lambda i, n: i.snapshot.server_version or None),
    "waiting_certificate": Field(
        "text",
        "Signing request of its kubelet that nobody has approved.",
        nodes.waiting_certificate,
        ("certificatesigningrequests",),
    ),
    **crash.NODE,
}
