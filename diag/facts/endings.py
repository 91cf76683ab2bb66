"""How a pod as a whole ended, and whether it is missed: one that failed stays long after another has taken over."""

from datetime import datetime

from diag.facts import rollouts
from diag.facts.index import Index
from diag.facts.owners import controller
from diag.model.kinds import BY_KIND
from diag.model.pods import Pod

_LONG = 24 * 3600.0


def ended_at(pod: Pod) -> datetime | None:
    """When the pod ended, as far as its containers and conditions tell."""
    statuses = (*pod.status.container_statuses, *pod.status.init_container_statuses)
    ends = [status.state.terminated.finished_at for status in statuses if status.state.terminated is not None]
    times = [time for time in ends if time is not None]
    changes = [c.last_transition_time for c in pod.status.conditions if c.last_transition_time is not None]
    return max(times or changes, default=None) or pod.metadata.creation_timestamp


def long_ago(index: Index, pod: Pod) -> bool:
    """Whether the pod ended more than a day before the time of the snapshot, an inferred one taken as it is."""
    return (index.age(ended_at(pod)) or 0.0) > _LONG


def replaced(index: Index, pod: Pod) -> bool | None:
    """Whether what manages the pod has all the ready pods that it wants by now; None when that is not known."""
    owner = controller(pod.metadata)
    known = BY_KIND.get(owner.kind) if owner is not None else None
    if owner is None or known is None:
        return None
    found = index.get(known.plural, pod.metadata.namespace, owner.name)
    asked = rollouts.wanted(found)
    return None if asked is None else rollouts.ready(found) >= asked
