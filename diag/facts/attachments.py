"""Where a volume is attached, who uses it there, and which storage drivers a node has."""

from collections import defaultdict
from typing import NamedTuple

from diag.facts.index import Index, claim_names, joined
from diag.facts.nodes import is_ready
from diag.facts.rollouts import has_ended
from diag.model.pods import Pod
from diag.model.storage import PersistentVolume, VolumeAttachment

_SHARED = frozenset({"ReadWriteMany", "ReadOnlyMany"})


class Holder(NamedTuple):
    """What keeps a volume on another node: the node, empty where not known, and a pod there, if one uses it."""

    node: str
    pod: Pod | None


@joined
def _by_volume(index: Index) -> dict[str, list[VolumeAttachment]]:
    found: dict[str, list[VolumeAttachment]] = defaultdict(list)
    for attachment in index.all("volumeattachments"):
        found[attachment.spec.source.persistent_volume_name or ""].append(attachment)
    return found


def here(index: Index, pod: Pod, volume: str) -> VolumeAttachment | None:
    """The attachment of a PersistentVolume to the pod's node, made or wanted."""
    return next((a for a in _by_volume(index).get(volume, ()) if a.spec.node_name == pod.node_name), None)


def elsewhere(index: Index, pod: Pod, volume: str) -> VolumeAttachment | None:
    """The attachment of a PersistentVolume to a node that is not the pod's, one that is made first."""
    others = [a for a in _by_volume(index).get(volume, ()) if a.spec.node_name != pod.node_name]
    return max(others, key=lambda a: a.status.attached, default=None)


def on_one_node(volume: PersistentVolume) -> bool:
    """Whether a volume may be attached to one node at a time only."""
    return bool(volume.spec.access_modes) and _SHARED.isdisjoint(volume.spec.access_modes)


def pod_volumes(index: Index, pod: Pod) -> dict[str, str]:
    """The pod's names for its volumes by the names of the PersistentVolumes behind them, as far as they are bound."""
    found = {}
    for volume in pod.spec.volumes:
        for claim_name in claim_names_of(pod, volume.name):
            claim = index.get("persistentvolumeclaims", pod.metadata.namespace, claim_name)
            if claim is not None and claim.spec.volume_name:
                found[claim.spec.volume_name] = volume.name
    return found


def claim_names_of(pod: Pod, volume: str) -> list[str]:
    """The claim behind one volume of a pod, if there is one."""
    mounting = [v for v in pod.spec.volumes if v.persistent_volume_claim is not None or v.ephemeral is not None]
    return [claim for v, claim in zip(mounting, claim_names(pod), strict=True) if v.name == volume]


def claim_of(index: Index, pod: Pod, volume: str) -> str | None:
    """Name of the pod's claim behind a volume, which is known by the PersistentVolume's name or by the pod's."""
    known = pod_volumes(index, pod)
    return next(iter(claim_names_of(pod, known.get(volume, volume))), None)


def holder(index: Index, pod: Pod, volume: str, named: str) -> Holder | None:
    """What keeps a PersistentVolume away from the pod; `named` is the pod that a Multi-Attach error names, if any."""
    attachment = elsewhere(index, pod, volume)
    node = attachment.spec.node_name if attachment is not None else ""
    claim = claim_of(index, pod, volume)
    users = index.pods_by_claim.get((pod.metadata.namespace, claim)) if claim else []
    told = index.pod(pod.metadata.namespace, named) if named else None
    others = [p for p in (*([told] if told else []), *users) if _uses_elsewhere(p, pod, node)]
    if others:
        return Holder(others[0].node_name, others[0])
    return Holder(node, None) if node else None


def _uses_elsewhere(other: Pod, pod: Pod, node: str) -> bool:
    """Whether another pod is on another node, that one where it is known; one that has ended has let go."""
    away = other.node_name not in ("", pod.node_name) and node in ("", other.node_name)
    return away and other.metadata.uid != pod.metadata.uid and not has_ended(other)


def node_state(index: Index, name: str) -> str | None:
    """`ready`, `not ready` or `gone`; None when nodes were not read, or no node is meant."""
    if not name or not index.saw("nodes"):
        return None
    node = index.get("nodes", "", name)
    if node is None:
        return "gone"
    return "ready" if is_ready(node) else "not ready"


def drivers(index: Index, node: str) -> list[str] | None:
    """The storage drivers that are registered on a node; None when that is not known."""
    if not node or not index.saw("csinodes"):
        return None
    found = index.get("csinodes", "", node)
    return [driver.name for driver in found.spec.drivers] if found is not None else None


def nodes_with(index: Index, driver: str) -> list[str]:
    """The nodes on which a storage driver is registered."""
    nodes = index.all("csinodes")
    return [found.metadata.name for found in nodes if any(d.name == driver for d in found.spec.drivers)]
