"""Healthy objects that have nothing to do with a case."""

import json
from functools import cache
from typing import Any

import msgspec

from diag.model.decode import Decoder
from diag.model.snapshot import Snapshot

NAMESPACE = "elsewhere"
BORN = "2025-06-01T08:00:00Z"


def with_noise(snapshot: Snapshot) -> Snapshot:
    """The snapshot with 500 healthy objects more, of the kinds that were seen."""
    objects = {
        plural: sorted(
            [*records, *noise().get(plural, [])], key=lambda each: (each.metadata.namespace, each.metadata.name)
        )
        for plural, records in snapshot.objects.items()
    }
    return msgspec.structs.replace(snapshot, objects=objects)


@cache
def noise() -> dict[str, list[Any]]:
    raw = {
        "pods": [pod(i) for i in range(300)],
        "replicasets": [replica_set(i) for i in range(30)],
        "deployments": [deployment(i) for i in range(30)],
        "persistentvolumeclaims": [claim(i) for i in range(40)],
        "persistentvolumes": [volume(i) for i in range(40)],
        "events": [event(i) for i in range(60)],
    }
    decoder = Decoder()
    return {plural: decoder.decode(plural, json.dumps(items).encode()) for plural, items in raw.items()}


def meta(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "namespace": NAMESPACE, "uid": f"noise-{name}", "creationTimestamp": BORN, **more}


def owner(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"kind": kind, "name": name, "uid": f"noise-{name}", "apiVersion": "apps/v1", "controller": True}]


def pod(i: int) -> dict[str, Any]:
    set_name = f"quiet-{i % 30}-5d9c"
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": f"kept-{i}"}}] if i < 40 else []
    container = {"name": "main", "image": "elsewhere.example/quiet/main:3"}
    status = {**container, "ready": True, "restartCount": 0, "state": {"running": {"startedAt": BORN}}}
    return {
        "metadata": meta(f"{set_name}-{i:05}", ownerReferences=owner("ReplicaSet", set_name)),
        "spec": {"nodeName": f"elsewhere-{i % 7}", "containers": [container], "volumes": volumes},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [status],
        },
    }


def replica_set(i: int) -> dict[str, Any]:
    return {
        "metadata": meta(f"quiet-{i}-5d9c", ownerReferences=owner("Deployment", f"quiet-{i}")),
        "spec": {"replicas": 10},
        "status": {"replicas": 10, "readyReplicas": 10},
    }


def deployment(i: int) -> dict[str, Any]:
    status = {"replicas": 10, "readyReplicas": 10, "availableReplicas": 10, "updatedReplicas": 10}
    return {"metadata": meta(f"quiet-{i}"), "spec": {"replicas": 10}, "status": status}


def claim(i: int) -> dict[str, Any]:
    return {
        "metadata": meta(f"kept-{i}"),
        "spec": {"storageClassName": "elsewhere", "volumeName": f"kept-volume-{i}", "accessModes": ["ReadWriteOnce"]},
        "status": {"phase": "Bound", "capacity": {"storage": "10Gi"}},
    }


def volume(i: int) -> dict[str, Any]:
    reference = {"kind": "PersistentVolumeClaim", "namespace": NAMESPACE, "name": f"kept-{i}", "uid": f"noise-kept-{i}"}
    return {
        "metadata": {**meta(f"kept-volume-{i}"), "namespace": ""},
        "spec": {"storageClassName": "elsewhere", "capacity": {"storage": "10Gi"}, "claimRef": reference},
        "status": {"phase": "Bound"},
    }


def event(i: int) -> dict[str, Any]:
    name = f"quiet-{i % 30}-5d9c-{i:05}"
    return {
        "metadata": meta(f"{name}.{i}"),
        "involvedObject": {"kind": "Pod", "namespace": NAMESPACE, "name": name, "uid": f"noise-{name}"},
        "type": "Normal",
        "reason": "Started",
        "message": "Started container main",
        "firstTimestamp": BORN,
        "lastTimestamp": BORN,
    }
