"""The vocabulary of playbooks: for each kind of object its fields, what they mean, and how kinds are related.

The page in the docs, the JSON Schema and the hints for misspelt names are made from these tables.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from diag.facts import crashes, owners
from diag.facts.containers import PodContainer, containers
from diag.facts.index import Index, Key
from diag.facts.webhooks import NamedWebhook, webhooks
from diag.finding import Subject
from diag.model.meta import Metadata
from diag.playbook.fields import (
    api_service,
    autoscaler,
    budget,
    claim,
    container,
    ingress,
    lease,
    metric,
    namespace,
    node,
    pod,
    quota,
    said,
    service,
    signing_request,
    storage,
    webhook,
    workload,
)
from diag.playbook.fields.field import Field
from diag.playbook.fields.relations import RELATIONS, LogLine, Relation, log_key, read_log

__all__ = [
    "FIELDS",
    "KINDS",
    "RELATIONS",
    "SUBJECTS",
    "Field",
    "LogLine",
    "Relation",
    "SubjectKind",
    "log_key",
    "origin_name",
    "read_log",
]

FIELDS: dict[str, dict[str, Field]] = {
    "pod": pod.FIELDS,
    "container": container.FIELDS,
    "workload": workload.FIELDS,
    "claim": claim.FIELDS,
    "volume": storage.VOLUME,
    "storage_class": storage.STORAGE_CLASS,
    "node": node.FIELDS,
    "namespace": namespace.FIELDS,
    "service_account": pod.SERVICE_ACCOUNT,
    "service": service.FIELDS,
    "ingress": ingress.FIELDS,
    "autoscaler": autoscaler.FIELDS,
    "budget": budget.FIELDS,
    "quota": quota.FIELDS,
    "webhook": webhook.FIELDS,
    "api_service": api_service.FIELDS,
    "lease": lease.FIELDS,
    "signing_request": signing_request.FIELDS,
    "event": said.EVENT,
    "log": said.LOG,
    "metric": metric.METRIC,
    "suggest": metric.SUGGEST,
}

# What must have been read for a leaf of the kind to be judged; `log` and `metric` are looked up one by one.
KINDS: dict[str, tuple[str, ...]] = {
    "pod": ("pods",),
    "container": ("pods",),
    "workload": ("pods",),
    "claim": ("persistentvolumeclaims",),
    "volume": ("persistentvolumes",),
    "storage_class": ("storageclasses",),
    "node": ("nodes",),
    "namespace": ("namespaces",),
    "service_account": ("serviceaccounts",),
    "service": ("services",),
    "ingress": ("ingresses",),
    "autoscaler": ("horizontalpodautoscalers",),
    "budget": ("poddisruptionbudgets",),
    "quota": ("resourcequotas",),
    "webhook": ("validatingwebhookconfigurations", "mutatingwebhookconfigurations"),
    "api_service": ("apiservices",),
    "lease": ("leases",),
    "signing_request": ("certificatesigningrequests",),
    "event": ("events",),
    "log": (),
    "metric": (),
    "suggest": (),
}


class SubjectKind(NamedTuple):
    """How the objects of a subject kind are found and named."""

    plurals: tuple[str, ...]
    each: Callable[[Any], Iterable[Any]]
    subject: Callable[[str, Any], Subject]
    since: Callable[[Index, Any], datetime | None]


def _one(found: Any) -> Iterable[Any]:
    return (found,)


def _key(found: Any) -> Iterable[Key]:
    return (Key(type(found).__name__, found.metadata.namespace, found.metadata.name),)


def _plain(kind: str, found: Any) -> Subject:
    meta: Metadata = found.metadata
    return Subject(_API_KIND[kind], meta.namespace, meta.name, uid=meta.uid)


def _container(kind: str, found: PodContainer) -> Subject:
    meta = found.pod.metadata
    return Subject("Pod", meta.namespace, meta.name, found.spec.name, meta.uid)


def _webhook(kind: str, found: NamedWebhook) -> Subject:
    meta = found.configuration.metadata
    return Subject(type(found.configuration).__name__, "", meta.name, uid=meta.uid)


def _created(index: Index, found: Any) -> datetime | None:
    created: datetime | None = found.metadata.creation_timestamp
    return created


def _not_ready_since(index: Index, found: Any) -> datetime | None:
    for condition in found.status.conditions:
        if condition.type in ("Ready", "PodScheduled") and condition.status != "True":
            return condition.last_transition_time or _created(index, found)
    return _created(index, found)


def _container_since(index: Index, found: PodContainer) -> datetime | None:
    ended = found.last_exit
    last = ended.finished_at if ended and found.status.ready else _not_ready_since(index, found.pod)
    return min(filter(None, (last, crashes.looping_since(index, found))), default=None)


SUBJECTS: dict[str, SubjectKind] = {
    "pod": SubjectKind(("pods",), _one, _plain, _not_ready_since),
    "container": SubjectKind(("pods",), containers, _container, _container_since),
    "claim": SubjectKind(("persistentvolumeclaims",), _one, _plain, _created),
    "volume": SubjectKind(("persistentvolumes",), _one, _plain, _created),
    "storage_class": SubjectKind(("storageclasses",), _one, _plain, _created),
    "node": SubjectKind(("nodes",), _one, _plain, _not_ready_since),
    "namespace": SubjectKind(("namespaces",), _one, _plain, _created),
    "service": SubjectKind(("services",), _one, _plain, _created),
    "ingress": SubjectKind(("ingresses",), _one, _plain, _created),
    "autoscaler": SubjectKind(("horizontalpodautoscalers",), _one, _plain, _created),
    "budget": SubjectKind(("poddisruptionbudgets",), _one, _plain, _created),
    "quota": SubjectKind(("resourcequotas",), _one, _plain, _created),
    "webhook": SubjectKind(
        ("validatingwebhookconfigurations", "mutatingwebhookconfigurations"),
        webhooks,
        _webhook,
        lambda index, found: found.configuration.metadata.creation_timestamp,
    ),
    "api_service": SubjectKind(("apiservices",), _one, _plain, _created),
    "lease": SubjectKind(("leases",), _one, _plain, _created),
    "signing_request": SubjectKind(("certificatesigningrequests",), _one, _plain, _created),
    "workload": SubjectKind(
        ("deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs"),
        _key,
        lambda kind, key: Subject(key.kind, key.namespace, key.name),
        lambda index, key: None,
    ),
}


def origin_name(kind: str, found: Any) -> tuple[str, str]:
    """Kind and name of the object a value was seen in, as evidence shows it."""
    if kind == "container":
        return "Pod", f"{_path(found.pod.metadata)}/{found.spec.name}"
    if kind == "event":
        return "Event", _path(found.metadata)
    if kind == "log":
        previous = " (previous)" if found.key.previous else ""
        return "Log", f"{found.key.namespace}/{found.key.pod}/{found.key.container}{previous}"
    if kind == "workload" and isinstance(found, Key):
        return found.kind, f"{found.namespace}/{found.name}"
    if kind in ("metric", "suggest"):
        return kind, ""
    if kind == "webhook":
        return type(found.configuration).__name__, f"{found.configuration.metadata.name}/{found.webhook.name}"
    return _API_KIND.get(kind, kind), _path(found.metadata)


_API_KIND = {
    "pod": "Pod",
    "claim": "PersistentVolumeClaim",
    "volume": "PersistentVolume",
    "storage_class": "StorageClass",
    "node": "Node",
    "namespace": "Namespace",
    "service_account": "ServiceAccount",
    "service": "Service",
    "ingress": "Ingress",
    "autoscaler": "HorizontalPodAutoscaler",
    "budget": "PodDisruptionBudget",
    "quota": "ResourceQuota",
    "api_service": "APIService",
    "lease": "Lease",
    "signing_request": "CertificateSigningRequest",
}


def _path(meta: Metadata) -> str:
    return f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name


def workload_of(index: Index, kind: str, found: Any) -> Key | None:
    """The workload that a subject belongs to: its top owner; for a claim that of the pods that mount it, if one."""
    if kind == "claim":
        keys = list(RELATIONS["claim", "workload"](index, found))
        return keys[0] if len(keys) == 1 else None
    if kind == "container":
        return owners.pod_workload(index, found.pod)
    if kind == "pod":
        return owners.pod_workload(index, found)
    if isinstance(found, Key):
        return (owners.owners_of(index, found) or [found])[-1]
    return None
