"""A claim and what stands around it: its class, the pods that mount it, the workload it belongs to, its expansion."""

import re
from math import ceil
from typing import NamedTuple

from diag.facts import owners
from diag.facts.index import Index, Key
from diag.facts.rollouts import has_ended
from diag.model.cluster import Event
from diag.model.pods import Pod
from diag.model.storage import PersistentVolumeClaim, StorageClass
from diag.model.units import parse_quantity

KIND = "PersistentVolumeClaim"
NO_PROVISIONER = "kubernetes.io/no-provisioner"
CONTROLLER = "persistentvolume-controller"
# What the controller says of a claim whose class waits for a pod (pv_controller emitEventForUnboundDelayBindingClaim).
WAITS_FOR_POD = frozenset({"WaitForFirstConsumer", "WaitForPodScheduled"})
PROTECTION = "kubernetes.io/pvc-protection"
# The scheduler sets it when it has picked a node for a pod of a claim whose class waits for that.
NODE_ANNOTATION = "volume.kubernetes.io/selected-node"

_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
_PROVISIONER_ANNOTATIONS = (
    "volume.kubernetes.io/storage-provisioner",
    "volume.beta.kubernetes.io/storage-provisioner",
)
_DEFAULT_ANNOTATIONS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
# pkg/controller/statefulset recordClaimEvent; newer versions say `for Pod`.
_REFUSED = re.compile(
    r"create Claim (?P<claim>\S+) (?:for )?Pod (?P<pod>\S+) in StatefulSet \S+ failed error: (?P<error>.*)", re.S
)
_ORDINAL = re.compile(r"-\d+$")
_GIB = 2**30


class Refusal(NamedTuple):
    """A claim of a StatefulSet that the API refused: its name, the pod it was for, and the API's words."""

    claim: str
    pod: str
    error: str


def claim_events(index: Index, claim: PersistentVolumeClaim) -> list[Event]:
    """Events about the claim, newest first."""
    return index.events(KIND, claim.metadata)


def storage_class_name(claim: PersistentVolumeClaim) -> str | None:
    """The class a claim asks for: None for the default one, empty for none. The old annotation still counts first."""
    return claim.metadata.annotations.get(_CLASS_ANNOTATION, claim.spec.storage_class_name)


def default_classes(index: Index) -> list[StorageClass]:
    """The classes marked as default, newest first: the newest wins (DefaultStorageClass admission, >= 1.26)."""
    marked = [
        found
        for found in index.all("storageclasses")
        if any(found.metadata.annotations.get(key) == "true" for key in _DEFAULT_ANNOTATIONS)
    ]
    return sorted(marked, key=_newest_first)


def _newest_first(found: StorageClass) -> tuple[float, str]:
    created = found.metadata.creation_timestamp
    return -(created.timestamp() if created else 0.0), found.metadata.name


def storage_class(index: Index, claim: PersistentVolumeClaim) -> StorageClass | None:
    """The class object that the claim asks for, the default one where it asks for none in particular."""
    name = storage_class_name(claim)
    if name is None:
        return next(iter(default_classes(index)), None)
    found: StorageClass | None = index.get("storageclasses", "", name)
    return found


