"""Whole objects from short notes: what a cluster holds around a fault, as its controllers would have written it.

An entry of a chain's `objects` is a raw object, or one of the words below with what is special about it. A workload's
`pods` are groups: `count` pods that are alike, healthy but for what is said of them:

    waiting, running, terminated    state of the container `app` (a mapping); not ready unless it runs
    last, restarts, ready           its lastState.terminated, restartCount, and whether it is ready
    pending                         message of the scheduler: not on a node
    condition                       reason and message of the Ready condition, as the node controller sets them
    node, nodes                     where they run
    spec, status, metadata          laid over the pod, key by key
    events                          [reason, message, …] of warnings about each; {pod} stands for its name
    log, previous                   what `app` says, or said in the run before
"""

import copy
from collections.abc import Iterator
from itertools import cycle
from typing import Any

Object = dict[str, Any]
BORN = "2026-01-01T08:00:00Z"
BEGUN = "2026-01-10T11:20:00Z"  # of the fault, and of pods that are made new by a rollout
SEEN = "2026-01-10T11:58:00Z"
HASH = "7d9f8c6b5"
OLD_HASH = "5b4c3d2e1"
_NODES = ("node-a", "node-b", "node-c")


class Built:
    """The objects and the logs (`namespace/pod/container` to text) of one chain."""

    def __init__(self) -> None:
        self.objects: list[Object] = []
        self.logs: dict[str, str] = {}

    def add(self, entry: Object) -> None:
        """Add an entry of a chain's objects: a raw object, or one of the words with its settings."""
        if "kind" in entry:
            self.objects.append(copy.deepcopy(entry))
            return
        ((word, settings),) = entry.items()
        _BUILDERS[word](self, **copy.deepcopy(settings))

    def pods(self, namespace: str, labels: Object) -> list[Object]:
        """The pods of a namespace with all of the labels."""
        return [
            one
            for one in self.objects
            if one["kind"] == "Pod"
            and one["metadata"]["namespace"] == namespace
            and labels.items() <= one["metadata"]["labels"].items()
        ]

    def nodes(self, names: list[str]) -> None:
        """Nodes that are well."""
        for name in names:
            self.node(name)

    def node(self, name: str, **more: Any) -> None:
        """A node; `conditions` are laid over those of one that is well, by type, `metadata`, `spec`, `status` too."""
        over = more.pop("conditions", {})
        heartbeat = {"lastHeartbeatTime": SEEN, "lastTransitionTime": BORN}
        well = {
            "Ready": {"status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status"},
            "MemoryPressure": {"status": "False", "reason": "KubeletHasSufficientMemory"},
            "DiskPressure": {"status": "False", "reason": "KubeletHasNoDiskPressure"},
            "PIDPressure": {"status": "False", "reason": "KubeletHasSufficientPID"},
        }
        raw = {
            "kind": "Node",
            "metadata": {"name": name, "uid": name, "creationTimestamp": BORN, "labels": {"kubernetes.io/os": "linux"}},
            "spec": {},
            "status": {
                "conditions": [{"type": kind, **heartbeat, **one, **over.get(kind, {})} for kind, one in well.items()],
                "capacity": {"cpu": "8", "memory": "32Gi", "pods": "110", "ephemeral-storage": "100Gi"},
                "allocatable": {"cpu": "8", "memory": "31Gi", "pods": "110", "ephemeral-storage": "90Gi"},
                "nodeInfo": {"kubeletVersion": "v1.34.1", "architecture": "amd64", "operatingSystem": "linux"},
            },
        }
        self.objects.append(laid_over(raw, more))

    def deployment(self, name: str, namespace: str = "shop", replicas: int = 1, **more: Any) -> None:
        """A Deployment and its ReplicaSet; `old` is the number of pods that the ReplicaSet before still runs.

        `stalled` that the progress deadline has passed, `refused` why the ReplicaSet cannot create pods, `missing` how
        many are not there at all.
        """
        old, stalled, refused = more.pop("old", 0), more.pop("stalled", False), more.pop("refused", "")
        image, groups, over = more.pop("image", f"registry.example/{name}:1"), more.pop("pods", None), more
        meta = metadata("Deployment", name, namespace)
        template = template_of(name, image, over.pop("template", {}))
        newest = f"{name}-{HASH}"
        pods = self._pods(namespace, newest, [{"count": replicas}] if groups is None else groups, template)
        self._owned(pods, "ReplicaSet", newest, {"pod-template-hash": HASH})
        self._replica_set(meta, newest, replicas, pods, template, "2" if old else "1", refused)
        before: list[Object] = []
        if old:
            earlier = template_of(name, f"registry.example/{name}:0", {})
            before = self._pods(namespace, f"{name}-{OLD_HASH}", [{"count": old}], earlier)
            self._owned(before, "ReplicaSet", f"{name}-{OLD_HASH}", {"pod-template-hash": OLD_HASH})
            self._replica_set(meta, f"{name}-{OLD_HASH}", old, before, earlier, "1", "")
        ready = len([pod for pod in [*pods, *before] if is_ready(pod)])
        meta["annotations"] = {"deployment.kubernetes.io/revision": "2" if old else "1"}
        spec = {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
            "progressDeadlineSeconds": 600,
            "template": template,
        }
        status = {
            "observedGeneration": 1,
            **counts(replicas, [*pods, *before], len(pods)),
            "conditions": deployment_conditions(replicas, ready, newest, stalled, refused),
        }
        raw = {"kind": "Deployment", "metadata": meta, "spec": spec, "status": {k: v for k, v in status.items() if v}}
        self.objects.append(laid_over(raw, over))

    def stateful_set(self, name: str, namespace: str = "shop", replicas: int = 1, **more: Any) -> None:
        """A StatefulSet with its pods, the groups in their order."""
        groups = more.pop("pods", [{"count": replicas}])
        template = template_of(name, more.pop("image", f"registry.example/{name}:1"), more.pop("template", {}))
        pods = self._pods(namespace, name, groups, template, ordinal=True)
        self._owned(pods, "StatefulSet", name, {"controller-revision-hash": f"{name}-1"})
        spec = {
            "replicas": replicas,
            "serviceName": name,
            "selector": {"matchLabels": {"app": name}},
            "template": template,
            "updateStrategy": {"type": "RollingUpdate"},
        }
        revisions = {"currentRevision": f"{name}-1", "updateRevision": f"{name}-1"}
        status = {"observedGeneration": 1, **revisions, **counts(replicas, pods, len(pods))}
        status["currentReplicas"] = len(pods)
        raw = {"kind": "StatefulSet", "metadata": metadata("StatefulSet", name, namespace), "spec": spec}
        self.objects.append(laid_over({**raw, "status": status}, more))

    def daemon_set(self, name: str, namespace: str = "kube-system", nodes: tuple[str, ...] = _NODES, **more: Any) -> None:
        """A DaemonSet with a pod for each node; `pods` are groups in the order of the nodes."""
        groups = more.pop("pods", [{"count": len(nodes)}])
        template = template_of(name, more.pop("image", f"registry.example/{name}:1"), more.pop("template", {}))
        pods = self._pods(namespace, name, groups, template)
        for pod, node in zip(pods, nodes, strict=True):
            pod["spec"]["nodeName"] = node
        self._owned(pods, "DaemonSet", name, {"controller-revision-hash": "1"})
        ready = len([pod for pod in pods if is_ready(pod)])
        status = {
            "observedGeneration": 1,
            "desiredNumberScheduled": len(nodes),
            "currentNumberScheduled": len(nodes),
            "updatedNumberScheduled": len(nodes),
            "numberMisscheduled": 0,
            "numberReady": ready,
            "numberAvailable": ready,
            "numberUnavailable": len(nodes) - ready,
        }
        spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
        raw = {"kind": "DaemonSet", "metadata": metadata("DaemonSet", name, namespace), "spec": spec, "status": status}
        self.objects.append(laid_over(raw, more))

    def job(self, name: str, namespace: str = "shop", **more: Any) -> None:
        """A Job with its pods; `owner` is the CronJob that made it."""
        owner, groups = more.pop("owner", ""), more.pop("pods", [{"count": 1}])
        template = template_of(name, more.pop("image", f"registry.example/{name}:1"), more.pop("template", {}))
        template["spec"]["restartPolicy"] = "Never"
        pods = self._pods(namespace, name, groups, template)
        self._owned(pods, "Job", name, {"batch.kubernetes.io/job-name": name})
        meta = {**metadata("Job", name, namespace), "creationTimestamp": BEGUN}
        if owner:
            meta["ownerReferences"] = owned_by("CronJob", owner)
        spec = {"backoffLimit": 2, "completions": 1, "parallelism": 1, "template": template}
        raw = {"kind": "Job", "metadata": meta, "spec": spec, "status": {"startTime": BEGUN}}
        self.objects.append(laid_over(raw, more))

    def service(self, name: str, namespace: str = "shop", port: int = 80, **more: Any) -> None:
        """A Service for the pods with label `app` (its `selects`, else its name), and its EndpointSlice."""
        selector = {"app": more.pop("selects", name)}
        ports = [{"name": "main", "port": port, "targetPort": more.pop("target", 8080), "protocol": "TCP"}]
        spec = {"selector": selector, "clusterIP": more.pop("cluster_ip", "10.96.0.7"), "ports": ports, "type": "ClusterIP"}
        raw = {"kind": "Service", "metadata": metadata("Service", name, namespace), "spec": spec}
        self.objects.append(laid_over(raw, more))
        on_node = [pod for pod in self.pods(namespace, selector) if pod["status"].get("podIP")]
        meta = {**metadata("EndpointSlice", f"{name}-x7k2p", namespace), "labels": {"kubernetes.io/service-name": name}}
        self.objects.append(
            {
                "kind": "EndpointSlice",
                "metadata": meta,
                "addressType": "IPv4",
                "endpoints": [endpoint(pod) for pod in on_node],
                "ports": [{"name": "main", "port": ports[0]["targetPort"], "protocol": "TCP"}],
            }
        )

    def ingress(self, name: str, service: str, namespace: str = "shop", port: int = 80) -> None:
        """An Ingress on one service, and its class."""
        backend = {"service": {"name": service, "port": {"number": port}}}
        path = {"path": "/", "pathType": "Prefix", "backend": backend}
        spec = {"ingressClassName": "nginx", "rules": [{"host": "shop.example", "http": {"paths": [path]}}]}
        self.objects.append({"kind": "Ingress", "metadata": metadata("Ingress", name, namespace), "spec": spec})
        self.objects.append(
            {
                "kind": "IngressClass",
                "metadata": metadata("IngressClass", "nginx", ""),
                "spec": {"controller": "k8s.io/ingress-nginx"},
            }
        )

    def budget(self, name: str, least: int, namespace: str = "shop") -> None:
        """A PodDisruptionBudget for the pods of that name, which wants so many available."""
        pods = self.pods(namespace, {"app": name})
        healthy = len([pod for pod in pods if is_ready(pod)])
        allowed = max(0, healthy - least)
        met = {"status": "True", "reason": "SufficientPods"} if allowed else {"status": "False", "reason": "InsufficientPods"}
        status = {
            "observedGeneration": 1,
            "currentHealthy": healthy,
            "desiredHealthy": least,
            "expectedPods": len(pods),
            "disruptionsAllowed": allowed,
            "conditions": [{"type": "DisruptionAllowed", **met, "lastTransitionTime": BEGUN}],
        }
        spec = {"minAvailable": least, "selector": {"matchLabels": {"app": name}}}
        meta = metadata("PodDisruptionBudget", name, namespace)
        self.objects.append({"kind": "PodDisruptionBudget", "metadata": meta, "spec": spec, "status": status})

    def autoscaler(self, name: str, namespace: str = "shop", **more: Any) -> None:
        """A HorizontalPodAutoscaler of the Deployment of that name; `failing` is [reason, message] of ScalingActive."""
        failing = more.pop("failing", None)
        active = {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound"}
        if failing:
            active = {"type": "ScalingActive", "status": "False", "reason": failing[0], "message": failing[1]}
        able = {"type": "AbleToScale", "status": "True", "reason": "SucceededGetScale"}
        metric = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}
        spec = {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": 1,
            "maxReplicas": 30,
            "metrics": [metric],
        }
        status = {
            "currentReplicas": more.pop("current", 1),
            "desiredReplicas": more.pop("desired", 1),
            "conditions": [{**one, "lastTransitionTime": BEGUN} for one in (able, active)],
        }
        meta = metadata("HorizontalPodAutoscaler", name, namespace)
        raw = {"kind": "HorizontalPodAutoscaler", "metadata": meta, "spec": spec, "status": status}
        self.objects.append(laid_over(raw, more))

    def event(self, kind: str, name: str, reason: str, message: str, namespace: str = "shop", **more: Any) -> None:
        """A warning about an object, seen several times until now."""
        count = len(self.objects)
        self.objects.append(
            {
                "kind": "Event",
                "metadata": {"name": f"{name}.{count:x}", "namespace": namespace or "default"},
                "involvedObject": {"kind": kind, "namespace": namespace, "name": name, "uid": uid(kind, namespace, name)},
                "type": "Warning",
                "reason": reason,
                "message": message,
                "count": 12,
                "firstTimestamp": BEGUN,
                "lastTimestamp": SEEN,
                **more,
            }
        )

    def _pods(
        self, namespace: str, prefix: str, groups: list[Object], template: Object, ordinal: bool = False
    ) -> list[Object]:
        made: list[Object] = []
        for group in groups:
            nodes = cycle(group.pop("nodes", None) or ([group.pop("node")] if "node" in group else _NODES))
            for _ in range(group.pop("count", 1)):
                number = len(made)
                name = f"{prefix}-{number}" if ordinal else f"{prefix}-{number:05}"
                made.append(self._pod(namespace, name, next(nodes), template, copy.deepcopy(group)))
        return made

    def _pod(self, namespace: str, name: str, node: str, template: Object, group: Object) -> Object:
        events, pending = group.pop("events", []), group.pop("pending", None)
        for key, text in (("log", group.pop("log", "")), ("previous", group.pop("previous", ""))):
            if text:
                self.logs[f"{namespace}/{name}/app{' (previous)' if key == 'previous' else ''}"] = text
        raw = {
            "kind": "Pod",
            "metadata": {**metadata("Pod", name, namespace), "labels": dict(template["metadata"]["labels"])},
            "spec": {**copy.deepcopy(template["spec"]), "nodeName": node},
        }
        if pending is not None:
            del raw["spec"]["nodeName"]
            raw["status"] = unscheduled(pending)
            if pending:
                self.event("Pod", name, "FailedScheduling", pending, namespace)
        else:
            raw["status"] = pod_status(raw, group)
        raw = laid_over(raw, group)
        self.objects.append(raw)
        for reason, message in events:
            self.event("Pod", name, reason, message.replace("{pod}", name), namespace, **{"source": {"host": node}})
        return raw

    def _owned(self, pods: list[Object], kind: str, name: str, labels: Object) -> None:
        for pod in pods:
            pod["metadata"]["ownerReferences"] = owned_by(kind, name)
            pod["metadata"]["labels"].update(labels)

    def _replica_set(
        self, owner: Object, name: str, replicas: int, pods: list[Object], template: Object, revision: str, refused: str
    ) -> None:
        namespace, label = owner["namespace"], owner["name"]
        meta = {
            **metadata("ReplicaSet", name, namespace),
            "labels": {"app": label, "pod-template-hash": name.rpartition("-")[2]},
            "annotations": {"deployment.kubernetes.io/revision": revision},
            "ownerReferences": owned_by("Deployment", label),
        }
        status = {"observedGeneration": 1, **counts(replicas, pods, len(pods))}
        if refused:
            failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": refused}
            status["conditions"] = [{**failure, "lastTransitionTime": BEGUN}]
            self.event("ReplicaSet", name, "FailedCreate", f"Error creating: {refused}", namespace)
        spec = {"replicas": replicas, "selector": {"matchLabels": {"app": label}}, "template": template}
        self.objects.append({"kind": "ReplicaSet", "metadata": meta, "spec": spec, "status": status})


_BUILDERS: dict[str, Any] = {
    "nodes": lambda built, names: built.nodes(names),
    "node": Built.node,
    "deployment": Built.deployment,
    "stateful_set": Built.stateful_set,
    "daemon_set": Built.daemon_set,
    "job": Built.job,
    "service": Built.service,
    "ingress": Built.ingress,
    "budget": Built.budget,
    "autoscaler": Built.autoscaler,
    "event": Built.event,
}


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


def built(entries: Iterator[Object] | list[Object]) -> Built:
    """All entries of a chain, in their order: a service knows the pods that stand before it."""
    made = Built()
    for entry in entries:
        made.add(entry)
    return made
