"""A pod that is being deleted and does not go: how long, and what it still waits for."""

from diag.facts.index import Index
from diag.model.pods import Pod

# kubelet pkg/kubelet/events; the last two are of old kubelets.
_KILL_REASONS = frozenset({"FailedKillPod", "ExceededGracePeriod", "FailedUnMount", "FailedUnmount"})
# Who takes these finalizers off, in words.
_KNOWN = {
    "batch.kubernetes.io/job-tracking": "the Job controller, once it has counted the pod",
    "foregroundDeletion": "the garbage collector, once all that the pod owns is gone",
    "orphan": "the garbage collector, once what the pod owns is let go",
}


def overdue(index: Index, pod: Pod) -> float | None:
    """Seconds by which the pod has outlived its deletion; None when it has not, or is not being deleted.

    The API server sets the time of deletion to the end of the grace period (registry/rest BeforeDelete). What that took
    is granted once more: the kubelet may start late, and some tools write the time of the request there.
    """
    age = index.age(pod.metadata.deletion_timestamp)
    if age is None:
        return None
    late = age - grace(pod)
    return late if late > 0 else None


def grace(pod: Pod) -> int:
    """The grace period in seconds that its deletion was given, else that of its spec."""
    given = pod.metadata.deletion_grace_period_seconds
    return pod.spec.termination_grace_period_seconds if given is None else given


def running(pod: Pod) -> list[str]:
    """Names of its containers that still run."""
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    return [status.name for status in statuses if status.state.running is not None]


def kill_error(index: Index, pod: Pod) -> str | None:
    """What the kubelet last said of its failure to end the pod, since its deletion; None when it said nothing.

    When it is through, it deletes the pod without grace (status_manager.go), and what is left are finalizers.
    """
    if pod.metadata.finalizers and grace(pod) == 0 and not running(pod):
        return None
    asked = pod.metadata.deletion_timestamp
    for event in index.events("Pod", pod.metadata):
        fresh = asked is None or event.last is None or (asked - event.last).total_seconds() <= grace(pod)
        if event.reason in _KILL_REASONS and fresh:
            return event.message or None
    return None


def finalizer_owner(pod: Pod) -> str | None:
    """Who takes the pod's first finalizer off: known controllers in words, else the domain in its name."""
    first = next(iter(pod.metadata.finalizers), "")
    domain, slash, _ = first.partition("/")
    return _KNOWN.get(first) or (f"the controller of {domain}" if slash else None)
