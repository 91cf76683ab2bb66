"""A pod that was given a node and of which no container has come up yet: where it stands, and what was told since."""

from collections.abc import Collection
from datetime import datetime

from diag.facts.index import Index
from diag.facts.rollouts import has_ended
from diag.model.cluster import Event
from diag.model.containers import ContainerStatus
from diag.model.pods import Pod

# Waiting reasons that only say that something before the container is not done (kubelet pkg/kubelet/kubelet_pods.go).
_WAITS = ("", "ContainerCreating", "PodInitializing")
# How containers look that were lost with their sandbox, as when the node was down.
_LOST = ("Unknown", "ContainerStatusUnknown")
_CONTAINER_REASONS = frozenset({"Pulling", "Pulled", "Created", "Started"})


def starting(pod: Pod) -> bool:
    """Whether the pod's volumes, sandbox or network are being made, for the first time or after its node was down.

    The kubelet mounts all volumes, then makes the sandbox with its network, before it touches any container.
    """
    status = pod.status
    if pod.quiet or pod.metadata.deletion_timestamp is not None or has_ended(pod):
        return False
    if any(condition.type == "PodScheduled" for condition in status.conditions):  # kept when it does not hold
        return False
    # Once a pod has run, its init containers stand there as they ended then.
    before = status.init_container_statuses if status.phase != "Running" else ()
    return not any(_begun(container) for container in (*before, *status.container_statuses))


def _begun(container: ContainerStatus) -> bool:
    state = container.state
    if state.running is not None:
        return True
    if state.terminated is not None:
        return state.terminated.reason not in _LOST
    return state.waiting is not None and state.waiting.reason not in _WAITS


def told(index: Index, pod: Pod, reasons: Collection[str], beyond: Collection[str] = ()) -> list[Event]:
    """Events of some reasons, newest first, that are newer than any sign that the pod got further.

    Signs are events about one of its containers, and those whose reasons are in `beyond`.
    """
    events = index.events("Pod", pod.metadata)
    signs = [e.last for e in events if e.last and (e.involved.field_path or e.reason in _CONTAINER_REASONS)]
    signs += [e.last for e in events if e.last and e.reason in beyond]
    got = max(signs, default=None)
    return [e for e in events if e.reason in reasons and not (got and e.last and e.last <= got)]


def reached(index: Index, pod: Pod) -> bool:
    """Whether an event tells of one of the pod's containers, which come after its volumes and its sandbox."""
    return any(event.reason in _CONTAINER_REASONS for event in index.events("Pod", pod.metadata))


def since(pod: Pod) -> datetime | None:
    """Since when the pod is not ready, at least; else when it was made."""
    ready = next((c for c in pod.status.conditions if c.type == "Ready"), None)
    return (ready.last_transition_time if ready else None) or pod.metadata.creation_timestamp
