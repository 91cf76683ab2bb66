"""Nodes, pods that wait and pods that run, by hand; `tests.facts.pod_samples.index` decodes them."""

from typing import Any

from diag.facts.index import Index
from diag.model.pods import Pod
from tests.facts.pod_samples import ago

CONTROL_PLANE = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
UNREACHABLE = {"key": "node.kubernetes.io/unreachable", "effect": "NoSchedule"}
DEDICATED = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}
KEPT_OFF = "0/2 nodes are available: "


def node(
    name: str, *taints: dict[str, str], gives: dict[str, Any] | None = None, cordoned: bool = False, **labels: str
) -> dict[str, Any]:
    """A node of 4 CPU, 8Gi and 110 pods unless `gives` says otherwise, with its hostname among its labels."""
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **labels}},
        "spec": {"taints": list(taints), "unschedulable": cordoned},
        "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110", **(gives or {})}},
    }


def waiting(
    message: str = "", asks: dict[str, Any] | None = None, meta: dict[str, Any] | None = None, **spec: Any
) -> dict[str, Any]:
    """The pod shop/web that has no node, with the scheduler's words after `KEPT_OFF`."""
    said = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": KEPT_OFF + message}
    return {
        "metadata": {
            "name": "web",
            "namespace": "shop",
            "uid": "uid-web",
            "creationTimestamp": ago(3600),
            "labels": {"app": "web"},
            **(meta or {}),
        },
        "spec": {"containers": [{"name": "app", "resources": {"requests": asks or {}}}], **spec},
        "status": {"phase": "Pending", "conditions": [said] if message else []},
    }


def placed(
    name: str, on: str, asks: dict[str, Any] | None = None, phase: str = "Running", **spec: Any
) -> dict[str, Any]:
    """A pod of namespace shop that has a node; its label `app` is its name without the number."""
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-{name}",
            "labels": {"app": name.rpartition("-")[0]},
        },
        "spec": {"nodeName": on, "containers": [{"name": "app", "resources": {"requests": asks or {}}}], **spec},
        "status": {"phase": phase},
    }


def the_pod(index: Index, name: str = "web") -> Pod:
    """The pod shop/NAME."""
    found = index.pod("shop", name)
    assert found is not None
    return found
