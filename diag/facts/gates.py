"""Readiness gates: conditions that somebody outside of the kubelet must set for a pod to be ready (KEP-580).

kubelet pkg/kubelet/status/generate.go GeneratePodReadyCondition: the pod's Ready condition names the gates that lack.
"""

import re

from diag.facts.index import Index
from diag.model.meta import Condition
from diag.model.pods import Pod

_REASON = "ReadinessGatesNotReady"
_NAME = re.compile(r'pod readiness gate "([^"]+)"')


def unmet(pod: Pod) -> list[str]:
    """The gates that are not met while all containers are ready; all of the pod where the message names none."""
    ready = _ready(pod)
    if ready is None:
        return []
    return _NAME.findall(ready.message) or [gate.condition_type for gate in pod.spec.readiness_gates]


def unmet_for(index: Index, pod: Pod) -> float | None:
    """Seconds for which the pod has not been ready for want of its gates; None when it does not wait for them."""
    ready = _ready(pod)
    return index.age(ready.last_transition_time or pod.metadata.creation_timestamp) if ready is not None else None


def reasons(pod: Pod) -> str:
    """What the conditions of the unmet gates say; empty where they do not exist or say nothing."""
    names = unmet(pod)
    said = (f"{c.reason}: {c.message}".strip(": ") for c in pod.status.conditions if c.type in names)
    return "; ".join(text for text in said if text)


def _ready(pod: Pod) -> Condition | None:
    return next((c for c in pod.status.conditions if c.type == "Ready" and c.reason == _REASON), None)
