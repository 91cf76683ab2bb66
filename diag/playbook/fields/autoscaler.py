"""Fields of `autoscaler`."""

import re
from typing import Any

from diag.facts.index import Index
from diag.facts.scalers import condition
from diag.model.kinds import BY_KIND
from diag.model.meta import Condition
from diag.model.workloads import HorizontalPodAutoscaler
from diag.playbook.fields.field import Field

# Which of its metrics clients failed (k8s.io/kubernetes pkg/controller/podautoscaler/metrics/client.go), and the API
# group that this one asks.
_METRICS_API = re.compile(r"\b(resource|custom|external) metrics API")
_GROUPS = {"resource": "metrics.k8s.io", "custom": "custom.metrics.k8s.io", "external": "external.metrics.k8s.io"}


def _target(index: Index, scaler: HorizontalPodAutoscaler) -> str:
    ref = scaler.spec.scale_target_ref
    return f"{ref.kind} {ref.name}"


def _target_missing(index: Index, scaler: HorizontalPodAutoscaler) -> bool | None:
    """Only for kinds that are read; None for others, and where the kind was not."""
    ref = scaler.spec.scale_target_ref
    known = BY_KIND.get(ref.kind)
    if known is None or not index.saw(known.plural, scaler.metadata.namespace):
        return None
    return index.get(known.plural, scaler.metadata.namespace, ref.name) is None


def _failing(index: Index, scaler: HorizontalPodAutoscaler) -> Condition | None:
    """The condition that says that it cannot scale; a target at zero replicas is meant."""
    for kind in ("AbleToScale", "ScalingActive"):
        found = condition(scaler, kind)
        if found is not None and found.status == "False" and found.reason != "ScalingDisabled":
            return found
    return None


def _part(name: str) -> Any:
    def get(index: Index, scaler: HorizontalPodAutoscaler) -> str | None:
        found = _failing(index, scaler)
        return getattr(found, name) or None if found is not None else None

    return get


def _metrics_api(index: Index, scaler: HorizontalPodAutoscaler) -> str | None:
    found = _failing(index, scaler)
    said = _METRICS_API.search(found.message) if found is not None else None
    if said is None:
        return None
    group = _GROUPS[said[1]]
    names = (one.metadata.name for one in index.all("apiservices") if one.spec.group == group)
    return f"APIService {next(names, f'v1beta1.{group}')}"


def _age(index: Index, scaler: HorizontalPodAutoscaler) -> float | None:
    found = _failing(index, scaler)
    return index.age(found.last_transition_time) if found is not None else None


def _limited_at(scaler: HorizontalPodAutoscaler) -> Condition | None:
    """With as many replicas as least as at most it never scales, and that is meant."""
    found = condition(scaler, "ScalingLimited")
    fixed = (scaler.spec.min_replicas or 1) >= scaler.spec.max_replicas
    if found is None or found.status != "True" or fixed or scaler.status.current_replicas < scaler.spec.max_replicas:
        return None
    return found


def _limited(index: Index, scaler: HorizontalPodAutoscaler) -> str | None:
    found = _limited_at(scaler)
    return found.reason or None if found is not None else None


def _limited_age(index: Index, scaler: HorizontalPodAutoscaler) -> float | None:
    found = _limited_at(scaler)
    return index.age(found.last_transition_time) if found is not None else None


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the autoscaler.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the autoscaler.", lambda i, o: o.metadata.namespace or None),
    "age": Field("duration", "Time since the autoscaler was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
    "target": Field("text", "Workload that it scales, as kind and name.", _target),
    "target_missing": Field("bool", "Whether that workload does not exist.", _target_missing),
    "failing": Field("text", "Condition that says that it cannot scale: AbleToScale or ScalingActive.", _part("type")),
    "failing.reason": Field("text", "Reason of that condition.", _part("reason")),
    "failing.message": Field("text", "Message of that condition.", _part("message")),
    "failing.age": Field("duration", "Time since that changed.", _age),
    "failing.api": Field(
        "text", "The metrics API that gave it none, where that message names one: `APIService v1.group`.", _metrics_api
    ),
    "limited": Field(
        "text",
        "Why it may not scale further: TooManyReplicas at its most, where that is more than its least.",
        _limited,
    ),
    "limited.age": Field("duration", "Time since that is so.", _limited_age),
    "current_replicas": Field("number", "Replicas that its target has.", lambda i, o: o.status.current_replicas),
    "max_replicas": Field("number", "Most replicas that it may ask for.", lambda i, o: o.spec.max_replicas),
}
