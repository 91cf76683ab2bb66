"""Fields of `node`, `event`, `log`, `metric` and `suggest`."""

from typing import Any

from diag.facts import suggest
from diag.facts.containers import PodContainer
from diag.facts.index import Index
from diag.model.cluster import Event, Node
from diag.playbook.fields.field import Field


def _condition(index: Index, node: Node, kind: str) -> str | None:
    return next((c.status for c in node.status.conditions if c.type == kind), None)


def _lasting(index: Index, event: Event) -> float | None:
    return (event.last - event.first).total_seconds() if event.last and event.first else None


NODE: dict[str, Field] = {
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

EVENT: dict[str, Field] = {
    "reason": Field("text", "Reason of the event.", lambda i, e: e.reason or None),
    "message": Field("text", "Message of the event.", lambda i, e: e.message or None),
    "type": Field("text", "Normal or Warning; many failures are Normal.", lambda i, e: e.type or None),
    "source": Field("text", "Component that wrote it.", lambda i, e: e.source or None),
    "count": Field("number", "How often it was seen, at least.", lambda i, e: e.count),
    "age": Field("duration", "Time since it was last seen.", lambda i, e: i.age(e.last)),
    "lasting": Field("duration", "Time between its first and its newest occurrence.", _lasting),
}

LOG: dict[str, Field] = {
    "line": Field(
        "text", "One line of the container's log, of its last run where it has ended.", lambda i, line: line.text
    ),
    "previous": Field(
        "bool", "Whether it is the log of the run before the present one.", lambda i, line: line.key.previous
    ),
}

METRIC_MEANINGS: dict[str, str] = {
    "memory_ratio": "Working set over limit, now.",
    "memory_ratio_30m": "Largest working set over limit in the last 30 minutes.",
    "memory_ratio_least": "Smallest working set over limit in the last 15 minutes.",
    "memory_peak": "Largest working set in bytes in the last hour, of a container that restarted in it.",
    "memory_limit_in": "Seconds until the working set reaches the limit at the pace of the last hours.",
    "oom_events": "Processes of the container killed for memory in the last hour.",
    "volume_ratio": "Used over capacity of the claim's volume.",
    "inodes_ratio": "Used over available inodes of the claim's volume.",
    "volume_full_in": "Seconds until the claim's volume is full at the pace of the last hours.",
}


def _metric(name: str) -> Field:
    return Field("number", METRIC_MEANINGS[name], lambda i, values: values.get(name))


METRIC: dict[str, Field] = {name: _metric(name) for name in METRIC_MEANINGS}


def _peak(index: Index, container: PodContainer) -> float | None:
    meta = container.pod.metadata
    samples = index.samples.get((meta.namespace, meta.name, container.spec.name, ""), [])
    return max((s.value for s in samples if s.name == "memory_peak"), default=None)


def _memory(index: Index, container: Any) -> str | None:
    return suggest.memory(index, container, _peak(index, container))


SUGGEST: dict[str, Field] = {
    "memory_limit": Field(
        "quantity",
        "Memory limit to try, from the observed peak or twice the present limit; absent where there is no room for it.",
        _memory,
    ),
    "no_room": Field(
        "text",
        "What forbids the memory limit that would be tried.",
        lambda index, container: suggest.no_room(index, container, _peak(index, container)),
    ),
}
