"""Which volumes could serve a claim, and what keeps each from it (component-helpers storage/volume FindMatchingVolume,
kube-controller-manager persistentvolume syncUnboundClaim)."""

from collections import defaultdict
from typing import NamedTuple

from diag.facts.claims import NO_PROVISIONER, storage_class, storage_class_name
from diag.facts.index import Index, joined
from diag.facts.labels import matches
from diag.model.meta import ObjectReference
from diag.model.storage import PersistentVolume, PersistentVolumeClaim
from diag.model.units import parse_quantity

_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
_PROVISIONED_ANNOTATION = "pv.kubernetes.io/provisioned-by"


class Candidate(NamedTuple):
    """A volume and all that keeps it from a claim, nothing when it fits. `taken` when it is not free."""

    volume: PersistentVolume
    obstacles: tuple[str, ...]
    taken: bool = False


def volume_class(volume: PersistentVolume) -> str:
    """The class of a volume, empty for none. The old annotation still counts first."""
    return volume.metadata.annotations.get(_CLASS_ANNOTATION, volume.spec.storage_class_name)


class _Joins(NamedTuple):
    """The volumes of a snapshot: by class, by (namespace, name) of the claim they are given to, and the free ones."""

    by_class: dict[str, list[PersistentVolume]]
    by_claim: dict[tuple[str, str], list[PersistentVolume]]
    free: list[PersistentVolume]


@joined
def _joins(index: Index) -> _Joins:
    joins = _Joins(defaultdict(list), defaultdict(list), [])
    for volume in index.all("persistentvolumes"):
        joins.by_class[volume_class(volume)].append(volume)
        if volume.spec.claim_ref is not None:
            joins.by_claim[volume.spec.claim_ref.namespace, volume.spec.claim_ref.name].append(volume)
        if volume.status.phase == "Available":
            joins.free.append(volume)
    return joins


def _name(claim: PersistentVolumeClaim) -> tuple[str, str]:
    return claim.metadata.namespace, claim.metadata.name


def candidates(index: Index, claim: PersistentVolumeClaim) -> list[Candidate]:
    """The volumes of the claim's class and those kept for it by name, the nearest to a fit first.

    A claim that names its volume takes no other. Free volumes of other classes are only listed when there is none of
    its own.
    """
    named, wanted = claim.spec.volume_name, storage_class_name(claim) or ""
    joins = _joins(index)
    if named:
        volume = index.get("persistentvolumes", "", named)
        own = [volume] if volume is not None else []
    else:
        kept = [v for v in joins.by_claim.get(_name(claim), ()) if _is_for(v.spec.claim_ref, claim)]
        own = list({v.metadata.name: v for v in (*joins.by_class.get(wanted, ()), *kept)}.values())
    others = joins.free if not (own or named) else []
    found = [_candidate(volume, claim) for volume in own or others]
    return sorted(found, key=lambda one: (one.taken, len(one.obstacles), one.volume.metadata.name))


def fitting(index: Index, claim: PersistentVolumeClaim) -> list[PersistentVolume]:
    """The volumes that nothing keeps from the claim: one binds when the controller, or the scheduler, comes to it."""
    return [one.volume for one in candidates(index, claim) if not one.obstacles]


def named_fault(index: Index, claim: PersistentVolumeClaim) -> tuple[str, str] | None:
    """What is wrong with the volume that the claim names, as (word, sentence); None when it names none or all is well.

    None also when volumes were not read. A missing volume gives no event at all; one that was given to this claim is
    bound whatever it offers.
    """
    name = claim.spec.volume_name
    if not name or claim.status.phase == "Bound" or not index.saw("persistentvolumes"):
        return None
    volume = index.get("persistentvolumes", "", name)
    if volume is None:
        return "missing", f"the claim names volume {name}, which does not exist"
    ref = volume.spec.claim_ref
    if ref is None:
        reasons = _unmet(volume, claim, "class")
        return ("mismatch", " and ".join(reasons)) if reasons else None
    if _is_for(ref, claim):
        return None
    if _namesake(ref, claim):
        return "bound-elsewhere", f"volume {name} belongs to an earlier claim of this name"
    return "bound-elsewhere", f"volume {name} belongs to claim {ref.namespace}/{ref.name}"


