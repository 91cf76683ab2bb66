"""Fields of `claim`, `volume` and `storage_class`."""

from collections.abc import Callable
from typing import Any

from diag.facts import claims
from diag.facts.images import nearest
from diag.facts.index import Index
from diag.model.storage import PersistentVolumeClaim, StorageClass
from diag.playbook.fields.field import Field

_CLASSES = ("storageclasses",)
_VOLUMES = ("persistentvolumes",)
_LISTED = 6


def _of_class(attribute: str) -> Callable[[Index, Any], Any]:
    def get(index: Index, claim: PersistentVolumeClaim) -> Any:
        found = claims.storage_class(index, claim)
        return getattr(found, attribute) if found is not None else None

    return get


def _nearest_class(index: Index, claim: PersistentVolumeClaim) -> str | None:
    name = claims.storage_class_name(claim)
    return nearest(name, {c.metadata.name for c in index.snapshot.all("storageclasses")}) if name else None


def _default_class(index: Index, claim: object) -> str | None:
    return next((found.metadata.name for found in claims.default_classes(index)), None)


def _obstacles(index: Index, claim: PersistentVolumeClaim) -> str | None:
    found = [f"{c.volume.metadata.name} {c.obstacle}" for c in claims.candidates(index, claim) if c.obstacle]
    more = f"; and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return "; ".join(found[:_LISTED]) + more if found else None


def _provisioning(index: Index, claim: PersistentVolumeClaim) -> str | None:
    event = claims.provisioning_failure(index, claim)
    return claims.provisioning_error(event) if event else None


def _answer(index: Index, claim: PersistentVolumeClaim) -> str | None:
    error = _provisioning(index, claim)
    return claims.provisioning_answer(error) if error is not None else None


def _driver_installed(index: Index, claim: PersistentVolumeClaim) -> bool | None:
    name = claims.awaited_provisioner(index, claim)
    return index.get("csidrivers", "", name) is not None if name else None


def _newest_reason(index: Index, claim: PersistentVolumeClaim) -> str | None:
    events = claims.claim_events(index, claim)
    return events[0].reason if events else None


def _rank(index: Index, found: StorageClass) -> int | None:
    names = [default.metadata.name for default in claims.default_classes(index)]
    return names.index(found.metadata.name) + 1 if found.metadata.name in names else None


def _quantity(amounts: dict[str, Any]) -> str | None:
    return str(amounts["storage"]) if "storage" in amounts else None


