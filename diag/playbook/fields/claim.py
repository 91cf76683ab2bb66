"""Fields of `claim`."""

from collections.abc import Callable
from typing import Any

from diag.facts import claims, placement, provisioning, volumes
from diag.facts.images import nearest
from diag.facts.index import Index
from diag.model.storage import PersistentVolumeClaim
from diag.playbook.fields.field import Field

_CLASSES = ("storageclasses",)
_VOLUMES = ("persistentvolumes",)
_EVENTS = ("events",)
_LISTED = 6


def _of_class(attribute: str) -> Callable[[Index, Any], Any]:
    def get(index: Index, claim: PersistentVolumeClaim) -> Any:
        found = claims.storage_class(index, claim)
        return getattr(found, attribute) if found is not None else None

    return get


def _nearest_class(index: Index, claim: PersistentVolumeClaim) -> str | None:
    name = claims.storage_class_name(claim)
    known = {found.metadata.name for found in index.all("storageclasses")}
    return nearest(name, known | volumes.classes(index)) if name else None


def _default_class(index: Index, claim: object) -> str | None:
    return next((found.metadata.name for found in claims.default_classes(index)), None)


def _unmarked_classes(index: Index, claim: object) -> str | None:
    if claims.default_classes(index) or not index.saw("storageclasses"):
        return None
    return ", ".join(found.metadata.name for found in index.all("storageclasses")) or "none"


