"""Who owns an object: the workload at the top of its owners, and the tool that manages that workload."""

from typing import Any

from diag.facts.index import Index, Key
from diag.model.kinds import BY_KIND, BY_PLURAL
from diag.model.meta import Metadata, OwnerReference
from diag.model.pods import Pod

_STEPS = 6
# What stands between a workload and its pods.
_BETWEEN = {"Deployment": ("replicasets",), "CronJob": ("jobs",)}
_HASH_LABEL = "pod-template-hash"
# Fields of objects that carry one of these marks are written by the tool: a change by hand is reverted.
_MARKS = (
    ("argocd.argoproj.io/tracking-id", "Argo CD"),
    ("argocd.argoproj.io/instance", "Argo CD"),
    ("kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("helm.toolkit.fluxcd.io/name", "Flux"),
    ("meta.helm.sh/release-name", "Helm"),
)


def controller(meta: Metadata) -> OwnerReference | None:
    """The owner that manages the object, if it has one."""
    return next((owner for owner in meta.owner_references if owner.controller), None)


def chain(index: Index, kind: str, meta: Metadata) -> list[Key]:
    """The object and its owners upward, as far as they are known: Pod, ReplicaSet, Deployment."""
    keys = [Key(kind, meta.namespace, meta.name)]
    current: Metadata | None = meta
    for _ in range(_STEPS):
        owner = controller(current) if current else None
        if owner is None or owner.kind == "Node":  # a static pod's mirror is owned by its node, which is no workload
            break
        keys.append(Key(owner.kind, meta.namespace, owner.name))
        known = BY_KIND.get(owner.kind)
        found = index.get(known.plural, meta.namespace, owner.name) if known else None
        if found is None and owner.kind == "ReplicaSet":
            deployment = _deployment_by_hash(meta, owner)
            return [*keys, deployment] if deployment else keys
        current = found.metadata if found else None
    return keys


def workload(index: Index, kind: str, meta: Metadata) -> Key | None:
    """The object at the top of the owners, or None when nothing owns the object."""
    keys = chain(index, kind, meta)
    return keys[-1] if len(keys) > 1 else None


def owners_of(index: Index, key: Key) -> list[Key]:
    """The owners of an object upward, for one that is known by its key."""
    known = BY_KIND.get(key.kind)
    found = index.get(known.plural, key.namespace, key.name) if known else None
    return chain(index, key.kind, found.metadata)[1:] if found is not None else []


def owned(index: Index, plural: str, owner: Key) -> list[Any]:
    """The objects of a kind that another manages directly: the ReplicaSets of a Deployment, the pods of a Job."""
    return index.groups("controller", plural, _controllers).get(owner)


def pods_of(index: Index, key: Key) -> list[Pod]:
    """The pods of a workload: its own, and those of what it owns, as the ReplicaSets of a Deployment."""
    found = list(owned(index, "pods", key))
    for plural in _BETWEEN.get(key.kind, ()):
        for middle in owned(index, plural, key):
            found += owned(index, "pods", Key(BY_PLURAL[plural].kind, key.namespace, middle.metadata.name))
    return found


def pod_workload(index: Index, pod: Pod) -> Key | None:
    """The workload that a pod belongs to."""
    return workload(index, "Pod", pod.metadata)


def manager(index: Index, key: Key) -> str | None:
    """The tool or controller that writes the object's fields, in words, or None when nothing says so."""
    known = BY_KIND.get(key.kind)
    if known is None:
        return f"the {key.kind} {key.name}"
    found = index.get(known.plural, key.namespace, key.name)
    if found is None:
        return None
    meta: Metadata = found.metadata
    marks = {**meta.labels, **meta.annotations}
    for mark, tool in _MARKS:
        if mark in marks:
            return f"{tool} ({marks[mark].split(':')[0]})"
    if marks.get("app.kubernetes.io/managed-by") == "Helm":
        return f"Helm ({marks.get('app.kubernetes.io/instance', key.name)})"
    return None


def _controllers(record: Any) -> tuple[Key, ...]:
    owner = controller(record.metadata)
    return (Key(owner.kind, record.metadata.namespace, owner.name),) if owner is not None else ()


def _deployment_by_hash(pod: Metadata, owner: OwnerReference) -> Key | None:
    """A ReplicaSet that a Deployment made is named DEPLOYMENT-HASH, its pods carry the hash as a label."""
    ending = f"-{pod.labels.get(_HASH_LABEL, '')}"
    if len(ending) > 1 and owner.name.endswith(ending):
        return Key("Deployment", pod.namespace, owner.name.removesuffix(ending))
    return None
