"""Whether a scheduler looks at a pod at all, and what others say of its search: autoscalers, gates, preemption."""

from diag.facts import leases
from diag.facts.index import Index, Key, grouped
from diag.facts.owners import pod_workload
from diag.model.cluster import Event
from diag.model.pods import Pod

DEFAULT = "default-scheduler"
_LEASE = "kube-scheduler"
# A scheduler that works looks at a new pod within seconds; this is what a failover or a long queue may take.
_SILENCE = 300.0
_BY_SCHEDULER = frozenset({"Scheduled", "FailedScheduling", "Preempted"})
# An autoscaler brings a node for the pod (cluster-autoscaler; Karpenter), or says that it does not.
_COMING = frozenset({"TriggeredScaleUp", "Nominated"})
_KARPENTER = "karpenter"


def name(pod: Pod) -> str:
    """The scheduler that a pod names, or the default one."""
    return pod.spec.scheduler_name or DEFAULT


def silent(index: Index, pod: Pod) -> bool:
    """Whether no scheduler has said a word of a pod without a node, for minutes.

    Of a pod that was looked at, the condition PodScheduled and an event would tell.
    """
    if pod.node_name or pod.spec.scheduling_gates or pod.status.nominated_node_name:
        return False
    age = index.age(pod.metadata.creation_timestamp)
    if age is None or age < _SILENCE or any(c.type == "PodScheduled" for c in pod.status.conditions):
        return False
    return not any(event.reason in _BY_SCHEDULER for event in index.events("Pod", pod.metadata))


def waits_for(index: Index, pod: Pod) -> str:
    """The scheduler that all pods like this wait for; the default one by the lease that it holds."""
    wanted = name(pod)
    return f"Lease {leases.CONTROL_PLANE}/{_LEASE}" if wanted == DEFAULT else f"Scheduler {wanted}"


def state(index: Index, pod: Pod) -> str | None:
    """What is known of the scheduler that a pod waits for, as a sentence without its full stop."""
    wanted = name(pod)
    if wanted != DEFAULT:
        if wanted in _placed(index).all_keys():
            return f"Scheduler {wanted} has placed other pods"
        return f"No pod that was read has been placed by a scheduler named {wanted}"
    lease = index.get("leases", leases.CONTROL_PLANE, _LEASE)
    if lease is None:
        return None
    if leases.stopped(index, lease):
        return "The lease of the scheduler (kube-system/kube-scheduler) is not renewed any more"
    return f"The lease of the scheduler is renewed by {lease.spec.holder_identity or 'nobody'}"


def coming_age(index: Index, pod: Pod) -> float | None:
    """Seconds since an autoscaler said that it makes a node for the pod, unless it has said otherwise since."""
    for event in index.events("Pod", pod.metadata):
        if event.reason in _COMING:
            return index.age(event.last)
        if _is_refusal(event):
            return None
    return None


def autoscaler_refusal(index: Index, pod: Pod) -> str | None:
    """Why an autoscaler makes no node for the pod, in its own words; None when it says nothing, or makes one."""
    for event in index.events("Pod", pod.metadata):
        if event.reason in _COMING:
            return None
        if _is_refusal(event):
            return event.message
    return None


def preempted_by(index: Index, pod: Pod) -> str | None:
    """Whom a pod had to make room for, as the scheduler's event says; None when it says nothing."""
    for event in index.events("Pod", pod.metadata):
        if event.reason == "Preempted":
            words = event.message.split()
            known = (
                _by_uid(index, words[3]) if event.message.startswith("Preempted by pod ") and len(words) > 3 else None
            )
            return f"{event.message} ({known})" if known else event.message
    return None


def _is_refusal(event: Event) -> bool:
    if event.reason == "NotTriggerScaleUp":
        return True
    return event.reason == "FailedScheduling" and event.source.startswith(_KARPENTER)


def _by_uid(index: Index, uid: str) -> str | None:
    pod = next(iter(_by_uids(index).get(uid)), None)
    owner: Key | None = pod_workload(index, pod) if pod else None
    if pod is None:
        return None
    return f"{pod.metadata.namespace}/{pod.metadata.name}" + (f" of {owner.kind} {owner.name}" if owner else "")


@grouped("pods")
def _by_uids(pod: Pod) -> tuple[str, ...]:
    return (pod.metadata.uid,) if pod.metadata.uid else ()


@grouped("pods")
def _placed(pod: Pod) -> tuple[str, ...]:
    """Pods by the scheduler that has placed them: the one that they name."""
    return (name(pod),) if pod.node_name else ()
