"""The pods behind a name: a pod itself, or those of a workload, and the containers in them that have logs."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from diag.errors import UsageError
from diag.facts import owners
from diag.facts.index import Index, Key
from diag.model.containers import ContainerStatus
from diag.model.kinds import Kind
from diag.model.pods import Pod
from diag.model.snapshot import LogKey, Snapshot

WITH_PODS = ("Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob")


class Run(NamedTuple):
    """A container of a pod: `restarts` tells its runs apart, `begun` is whether one has a log.

    `uid` is the pod's: the next pod of a StatefulSet has the same name.
    """

    uid: str
    key: LogKey
    restarts: int
    begun: bool
    running: bool
    init: bool


def check_kind(kind: Kind) -> None:
    """Raise UsageError for a kind that has no pods."""
    if kind.kind not in WITH_PODS:
        known = ", ".join(name.lower() for name in WITH_PODS)
        raise UsageError(f"a {kind.kind} has no logs: name one of {known}")


def find(snapshot: Snapshot, kind: Kind, namespace: str, name: str) -> Any:
    """The only object of that name, in that namespace unless it is empty; UsageError when there is not just one."""
    found = [
        record
        for record in snapshot.all(kind.plural)
        if record.metadata.name == name and namespace in ("", record.metadata.namespace)
    ]
    if not found:
        place = namespace or ", ".join(snapshot.scope.namespaces)
        unseen = "".join(f" ({gap.detail})" for gap in snapshot.gaps if gap.what == kind.resource and gap.detail)
        raise UsageError(f"there is no {kind.kind} {name}{f' in namespace {place}' if place else ''}{unseen}")
    if len(found) > 1:
        places = ", ".join(record.metadata.namespace for record in found)
        raise UsageError(f"there is a {kind.kind} {name} in {places}: say which with -n")
    return found[0]


def pods_of(snapshot: Snapshot, key: Key) -> list[Pod]:
    """The pods of a workload, or the pod itself."""
    index = Index(snapshot)
    return [pod for pod in snapshot.all("pods") if key in owners.chain(index, "Pod", pod.metadata)]


def runs(pods: Iterable[Pod]) -> list[Run]:
    """All containers of the pods, as their status shows them, init containers first."""
    return [run for pod in pods for run in _runs(pod)]


def choose(found: list[Run], names: Collection[str], every: bool) -> list[Run]:
    """The containers of those names; without names all, or, unless `every`, the first that is no init container."""
    if names:
        return [run for run in found if run.key.container in names]
    return found if every else [run for run in found if not run.init][:1]


def _runs(pod: Pod) -> Iterator[Run]:
    statuses = {status.name: status for status in (*pod.status.init_container_statuses, *pod.status.container_statuses)}
    for init, containers in ((True, pod.spec.init_containers), (False, pod.spec.containers)):
        for container in containers:
            status = statuses.get(container.name, ContainerStatus())
            key = LogKey(pod.metadata.namespace, pod.metadata.name, container.name)
            running = status.state.running is not None
            # Of a pod that is quiet, containers that do not run have ended, which is not kept.
            begun = pod.quiet or running or status.state.terminated is not None or status.restart_count > 0
            yield Run(pod.metadata.uid, key, status.restart_count, begun, running, init)
