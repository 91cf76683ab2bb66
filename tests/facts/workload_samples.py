"""Workloads by hand; `tests.facts.pod_samples.index` decodes them."""

from typing import Any

from tests.facts.pod_samples import ago


def owned_by(kind: str, name: str) -> list[dict[str, Any]]:
    """Owner references of what a workload manages."""
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}]


def workload(name: str = "web", status: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """A workload of namespace shop that wants three pods, and has `status`."""
    meta = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "generation": 1, "creationTimestamp": ago(86400)}
    return {"metadata": meta, "spec": {"replicas": 3, **spec}, "status": {"observedGeneration": 1, **(status or {})}}


def replica_set(name: str, revision: str, owner: str = "web", **status: Any) -> dict[str, Any]:
    """A ReplicaSet of a Deployment."""
    made = workload(name, status)
    made["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": revision}
    made["metadata"]["ownerReferences"] = owned_by("Deployment", owner)
    return made


def pod_of(kind: str, owner: str, name: str, unready: float | None = None, **more: Any) -> dict[str, Any]:
    """A pod of a workload; ready, unless it has been `unready` for some seconds."""
    meta = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "creationTimestamp": ago(3600)}
    condition = {"type": "Ready", "status": "True" if unready is None else "False"}
    if unready is not None:
        condition["lastTransitionTime"] = ago(unready)
    state = {"name": "app", "ready": unready is None, "restartCount": 0, "state": {"running": {"startedAt": ago(3000)}}}
    return {
        "metadata": {**meta, "ownerReferences": owned_by(kind, owner), **more.pop("meta", {})},
        "spec": {"containers": [{"name": "app", "image": "web:1"}], **more.pop("spec", {})},
        "status": {"phase": "Running", "conditions": [condition], "containerStatuses": [state], **more},
    }


def said(kind: str, name: str, reason: str, message: str, last: float = 60, first: float = 600) -> dict[str, Any]:
    """An event about a workload; `first` and `last` are seconds ago."""
    return {
        "metadata": {"name": f"{name}.{reason}.{last}", "namespace": "shop"},
        "involvedObject": {"kind": kind, "namespace": "shop", "name": name, "uid": f"uid-{name}"},
        "reason": reason,
        "message": message,
        "firstTimestamp": ago(first),
        "lastTimestamp": ago(last),
    }
