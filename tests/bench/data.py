"""Pods and events of a made-up cluster, as an API server prints them: about 7 KB a pod, managedFields included."""

import json
import random
from collections.abc import Iterator
from typing import Any

REPLICAS = 40
# Of a hundred pods: how many of each sort. The rest are healthy.
SICK = {"oom": 1, "pull": 1, "crash": 1}


def _hex(chance: random.Random, length: int) -> str:
    return "".join(chance.choices("0123456789abcdef", k=length))


def _uid(chance: random.Random) -> str:
    return "-".join(_hex(chance, n) for n in (8, 4, 4, 4, 12))


def _fields(names: list[str]) -> dict[str, Any]:
    """Managed fields of a pod's usual size and shape."""
    entry = {f"f:{name}": {".": {}, "f:valueFrom": {".": {}, "f:fieldRef": {}}} for name in names}
    container = {
        f'k:{{"name":"{name}"}}': {".": {}, "f:image": {}, "f:env": entry, "f:resources": {}} for name in names[:3]
    }
    return {"f:metadata": {"f:labels": {f"f:{name}": {} for name in names}}, "f:spec": {"f:containers": container}}


def _container(app: str, version: int, token: str) -> dict[str, Any]:
    probe = {"httpGet": {"path": "/ready", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 10, "failureThreshold": 3}
    env = [{"name": f"SETTING_{i}", "value": f"value of setting {i} of {app}"} for i in range(12)]
    return {
        "name": "app",
        "image": f"registry.example.com/shop/{app}:1.{version}",
        "command": ["/bin/server", "--listen=:8080", f"--name={app}"],
        "env": env,
        "resources": {"limits": {"memory": "512Mi", "cpu": "1"}, "requests": {"memory": "256Mi", "cpu": "100m"}},
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/app"},
            {"name": token, "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
        ],
        "livenessProbe": probe,
        "readinessProbe": probe,
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }


def _status(chance: random.Random, sort: str, image: str) -> dict[str, Any]:
    began = "2026-01-09T08:00:00Z"
    ended = {"exitCode": 137, "reason": "OOMKilled", "startedAt": began, "finishedAt": "2026-01-10T11:58:00Z"}
    crashed = {**ended, "exitCode": 1, "reason": "Error"}
    waiting = {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=app"}
    error = f'Back-off pulling image "{image}": ErrImagePull: rpc error: code = NotFound desc = {image}: not found'
    state, last = {
        "healthy": ({"running": {"startedAt": began}}, {}),
        "oom": ({"waiting": waiting}, {"terminated": ended}),
        "crash": ({"waiting": waiting}, {"terminated": crashed}),
        "pull": ({"waiting": {"reason": "ImagePullBackOff", "message": error}}, {}),
    }[sort]
    ready = sort == "healthy"
    conditions = [
        {"type": kind, "status": "True" if ready or kind == "PodScheduled" else "False", "lastTransitionTime": began}
        for kind in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]
    status = {
        "name": "app",
        "state": state,
        "lastState": last,
        "ready": ready,
        "started": ready,
        "restartCount": 0 if sort in ("healthy", "pull") else 7,
        "image": image,
        "imageID": f"registry.example.com/shop@sha256:{_hex(chance, 64)}",
        "containerID": f"containerd://{_hex(chance, 64)}",
    }
    address = f"10.{chance.randint(1, 60)}.{chance.randint(0, 250)}.{chance.randint(1, 250)}"
    return {
        "phase": "Pending" if sort == "pull" else "Running",
        "conditions": conditions,
        "hostIP": address,
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": began,
        "containerStatuses": [status],
        "qosClass": "Burstable",
    }


def pods(count: int) -> Iterator[dict[str, Any]]:
    """Pods in the order of the API: forty of each template, three of a hundred templates sick."""
    chance = random.Random(7)
    for template in range(-(-count // REPLICAS)):
        app, namespace = f"service-{template:05}", f"team-{template % 200:03}"
        owner, hash_ = _uid(chance), _hex(chance, 9)
        sorts = [sort for sort, share in SICK.items() for _ in range(share)]
        sort = sorts[template % 100] if template % 100 < len(sorts) else "healthy"
        for replica in range(min(REPLICAS, count - template * REPLICAS)):
            token = f"kube-api-access-{_hex(chance, 5)}"
            container = _container(app, template, token)
            yield {
                "metadata": {
                    "name": f"{app}-{hash_}-{replica:02x}{_hex(chance, 3)}",
                    "generateName": f"{app}-{hash_}-",
                    "namespace": namespace,
                    "uid": _uid(chance),
                    "resourceVersion": str(chance.randint(10**8, 10**9)),
                    "creationTimestamp": "2026-01-09T08:00:00Z",
                    "labels": {"app.kubernetes.io/name": app, "pod-template-hash": hash_, "team": namespace},
                    "annotations": {"checksum/config": _hex(chance, 64), "prometheus.io/scrape": "true"},
                    "ownerReferences": [
                        {
                            "apiVersion": "apps/v1",
                            "kind": "ReplicaSet",
                            "name": f"{app}-{hash_}",
                            "uid": owner,
                            "controller": True,
                            "blockOwnerDeletion": True,
                        }
                    ],
                    "managedFields": [
                        {
                            "manager": manager,
                            "operation": "Update",
                            "apiVersion": "v1",
                            "fieldsType": "FieldsV1",
                            "fieldsV1": fields,
                        }
                        for manager, fields in (
                            ("kube-controller-manager", _fields([f"SETTING_{i}" for i in range(12)])),
                            ("kubelet", _fields([f"condition-{i}" for i in range(8)])),
                        )
                    ],
                },
                "spec": {
                    "volumes": [
                        {"name": "config", "configMap": {"name": f"{app}-config", "defaultMode": 420}},
                        {
                            "name": token,
                            "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}], "defaultMode": 420},
                        },
                    ],
                    "containers": [container],
                    "restartPolicy": "Always",
                    "terminationGracePeriodSeconds": 30,
                    "dnsPolicy": "ClusterFirst",
                    "serviceAccountName": app,
                    "nodeName": f"node-{chance.randint(0, max(1, count // 30)):05}",
                    "schedulerName": "default-scheduler",
                    "tolerations": [
                        {
                            "key": f"node.kubernetes.io/{key}",
                            "operator": "Exists",
                            "effect": "NoExecute",
                            "tolerationSeconds": 300,
                        }
                        for key in ("not-ready", "unreachable")
                    ],
                },
                "status": _status(chance, sort, container["image"]),
            }


def encoded(count: int) -> list[bytes]:
    """The pods as compact JSON."""
    return [json.dumps(pod, separators=(",", ":")).encode() for pod in pods(count)]


def turned(item: bytes, sort: str) -> bytes:
    """The pod as one of another sort: `healthy`, or one of those in `SICK`."""
    pod = json.loads(item)
    pod["status"] = _status(random.Random(pod["metadata"]["uid"]), sort, pod["spec"]["containers"][0]["image"])
    return json.dumps(pod, separators=(",", ":")).encode()
