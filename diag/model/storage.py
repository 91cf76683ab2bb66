"""Claims, volumes, classes and drivers (k8s.io/api/core/v1 and storage/v1)."""

from diag.model.containers import Resources
from diag.model.meta import Base, Condition, LabelSelector, Metadata, ObjectReference
from diag.model.pods import NodeSelector


class PersistentVolumeClaimSpec(Base, frozen=True):
    """What a claim asks for. `storage_class_name` None means the default class, empty means none."""

    access_modes: tuple[str, ...] = ()
    resources: Resources = Resources()
    storage_class_name: str | None = None
    volume_attributes_class_name: str | None = None
    volume_mode: str = "Filesystem"
    volume_name: str = ""
    selector: LabelSelector | None = None


class PersistentVolumeClaimStatus(Base, frozen=True):
    """What a claim has. `allocated_resource_statuses` tells how far an expansion is (KEP-1790)."""

    phase: str = ""
    access_modes: tuple[str, ...] = ()
    capacity: dict[str, str | int | float] = {}
    conditions: tuple[Condition, ...] = ()


class PersistentVolumeClaim(Base, frozen=True):
    """A claim for storage."""

    metadata: Metadata = Metadata()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
    status: PersistentVolumeClaimStatus = PersistentVolumeClaimStatus()


class VolumeNodeAffinity(Base, frozen=True):
    """Which nodes can reach a volume."""

    required: NodeSelector | None = None


class CSIVolumeSource(Base, frozen=True):
    """The driver behind a volume, and the volume's name there."""

    driver: str = ""


class LocalVolumeSource(Base, frozen=True):
    """A folder or disk of one node."""

    path: str = ""


class PersistentVolumeSpec(Base, frozen=True):
    """What a volume offers and to which claim it is given."""

    access_modes: tuple[str, ...] = ()
    capacity: dict[str, str | int | float] = {}
    claim_ref: ObjectReference | None = None
    storage_class_name: str = ""
    volume_attributes_class_name: str | None = None
    volume_mode: str = "Filesystem"
    persistent_volume_reclaim_policy: str = ""
    node_affinity: VolumeNodeAffinity | None = None
    csi: CSIVolumeSource | None = None
    local: LocalVolumeSource | None = None


class PersistentVolumeStatus(Base, frozen=True):
    """Phase of a volume: Pending, Available, Bound, Released or Failed."""

    phase: str = ""
    reason: str = ""
    message: str = ""


class PersistentVolume(Base, frozen=True):
    """A volume of the cluster."""

    metadata: Metadata = Metadata()
    spec: PersistentVolumeSpec = PersistentVolumeSpec()
    status: PersistentVolumeStatus = PersistentVolumeStatus()


class TopologyLabel(Base, frozen=True):
    """One key of an allowed topology."""

    key: str = ""
    values: tuple[str, ...] = ()


class TopologySelectorTerm(Base, frozen=True):
    """All keys of a term must hold."""

    match_label_expressions: tuple[TopologyLabel, ...] = ()


class StorageClass(Base, frozen=True):
    """How volumes of a class are made. `volume_binding_mode` is Immediate or WaitForFirstConsumer."""

    metadata: Metadata = Metadata()
    provisioner: str = ""
    parameters: dict[str, str] = {}
    reclaim_policy: str = ""
    volume_binding_mode: str = "Immediate"
    allow_volume_expansion: bool = False
    allowed_topologies: tuple[TopologySelectorTerm, ...] = ()


class CSIDriver(Base, frozen=True):
    """A storage driver that the cluster knows by name."""

    metadata: Metadata = Metadata()


class CSINodeAllocatable(Base, frozen=True):
    """How many volumes of a driver a node takes."""

    count: int | None = None


class CSINodeDriver(Base, frozen=True):
    """A driver registered on a node."""

    name: str = ""
    allocatable: CSINodeAllocatable | None = None


class CSINodeSpec(Base, frozen=True):
    """The drivers of a node."""

    drivers: tuple[CSINodeDriver, ...] = ()


class CSINode(Base, frozen=True):
    """Which storage drivers run on a node; named as the node."""

    metadata: Metadata = Metadata()
    spec: CSINodeSpec = CSINodeSpec()


class VolumeAttachmentSource(Base, frozen=True):
    """The volume that is attached."""

    persistent_volume_name: str | None = None


class VolumeAttachmentSpec(Base, frozen=True):
    """Which volume goes to which node, and who attaches it."""

    attacher: str = ""
    node_name: str = ""
    source: VolumeAttachmentSource = VolumeAttachmentSource()


class VolumeError(Base, frozen=True):
    """What the attacher said."""

    message: str = ""


class VolumeAttachmentStatus(Base, frozen=True):
    """Whether the volume is attached."""

    attached: bool = False
    attach_error: VolumeError | None = None


class VolumeAttachment(Base, frozen=True):
    """A volume on its way to a node, or there."""

    metadata: Metadata = Metadata()
    spec: VolumeAttachmentSpec = VolumeAttachmentSpec()
    status: VolumeAttachmentStatus = VolumeAttachmentStatus()
