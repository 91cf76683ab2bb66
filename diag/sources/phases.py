"""The phase of pods in data that was cut or made by hand.

No cluster leaves it out: the API server makes pods with phase Pending (k8s.io/kubernetes pkg/registry/core/pod).
"""

import msgspec

from diag.model.pods import Pod, PodStatus


def with_phase(pod: Pod) -> Pod:
    """The pod with a phase as its containers and conditions show it; the same pod where it has one or none shows."""
    phase = pod.status.phase or _shown(pod.status)
    if phase == pod.status.phase:
        return pod
    return msgspec.structs.replace(pod, status=msgspec.structs.replace(pod.status, phase=phase))


def _shown(status: PodStatus) -> str:
    containers = (*status.init_container_statuses, *status.container_statuses)
    if any(c.state.running or c.state.terminated or c.last_state.terminated for c in containers):
        return "Running"
    return "Pending" if containers or status.conditions else ""
