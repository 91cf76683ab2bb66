"""Fields of `pod` about its volumes on their way into it."""

import re
from collections.abc import Callable
from typing import Any

from diag.facts import attachments, configs, mounts
from diag.facts.attachments import Holder
from diag.facts.index import Index
from diag.facts.mount_answers import NAMES, missing_key
from diag.facts.mounts import Missing, Trouble
from diag.facts.owners import pod_workload
from diag.model.pods import Pod
from diag.playbook.fields.field import Field, Type

_Get = Callable[[Index, Pod, Trouble], Any]
_USED_BY = re.compile(r"already used by pod\(s\) ([\w.-]+)")
_PATH = re.compile(r'path "([^"]+)" does not exist|type check failed: (\S+) is not')
_SERVER = re.compile(
    r"mount\.\w+: (?:mounting )?(?://)?([\w.\[\]:-]+?):?/\S|server (\S+?):? |while mounting ([\w.-]+):/"
)
_ANSWERS = ", ".join(NAMES)


def _field(type_: Type, meaning: str, get: _Get, needs: tuple[str, ...] = ()) -> Field:
    """A field that has a value only while the pod waits for a volume; what is empty counts as absent."""

    def value(index: Index, pod: Pod) -> Any:
        found = mounts.trouble(index, pod)
        got = get(index, pod, found) if found is not None else None
        return None if got in ("", [], ()) else got

    return Field(type_, meaning, value, needs)


def _missing(index: Index, pod: Pod, found: Trouble) -> Missing | None:
    key = missing_key(found.told.error)
    return mounts.keyless(pod, found, key[0]) if key else mounts.missing(index, pod, found)


def _object(index: Index, pod: Pod, found: Trouble) -> str | None:
    wanted = _missing(index, pod, found)
    return f"{wanted.kind} {wanted.namespace}/{wanted.name}" if wanted else None


def _key(index: Index, pod: Pod, found: Trouble) -> str | None:
    key = missing_key(found.told.error)
    return key[1] if key else None


def _nearest(index: Index, pod: Pod, found: Trouble) -> str | None:
    wanted = _missing(index, pod, found)
    return configs.nearest_name(index, configs.Missing(*wanted)) if wanted is not None else None


def _namesakes(index: Index, pod: Pod, found: Trouble) -> list[str]:
    wanted = _missing(index, pod, found)
    return configs.namesakes(index, configs.Missing(*wanted))[:5] if wanted is not None else []


def _unmounted(index: Index, pod: Pod, found: Trouble) -> list[str]:
    """With the claims behind them: those are what can be looked at."""
    names = []
    for name in found.told.unmounted:
        claim = attachments.claim_of(index, pod, name)
        names.append(f"{name} (claim {claim})" if claim else name)
    return names


def _driver_nodes(index: Index, pod: Pod, found: Trouble) -> list[str] | None:
    driver = mounts.driver(index, pod, found)
    return attachments.nodes_with(index, driver)[:5] if driver else None


def _driver_installed(index: Index, pod: Pod, found: Trouble) -> bool | None:
    driver = mounts.driver(index, pod, found)
    return index.get("csidrivers", "", driver) is not None if driver else None


def _driver_object(index: Index, pod: Pod, found: Trouble) -> str | None:
    driver = mounts.driver(index, pod, found)
    return f"CSIDriver {driver}" if driver else None


def _first(expression: re.Pattern[str]) -> _Get:
    def get(index: Index, pod: Pod, found: Trouble) -> str | None:
        match = expression.search(found.told.error)
        return next((group for group in match.groups() if group), None) if match else None

    return get


def _server(index: Index, pod: Pod, found: Trouble) -> str | None:
    own = next((v.nfs.server for v in pod.spec.volumes if v.name == found.told.volume and v.nfs is not None), None)
    return own or _first(_SERVER)(index, pod, found)


def _holder(get: Callable[[Index, Holder], Any]) -> _Get:
    def value(index: Index, pod: Pod, found: Trouble) -> Any:
        if found.told.answer != "multi-attach":
            return None
        named = _USED_BY.search(found.told.error)
        holder = attachments.holder(index, pod, found.told.volume, named[1] if named else "")
        return get(index, holder) if holder is not None else None

    return value


