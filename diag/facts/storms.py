"""Ends of containers that happened together on one node and nowhere else."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from diag.facts.containers import PodContainer, containers, recovered, run_length
from diag.facts.index import Index, Key, grouped, joined
from diag.facts.owners import pod_workload
from diag.model.cluster import Node
from diag.model.pods import Pod

# Seconds within which ends count as one happening, how old it may be, and how long each container must have run before:
# containers in a crash loop end all the time, so that nothing follows from two that do so at once.
_TOGETHER = 600.0
_RECENT = 3600.0
_SETTLED = 3600.0
_FEWEST = 3
_SHARE = 0.3


class _End(NamedTuple):
    at: datetime
    workload: Key
    pod: str


def storm(index: Index, node: str) -> list[str]:
    """Workloads, as `Kind namespace/name`, whose containers ended within ten minutes on the node and on no other.

    At least three of them, and three tenths of all on the node; empty otherwise. Ends by the kernel for memory, and
    those that the runtime lost track of (a node that was started again), are told elsewhere.
    """
    return [
        f"{key.kind} {key.namespace}/{key.name}" for key in sorted({end.workload for end in _together(index, node)})
    ]


def storm_age(index: Index, node: Node) -> float | None:
    """Seconds since the last of the ends of `storm`."""
    return index.age(max((end.at for end in _together(index, node.metadata.name)), default=None))


def _together(index: Index, node: str) -> list[_End]:
    here = _ends(index).get(node, [])
    if len({end.workload for end in here}) < _FEWEST or len(index.pods_by_node.all_keys()) < 2:
        return []
    best: list[_End] = max((_within(here, end.at) for end in here), key=lambda found: len({e.workload for e in found}))
    own = [end for end in best if _nodes_hurt(index)[end.workload] == 1]
    hurt = {end.workload for end in own}
    running = {pod_workload(index, pod) for pod in index.pods_by_node.get(node) if pod.status.phase == "Running"}
    return own if len(hurt) >= max(_FEWEST, _SHARE * len(running)) else []


def _within(ends: list[_End], start: datetime) -> list[_End]:
    return [end for end in ends if 0 <= (end.at - start).total_seconds() <= _TOGETHER]


@joined
def _ends(index: Index) -> dict[str, list[_End]]:
    """By node the ends of containers that had run for long and were started again."""
    found: dict[str, list[_End]] = defaultdict(list)
    restless = _restless(index)
    for pod in (pod for node in restless.all_keys() for pod in restless.get(node)):
        workload = pod_workload(index, pod)
        if workload is not None:
            for at in _times(index, containers(pod)):
                found[pod.node_name].append(_End(at, workload, pod.metadata.name))
    return found


@grouped("pods")
def _restless(pod: Pod) -> tuple[str, ...]:
    """By node the pods that are not quiet, without those being deleted."""
    is_one = pod.node_name and not pod.quiet and pod.metadata.deletion_timestamp is None
    return (pod.node_name,) if is_one else ()


@joined
def _nodes_hurt(index: Index) -> Counter[Key]:
    """On how many nodes containers of a workload ended so."""
    return Counter(workload for found in _ends(index).values() for workload in {end.workload for end in found})


def _times(index: Index, found: Iterator[PodContainer]) -> Iterator[datetime]:
    for container in found:
        ended = container.status.last_state.terminated
        if (
            ended is None
            or ended.finished_at is None
            or ended.reason in ("OOMKilled", "Unknown", "ContainerStatusUnknown")
        ):
            continue
        age, ran = index.age(ended.finished_at), run_length(ended)
        if age is not None and age <= _RECENT and (ran or 0.0) >= _SETTLED and not recovered(index, container):
            yield ended.finished_at
