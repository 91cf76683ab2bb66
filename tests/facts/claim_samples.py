"""Claims, volumes, classes and what is said of them, by hand; `tests.facts.pod_samples.index` decodes them."""

from typing import Any

from diag.facts.index import Index
from diag.model.storage import PersistentVolumeClaim
from tests.facts.pod_samples import ago

CONTROLLER = "persistentvolume-controller"
DRIVER = "ebs.csi.aws.com_ebs-csi-controller-5954f58674-jggbh_97b2d3af-7d52-4d05-9d24-a74255694b6c"
SELECTED = {"volume.kubernetes.io/selected-node": "node-a"}
DEFAULT = {"storageclass.kubernetes.io/is-default-class": "true"}
EARLIER = {"namespace": "shop", "name": "data", "uid": "uid-earlier"}


def claim(spec: dict[str, Any] | None = None, phase: str = "Pending", **meta: Any) -> dict[str, Any]:
    """The claim shop/data, which asks for 10Gi, ReadWriteOnce; without a class unless `spec` names one."""
    return {
        "metadata": {"name": "data", "namespace": "shop", "uid": "uid-data", "creationTimestamp": ago(3600), **meta},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}, **(spec or {})},
        "status": {"phase": phase},
    }


def volume(
    name: str = "pv-1", phase: str = "Available", meta: dict[str, Any] | None = None, **spec: Any
) -> dict[str, Any]:
    """A volume that offers just what `claim` asks for, without a class unless `spec` names one."""
    offers = {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "10Gi"},
        "persistentVolumeReclaimPolicy": "Retain",
    }
    return {"metadata": {"name": name, **(meta or {})}, "spec": {**offers, **spec}, "status": {"phase": phase}}


def storage_class(name: str = "fast", provisioner: str = "ebs.csi.aws.com", **more: Any) -> dict[str, Any]:
    """A class; it waits for a pod where `more` says so."""
    meta = {"name": name, "creationTimestamp": ago(1e6), **more.pop("meta", {})}
    return {"metadata": meta, "provisioner": provisioner, **more}


def said(
    reason: str,
    message: str = "",
    last: float = 10,
    first: float | None = None,
    source: str = CONTROLLER,
    uid: str = "uid-data",
) -> dict[str, Any]:
    """An event about `claim`; `first` and `last` are seconds ago."""
    return {
        "metadata": {"name": f"data.{reason}{last}{source}", "namespace": "shop"},
        "involvedObject": {"kind": "PersistentVolumeClaim", "namespace": "shop", "name": "data", "uid": uid},
        "reason": reason,
        "message": message,
        "source": {"component": source},
        "firstTimestamp": ago(last if first is None else first),
        "lastTimestamp": ago(last),
    }


def consumer(name: str = "db", claims: tuple[str, ...] = ("data",), message: str = "", **more: Any) -> dict[str, Any]:
    """A Pending pod that mounts claims; `message` is the scheduler's, `more` its status, `meta` and `spec` the rest."""
    conditions = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]
    meta = {
        "name": name,
        "namespace": "shop",
        "uid": f"uid-{name}",
        "creationTimestamp": ago(3600),
        **more.pop("meta", {}),
    }
    volumes = [{"name": one, "persistentVolumeClaim": {"claimName": one}} for one in claims]
    return {
        "metadata": meta,
        "spec": {"volumes": volumes, **more.pop("spec", {})},
        "status": {"phase": "Pending", "conditions": conditions if message else [], **more},
    }


def node(name: str, unschedulable: bool = False, ready: str = "True", **labels: str) -> dict[str, Any]:
    """A node; its labels are given without their prefix: hostname and zone."""
    prefix = {"zone": "topology.kubernetes.io/", "hostname": "kubernetes.io/"}
    return {
        "metadata": {"name": name, "labels": {prefix[key] + key: value for key, value in labels.items()}},
        "spec": {"unschedulable": unschedulable},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


def within(key: str, *values: str) -> dict[str, Any]:
    """The node affinity of a volume that can only be reached where a label has one of the values."""
    expression = {"key": key, "operator": "In", "values": list(values)}
    return {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}


def the_claim(index: Index, name: str = "data") -> PersistentVolumeClaim:
    """The claim of that name."""
    found: PersistentVolumeClaim = index.get("persistentvolumeclaims", "shop", name)
    return found
