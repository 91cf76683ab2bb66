"""Fields of `quota`."""

from collections.abc import Callable
from typing import Any

from diag.facts import creation, quotas
from diag.facts.index import Index
from diag.facts.quotas import Use
from diag.model.cluster import ResourceQuota
from diag.playbook.fields.field import Field

_LISTED = 6
_WORKLOADS = ("deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs")


def _fullest(get: Callable[[Use], Any]) -> Callable[[Index, ResourceQuota], Any]:
    def of(index: Index, quota: ResourceQuota) -> Any:
        found = quotas.uses(quota)
        return get(found[0]) if found else None

    return of


def _near(index: Index, quota: ResourceQuota) -> list[str] | None:
    near = [use for use in quotas.uses(quota) if use.ratio >= quotas.NEARLY]
    return [f"{use.resource} {use.used} of {use.hard}" for use in near[:_LISTED]] or None


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the quota.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the quota.", lambda i, o: o.metadata.namespace or None),
    "alike": Field(
        "text",
        "Its name, as `ResourceQuota NAME`, for what quotas of many namespaces have in common that were made alike.",
        lambda i, o: f"ResourceQuota {o.metadata.name}",
    ),
    "age": Field("duration", "Time since the quota was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
    "fullest": Field("text", "Resource that is used up most.", _fullest(lambda use: use.resource)),
    "fullest.ratio": Field("number", "How far it is used: 1 is wholly.", _fullest(lambda use: use.ratio)),
    "near": Field("texts", "Resources that are used by nine tenths or more.", _near),
    "refused": Field(
        "texts",
        "Workloads that cannot create what they should because of it.",
        lambda i, o: creation.refused_by(i, o) or None,
        ("events",),
    ),
}
