"""The questions put to Prometheus: one for each metric of the playbook language, answered for the whole cluster.

Each is aggregated and filtered on the server, so that only what stands out comes back (metric names of cAdvisor,
the kubelet and kube-state-metrics, as kubernetes-mixin uses them). `$of` stands where a label matcher belongs that
picks the cluster's own series (`of` gives it).
"""

import json
from typing import NamedTuple

_BY = "by (namespace, pod, container)"
_BY_CLAIM = "by (namespace, persistentvolumeclaim)"

CGROUP_MEMORY = "container_memory_working_set_bytes"
POD_INFO = "kube_pod_info"
_LIMITS = "kube_pod_container_resource_limits"
_CPU_SECONDS = "container_cpu_usage_seconds_total"
_PERIODS = "container_cpu_cfs_periods_total"
_THROTTLED = "container_cpu_cfs_throttled_periods_total"
_RESTARTS = "kube_pod_container_status_restarts_total"
_OOM_EVENTS = "container_oom_events_total"
_USED = "kubelet_volume_stats_used_bytes"
_CAPACITY = "kubelet_volume_stats_capacity_bytes"
_AVAILABLE = "kubelet_volume_stats_available_bytes"
_INODES_USED = "kubelet_volume_stats_inodes_used"
_INODES = "kubelet_volume_stats_inodes"
_NETWORK = tuple(
    f"container_network_{way}_{what}_total" for way in ("receive", "transmit") for what in ("errors", "packets_dropped")
)

_CONTAINERS = '{$ofcontainer!="",container!="POD"}'
_WORKING_SET = f"max {_BY} ({CGROUP_MEMORY}{_CONTAINERS})"
_CPU = f"sum {_BY} (rate({_CPU_SECONDS}{_CONTAINERS}[5m]))"
_VOLUME_RATIO = f"max {_BY_CLAIM} ({_USED}{{$of}} / {_CAPACITY}{{$of}})"
_INODES_RATIO = f"max {_BY_CLAIM} ({_INODES_USED}{{$of}} / {_INODES}{{$of}})"


def _limit(resource: str) -> str:
    return f'max {_BY} ({_LIMITS}{{$ofresource="{resource}"}})'


def _rate(name: str, window: str) -> str:
    return f"sum {_BY} (increase({name}{_CONTAINERS}[{window}]))"


class Query(NamedTuple):
    """One metric: its name, the PromQL, and the series without which it cannot be answered.

    `concerns`: `volume`, `cpu limit` or `memory limit` where there is nothing to measure without one.
    """

    name: str
    promql: str
    needs: tuple[str, ...]
    concerns: str = ""

    def of(self, cluster: str) -> str:
        """The PromQL for the series of the cluster that Prometheus knows by this name."""
        return self.promql.replace("$of", of(cluster))


# What a scan asks.
QUERIES: tuple[Query, ...] = (
    Query("memory_ratio", f"{_WORKING_SET} / {_limit('memory')} > 0.7", (CGROUP_MEMORY, _LIMITS), "memory limit"),
    Query("cpu_ratio", f"{_CPU} / {_limit('cpu')} > 0.7", (_CPU_SECONDS, _LIMITS), "cpu limit"),
    # kubernetes-mixin, CPUThrottlingHigh
    Query(
        "cpu_throttled",
        f"{_rate(_THROTTLED, '5m')} / {_rate(_PERIODS, '5m')} > 0.25",
        (_THROTTLED, _PERIODS),
        "cpu limit",
    ),
    Query("restarts_1h", f"sum {_BY} (increase({_RESTARTS}{{$of}}[1h])) > 0.5", (_RESTARTS,)),
    Query("oom_events", f"{_rate(_OOM_EVENTS, '1h')} > 0", (_OOM_EVENTS,)),
    Query(
        "network_errors",
        f"sum by (namespace, pod) ({' + '.join(f'rate({name}{{$of}}[5m])' for name in _NETWORK)}) > 1",
        _NETWORK,
    ),
    Query("volume_ratio", f"{_VOLUME_RATIO} > 0.85", (_USED, _CAPACITY), "volume"),
    Query("inodes_ratio", f"{_INODES_RATIO} > 0.9", (_INODES_USED, _INODES), "volume"),
    Query(
        "volume_full_in",
        f"min {_BY_CLAIM} ({_AVAILABLE}{{$of}} / (-deriv({_AVAILABLE}{{$of}}[6h]) > 0)) < 345600",
        (_AVAILABLE,),
        "volume",
    ),
)

# What `mondiag top` asks: of everything, however small, but of no more than it shows.
USAGE: tuple[Query, ...] = (
    Query("memory_usage", _WORKING_SET, (CGROUP_MEMORY,)),
    Query("cpu_usage", _CPU, (_CPU_SECONDS,)),
    *(query for query in QUERIES if query.name in ("cpu_throttled", "network_errors")),
    Query("volume_ratio", _VOLUME_RATIO, (_USED, _CAPACITY), "volume"),
    Query("inodes_ratio", _INODES_RATIO, (_INODES_USED, _INODES), "volume"),
)


def of(cluster: str) -> str:
    """The matcher for series of the cluster that Prometheus knows by this name; none where it names no clusters."""
    return f"cluster={json.dumps(cluster)}," if cluster else ""


def known(queries: tuple[Query, ...], cluster: str) -> str:
    """Asks which of the series that the queries need are there."""
    names = "|".join(sorted({need for query in queries for need in query.needs}))
    return f'count by (__name__) ({{{of(cluster)}__name__=~"{names}"}})'


def same_pods(uids: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Asks whether pods with these uids are known, or containers of pods with these names; without a name, any pods."""
    return (
        f'count by (__name__, cluster) ({POD_INFO}{{uid=~"{_any(uids)}"}}'
        f' or {CGROUP_MEMORY}{{container!="",pod=~"{_any(names)}"}}) or group({POD_INFO})'
    )


def course(pods: tuple[tuple[str, str], ...], cluster: str) -> str:
    """Asks for the working set of each run of each container of these pods, given as (namespace, name).

    A run has an `id` of its own, where the label is kept. Pods of the same name elsewhere come with them.
    """
    namespaces, names = (tuple(sorted(set(part))) for part in zip(*pods, strict=True))
    place = f'namespace=~"{_any(namespaces)}",pod=~"{_any(names)}"'
    return (
        f"max by (namespace, pod, container, id)"
        f' ({CGROUP_MEMORY}{{{of(cluster)}container!="",container!="POD",{place}}})'
    )


def pod_use(namespace: str, pod: str, cluster: str) -> dict[str, str]:
    """Asks for what each container of one pod uses: `cpu` in cores, `memory` as its working set in bytes."""
    place = f'{of(cluster)}container!="",container!="POD",namespace={json.dumps(namespace)},pod={json.dumps(pod)}'
    return {
        "cpu": f"sum by (container) (rate({_CPU_SECONDS}{{{place}}}[5m]))",
        "memory": f"max by (container) ({CGROUP_MEMORY}{{{place}}})",
    }


def _any(names: tuple[str, ...]) -> str:
    """An expression that matches each of the names whole; Prometheus anchors it itself."""
    return json.dumps("|".join(name.replace(".", "[.]") for name in names))[1:-1]
