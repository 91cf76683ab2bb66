"""The tables of claims, volumes, their classes and attachments."""

from collections.abc import Sequence

from diag.facts import claims, volumes
from diag.facts.index import Index
from diag.model.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from diag.tui.tables.field import AGE, NAME, NAMESPACE, KindTable, quantity, spare, state, text

# kubectl's words for access modes (k8s.io/kubectl pkg/util/storage GetAccessModesAsString).
_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def modes(found: Sequence[str]) -> str:
    """Access modes as kubectl writes them: `RWO,RWX`."""
    return ",".join(_MODES.get(mode, mode) for mode in found)


def _claim_status(_: Index, claim: PersistentVolumeClaim) -> str:
    return "Terminating" if claim.metadata.deletion_timestamp is not None else claim.status.phase


def _volume_status(_: Index, volume: PersistentVolume) -> str:
    return "Terminating" if volume.metadata.deletion_timestamp is not None else volume.status.phase


def _given_to(_: Index, volume: PersistentVolume) -> str:
    claim = volume.spec.claim_ref
    return f"{claim.namespace}/{claim.name}" if claim is not None else ""


def _default(index: Index, found: StorageClass) -> str:
    return "default" if found in claims.default_classes(index) else ""


def _access_modes(claim: PersistentVolumeClaim) -> Sequence[str]:
    """Those that it got, or while it has none those that it asks for."""
    return claim.status.access_modes or claim.spec.access_modes


TABLES = (
    KindTable(
        "persistentvolumeclaims",
        NAMESPACE,
        NAME,
        state(_claim_status),
        spare(3, text("volume", "VOLUME", 20, lambda _, claim: claim.spec.volume_name)),
        quantity("capacity", "CAPACITY", 8, lambda _, claim: claim.status.capacity.get("storage")),
        spare(2, text("modes", "MODES", 7, lambda _, claim: modes(_access_modes(claim)))),
        spare(1, text("class", "STORAGECLASS", 14, lambda _, claim: claims.storage_class_name(claim))),
        AGE,
    ),
    KindTable(
        "persistentvolumes",
        NAME,
        quantity("capacity", "CAPACITY", 8, lambda _, volume: volume.spec.capacity.get("storage")),
        spare(2, text("modes", "MODES", 7, lambda _, volume: modes(volume.spec.access_modes))),
        spare(3, text("policy", "RECLAIM", 8, lambda _, volume: volume.spec.persistent_volume_reclaim_policy)),
        state(_volume_status),
        text("claim", "CLAIM", 24, _given_to),
        spare(1, text("class", "STORAGECLASS", 14, lambda _, volume: volumes.volume_class(volume))),
        spare(4, text("reason", "REASON", 10, lambda _, volume: volume.status.reason)),
        AGE,
    ),
    KindTable(
        "storageclasses",
        NAME,
        text("default", "DEFAULT", 7, _default),
        text("provisioner", "PROVISIONER", 24, lambda _, found: found.provisioner),
        spare(2, text("policy", "RECLAIM", 8, lambda _, found: found.reclaim_policy or "Delete")),
        spare(1, text("binding", "BINDING", 20, lambda _, found: found.volume_binding_mode)),
        spare(3, text("expansion", "EXPANSION", 9, lambda _, found: str(found.allow_volume_expansion).lower())),
        AGE,
    ),
    KindTable(
        "volumeattachments",
        NAME,
        text("attacher", "ATTACHER", 20, lambda _, found: found.spec.attacher),
        text("volume", "VOLUME", 24, lambda _, found: found.spec.source.persistent_volume_name),
        text("node", "NODE", 14, lambda _, found: found.spec.node_name),
        text("attached", "ATTACHED", 8, lambda _, found: str(found.status.attached).lower()),
        AGE,
    ),
)
