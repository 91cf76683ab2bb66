"""Why a claim has no volume: its class, the volumes that nearly fit, and what was answered to it."""

import re
from typing import NamedTuple

from diag.facts.index import Index
from diag.facts.labels import matches
from diag.model.cluster import Event
from diag.model.pods import Pod
from diag.model.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from diag.model.units import parse_quantity

KIND = "PersistentVolumeClaim"
NO_PROVISIONER = "kubernetes.io/no-provisioner"
_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
_DEFAULT_ANNOTATIONS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
_NODE_ANNOTATION = "volume.kubernetes.io/selected-node"
_NODE_IN_EVENT = re.compile(r"external provisioner ['\"](?P<name>[^'\"]+)['\"]")
_WRAPPED = re.compile(r'^failed to provision volume with StorageClass "[^"]*": ', re.S)

# Sources of an answer to provisioning: kube-controller-manager speaks for itself, any other source is the provisioner's.
_CONTROLLER = "persistentvolume-controller"

# What a provisioner's error means (external-provisioner pkg/controller, CSI error codes, local-path-provisioner).
PROVISIONING: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(expression))
    for name, expression in (
        (
            "no-permission",
            r"UnauthorizedOperation|AccessDenied|AccessDeniedException|code = PermissionDenied|Unauthenticated"
            r"|no EC2 IMDS|could not get credentials|is forbidden: User",
        ),
        (
            "topology",
            r"error generating accessibility requirements|no topology key found on CSINode"
            r"|topologyKeys .* were not found on any nodes|no available topology found",
        ),
        ("allowed-topologies", r"topology .* is not in allowed topologies"),
        ("selector", r"claim Selector is not supported|claim\.Spec\.Selector is not supported"),
        ("access-mode", r"only supports? ReadWrite|Volume capabilities .* not supported|access mode .* not supported"),
        (
            "node-path",
            r"no local path available on node|config doesn't contain (?:node|path)"
            r"|configuration error, no node was specified",
        ),
        (
            "data-source",
            r"snapshot .* is not Ready|error getting handle for DataSource|source PVC .* not found"
            r"|requested volume size .* is less than",
        ),
        ("secret", r"failed to get secretreference|error getting secret|failed to get name and namespace template"),
        (
            "capacity",
            r"code = ResourceExhausted|(?i:insufficient free (?:space|capacity)|quota ?exceeded|out of capacity)",
        ),
        ("bad-parameters", r"code = InvalidArgument|infeasible error|invalid (?:option|parameter)"),
        ("plugin-missing", r"no volume plugin matched"),
        ("transient", r"code = (?:DeadlineExceeded|Unavailable|Aborted)|context deadline exceeded"),
    )
)


class Candidate(NamedTuple):
    """A volume and the first thing that keeps it from a claim; an empty obstacle means that it fits."""

    volume: PersistentVolume
    obstacle: str


def storage_class_name(claim: PersistentVolumeClaim) -> str | None:
    """The class a claim asks for: None for the default one, empty for none. The old annotation still counts first."""
    return claim.metadata.annotations.get(_CLASS_ANNOTATION, claim.spec.storage_class_name)


