"""Containers: what a pod's spec asks for, and what the kubelet says of them (k8s.io/api/core/v1)."""

import msgspec

from diag.model.meta import Base, Time
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
    fs_group: int | None = None
    read_only_root_filesystem: bool | None = None


class Container(Base, frozen=True):
    """A container as the pod's spec asks for it. `restart_policy: Always` on an init container makes a sidecar."""

    name: str = ""
    image: str = ""
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