def class_state(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """`found` or `missing` for the class that the claim names; None when it names none, or when nothing tells.

    Where classes could not be read the controller's words tell: it only gets further when the class is there.
    """
    name = storage_class_name(claim)
    if not name:
        return None
    if index.saw("storageclasses"):
        return "found" if index.get("storageclasses", "", name) is not None else "missing"
    for event in claim_events(index, claim):
        if event.reason in WAITS_FOR_POD or event.reason in ("ExternalProvisioning", "Provisioning"):
            return "found"
        if event.reason == "ProvisioningFailed" and f'"{name}" not found' in event.message:
            return "missing"
    return None


def provisioner(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """Who makes volumes of its class: as the class says, else as the controller wrote on the claim."""
    found = storage_class(index, claim)
    if found is not None:
        return found.provisioner or None
    annotations = claim.metadata.annotations
    return next((annotations[key] for key in _PROVISIONER_ANNOTATIONS if annotations.get(key)), None)


def binds(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """`at-once`, or `when-placed` for a class that waits for a pod; None when nothing tells.

    component-helpers storage/volume IsDelayBindingMode: without a class object nothing waits for a pod.
    """
    found = storage_class(index, claim)
    if found is not None:
        return "when-placed" if found.volume_binding_mode == "WaitForFirstConsumer" else "at-once"
    if storage_class_name(claim) == "" or index.saw("storageclasses"):
        return "at-once"
    said = [event.reason for event in claim_events(index, claim)]
    if NODE_ANNOTATION in claim.metadata.annotations or not WAITS_FOR_POD.isdisjoint(said):
        return "when-placed"
    return "at-once" if {"FailedBinding", "ExternalProvisioning", "ProvisioningFailed"}.intersection(said) else None


def waits_for_scheduler(index: Index, claim: PersistentVolumeClaim) -> bool:
    """Whether nothing happens to the claim until the scheduler has found a node for a pod that uses it."""
    placed = claim.spec.volume_name or NODE_ANNOTATION in claim.metadata.annotations
    return not placed and binds(index, claim) == "when-placed"


def consumers(index: Index, claim: PersistentVolumeClaim) -> list[Pod]:
    """Pods that mount the claim and have not finished."""
    return [pod for pod in _pods(index, claim) if not has_ended(pod)]


def holders(index: Index, claim: PersistentVolumeClaim) -> list[Pod]:
    """Pods that keep a claim from being deleted: those on a node, even when they have finished.

    pkg/controller/volume/pvcprotection podUsesPVC; a pod's own ephemeral claim is free once the pod has shut down.
    """
    return [
        pod
        for pod in _pods(index, claim)
        if pod.node_name and not (_shut_down(pod) and owned_by(claim, pod.metadata.uid))
    ]


def owned_by(claim: PersistentVolumeClaim, uid: str) -> bool:
    """Whether the claim was made for the object with that uid, as an ephemeral volume's is for its pod."""
    owner = owners.controller(claim.metadata)
    return owner is not None and owner.uid == uid


def workloads(index: Index, claim: PersistentVolumeClaim) -> list[Key]:
    """The workloads that the claim belongs to: of the pods that mount it, else its owner, else the StatefulSet that
    makes claims of that name, which holds though its pods do not exist."""
    keys = [owners.pod_workload(index, pod) for pod in consumers(index, claim) or _pods(index, claim)]
    found = list(dict.fromkeys(key for key in keys if key is not None))
    if found:
        return found
    key = owners.workload(index, KIND, claim.metadata) or _by_name(index, claim)
    return [key] if key is not None else []


def larger_size(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """A size to try, 1.5 times the present one in whole GiB; None when its class does not allow expansion."""
    found = storage_class(index, claim)
    if found is None or not found.allow_volume_expansion:
        return None
    try:
        present = parse_quantity(claim.status.capacity.get("storage", ""))
    except ValueError:
        return None
    return f"{ceil(1.5 * (present / _GIB))}Gi" if present > 0 else None


def wants_more(claim: PersistentVolumeClaim) -> bool:
    """Whether a bound claim asks for more than it has: an expansion was asked for and is not done."""
    try:
        return parse_quantity(claim.spec.resources.requests.get("storage", "")) > parse_quantity(
            claim.status.capacity.get("storage", "")
        )
    except ValueError:
        return False


def refusal(index: Index, key: Key) -> Refusal | None:
    """The newest refusal of a claim to a StatefulSet, unless the claim exists by now; None for other workloads."""
    found = index.get("statefulsets", key.namespace, key.name) if key.kind == "StatefulSet" else None
    for event in index.events(key.kind, found.metadata) if found is not None else ():
        told = _REFUSED.match(event.message) if event.reason == "FailedCreate" else None
        if told and index.get("persistentvolumeclaims", key.namespace, told["claim"]) is None:
            return Refusal(told["claim"], told["pod"], told["error"])
    return None


def _pods(index: Index, claim: PersistentVolumeClaim) -> list[Pod]:
    return index.pods_by_claim.get((claim.metadata.namespace, claim.metadata.name))


def _shut_down(pod: Pod) -> bool:
    return pod.metadata.deletion_timestamp is not None and pod.metadata.deletion_grace_period_seconds == 0


def _by_name(index: Index, claim: PersistentVolumeClaim) -> Key | None:
    """The StatefulSet whose claim this is by its name, TEMPLATE-SET-ORDINAL (apps/v1 volumeClaimTemplates)."""
    meta = claim.metadata
    stem = _ORDINAL.sub("", meta.name)
    if stem == meta.name:
        return None
    for dash in re.finditer("-", stem):
        template, name = stem[: dash.start()], stem[dash.end() :]
        found = index.get("statefulsets", meta.namespace, name)
        if found is not None and any(template == t.metadata.name for t in found.spec.volume_claim_templates):
            key = Key("StatefulSet", meta.namespace, name)
            return owners.workload(index, key.kind, found.metadata) or key
    return None
