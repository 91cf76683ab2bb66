"""How far a workload is: the pods that it wants, has and lacks, since when, and which of them it waits for."""

import re
from datetime import datetime
from typing import Any

from diag.facts.index import Index, Key
from diag.facts.owners import controller, owned, pods_of
from diag.model.kinds import BY_KIND
from diag.model.meta import Condition, Metadata
from diag.model.pods import Pod
from diag.model.workloads import DaemonSet, Deployment, Job, ReplicaSet, StatefulSet

REVISION = "deployment.kubernetes.io/revision"
# The label of a StatefulSet's or DaemonSet's pod that names the revision of the template that it was made from.
_POD_REVISION = "controller-revision-hash"
_ORDINAL = re.compile(r"-(\d{1,9})$")
_LISTED = 5
_PULLING = frozenset({"ErrImagePull", "ImagePullBackOff", "InvalidImageName"})
_DONE = ("Complete", "True")  # of a Job
# Conditions of a Deployment or a ReplicaSet that say that something is wrong, with the status that says so.
_BAD = {("Progressing", "False"), ("Available", "False"), ("ReplicaFailure", "True")}


def record(index: Index, key: Key) -> Any | None:
    """The object that a key names, None when it was not read or is of a kind that is not read."""
    known = BY_KIND.get(key.kind)
    return index.get(known.plural, key.namespace, key.name) if known is not None else None


def condition(found: Any, kind: str) -> Condition | None:
    """The condition of that type in an object's status."""
    return next((one for one in getattr(found.status, "conditions", ()) if one.type == kind), None)


def wanted(found: Any) -> int | None:
    """How many pods a Deployment, ReplicaSet, StatefulSet or DaemonSet wants at once; None for anything else."""
    if isinstance(found, DaemonSet):
        return found.status.desired_number_scheduled
    if isinstance(found, Deployment | ReplicaSet | StatefulSet):
        return 1 if found.spec.replicas is None else found.spec.replicas
    return None


def made(found: Any) -> int:
    """How many pods exist for it, ready or not; a DaemonSet counts the nodes that have one."""
    status = found.status
    return int(status.current_number_scheduled if isinstance(found, DaemonSet) else status.replicas)


def ready(found: Any) -> int:
    """How many of its pods are ready."""
    status = found.status
    return int(status.number_ready if isinstance(found, DaemonSet) else status.ready_replicas)


def settled(found: Any) -> bool:
    """Whether a workload has nothing left to do and says of nothing that it went wrong.

    Of a cluster's workloads nearly all are settled, above all the old ReplicaSets of Deployments: a scan passes over
    them with this one test of the object by itself. CronJobs, and Jobs that have not completed, never are.
    """
    if isinstance(found, ReplicaSet) and found.spec.replicas == 0:
        return not found.status.replicas
    number = wanted(found)
    if number is None:
        return isinstance(found, Job) and any((one.type, one.status) == _DONE for one in found.status.conditions)
    if made(found) != number or ready(found) < number:
        return False
    status = found.status
    if isinstance(found, DaemonSet):
        return not status.number_misscheduled and not status.number_unavailable
    if isinstance(found, StatefulSet):
        return status.current_revision == status.update_revision or not status.update_revision
    return not any((one.type, one.status) in _BAD for one in status.conditions)


def lacks_pods(found: Any) -> bool:
    """Whether fewer pods exist than it wants."""
    number = wanted(found)
    return number is not None and made(found) < number


def is_current(found: Any) -> bool:
    """Whether a controller has seen the newest change of an object's spec (metadata.generation), as far as it says."""
    seen = found.status.observed_generation
    return bool(not seen or seen >= found.metadata.generation)


def is_seen(found: Any) -> bool:
    """Whether its controller has filled in a status at all: zeros of an object just made mean nothing."""
    status = found.status
    return bool(status.observed_generation or made(found) or getattr(status, "conditions", ()))


def stands_alone(index: Index, key: Key, found: Any) -> bool:
    """Whether nothing that was read manages it: the ReplicaSets of a Deployment are looked at with the Deployment."""
    owner = controller(found.metadata)
    return owner is None or record(index, Key(owner.kind, key.namespace, owner.name)) is None


def replica_sets(index: Index, key: Key) -> list[ReplicaSet]:
    """The ReplicaSets of a Deployment, the newest revision first (annotation deployment.kubernetes.io/revision)."""
    found: list[ReplicaSet] = list(owned(index, "replicasets", key)) if key.kind == "Deployment" else []
    return sorted(found, key=lambda one: revision(one.metadata), reverse=True)


