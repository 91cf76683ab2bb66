"""Quotas of a namespace: what they leave, and which of them has no room for one more pod."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from diag.facts.index import Index
from diag.facts.usage import mebibytes
from diag.model.cluster import ResourceQuota
from diag.model.pods import PodSpec
from diag.model.units import parse_quantity

# From this part on a quota counts as nearly used (kubernetes-mixin KubeQuotaAlmostFull).
NEARLY = 0.9
_PLAIN = frozenset({"cpu", "memory", "ephemeral-storage"})  # a bare name in a quota means requests


class Refused(NamedTuple):
    """A quota that a pod does not fit into: what the pod asks for, what is used, what is allowed, by resource."""

    name: str
    requested: dict[str, str]
    used: dict[str, str]
    hard: dict[str, str]


class Use(NamedTuple):
    """How far one resource of a quota is used: `ratio` of what is allowed, both as written."""

    resource: str
    ratio: float
    used: str
    hard: str


def amounts(text: str) -> dict[str, str]:
    """The amounts in `limits.memory=1Gi,pods=1`, as written."""
    pairs = (item.partition("=") for item in text.split(","))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip() and value.strip()}


def comparison(requested: Mapping[str, str], used: Mapping[str, str], hard: Mapping[str, str]) -> str | None:
    """What is asked for against what is used and allowed: `pods: 1 asked for, 10 of 10 used`."""
    lines = [f"{name}: {amount} asked for, {used[name]} of {hard[name]} used" for name, amount in requested.items()
             if name in used and name in hard]  # fmt: skip
    return "; ".join(lines) or None


def uses(quota: ResourceQuota) -> list[Use]:
    """How far each resource of a quota is used, the fullest first. What is allowed not at all (0) is left out."""
    found = []
    for name, hard in quota.status.hard.items():
        allowed, used = _amount(hard), _amount(quota.status.used.get(name, "0"))
        if allowed is not None and used is not None and allowed > 0:
            found.append(Use(name, used / allowed, str(quota.status.used.get(name, "0")), str(hard)))
    return sorted(found, key=lambda use: (-use.ratio, use.resource))


def refusing(index: Index, namespace: str, spec: PodSpec) -> Refused | None:
    """The quota of a namespace that has no room for one more pod like this.

    Quotas with scopes are left out: whether they concern the pod is not worked out. What a LimitRange would add to the
    pod is not counted either, so that the pod asks for at least this much.
    """
    wanted = _wanted(spec)
    for quota in index.within("resourcequotas", namespace):
        over = list(_over(quota, wanted)) if not (quota.spec.scopes or quota.spec.scope_selector) else []
        if over:
            status = quota.status
            return Refused(
                quota.metadata.name,
                {name: _written(name, wanted[name]) for name in over},
                {name: str(status.used[name]) for name in over},
                {name: str(status.hard[name]) for name in over},
            )
    return None


def _wanted(spec: PodSpec) -> dict[str, float]:
    """What one pod counts for, in the names that quotas use (pkg/quota/v1/evaluator/core)."""
    found: defaultdict[str, float] = defaultdict(float, {"pods": 1.0, "count/pods": 1.0})
    for container in spec.containers:
        limits = container.resources.limits
        for kind, values in (("limits", limits), ("requests", {**limits, **container.resources.requests})):
            for name, value in values.items():
                found[f"{kind}.{name}"] += _amount(value) or 0.0
    for name in _PLAIN:
        found[name] = found[f"requests.{name}"]
    return dict(found)


def _over(quota: ResourceQuota, wanted: Mapping[str, float]) -> Iterator[str]:
    for name, hard in quota.status.hard.items():
        allowed, used = _amount(hard), _amount(quota.status.used.get(name, ""))
        if allowed is not None and used is not None and wanted.get(name, 0.0) > 0 and used + wanted[name] > allowed:
            yield name


def _amount(value: str | int | float) -> float | None:
    try:
        return parse_quantity(value)
    except ValueError:
        return None


def _written(name: str, amount: float) -> str:
    return mebibytes(amount) if name.endswith(("memory", "storage")) else f"{amount:g}"
