"""Pods and their containers (k8s.io/api/core/v1)."""

import msgspec

from diag.model.meta import Base, Condition, LabelSelector, LabelSelectorRequirement, Metadata, Time
from diag.model.text import SECRET_NAME, WITHHELD


class Resources(Base, frozen=True):
    """Requests and limits by resource name; values as written (`128Mi`, `500m`, a bare number)."""

    limits: dict[str, str | int | float] = {}
    requests: dict[str, str | int | float] = {}


class VolumeMount(Base, frozen=True):
    """Where a container sees a volume of its pod."""

    name: str = ""
    mount_path: str = ""
    sub_path: str = ""
    read_only: bool = False


class HTTPGetAction(Base, frozen=True):
    """A probe by an HTTP request; `port` is a number or the name of a container port."""

    path: str = ""
    port: str | int | None = None
    host: str = ""
    scheme: str = ""


class PortAction(Base, frozen=True):
    """A probe by a connection, or by gRPC's health service, to a port."""

    port: str | int | None = None
    host: str = ""


class ExecAction(Base, frozen=True):
    """A probe by a command in the container; which one is not read."""


class Probe(Base, frozen=True):
    """A probe: what it asks (one of the four handlers) and its timing in seconds."""

    http_get: HTTPGetAction | None = None
    tcp_socket: PortAction | None = None
    grpc: PortAction | None = None
    exec: ExecAction | None = None
    initial_delay_seconds: int = 0
    timeout_seconds: int = 1
    period_seconds: int = 10
    success_threshold: int = 1
    failure_threshold: int = 3
    termination_grace_period_seconds: int | None = None


class ContainerPort(Base, frozen=True):
    """A port that a container says it serves; informational, but for its name and for `host_port`."""

    name: str = ""
    container_port: int = 0
    host_port: int = 0
    protocol: str = "TCP"


class KeyReference(Base, frozen=True):
    """A key of a ConfigMap or a Secret of the pod's namespace, or the whole object where `key` is empty."""

    name: str = ""
    key: str = ""
    optional: bool = False


class EnvVarSource(Base, frozen=True):
    """Where the value of a variable is taken from."""

    config_map_key_ref: KeyReference | None = None
    secret_key_ref: KeyReference | None = None


class EnvVar(Base, frozen=True):
    """An environment variable. A value whose name says that it is a credential is never kept."""

    name: str = ""
    value: str = ""
    value_from: EnvVarSource | None = None

    def __post_init__(self) -> None:
        """Put a word in the place of a credential."""
        if self.value and SECRET_NAME.search(self.name):
            msgspec.structs.force_setattr(self, "value", WITHHELD)


class EnvFromSource(Base, frozen=True):
    """All keys of a ConfigMap or Secret as variables."""

    config_map_ref: KeyReference | None = None
    secret_ref: KeyReference | None = None


class SecurityContext(Base, frozen=True):
    """As whom a container runs; on a pod the default of its containers."""

    run_as_user: int | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    fs_group: int | None = None
    fs_group_change_policy: str = ""
    read_only_root_filesystem: bool | None = None


class Container(Base, frozen=True):
    """A container as the pod's spec asks for it. `restart_policy: Always` on an init container makes a sidecar."""

    name: str = ""
    image: str = ""
    image_pull_policy: str = ""
    restart_policy: str = ""
    resources: Resources = Resources()
    ports: tuple[ContainerPort, ...] = ()
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[EnvFromSource, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = ()
    security_context: SecurityContext | None = None
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
