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
from typing import Any

from tests.playbooks.raw import BEGUN, BORN, SEEN, Object, endpoint, is_ready, laid_over, metadata
from tests.playbooks.workloads import Built


def nodes(built: Built, names: list[str]) -> None:
    """Nodes that are well."""
    for name in names:
        node(built, name)


def node(built: Built, name: str, **more: Any) -> None:
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
    built.objects.append(laid_over(raw, more))


def service(built: Built, name: str, namespace: str = "shop", port: int = 80, **more: Any) -> None:
    """A Service for the pods with label `app` (its `selects`, else its name), and its EndpointSlice."""
    selector = {"app": more.pop("selects", name)}
    ports = [{"name": "main", "port": port, "targetPort": more.pop("target", 8080), "protocol": "TCP"}]
    spec = {
        "selector": selector,
        "clusterIP": more.pop("cluster_ip", "10.96.0.7"),
        "ports": ports,
        "type": "ClusterIP",
    }
    raw = {"kind": "Service", "metadata": metadata("Service", name, namespace), "spec": spec}
    built.objects.append(laid_over(raw, more))
    on_node = [pod for pod in built.pods(namespace, selector) if pod["status"].get("podIP")]
    meta = {**metadata("EndpointSlice", f"{name}-x7k2p", namespace), "labels": {"kubernetes.io/service-name": name}}
    built.objects.append(
        {
            "kind": "EndpointSlice",
            "metadata": meta,
            "addressType": "IPv4",
            "endpoints": [endpoint(pod) for pod in on_node],
            "ports": [{"name": "main", "port": ports[0]["targetPort"], "protocol": "TCP"}],
        }
    )


def ingress(built: Built, name: str, service: str, namespace: str = "shop", port: int = 80) -> None:
    """An Ingress on one service, and its class."""
    backend = {"service": {"name": service, "port": {"number": port}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec = {"ingressClassName": "nginx", "rules": [{"host": "shop.example", "http": {"paths": [path]}}]}
    built.objects.append({"kind": "Ingress", "metadata": metadata("Ingress", name, namespace), "spec": spec})
    built.objects.append(
        {
            "kind": "IngressClass",
            "metadata": metadata("IngressClass", "nginx", ""),
            "spec": {"controller": "k8s.io/ingress-nginx"},
        }
    )


def budget(built: Built, name: str, least: int, expected: int, namespace: str = "shop") -> None:
    """A PodDisruptionBudget for the `expected` pods of that name, which wants so many of them available."""
    pods = built.pods(namespace, {"app": name})
    healthy = len([pod for pod in pods if is_ready(pod)])
    allowed = max(0, healthy - least)
    met = (
        {"status": "True", "reason": "SufficientPods"} if allowed else {"status": "False", "reason": "InsufficientPods"}
    )
    status = {
        "observedGeneration": 1,
        "currentHealthy": healthy,
        "desiredHealthy": least,
        "expectedPods": expected,
        "disruptionsAllowed": allowed,
        "conditions": [{"type": "DisruptionAllowed", **met, "lastTransitionTime": BEGUN}],
    }
    spec = {"minAvailable": least, "selector": {"matchLabels": {"app": name}}}
    meta = metadata("PodDisruptionBudget", name, namespace)
    built.objects.append({"kind": "PodDisruptionBudget", "metadata": meta, "spec": spec, "status": status})


def autoscaler(built: Built, name: str, namespace: str = "shop", **more: Any) -> None:
    """A HorizontalPodAutoscaler of the Deployment of that name; `failing` is [reason, message] of ScalingActive."""
    failing = more.pop("failing", None)
    active = {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound"}
    if failing:
        active = {"type": "ScalingActive", "status": "False", "reason": failing[0], "message": failing[1]}
    able = {"type": "AbleToScale", "status": "True", "reason": "SucceededGetScale"}
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
    }
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
    built.objects.append(laid_over(raw, more))


_BUILDERS: dict[str, Any] = {
    "nodes": nodes,
    "node": node,
    "deployment": Built.deployment,
    "stateful_set": Built.stateful_set,
    "daemon_set": Built.daemon_set,
    "job": Built.job,
    "service": service,
    "ingress": ingress,
    "budget": budget,
    "autoscaler": autoscaler,
    "event": Built.event,
}


def built(entries: list[Object]) -> Built:
    """All entries of a chain, in their order: a service knows the pods that stand before it."""
    made = Built()
    for entry in entries:
        if "kind" in entry:
            made.objects.append(copy.deepcopy(entry))
        else:
            ((word, settings),) = entry.items()
            _BUILDERS[word](made, **copy.deepcopy(settings))
    return made
