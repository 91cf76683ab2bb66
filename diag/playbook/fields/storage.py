"""Fields of `volume` and `storage_class`."""

from diag.facts import claims, volumes
from diag.facts.index import Index
from diag.model.storage import PersistentVolume, StorageClass
from diag.playbook.fields.claim import size
from diag.playbook.fields.field import Field


def _rank(index: Index, found: StorageClass) -> int | None:
    names = [default.metadata.name for default in claims.default_classes(index)]
    return names.index(found.metadata.name) + 1 if found.metadata.name in names else None


def _claim_of(index: Index, volume: PersistentVolume) -> str | None:
    ref = volume.spec.claim_ref
    return f"{ref.namespace}/{ref.name}" if ref is not None else None


VOLUME: dict[str, Field] = {
    "name": Field("text", "Name of the volume.", lambda i, v: v.metadata.name),
    "phase": Field("text", "Pending, Available, Bound, Released or Failed.", lambda i, v: v.status.phase or None),
    "storage_class": Field("text", "Class of the volume.", lambda i, v: volumes.volume_class(v) or None),
    "capacity": Field("quantity", "Size of the volume.", lambda i, v: size(v.spec.capacity)),
    "message": Field("text", "Why the volume is in its phase.", lambda i, v: v.status.message or None),
    "age": Field("duration", "Time since the volume was made.", lambda i, v: i.age(v.metadata.creation_timestamp)),
    "claim": Field("text", "Claim that it was given to, as namespace/name.", _claim_of),
    "reclaim_policy": Field("text", "Retain or Delete.", lambda i, v: v.spec.persistent_volume_reclaim_policy or None),
    "driver": Field("text", "Storage driver behind it.", lambda i, v: v.spec.csi and v.spec.csi.driver),
}

STORAGE_CLASS: dict[str, Field] = {
    "name": Field("text", "Name of the class.", lambda i, s: s.metadata.name),
    "provisioner": Field("text", "Who makes its volumes.", lambda i, s: s.provisioner or None),
    "binding_mode": Field("text", "Immediate or WaitForFirstConsumer.", lambda i, s: s.volume_binding_mode),
    "default_rank": Field("number", "1 for the default class, 2 for a default class that the first overrules.", _rank),
    "default_classes": Field(
        "texts",
        "All classes marked as default.",
        lambda i, s: [d.metadata.name for d in claims.default_classes(i)] or None,
    ),
    "expandable": Field("bool", "Whether it allows expansion.", lambda i, s: s.allow_volume_expansion),
}
