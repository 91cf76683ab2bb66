"""Fields of `node`."""

from diag.facts.index import Index
from diag.model.cluster import Node
from diag.playbook.fields.field import Field


def _condition(index: Index, node: Node, kind: str) -> str | None:
    return next((c.status for c in node.status.conditions if c.type == kind), None)


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the node.", lambda i, n: n.metadata.name),
    "ready": Field("text", "Its Ready condition: True, False or Unknown.", lambda i, n: _condition(i, n, "Ready")),
    "memory_pressure": Field("text", "Its MemoryPressure condition.", lambda i, n: _condition(i, n, "MemoryPressure")),
    "disk_pressure": Field("text", "Its DiskPressure condition.", lambda i, n: _condition(i, n, "DiskPressure")),
    "cordoned": Field("bool", "Whether it takes no new pods.", lambda i, n: n.spec.unschedulable),
    "architecture": Field("text", "amd64, arm64….", lambda i, n: n.status.node_info.architecture or None),
    "runtime": Field(
        "text", "Container runtime and its version.", lambda i, n: n.status.node_info.container_runtime_version or None
    ),
    "kubelet": Field("text", "Version of its kubelet.", lambda i, n: n.status.node_info.kubelet_version or None),
}
