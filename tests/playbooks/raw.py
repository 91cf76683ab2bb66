"""Parts of raw objects as controllers and kubelets write them."""

from typing import Any

Object = dict[str, Any]
BORN = "2026-01-01T08:00:00Z"
BEGUN = "2026-01-10T11:20:00Z"  # of the fault, and of pods that are made new by a rollout
SEEN = "2026-01-10T11:58:00Z"


def uid(kind: str, namespace: str, name: str) -> str:
    return f"{kind}-{namespace}-{name}".lower()


def metadata(kind: str, name: str, namespace: str) -> Object:
    place = {"namespace": namespace} if namespace else {}
    return {"name": name, **place, "uid": uid(kind, namespace, name), "generation": 1, "creationTimestamp": BORN}


def owned_by(kind: str, name: str) -> list[Object]:
    version = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    return [{"apiVersion": version, "kind": kind, "name": name, "uid": f"{kind}-{name}".lower(), "controller": True}]


def template_of(name: str, image: str, over: Object) -> Object:
    """A pod template with one container `app`; `over` is laid over its spec."""
    container = {
        "name": "app",
        "image": image,
        "ports": [{"containerPort": 8080, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "imagePullPolicy": "IfNotPresent",
    }
    spec = {
        "containers": [container],
        "restartPolicy": "Always",
        "serviceAccountName": "default",
        "terminationGracePeriodSeconds": 30,
    }
    return {"metadata": {"labels": {"app": name}}, "spec": laid_over(spec, over)}


def pod_status(raw: Object, group: Object) -> Object:
    """What the kubelet says of a pod on a node, from what its group says of `app`."""
    states = {key: group.pop(key) for key in ("waiting", "running", "terminated") if key in group}
    last, restarts, condition = group.pop("last", None), group.pop("restarts", 0), group.pop("condition", None)
    ready = group.pop("ready", not set(states) - {"running"})
    container = raw["spec"]["containers"][0]
    status = {
        "name": container["name"],
        "image": container["image"],
        "imageID": f"{container['image']}@sha256:1",
        "ready": ready,
        "started": ready,
        "restartCount": restarts,
        "state": states or {"running": {"startedAt": BORN}},
        "lastState": {"terminated": last} if last else {},
    }
    truth = "True" if ready else "False"
    why = {} if ready else {"reason": "ContainersNotReady", "message": "containers with unready status: [app]"}
    since = {"lastTransitionTime": BORN if ready else BEGUN}
    creating = not ready and not last and "waiting" in states and not restarts
    return {
        "phase": "Pending" if creating else "Running",
        "startTime": BORN,
        "hostIP": "10.0.0.1",
        "podIP": "10.1.0.5",
        "conditions": [
            {"type": "PodScheduled", "status": "True", "lastTransitionTime": BORN},
            {"type": "Initialized", "status": "True", "lastTransitionTime": BORN},
            {"type": "ContainersReady", "status": truth, **since, **why},
            {"type": "Ready", "status": truth, **since, **why, **(condition or {})},
        ],
        "containerStatuses": [status],
    }


def unscheduled(message: str) -> Object:
    """What is said of a pod that has no node; nothing at all where the scheduler has not said why."""
    if not message:
        return {"phase": "Pending"}
    refused = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    return {"phase": "Pending", "conditions": [{**refused, "lastTransitionTime": BEGUN}]}


def is_ready(pod: Object) -> bool:
    conditions = pod["status"].get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def endpoint(pod: Object) -> Object:
    ready, going = is_ready(pod), "deletionTimestamp" in pod["metadata"]
    meta = pod["metadata"]
    return {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready and not going, "serving": ready, "terminating": going},
        "nodeName": pod["spec"]["nodeName"],
        "targetRef": {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]},
    }


def counts(replicas: int, pods: list[Object], updated: int) -> Object:
    """The counts of a workload's status, left out where they are 0, as the API does."""
    ready = len([pod for pod in pods if is_ready(pod)])
    numbers = {
        "replicas": len(pods),
        "updatedReplicas": updated,
        "readyReplicas": ready,
        "availableReplicas": ready,
        "unavailableReplicas": max(0, max(replicas, len(pods)) - ready),
    }
    return {key: number for key, number in numbers.items() if number}


def deployment_conditions(replicas: int, ready: int, newest: str, stalled: bool, refused: str) -> list[Object]:
    enough = ready >= replicas - replicas // 4
    available = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    progressing = ("True", "NewReplicaSetAvailable", f'ReplicaSet "{newest}" has successfully progressed.')
    if not enough:
        available = ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    if stalled:
        progressing = ("False", "ProgressDeadlineExceeded", f'ReplicaSet "{newest}" has timed out progressing.')
    told = [("Available", *available), ("Progressing", *progressing)]
    if refused:
        told.append(("ReplicaFailure", "True", "FailedCreate", refused))
    return [
        {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": BEGUN}
        for kind, status, reason, message in told
    ]


def laid_over(under: Any, over: Any) -> Any:
    """Mappings key by key, lists of mappings by their entries' place, anything else as it is on top."""
    if isinstance(under, dict) and isinstance(over, dict):
        return {**under, **{key: laid_over(under.get(key), value) for key, value in over.items()}}
    if isinstance(under, list) and isinstance(over, list) and all(isinstance(one, dict) for one in [*under, *over]):
        both = [laid_over(low, high) for low, high in zip(under, over, strict=False)]
        return [*both, *under[len(both) :], *over[len(both) :]]
    return over
