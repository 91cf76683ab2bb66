"""Workloads with their pods: the part of a chain's objects that the rest stands around."""

import copy
from itertools import cycle
from typing import Any

from tests.playbooks.raw import (
    BEGUN,
    SEEN,
    Object,
    counts,
    deployment_conditions,
    is_ready,
    laid_over,
    metadata,
    owned_by,
    pod_status,
    template_of,
    uid,
    unscheduled,
)

HASH = "7d9f8c6b5"
OLD_HASH = "5b4c3d2e1"
_NODES = ("node-a", "node-b", "node-c")


class Built:
    """The objects and the logs (`namespace/pod/container` to text) of one chain."""

    def __init__(self) -> None:
        self.objects: list[Object] = []
        self.logs: dict[str, str] = {}
        self._namespaces: set[str] = set()

    def pods(self, namespace: str, labels: Object) -> list[Object]:
        """The pods of a namespace with all of the labels."""
        return [
            one
            for one in self.objects
            if one["kind"] == "Pod"
            and one["metadata"]["namespace"] == namespace
            and labels.items() <= one["metadata"]["labels"].items()
        ]

    def deployment(self, name: str, namespace: str = "shop", replicas: int = 1, **more: Any) -> None:
        """A Deployment and its ReplicaSet; `old` is the number of pods that the ReplicaSet before still runs.

        `stalled` tells that the progress deadline has passed, `refused` why the ReplicaSet cannot create pods.
        """
        old, stalled, refused = more.pop("old", 0), more.pop("stalled", False), more.pop("refused", "")
        image, groups = more.pop("image", f"registry.example/{name}:1"), more.pop("pods", [{"count": replicas}])
        meta = metadata("Deployment", name, namespace)
        template = template_of(name, image, more.pop("template", {}))
        newest = f"{name}-{HASH}"
        pods = self._pods(namespace, newest, groups, template)
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
        raw = {"kind": "Deployment", "metadata": meta, "spec": spec, "status": status}
        self.objects.append(laid_over(raw, more))

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

    def daemon_set(
        self, name: str, namespace: str = "kube-system", nodes: tuple[str, ...] = _NODES, **more: Any
    ) -> None:
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
        over = {"restartPolicy": "Never", **more.pop("template", {})}
        template = template_of(name, more.pop("image", f"registry.example/{name}:1"), over)
        pods = self._pods(namespace, name, groups, template)
        self._owned(pods, "Job", name, {"batch.kubernetes.io/job-name": name})
        meta = {**metadata("Job", name, namespace), "creationTimestamp": BEGUN}
        if owner:
            meta["ownerReferences"] = owned_by("CronJob", owner)
        spec = {"backoffLimit": 2, "completions": 1, "parallelism": 1, "template": template}
        raw = {"kind": "Job", "metadata": meta, "spec": spec, "status": {"startTime": BEGUN}}
        self.objects.append(laid_over(raw, more))

    def event(self, kind: str, name: str, reason: str, message: str, namespace: str = "shop", **more: Any) -> None:
        """A warning about an object, seen several times until now."""
        count = len(self.objects)
        self.objects.append(
            {
                "kind": "Event",
                "metadata": {"name": f"{name}.{count:x}", "namespace": namespace or "default"},
                "involvedObject": {
                    "kind": kind,
                    "namespace": namespace,
                    "name": name,
                    "uid": uid(kind, namespace, name),
                },
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
        self._account(namespace)
        made: list[Object] = []
        for group in groups:
            nodes = cycle(group.pop("nodes", None) or ([group.pop("node")] if "node" in group else _NODES))
            for _ in range(group.pop("count", 1)):
                number = len(made)
                name = f"{prefix}-{number}" if ordinal else f"{prefix}-{number:05}"
                made.append(self._pod(namespace, name, next(nodes), template, copy.deepcopy(group)))
        return made

    def _account(self, namespace: str) -> None:
        """What each namespace has: its default service account."""
        if namespace not in self._namespaces:
            self._namespaces.add(namespace)
            self.objects.append(
                {"kind": "ServiceAccount", "metadata": metadata("ServiceAccount", "default", namespace)}
            )

    def _pod(self, namespace: str, name: str, node: str, template: Object, group: Object) -> Object:
        events, pending = group.pop("events", []), group.pop("pending", None)
        main = template["spec"]["containers"][0]["name"]
        said = {"": group.pop("log", ""), " (previous)": group.pop("previous", "")}
        self.logs |= {f"{namespace}/{name}/{main}{run}": text for run, text in said.items() if text}
        raw: Object = {
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
            self.event("Pod", name, reason, message.replace("{pod}", name), namespace, source={"host": node})
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