def revision(meta: Metadata) -> int:
    """The revision of a Deployment or of its ReplicaSet, 0 where it has none."""
    text = meta.annotations.get(REVISION, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def current_pods(index: Index, key: Key) -> list[Pod]:
    """The pods of a workload that have not ended and are not being deleted; of a Deployment those of its newest
    ReplicaSet, where that is known."""
    newest = replica_sets(index, key)[:1]
    keys = [Key("ReplicaSet", key.namespace, one.metadata.name) for one in newest] or [key]
    pods = (pod for one in keys for pod in pods_of(index, one))
    return [p for p in pods if p.metadata.deletion_timestamp is None and not has_ended(p)]


def unready_pods(index: Index, key: Key) -> list[Pod]:
    """Those of them that are not ready, those with the lowest ordinal or name first."""
    return sorted((pod for pod in current_pods(index, key) if not is_ready(pod)), key=_place)


def has_ended(pod: Pod) -> bool:
    """Whether all containers of a pod have ended for good, so that it takes up nothing of its node any more."""
    return pod.status.phase in ("Succeeded", "Failed")


def is_ready(pod: Pod) -> bool:
    """Whether a pod runs and is ready; of the conditions only those that are not True are kept (`model.lean`)."""
    return pod.quiet or (
        pod.status.phase == "Running"
        and not any(c.type == "Ready" and c.status != "True" for c in pod.status.conditions)
    )


def unready_since(pod: Pod) -> datetime | None:
    """Since when a pod is not ready; since it was made, where it never was."""
    for one in pod.status.conditions:
        if one.type in ("Ready", "PodScheduled") and one.last_transition_time is not None:
            return one.last_transition_time
    return pod.metadata.creation_timestamp


def described(pods: list[Pod]) -> list[str]:
    """The first few pods with their state: `web-1 (Pending)`, `web-2 (CrashLoopBackOff)`, `3 more`."""
    found = [f"{pod.metadata.name} ({_state(pod)})" for pod in pods[:_LISTED]]
    return [*found, f"{len(pods) - _LISTED} more"] if len(pods) > _LISTED else found


def _state(pod: Pod) -> str:
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        if status.state.waiting is not None and status.state.waiting.reason:
            return status.state.waiting.reason
    return "not ready" if pod.status.phase == "Running" else pod.status.phase or "unknown"


def short_since(index: Index, key: Key, found: Any) -> datetime | None:
    """Since when a workload has had fewer ready pods than it wants; None when it has them, or nothing tells.

    The first of: its condition Available, its pod that has been unready longest; where it has no pod, or pods were not
    read, the time when it was made, or now if a recording left that out. A DaemonSet goes by its nodes (`uncovered`).
    """
    number = wanted(found)
    if number is None or ready(found) >= number or isinstance(found, DaemonSet):
        return None
    available = condition(found, "Available")
    if available is not None and available.status == "False":
        return available.last_transition_time or _made_at(index, found)
    times = [time for pod in unready_pods(index, key) if (time := unready_since(pod)) is not None]
    if times:
        return min(times)
    unknown = made(found) == 0 or not index.saw("pods", key.namespace)
    return _made_at(index, found) if unknown else None


def _made_at(index: Index, found: Any) -> datetime:
    created: datetime | None = found.metadata.creation_timestamp
    return created or index.now


def uncovered(index: Index, key: Key, found: Any) -> int | None:
    """On how many nodes, those left out that are not ready themselves, a DaemonSet has no ready pod."""
    if not isinstance(found, DaemonSet):
        return None
    lost = [pod for pod in unready_pods(index, key) if _is_lost(index, pod)]
    return max(0, found.status.desired_number_scheduled - found.status.number_ready - len(lost))


def uncovered_since(index: Index, key: Key, found: Any) -> datetime | None:
    """Since when a pod of a DaemonSet is not ready on a node that is; its age, where pods were not read."""
    if not isinstance(found, DaemonSet):
        return None
    if not index.saw("pods", key.namespace):
        return _made_at(index, found)
    pods = [pod for pod in unready_pods(index, key) if not _is_lost(index, pod)]
    return min((time for pod in pods if (time := unready_since(pod)) is not None), default=None)


def waits_for(index: Index, key: Key, found: Any) -> Pod | None:
    """The pod that a StatefulSet waits for before it makes or replaces any other (podManagementPolicy OrderedReady)."""
    if not isinstance(found, StatefulSet) or found.spec.pod_management_policy == "Parallel":
        return None
    return next(iter(unready_pods(index, key)), None)


def stale_pod(index: Index, key: Key, found: Any) -> Pod | None:
    """The unready pod of a StatefulSet that was made from an earlier template and that the set never replaces.

    It waits for the pod to become ready first, which the pod as it is cannot (pkg/controller/statefulset; the known
    limitation of "forced rollback"). None where the update does not reach the pod by intent (OnDelete, partition),
    where its node is in trouble, or where it waits for an image that the new template wants as well.
    """
    pod = waits_for(index, key, found)
    if pod is None or found.spec.update_strategy.type == "OnDelete" or not found.status.update_revision:
        return None
    made_from = pod.metadata.labels.get(_POD_REVISION)
    rolling = found.spec.update_strategy.rolling_update
    if made_from in (None, found.status.update_revision) or _place(pod)[0] < (rolling.partition if rolling else 0):
        return None
    return None if _is_lost(index, pod) or _same_image_missing(pod, found) else pod


def _place(pod: Pod) -> tuple[int, str]:
    ordinal = _ORDINAL.search(pod.metadata.name)
    return int(ordinal[1]) if ordinal else 0, pod.metadata.name


def _is_lost(index: Index, pod: Pod) -> bool:
    node = index.get("nodes", "", pod.node_name)
    return node is not None and any(c.type == "Ready" and c.status != "True" for c in node.status.conditions)


def _same_image_missing(pod: Pod, found: StatefulSet) -> bool:
    waiting = {
        status.name
        for status in (*pod.status.init_container_statuses, *pod.status.container_statuses)
        if status.state.waiting is not None and status.state.waiting.reason in _PULLING
    }
    asked = {(c.name, c.image) for c in (*pod.spec.init_containers, *pod.spec.containers) if c.name in waiting}
    template = found.spec.template.spec
    return not asked.isdisjoint({(c.name, c.image) for c in (*template.init_containers, *template.containers)})