def default_classes(index: Index) -> list[StorageClass]:
    """The classes marked as default, newest first: the newest wins (DefaultStorageClass admission, >= 1.26)."""
    marked = [
        found
        for found in index.snapshot.all("storageclasses")
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


def consumers(index: Index, claim: PersistentVolumeClaim) -> list[Pod]:
    """Pods that mount the claim and have not finished."""
    pods = index.pods_by_claim.get((claim.metadata.namespace, claim.metadata.name), [])
    return [pod for pod in pods if pod.status.phase not in ("Succeeded", "Failed")]


def past_scheduler(index: Index, claim: PersistentVolumeClaim) -> list[Pod]:
    """Consumers that name their node themselves: the scheduler never sees them, so it never picks a node for the claim."""
    if _NODE_ANNOTATION in claim.metadata.annotations:
        return []
    return [pod for pod in consumers(index, claim) if pod.node_name and pod.status.phase == "Pending"]


def waits_for_consumer(index: Index, claim: PersistentVolumeClaim) -> bool:
    """Whether the claim's class binds when a pod first uses it, by the class itself or by the controller's word."""
    found = storage_class(index, claim)
    if found is not None:
        return found.volume_binding_mode == "WaitForFirstConsumer"
    events = claim_events(index, claim)
    return bool(events) and events[0].reason in ("WaitForFirstConsumer", "WaitForPodScheduled")


def waits_for_scheduling(index: Index, claim: PersistentVolumeClaim) -> bool:
    """Whether the claim only waits for a pod to be placed, which may fail for reasons of its own."""
    events = claim_events(index, claim)
    return bool(events) and events[0].reason in ("WaitForFirstConsumer", "WaitForPodScheduled")


def class_seen_missing(index: Index, claim: PersistentVolumeClaim) -> bool:
    """Whether the controller says that the claim's class is not there (`storageclass.storage.k8s.io "x" not found`)."""
    event = provisioning_failure(index, claim)
    return event is not None and f'"{storage_class_name(claim)}" not found' in event.message


def claim_events(index: Index, claim: PersistentVolumeClaim) -> list[Event]:
    """Events about the claim, newest first."""
    return index.events(KIND, claim.metadata)


def provisioning_failure(index: Index, claim: PersistentVolumeClaim) -> Event | None:
    """The newest failure to make a volume, if nothing better came after it."""
    for event in claim_events(index, claim):
        if event.reason == "ProvisioningFailed":
            return event
        if event.reason == "ProvisioningSucceeded":
            return None
    return None


def provisioning_error(event: Event) -> str:
    """The provisioner's own words."""
    return _WRAPPED.sub("", event.message)


def provisioning_answer(error: str) -> str:
    """What a provisioner's error means, as a word; `unknown` when it says nothing known."""
    return next((name for name, expression in PROVISIONING if expression.search(error)), "unknown")


def awaited_provisioner(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """The provisioner that the claim waits for and that has not said a word, or None when one has, or none is awaited.

    persistentvolume-controller `ExternalProvisioning`; a provisioner that is there says `Provisioning` within seconds.
    """
    events = claim_events(index, claim)
    if any(
        e.reason in ("Provisioning", "ProvisioningFailed", "ProvisioningSucceeded") and e.source != _CONTROLLER
        for e in events
    ):
        return None
    for event in events:
        if event.reason == "ExternalProvisioning":
            found = _NODE_IN_EVENT.search(event.message)
            return found["name"] if found else "unnamed"
    return None


def prebound(index: Index, claim: PersistentVolumeClaim) -> tuple[str, str] | None:
    """What is wrong with the volume that the claim names, as (word, sentence); None when it names none or all is well.

    pv_controller syncUnboundClaim: a missing volume gives no event at all.
    """
    name = claim.spec.volume_name
    if not name or claim.status.phase == "Bound":
        return None
    volume = index.get("persistentvolumes", "", name)
    if volume is None:
        return "missing", f"the claim names volume {name}, which does not exist"
    owner = volume.spec.claim_ref
    if owner is not None and not _is_for(owner.namespace, owner.name, owner.uid, claim):
        return "bound-elsewhere", f"volume {name} belongs to claim {owner.namespace}/{owner.name}"
    reason = _unsatisfied(volume, claim)
    return ("mismatch", reason) if reason else None


def released_volume(index: Index, claim: PersistentVolumeClaim) -> PersistentVolume | None:
    """A volume kept for an earlier claim of the same name: it waits in phase Released with that claim's uid."""
    for volume in index.snapshot.all("persistentvolumes"):
        ref = volume.spec.claim_ref
        if (
            ref is not None
            and volume.status.phase == "Released"
            and (ref.namespace, ref.name) == (claim.metadata.namespace, claim.metadata.name)
            and ref.uid != claim.metadata.uid
        ):
            return volume  # type: ignore[no-any-return]
    return None


def candidates(index: Index, claim: PersistentVolumeClaim) -> list[Candidate]:
    """The volumes of the claim's class, each with the first thing that keeps it from the claim.

    The order of the tests is that of FindMatchingVolume (component-helpers storage/volume/pv_helpers.go). Volumes of
    other classes are only listed when there is none of the claim's own.
    """
    wanted = storage_class_name(claim) or ""
    volumes = index.snapshot.all("persistentvolumes")
    own = [volume for volume in volumes if volume.spec.storage_class_name == wanted]
    others = [volume for volume in volumes if volume.status.phase == "Available"] if not own else []
    return [Candidate(volume, _obstacle(volume, claim)) for volume in own or others]


def has_static_volumes(index: Index, claim: PersistentVolumeClaim) -> bool:
    """Whether somebody made volumes by hand for the claim's class, which then needs no class object."""
    wanted = storage_class_name(claim)
    return wanted is not None and any(
        volume.spec.storage_class_name == wanted
        and "pv.kubernetes.io/provisioned-by" not in volume.metadata.annotations
        for volume in index.snapshot.all("persistentvolumes")
    )


def _obstacle(volume: PersistentVolume, claim: PersistentVolumeClaim) -> str:
    ref = volume.spec.claim_ref
    if ref is not None and not _is_for(ref.namespace, ref.name, ref.uid, claim):
        phase = volume.status.phase or "Bound"
        return f"is {phase} (claim {ref.namespace}/{ref.name})"
    if volume.status.phase not in ("Available", "") and ref is None:
        return f"is {volume.status.phase}"
    return _unsatisfied(volume, claim)


def _unsatisfied(volume: PersistentVolume, claim: PersistentVolumeClaim) -> str:
    has, needs = volume.spec.capacity.get("storage"), claim.spec.resources.requests.get("storage")
    if has is not None and needs is not None and _less(has, needs):
        return f"is too small ({has}, {needs} asked for)"
    if volume.spec.volume_mode != claim.spec.volume_mode:
        return f"has volumeMode {volume.spec.volume_mode}, not {claim.spec.volume_mode}"
    wanted = storage_class_name(claim) or ""
    if volume.spec.storage_class_name != wanted:
        return f"has class {volume.spec.storage_class_name or 'none'}, not {wanted or 'none'}"
    if claim.spec.selector is not None and not matches(claim.spec.selector, volume.metadata.labels):
        return "does not have the labels that the claim selects"
    lacking = [mode for mode in claim.spec.access_modes if mode not in volume.spec.access_modes]
    if lacking:
        return f"does not offer {', '.join(lacking)} (it offers {', '.join(volume.spec.access_modes) or 'nothing'})"
    if volume.metadata.deletion_timestamp is not None:
        return "is being deleted"
    return ""


def _less(has: str | int | float, needs: str | int | float) -> bool:
    try:
        return parse_quantity(has) < parse_quantity(needs)
    except ValueError:
        return False


def _is_for(namespace: str, name: str, uid: str, claim: PersistentVolumeClaim) -> bool:
    meta = claim.metadata
    return (namespace, name) == (meta.namespace, meta.name) and (not uid or not meta.uid or uid == meta.uid)