def _obstacles(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """Each volume with what keeps it from the claim; one that fits may still be out of the pod's reach."""
    found = [
        f"{one.volume.metadata.name} {' and '.join(one.obstacles) or 'fits by itself'}"
        for one in volumes.candidates(index, claim)
    ]
    more = f"; and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return "; ".join(found[:_LISTED]) + more if found else None


def _fitting(index: Index, claim: PersistentVolumeClaim) -> str | None:
    return next((volume.metadata.name for volume in volumes.fitting(index, claim)), None)


def _untold(index: Index, claim: PersistentVolumeClaim) -> str | None:
    if claims.binds(index, claim) is not None:
        return None
    told = "no event tells" if index.saw("events", claim.metadata.namespace) else "events were not read"
    return f"storage classes were not read and {told}"


def _topologies(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """In the API's sense: one of the terms must hold, with all its keys."""
    found = claims.storage_class(index, claim)
    terms = [term.match_label_expressions for term in found.allowed_topologies] if found is not None else []
    return " or ".join(" and ".join(f"{one.key} in {', '.join(one.values)}" for one in term) for term in terms) or None


def _released(index: Index, claim: PersistentVolumeClaim) -> str | None:
    found = volumes.released(index, claim)
    return found.metadata.name if found is not None else None


def _fault(index: Index, claim: PersistentVolumeClaim) -> str | None:
    return (volumes.named_fault(index, claim) or (None, None))[0]


def _fault_why(index: Index, claim: PersistentVolumeClaim) -> str | None:
    return (volumes.named_fault(index, claim) or (None, None))[1]


def _error(index: Index, claim: PersistentVolumeClaim) -> str | None:
    event = provisioning.failure(index, claim)
    return provisioning.error(event) if event is not None else None


def _answer(index: Index, claim: PersistentVolumeClaim) -> str | None:
    error = _error(index, claim)
    return provisioning.answer(error) if error is not None else None


def _error_age(index: Index, claim: PersistentVolumeClaim) -> float | None:
    event = provisioning.failure(index, claim)
    return index.age(event.last) if event is not None else None


def _awaits_age(index: Index, claim: PersistentVolumeClaim) -> float | None:
    event = provisioning.awaited(index, claim)
    return index.age(event.first) if event is not None else None


def _driver_seen(index: Index, claim: PersistentVolumeClaim) -> bool | None:
    name = provisioning.awaited_name(index, claim)
    return index.get("csidrivers", "", name) is not None if name else None


def _other_drivers(index: Index, claim: PersistentVolumeClaim) -> str | None:
    if _driver_seen(index, claim) is not False or not index.saw("csidrivers"):
        return None
    return ", ".join(found.metadata.name for found in index.all("csidrivers")) or "none"


def _newest_reason(index: Index, claim: PersistentVolumeClaim) -> str | None:
    events = claims.claim_events(index, claim)
    return events[0].reason if events else None


def _newest_message(index: Index, claim: PersistentVolumeClaim) -> str | None:
    events = claims.claim_events(index, claim)
    return events[0].message or None if events else None


def size(amounts: dict[str, Any]) -> str | None:
    """The storage among the amounts, as written."""
    return str(amounts["storage"]) if "storage" in amounts else None


# The conditions that say an expansion is not done, the most telling first (external-resizer pkg/controller, kubelet
# pkg/volume/util/operationexecutor; KEP-1790).
_RESIZING = ("ControllerResizeError", "NodeResizeError", "FileSystemResizePending", "Resizing")


def _resize(index: Index, claim: PersistentVolumeClaim) -> str | None:
    types = {condition.type for condition in claim.status.conditions if condition.status == "True"}
    return next((name for name in _RESIZING if name in types), None)


def _resize_message(index: Index, claim: PersistentVolumeClaim) -> str | None:
    name = _resize(index, claim)
    return next((c.message for c in claim.status.conditions if c.type == name and c.message), None)


def _resize_age(index: Index, claim: PersistentVolumeClaim) -> float | None:
    times = [c.last_transition_time for c in claim.status.conditions if c.type in _RESIZING and c.status == "True"]
    return index.age(max((time for time in times if time is not None), default=None))


FIELDS: dict[str, Field] = {
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
    "finalizers": Field(
        "texts",
        "Finalizers that are not Kubernetes' own protection of claims in use.",
        lambda i, c: [name for name in c.metadata.finalizers if name != claims.PROTECTION] or None,
    ),
    "storage_class": Field(
        "text",
        "Class it asks for; empty asks for none, absent for the default one.",
        lambda i, c: claims.storage_class_name(c),
    ),
    "class_state": Field(
        "text",
        "Whether the class that it names is there: found or missing.",
        lambda i, c: claims.class_state(i, c),
        _CLASSES,
    ),
    "nearest_class": Field(
        "text", "Class of the cluster or its volumes that is spelt alike.", _nearest_class, _CLASSES
    ),
    "default_class": Field("text", "Class that claims without one get.", _default_class, _CLASSES),
    "unmarked_classes": Field("text", "The classes there are, where none is the default.", _unmarked_classes, _CLASSES),
    "provisioner": Field("text", "Who makes volumes of its class.", lambda i, c: claims.provisioner(i, c), _CLASSES),
    "allowed_topologies": Field("text", "Where its class allows volumes, if not everywhere.", _topologies, _CLASSES),
    "binds": Field(
        "text",
        "When it gets a volume: at-once, or when-placed if its class waits for a pod (volumeBindingMode).",
        lambda i, c: claims.binds(i, c),
        _CLASSES,
    ),
    "untold": Field("text", "Why it could not be told when it gets a volume, where that is so.", _untold),
    "waits_for_scheduler": Field(
        "bool",
        "Whether, as far as was seen, nothing happens to it until a pod that uses it is placed.",
        lambda i, c: claims.waits_for_scheduler(i, c),
    ),
    "expandable": Field("bool", "Whether its class allows expansion.", _of_class("allow_volume_expansion"), _CLASSES),
    "access_modes": Field("texts", "Access modes it asks for.", lambda i, c: list(c.spec.access_modes) or None),
    "volume_mode": Field("text", "Filesystem or Block.", lambda i, c: c.spec.volume_mode),
    "requested": Field("quantity", "Size it asks for.", lambda i, c: size(c.spec.resources.requests)),
    "capacity": Field("quantity", "Size it has.", lambda i, c: size(c.status.capacity)),
    "wants_more": Field("bool", "Whether it asks for more than it has.", lambda i, c: claims.wants_more(c)),
    "larger_size": Field(
        "quantity",
        "Size to try, 1.5 times the present one, where its class allows expansion.",
        lambda i, c: claims.larger_size(i, c),
        _CLASSES,
    ),
    "volume_name": Field("text", "Volume it names or is bound to.", lambda i, c: c.spec.volume_name or None),
    "consumers": Field(
        "texts",
        "Pods that mount it and have not finished.",
        lambda i, c: [p.metadata.name for p in claims.consumers(i, c)] or None,
        ("pods",),
    ),
    "holders": Field(
        "texts",
        "Pods on a node that mount it: as long as they exist, finished or not, it cannot be deleted.",
        lambda i, c: [p.metadata.name for p in claims.holders(i, c)] or None,
        ("pods",),
    ),
    "last_event": Field("text", "Reason of the newest event about it.", _newest_reason, _EVENTS),
    "last_event.message": Field("text", "Message of the newest event about it.", _newest_message, _EVENTS),
    "volume_fault": Field(
        "text", "What is wrong with the volume it names: missing, bound-elsewhere, mismatch.", _fault, _VOLUMES
    ),
    "volume_fault.why": Field("text", "The same as a sentence.", _fault_why, _VOLUMES),
    "released_volume": Field(
        "text", "Volume kept for an earlier claim of its name, that would fit but for that.", _released, _VOLUMES
    ),
    "static_volumes": Field(
        "bool", "Whether volumes made by hand carry its class.", lambda i, c: volumes.any_made_by_hand(i, c), _VOLUMES
    ),
    "fitting_volume": Field("text", "Volume that nothing keeps from the claim.", _fitting, _VOLUMES),
    "fitting_volume.reach": Field(
        "text",
        "Where such volumes can be reached, when the scheduler finds none for a pod of the claim.",
        lambda i, c: placement.fitting_reach(i, c),
        ("pods", "persistentvolumes", "nodes"),
    ),
    "volume_fits": Field(
        "bool", "Whether, as far as was seen, there is such a volume.", lambda i, c: _fitting(i, c) is not None
    ),
    "obstacles": Field("text", "For each volume of its class, what keeps it from the claim.", _obstacles, _VOLUMES),
    "provisioning.error": Field("text", "Newest failure to make a volume for it.", _error, _EVENTS),
    "provisioning.answer": Field(
        "text",
        f"What that failure means: {', '.join(name for name, _ in provisioning.ANSWERS)} or unknown.",
        _answer,
        _EVENTS,
    ),
    "provisioning.error_age": Field("duration", "Time since that failure.", _error_age, _EVENTS),
    "provisioning.age": Field(
        "duration",
        "Time since it first failed.",
        lambda i, c: provisioning.failing_for(i, c),
        _EVENTS,
    ),
    "binding.age": Field(
        "duration",
        "Time since a volume was first wanted: its age, or that of the first try for a class that waits for a pod.",
        lambda i, c: provisioning.asked_for(i, c),
    ),
    "awaits": Field(
        "text",
        "Provisioner it waits for and that has said nothing.",
        lambda i, c: provisioning.awaited_name(i, c),
        _EVENTS,
    ),
    "awaits.age": Field("duration", "Time since the controller first said so.", _awaits_age, _EVENTS),
    "driver_seen": Field("bool", "Whether a storage driver (CSIDriver) of that name was seen.", _driver_seen),
    "other_drivers": Field(
        "text", "The storage drivers of the cluster, where it is not among them.", _other_drivers, ("csidrivers",)
    ),
    "resize": Field("text", f"Condition that says its expansion is not done: {', '.join(_RESIZING)}.", _resize),
    "resize.message": Field("text", "Message of that condition.", _resize_message),
    "resize.age": Field("duration", "Time since such a condition last changed.", _resize_age),
}
