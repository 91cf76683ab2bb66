"""The questions put to Prometheus: one for each metric of the playbook language, answered for the whole cluster.

Each is aggregated and filtered on the server, so that only what stands out comes back (metric names of cAdvisor,
the kubelet and kube-state-metrics, as kubernetes-mixin uses them).
"""

from typing import NamedTuple

_BY = "by (namespace, pod, container)"
_BY_CLAIM = "by (namespace, persistentvolumeclaim)"
_SERIES = 'container_memory_working_set_bytes{container!="",container!="POD"}'
_WORKING_SET = f"max {_BY} ({_SERIES})"
_LIMIT = f'max {_BY} (kube_pod_container_resource_limits{{resource="memory"}})'


class Query(NamedTuple):
    """One metric: its name, the PromQL, and the series without which it cannot be answered."""

    name: str
    promql: str
    needs: tuple[str, ...]


_MEMORY = ("container_memory_working_set_bytes", "kube_pod_container_resource_limits")
_AVAILABLE = "kubelet_volume_stats_available_bytes"
_VOLUME = ("kubelet_volume_stats_used_bytes",)

QUERIES: tuple[Query, ...] = (
    Query("memory_ratio", f"{_WORKING_SET} / {_LIMIT} > 0.7", _MEMORY),
    Query(
        "memory_ratio_30m",
        f"max {_BY} (max_over_time({_SERIES}[30m])) / {_LIMIT} > 0.9",
        _MEMORY,
    ),
    Query(
        "memory_ratio_least",
        f"min {_BY} (min_over_time({_SERIES}[15m])) / {_LIMIT} > 0.8",
        _MEMORY,
    ),
    Query(
        "memory_limit_in",
        f"({_LIMIT} - {_WORKING_SET}) / (max {_BY} (deriv({_SERIES}[3h])) > 0) < 14400",
        _MEMORY,
    ),
    Query(
        "memory_peak",
        f"max {_BY} (max_over_time({_SERIES}[1h]))"
        f" and on (namespace, pod, container) sum {_BY} (increase(kube_pod_container_status_restarts_total[1h])) > 0",
        ("container_memory_working_set_bytes", "kube_pod_container_status_restarts_total"),
    ),
    Query(
        "oom_events",
        f'sum {_BY} (increase(container_oom_events_total{{container!=""}}[1h])) > 0',
        ("container_oom_events_total",),
    ),
    Query(
        "volume_ratio",
        f"max {_BY_CLAIM} (kubelet_volume_stats_used_bytes / kubelet_volume_stats_capacity_bytes) > 0.85",
        _VOLUME,
    ),
    Query(
        "inodes_ratio",
        f"max {_BY_CLAIM} (kubelet_volume_stats_inodes_used / kubelet_volume_stats_inodes) > 0.9",
        ("kubelet_volume_stats_inodes_used",),
    ),
    Query(
        "volume_full_in",
        f"min {_BY_CLAIM} ({_AVAILABLE} / (-deriv({_AVAILABLE}[6h]) > 0)) < 345600",
        (_AVAILABLE,),
    ),
)
