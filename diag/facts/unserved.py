"""Why a service that nothing serves, or only a part of its pods, may be in order all the same."""

from diag.facts.index import Index
from diag.facts.rollouts import is_ready
from diag.facts.selection import selected
from diag.facts.services import applies, live_pods, own_workloads
from diag.model.cluster import Service
from diag.model.containers import ContainerStatus
from diag.model.pods import Pod

# A Deployment has so many seconds to get its pods ready, unless it says otherwise (progressDeadlineSeconds).
_START = 600.0
# Revisions of a template: what prefers one of them, as Argo Rollouts does, selects pods by it.
_REVISION = "pod-template-hash"
_SOURCES = {"ReplicaSet": "replicasets", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}
_WAITS = ("ContainerCreating", "PodInitializing")


def open_role(index: Index, service: Service) -> str | None:
    """The label `key=value` that no pod has at present and that pods are given while they run, as to the replicas of
    a database, or by the revision that a controller prefers; None when no such label explains that there is no pod.

    The other labels of the selector pick pods that have the key with another value, and no template has set it.
    """
    selector = service.spec.selector if applies(service) else {}
    if len(selector) < 2 or own_workloads(index, service):
        return None
    for key, value in selector.items():
        rest = {name: wanted for name, wanted in selector.items() if name != key}
        pods = selected(index, service.metadata.namespace, rest)
        have = [pod for pod in pods if pod.metadata.labels.get(key, value) != value]
        if have and all(_given_later(index, pod, key) for pod in have):
            return f"{key}={value}"
    return None


def _given_later(index: Index, pod: Pod, key: str) -> bool:
    """Whether the pod did not get the label from a template; a pod without a controller has what its author wrote."""
    owner = next((one for one in pod.metadata.owner_references if one.controller), None)
    if owner is None:
        return False
    if key.endswith(_REVISION) or owner.kind not in _SOURCES:
        return owner.kind != "Job"
    source = index.get(_SOURCES[owner.kind], pod.metadata.namespace, owner.name)
    return source is not None and key not in source.spec.template.metadata.labels


def starts(index: Index, service: Service) -> bool:
    """Whether all pods of a service that are not ready are new: not ten minutes old, and nothing of them failed."""
    waiting = [pod for pod in live_pods(index, service) if not is_ready(pod)]
    return bool(waiting) and all(_is_new(index, pod) for pod in waiting)


def _is_new(index: Index, pod: Pod) -> bool:
    age = index.age(pod.metadata.creation_timestamp)
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    return age is not None and age < _START and all(_begins(one) for one in statuses)


def _begins(status: ContainerStatus) -> bool:
    state = status.state
    if state.waiting is not None:
        return state.waiting.reason in _WAITS and status.restart_count == 0
    return status.restart_count == 0 and (state.terminated is None or state.terminated.exit_code == 0)
