"""Pods and their containers (k8s.io/api/core/v1)."""

import msgspec

from diag.model.meta import Base, Condition, LabelSelector, LabelSelectorRequirement, Metadata, Time


class Resources(Base, frozen=True):
    """Requests and limits by resource name; values as written (`128Mi`, `500m`, a bare number)."""

    limits: dict[str, str | int | float] = {}
    requests: dict[str, str | int | float] = {}


class VolumeMount(Base, frozen=True):
    """Where a container sees a volume of its pod."""

    name: str = ""
    mount_path: str = ""
    sub_path: str = ""


class Probe(Base, frozen=True):
    """Timing of a probe, in seconds; what it asks is not read."""

    initial_delay_seconds: int = 0
    timeout_seconds: int = 1
    period_seconds: int = 10
    failure_threshold: int = 3
    termination_grace_period_seconds: int | None = None


class Container(Base, frozen=True):
    """A container as the pod's spec asks for it. `restart_policy: Always` on an init container makes a sidecar."""

    name: str = ""
    image: str = ""
    image_pull_policy: str = ""
    restart_policy: str = ""
    resources: Resources = Resources()
    volume_mounts: tuple[VolumeMount, ...] = ()
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    termination_message_policy: str = ""


class ClaimSource(Base, frozen=True):
    """Volume source: a claim by name."""

    claim_name: str = ""


class EmptyDirSource(Base, frozen=True):
    """Volume source: a folder of the node, or memory when `medium` is Memory."""

    medium: str = ""
    size_limit: str | int | None = None


class ImageSource(Base, frozen=True):
    """Volume source: the files of an image (KEP-4639)."""

    reference: str = ""


class ClaimTemplateSource(Base, frozen=True):
    """Volume source: a claim made for this pod alone, named POD-VOLUME."""

    volume_claim_template: dict[str, object] = {}


class Volume(Base, frozen=True):
    """A volume of a pod; at most one source is set, other kinds of source are not read."""

    name: str = ""
    persistent_volume_claim: ClaimSource | None = None
    empty_dir: EmptyDirSource | None = None
    image: ImageSource | None = None
    ephemeral: ClaimTemplateSource | None = None


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
    """Pods that match `label_selector` within one value of the node label `topology_key`."""

    label_selector: LabelSelector | None = None
    topology_key: str = ""


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


class Waiting(Base, frozen=True):
    """Why a container does not run yet."""

    reason: str = ""
    message: str = ""


class Running(Base, frozen=True):
    """A container that runs."""

    started_at: Time | None = None


class Terminated(Base, frozen=True):
    """How a container ended. `signal` is mostly 0: runtimes fold it into the exit code (128 + signal)."""

    exit_code: int | None = None
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: Time | None = None
    finished_at: Time | None = None


class ContainerState(Base, frozen=True):
    """Exactly one of the three is set; none in a status that the kubelet has not filled yet."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(Base, frozen=True):
    """What the kubelet last said of a container. `last_state` is history, not a present fault."""

    name: str = ""
    image: str = ""
    ready: bool = False
    started: bool | None = None
    restart_count: int = 0
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()


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