def released(index: Index, claim: PersistentVolumeClaim) -> PersistentVolume | None:
    """A volume kept for an earlier claim of this name, that would fit but for the other claim's uid; else None.

    Where a provisioner makes volumes the new claim gets a new one, and the old volume stands in nobody's way, unless
    the claim names it.
    """
    named, found = claim.spec.volume_name, storage_class(index, claim)
    if not named and ((found is not None and found.provisioner != NO_PROVISIONER) or fitting(index, claim)):
        return None
    kept = [
        volume
        for volume in _joins(index).by_claim.get(_name(claim), ())
        if (volume.metadata.name == named or (not named and _PROVISIONED_ANNOTATION not in volume.metadata.annotations))
        and _is_kept(volume, claim)
        and not _unmet(volume, claim, "class")
    ]
    return next(iter(kept), None)


def classes(index: Index) -> set[str]:
    """The classes that volumes carry, whether or not there are objects for them."""
    return set(_joins(index).by_class)


def any_made_by_hand(index: Index, claim: PersistentVolumeClaim) -> bool:
    """Whether somebody made volumes by hand for the claim's class, which then needs no class object."""
    wanted = storage_class_name(claim)
    return bool(wanted) and any(
        _PROVISIONED_ANNOTATION not in volume.metadata.annotations
        for volume in _joins(index).by_class.get(wanted or "", ())
    )


def _is_kept(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    ref = volume.spec.claim_ref
    return (
        ref is not None
        and volume.status.phase == "Released"
        and volume.spec.persistent_volume_reclaim_policy in ("Retain", "")
        and _namesake(ref, claim)
        and not _is_for(ref, claim)
    )


def _candidate(volume: PersistentVolume, claim: PersistentVolumeClaim) -> Candidate:
    ref, phase = volume.spec.claim_ref, volume.status.phase
    if _is_for(ref, claim):  # kept for this claim: neither its class nor its labels count
        return Candidate(volume, _unmet(volume, claim))
    if ref is not None:
        whose = "an earlier claim of this name" if _namesake(ref, claim) else f"claim {ref.namespace}/{ref.name}"
        return Candidate(volume, (f"is {phase or 'Bound'} ({whose})",), taken=True)
    if phase not in ("Available", ""):
        return Candidate(volume, (f"is {phase}",), taken=True)
    return Candidate(volume, _unmet(volume, claim, "class", *(() if claim.spec.volume_name else ("selector",))))


def _unmet(volume: PersistentVolume, claim: PersistentVolumeClaim, *also: str) -> tuple[str, ...]:
    """What the volume lacks, in words; its class and labels only where `also` names them."""
    has, needs = volume.spec.capacity.get("storage"), claim.spec.resources.requests.get("storage")
    wanted = storage_class_name(claim) or ""
    lacking = [mode for mode in claim.spec.access_modes if mode not in volume.spec.access_modes]
    offered = ", ".join(volume.spec.access_modes) or "none"
    selector = claim.spec.selector
    reasons = (
        (_less(has, needs), f"is too small ({has or 'no size'}, {needs} asked for)"),
        (
            volume.spec.volume_mode != claim.spec.volume_mode,
            f"has volumeMode {volume.spec.volume_mode}, not {claim.spec.volume_mode}",
        ),
        (
            "class" in also and volume_class(volume) != wanted,
            f"has class {volume_class(volume) or 'none'}, not {wanted or 'none'}",
        ),
        (
            "selector" in also and selector is not None and not matches(selector, volume.metadata.labels),
            "does not have the labels that the claim selects",
        ),
        (bool(lacking), f"does not offer {', '.join(lacking)} (it offers {offered})"),
        (
            (volume.spec.volume_attributes_class_name or "") != (claim.spec.volume_attributes_class_name or ""),
            f"has volumeAttributesClass {volume.spec.volume_attributes_class_name or 'none'}",
        ),
        (volume.metadata.deletion_timestamp is not None, "is being deleted"),
    )
    return tuple(text for holds, text in reasons if holds)


def _less(has: str | int | float | None, needs: str | int | float | None) -> bool:
    try:
        return parse_quantity(has or 0) < parse_quantity(needs or 0)
    except ValueError:
        return False


def _namesake(ref: ObjectReference, claim: PersistentVolumeClaim) -> bool:
    return (ref.namespace, ref.name) == (claim.metadata.namespace, claim.metadata.name)


def _is_for(ref: ObjectReference | None, claim: PersistentVolumeClaim) -> bool:
    """Whether a volume is given to this claim, by its uid or reserved by name alone (IsVolumeBoundToClaim)."""
    return (
        ref is not None
        and _namesake(ref, claim)
        and (not ref.uid or not claim.metadata.uid or ref.uid == claim.metadata.uid)
    )
