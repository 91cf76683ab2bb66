"""What an autoscaler says of itself."""

from functools import lru_cache

import msgspec

from diag.model.meta import Condition
from diag.model.workloads import HorizontalPodAutoscaler

# autoscaling/v1 has no conditions, the API keeps them here (k8s.io/kubernetes pkg/apis/autoscaling/annotations.go).
_KEPT = "autoscaling.alpha.kubernetes.io/conditions"


def condition(scaler: HorizontalPodAutoscaler, kind: str) -> Condition | None:
    """The condition of that type; in autoscaling/v1, as kubectl prints it up to 1.22, it stands in an annotation."""
    conditions = scaler.status.conditions or _read(scaler.metadata.annotations.get(_KEPT, ""))
    return next((one for one in conditions if one.type == kind), None)


@lru_cache(maxsize=256)
def _read(kept: str) -> tuple[Condition, ...]:
    try:
        return msgspec.json.decode(kept, type=tuple[Condition, ...]) if kept else ()
    except msgspec.DecodeError:
        return ()