def _holder_pod(index: Index, holder: Holder) -> str | None:
    return f"{holder.pod.metadata.namespace}/{holder.pod.metadata.name}" if holder.pod is not None else None


def _holder_terminating(index: Index, holder: Holder) -> bool | None:
    return holder.pod.metadata.deletion_timestamp is not None if holder.pod is not None else None


def _strategy(index: Index, pod: Pod) -> str | None:
    key = pod_workload(index, pod)
    found = index.get("deployments", key.namespace, key.name) if key and key.kind == "Deployment" else None
    return (found.spec.strategy.type or "RollingUpdate") if found is not None else None


FIELDS: dict[str, Field] = {
    "mount.answer": _field(
        "text",
        f"What keeps a volume from the pod: {_ANSWERS}, or unknown.",
        lambda i, p, t: t.told.answer,
        ("events",),
    ),
    "mount.stage": _field(
        "text",
        "Where it hangs: attach, mount, or wait where the kubelet only says which volumes it waits for.",
        lambda i, p, t: t.told.stage,
    ),
    "mount.volume": _field(
        "text", "The volume: its PersistentVolume, else its name in the pod.", lambda i, p, t: t.told.volume
    ),
    "mount.error": _field("text", "What it fails with.", lambda i, p, t: t.told.error),
    "mount.age": _field("duration", "Time since it is first known to have failed.", lambda i, p, t: i.age(t.since)),
    "mount.failures": _field(
        "number",
        "How often events tell of it; absent where only the objects show it.",
        lambda i, p, t: t.failures or None,
    ),
    "mount.object": _field("text", "Object that the volume needs, as `Kind namespace/name`.", _object),
    "mount.key": _field("text", "Key that the object does not have.", _key),
    "mount.nearest_object": _field(
        "text", "ConfigMap of the namespace that is spelt like the missing one.", _nearest, ("configmaps",)
    ),
    "mount.namesakes": _field(
        "texts", "ConfigMaps of other namespaces that are named like the missing one.", _namesakes, ("configmaps",)
    ),
    "mount.unmounted": _field("texts", "Volumes that the kubelet waits for, with their claims.", _unmounted),
    "mount.claim": _field(
        "text", "Claim behind the volume.", lambda i, p, t: attachments.claim_of(i, p, t.told.volume)
    ),
    "mount.driver": _field("text", "Storage driver of the volume.", mounts.driver),
    "mount.driver_object": _field("text", "The same, as `CSIDriver name`.", _driver_object),
    "mount.driver_installed": _field(
        "bool", "Whether the cluster knows a driver of that name.", _driver_installed, ("csidrivers",)
    ),
    "mount.driver_nodes": _field(
        "texts", "The first nodes on which that driver is registered.", _driver_nodes, ("csinodes",)
    ),
    "mount.node_drivers": _field(
        "texts", "Drivers that are registered on the pod's node.", lambda i, p, t: attachments.drivers(i, p.node_name)
    ),
    "mount.path": _field("text", "Path of the node that is not as it must be.", _first(_PATH)),
    "mount.server": _field("text", "File server of the volume.", _server),
    "mount.holder": _field("text", "Pod that uses the volume on another node.", _holder(_holder_pod)),
    "mount.holder.terminating": _field("bool", "Whether that pod is being deleted.", _holder(_holder_terminating)),
    "mount.holder.node": _field("text", "Node that the volume is attached to.", _holder(lambda i, h: h.node or None)),
    "mount.holder.node_object": _field(
        "text", "The same, as `Node name`.", _holder(lambda i, h: f"Node {h.node}" if h.node else None)
    ),
    "mount.holder.node_state": _field(
        "text",
        "How that node is: ready, not ready or gone.",
        _holder(lambda i, h: attachments.node_state(i, h.node)),
        ("nodes",),
    ),
    "permission_change": Field(
        "text",
        "What the kubelet says while it changes the owners of a volume's files before the pod can start.",
        mounts.permission_change,
        ("events",),
    ),
    "rollout_strategy": Field("text", "How its Deployment replaces pods: RollingUpdate or Recreate.", _strategy),
}
