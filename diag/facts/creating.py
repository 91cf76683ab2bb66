"""A pod that has a node and whose containers are not made: since when, and how far the kubelet got."""

from diag.facts.containers import PodContainer, containers
from diag.facts.index import Index
from diag.facts.starting import since
from diag.model.pods import Pod

# The kubelet's first words for a container, before anything has gone well or wrong (kubelet_pods.go).
_FIRST_WORDS = frozenset({"ContainerCreating", "PodInitializing"})
# False until the pod has its sandbox with a network, before which come its volumes (KEP-3085, default since 1.29).
_SANDBOX = "PodReadyToStartContainers"


def next_container(pod: Pod) -> PodContainer | None:
    """The container that the kubelet has to make next and has said nothing more of; None when there is none.

    Init containers run one after another; while one runs or fails, those behind it are not its turn.
    """
    for container in containers(pod):
        state = container.status.state
        if state.waiting is not None:
            return container if state.waiting.reason in _FIRST_WORDS else None
        ended_well = state.terminated is not None and state.terminated.exit_code == 0
        if container.init and not ended_well:
            return None
    return None


def stuck_for(index: Index, pod: Pod) -> float | None:
    """Seconds for which a kubelet has had the pod and not made its next container; None when that is not so.

    The kubelet sets the condition when it takes the pod on; without it the pod's own age counts. Where neither is
    known, 0.
    """
    if next_container(pod) is None:
        return None
    return index.age(since(pod)) or 0.0


def stage(pod: Pod) -> str | None:
    """`sandbox` while the pod has no sandbox with a network, by its condition; None where that is not told."""
    unmet = (condition for condition in pod.status.conditions if condition.type == _SANDBOX)
    return "sandbox" if any(condition.status == "False" for condition in unmet) else None