def _resize(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """The condition that says an expansion is not done (pkg/controller/volume/expand, kubelet fsresize)."""
    for condition in claim.status.conditions:
        if condition.status == "True" and condition.type in _RESIZING:
            return condition.type
    return None


def _resize_age(index: Index, claim: PersistentVolumeClaim) -> float | None:
    times = [c.last_transition_time for c in claim.status.conditions if c.type in _RESIZING]
    return index.age(max((t for t in times if t is not None), default=None))


_RESIZING = ("ControllerResizeError", "NodeResizeError", "FileSystemResizePending", "Resizing")

CLAIM: dict[str, Field] = {
    "name": Field("text", "Name of the claim.", lambda i, c: c.metadata.name),
    "namespace": Field("text", "Namespace of the claim.", lambda i, c: c.metadata.namespace),
    "phase": Field("text", "Pending, Bound or Lost.", lambda i, c: c.status.phase or None),
    "age": Field("duration", "Time since the claim was made.", lambda i, c: i.age(c.metadata.creation_timestamp)),
    "terminating": Field(
        "bool", "Whether the claim is being deleted.", lambda i, c: c.metadata.deletion_timestamp is not None
    ),
    "terminating.age": Field(
        "duration", "Time since its deletion was asked for.", lambda i, c: i.age(c.metadata.deletion_timestamp)
    ),
    "storage_class": Field(
        "text",
        "Class it asks for; empty asks for none, absent for the default one.",
        lambda i, c: claims.storage_class_name(c),
    ),
    "nearest_class": Field("text", "Class that exists and is spelt alike.", _nearest_class, _CLASSES),
    "default_class": Field("text", "Class that claims without one get.", _default_class, _CLASSES),
    "class_seen_missing": Field(
        "bool",
        "Whether an event says that its class does not exist.",
        lambda i, c: claims.class_seen_missing(i, c),
        ("events",),
    ),
    "waits_for_consumer": Field(
        "bool",
        "Whether its class binds when a pod first uses it.",
        lambda i, c: claims.waits_for_consumer(i, c),
    ),
    "waits_for_scheduling": Field(
        "bool",
        "Whether the newest event says that it waits for a pod to be placed.",
        lambda i, c: claims.waits_for_scheduling(i, c),
    ),
    "class_found": Field(
        "bool", "Whether the class it asks for exists.", lambda i, c: claims.storage_class(i, c) is not None, _CLASSES
    ),
    "provisioner": Field("text", "Provisioner of its class.", _of_class("provisioner"), _CLASSES),
    "binding_mode": Field(
        "text", "Immediate or WaitForFirstConsumer, of its class.", _of_class("volume_binding_mode"), _CLASSES
    ),
    "expandable": Field("bool", "Whether its class allows expansion.", _of_class("allow_volume_expansion"), _CLASSES),
    "access_modes": Field("texts", "Access modes it asks for.", lambda i, c: list(c.spec.access_modes) or None),
    "volume_mode": Field("text", "Filesystem or Block.", lambda i, c: c.spec.volume_mode),
    "requested": Field("quantity", "Size it asks for.", lambda i, c: _quantity(c.spec.resources.requests)),
    "capacity": Field("quantity", "Size it has.", lambda i, c: _quantity(c.status.capacity)),
    "volume_name": Field("text", "Volume it names or is bound to.", lambda i, c: c.spec.volume_name or None),
    "consumers": Field(
        "texts",
        "Pods that mount it and have not finished.",
        lambda i, c: [p.metadata.name for p in claims.consumers(i, c)] or None,
        ("pods",),
    ),
    "consumers_past_scheduler": Field(
        "texts",
        "Pods that mount it and name their node themselves, past the scheduler.",
        lambda i, c: [p.metadata.name for p in claims.past_scheduler(i, c)] or None,
        ("pods",),
    ),
    "last_event": Field("text", "Reason of the newest event about it.", _newest_reason, ("events",)),
    "prebound": Field(
        "text",
        "What is wrong with the volume it names: missing, bound-elsewhere, mismatch.",
        lambda i, c: (claims.prebound(i, c) or (None,))[0],
        _VOLUMES,
    ),
    "prebound.why": Field(
        "text", "The same as a sentence.", lambda i, c: (claims.prebound(i, c) or (None, None))[1], _VOLUMES
    ),
    "released_volume": Field(
        "text",
        "Volume kept from an earlier claim of the same name.",
        lambda i, c: (v := claims.released_volume(i, c)) and v.metadata.name,
        _VOLUMES,
    ),
    "static_volumes": Field(
        "bool", "Whether volumes made by hand carry its class.", lambda i, c: claims.has_static_volumes(i, c), _VOLUMES
    ),
    "obstacles": Field(
        "text", "For each volume that could serve it, what keeps it from the claim.", _obstacles, _VOLUMES
    ),
    "provisioning.error": Field("text", "Newest failure to make a volume for it.", _provisioning, ("events",)),
    "provisioning.answer": Field(
        "text",
        f"What that failure means: {', '.join(name for name, _ in claims.PROVISIONING)} or unknown.",
        _answer,
        ("events",),
    ),
    "awaits": Field(
        "text",
        "Provisioner it waits for and that has said nothing.",
        lambda i, c: claims.awaited_provisioner(i, c),
        ("events",),
    ),
    "driver_installed": Field(
        "bool",
        "Whether that provisioner is a storage driver of the cluster.",
        _driver_installed,
        ("csidrivers", "events"),
    ),
    "resize": Field("text", "Condition that says its expansion is not done.", _resize),
    "resize.age": Field("duration", "Time since that condition changed.", _resize_age),
}

VOLUME: dict[str, Field] = {
    "name": Field("text", "Name of the volume.", lambda i, v: v.metadata.name),
    "phase": Field("text", "Pending, Available, Bound, Released or Failed.", lambda i, v: v.status.phase or None),
    "storage_class": Field("text", "Class of the volume.", lambda i, v: v.spec.storage_class_name or None),
    "capacity": Field("quantity", "Size of the volume.", lambda i, v: _quantity(v.spec.capacity)),
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
