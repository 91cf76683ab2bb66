"""Pods: their specs, volumes and status (k8s.io/api/core/v1)."""

import msgspec

from diag.model.containers import Container, ContainerStatus, KeyReference, Resources, SecurityContext
from diag.model.meta import Base, Condition, LabelSelector, LabelSelectorRequirement, Metadata


class ClaimSource(Base, frozen=True):
    """Volume source: a claim by name."""

    claim_name: str = ""


class EmptyDirSource(Base, frozen=True):
    """Volume source: a folder of the node, or memory when `medium` is Memory."""

    medium: str = ""


class ImageSource(Base, frozen=True):
    """Volume source: the files of an image (KEP-4639)."""

    reference: str = ""


class ClaimTemplateSource(Base, frozen=True):
    """Volume source: a claim made for this pod alone, named POD-VOLUME."""

    volume_claim_template: dict[str, object] = {}


class ConfigMapSource(Base, frozen=True):
    """Volume source: the keys of a ConfigMap as files."""

    name: str = ""
    optional: bool = False


class SecretSource(Base, frozen=True):
    """Volume source: the keys of a Secret as files."""

    secret_name: str = ""
    optional: bool = False


class ProjectedItem(Base, frozen=True):
    """One of the objects that a projected volume puts together."""

    config_map: KeyReference | None = None
    secret: KeyReference | None = None


class ProjectedSource(Base, frozen=True):
    """Volume source: several objects in one folder."""

    sources: tuple[ProjectedItem, ...] = ()


class HostPathSource(Base, frozen=True):
    """Volume source: a path of the node; `type` says what must be there."""

    path: str = ""
    type: str = ""


class NFSSource(Base, frozen=True):
    """Volume source: a folder of an NFS server."""

    server: str = ""
    path: str = ""


class CSISource(Base, frozen=True):
    """Volume source: a volume that a storage driver makes for this pod alone."""

    driver: str = ""


class Volume(Base, frozen=True):
    """A volume of a pod; at most one source is set, other kinds of source are not read."""

    name: str = ""
    persistent_volume_claim: ClaimSource | None = None
    empty_dir: EmptyDirSource | None = None
    image: ImageSource | None = None
    ephemeral: ClaimTemplateSource | None = None
    config_map: ConfigMapSource | None = None
    secret: SecretSource | None = None
    projected: ProjectedSource | None = None
    host_path: HostPathSource | None = None
    nfs: NFSSource | None = None
    csi: CSISource | None = None


class LocalReference(Base, frozen=True):
    """An object of the same namespace, by name."""

    name: str = ""


class Toleration(Base, frozen=True):
    """Which taint a pod bears with; empty `key` with operator Exists bears with all."""

    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""


class NodeSelectorTerm(Base, frozen=True):
    """All expressions of a term must hold."""

    match_expressions: tuple[LabelSelectorRequirement, ...] = ()
    match_fields: tuple[LabelSelectorRequirement, ...] = ()


class NodeSelector(Base, frozen=True):
    """One of the terms must hold."""

    node_selector_terms: tuple[NodeSelectorTerm, ...] = ()


class NodeAffinity(Base, frozen=True):
    """Node affinity; only what is required, preferences prevent nothing."""

    required: NodeSelector | None = msgspec.field(default=None, name="requiredDuringSchedulingIgnoredDuringExecution")


class PodAffinityTerm(Base, frozen=True):
    """Pods that match `label_selector` within one value of the node label `topology_key`.

    Of the pod's own namespace, unless `namespaces` or `namespace_selector` (empty: all) say others.
    """

    label_selector: LabelSelector | None = None
    topology_key: str = ""
    namespaces: tuple[str, ...] = ()
    namespace_selector: LabelSelector | None = None


class PodAffinity(Base, frozen=True):
    """Pod affinity or anti-affinity; only what is required."""

    required: tuple[PodAffinityTerm, ...] = msgspec.field(
        default=(), name="requiredDuringSchedulingIgnoredDuringExecution"
    )


class Affinity(Base, frozen=True):
    """Where a pod wants to be."""

    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAffinity | None = None


class TopologySpreadConstraint(Base, frozen=True):
    """How evenly the pods that match are to be spread over the values of a node label.

    `match_label_keys` are labels for which they must also have the value that the pod itself has.
    """

    max_skew: int = 1
    topology_key: str = ""
    when_unsatisfiable: str = ""
    label_selector: LabelSelector | None = None
    match_label_keys: tuple[str, ...] = ()


class ReadinessGate(Base, frozen=True):
    """A condition that somebody outside of the kubelet must set for the pod to be ready."""

    condition_type: str = ""


class SchedulingGate(Base, frozen=True):
    """What keeps the scheduler from looking at a pod until somebody removes it (KEP-3521)."""

    name: str = ""


class PodSpec(Base, frozen=True):
    """What the pods of one template ask for. One record serves all pods with an equal spec."""

    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    image_pull_secrets: tuple[LocalReference, ...] = ()
    service_account_name: str = ""
    restart_policy: str = ""
    scheduler_name: str = ""
    priority_class_name: str = ""
    node_selector: dict[str, str] = {}
    affinity: Affinity | None = None
    tolerations: tuple[Toleration, ...] = ()
    resources: Resources = Resources()
    termination_grace_period_seconds: int = 30
    active_deadline_seconds: int | None = None
    host_network: bool = False
    security_context: SecurityContext | None = None
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = ()
    scheduling_gates: tuple[SchedulingGate, ...] = ()
    readiness_gates: tuple[ReadinessGate, ...] = ()
    runtime_class_name: str = ""
    overhead: dict[str, str | int | float] = {}


class PodStatus(Base, frozen=True):
    """What is known of a pod. `conditions` holds only those that say something is missing or happening."""

    phase: str = ""
    reason: str = ""
    message: str = ""
    nominated_node_name: str = ""
    qos_class: str = ""
    conditions: tuple[Condition, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()


class Pod(Base, frozen=True):
    """A pod. `quiet` is true when nothing about it is worth a look: finished, or running with every container
    ready, none that ended before and no condition that stands out; a scan passes over it with one test."""

    metadata: Metadata = Metadata()
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()
    node_name: str = ""
    quiet: bool = False
