"""Fields of `metric` and `suggest`."""

from typing import Any

from diag.facts import suggest
from diag.facts.containers import PodContainer
from diag.facts.index import Index
from diag.facts.usage import mebibytes
from diag.playbook.fields.field import Field

_NUMBERS: dict[str, str] = {
    "memory_ratio": "Working set over limit, now.",
    "memory_ratio_30m": "Largest working set over limit in the last 30 minutes.",
    "memory_ratio_least": "Smallest working set over limit in the last 15 minutes.",
    "memory_last": "Last working set over limit that was measured in its last run.",
    "memory_usual": "Median working set over limit in its last run.",
    "memory_climb": "How much of the limit the working set climbed in its last run, by the straight line through it.",
    "memory_straight": "How straight that climb was: 1 for a line; the square of the correlation with time.",
    "memory_limit_in": "Seconds until the working set reaches the limit at the pace of the present run.",
    "oom_events": "Processes of the container killed for memory in the last hour.",
    "cpu_usage": "Cores used, now.",
    "cpu_ratio": "Cores used over limit, now.",
    "cpu_throttled": "Share of the last five minutes' CPU periods in which it was held back at its limit.",
    "restarts_1h": "Restarts in the last hour.",
    "network_errors": "Packets of the pod that failed or were dropped, a second.",
    "volume_ratio": "Used over capacity of the claim's volume.",
    "inodes_ratio": "Used over available inodes of the claim's volume.",
    "volume_full_in": "Seconds until the claim's volume is full at the pace of the last hours.",
}
_BYTES: dict[str, str] = {
    "memory_usage": "Working set, now.",
    "memory_peak": "Largest working set in the last three hours, of a container that was killed or is near its limit.",
    "memory_slope": "How much the working set climbed an hour in its last run.",
}


def _number(name: str) -> Field:
    return Field("number", _NUMBERS[name], lambda i, values: values.get(name))


def _bytes(name: str) -> Field:
    return Field("quantity", _BYTES[name], lambda i, values: mebibytes(values[name]) if name in values else None)


METRIC: dict[str, Field] = {
    **{name: _number(name) for name in _NUMBERS},
    **{name: _bytes(name) for name in _BYTES},
    "memory_near_for": Field(
        "duration",
        "How long its last run was above nine tenths of the limit, until it ended or until now.",
        lambda i, values: values.get("memory_near_for"),
    ),
}


def _peak(index: Index, container: PodContainer) -> float | None:
    meta = container.pod.metadata
    samples = index.samples.get((meta.namespace, meta.name, container.spec.name, ""), [])
    return max((s.value for s in samples if s.name == "memory_peak"), default=None)


def _memory(index: Index, container: Any) -> str | None:
    return suggest.memory(index, container, _peak(index, container))


def _basis(index: Index, container: PodContainer) -> str | None:
    return suggest.basis(index, container, _peak(index, container))


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
    "basis": Field("text", "What that limit is worked out from.", _basis),
}
