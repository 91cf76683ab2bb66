"""Fields of `metric` and `suggest`."""

from typing import Any

from diag.facts import suggest
from diag.facts.containers import PodContainer
from diag.facts.index import Index
from diag.playbook.fields.field import Field

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
