"""Nodes, namespaces and what they hand out, services, events (k8s.io/api/core/v1, discovery/v1, events/v1)."""

from datetime import datetime
from typing import Any

import msgspec

from diag.model.meta import Base, Condition, Metadata, ObjectReference, Time
from diag.model.pods import LocalReference


class Taint(Base, frozen=True):
    """What keeps pods off a node, or takes them away from it."""

    key: str = ""
    value: str = ""
    effect: str = ""
    time_added: Time | None = None


class NodeSpec(Base, frozen=True):
    """Whether pods may come to a node."""

    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()


class NodeInfo(Base, frozen=True):
    """What runs a node."""

    architecture: str = ""
    kubelet_version: str = ""
    container_runtime_version: str = ""


class NodeStatus(Base, frozen=True):
    """What a node has to give and how it is."""

    conditions: tuple[Condition, ...] = ()
    allocatable: dict[str, str | int | float] = {}
    capacity: dict[str, str | int | float] = {}
    node_info: NodeInfo = NodeInfo()


class Node(Base, frozen=True):
    """A node."""

    metadata: Metadata = Metadata()
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()


class Phase(Base, frozen=True):
    """A status of which the phase and the conditions are read."""

    phase: str = ""
    conditions: tuple[Condition, ...] = ()


class Namespace(Base, frozen=True):
    """A namespace; its phase is Active or Terminating."""

    metadata: Metadata = Metadata()
    status: Phase = Phase()


class QuotaAmounts(Base, frozen=True):
    """How much is allowed and how much is used, by resource name."""

    hard: dict[str, str | int | float] = {}
    used: dict[str, str | int | float] = {}


class QuotaSpec(Base, frozen=True):
    """Which pods a quota is for; one without scopes is for all."""

    scopes: tuple[str, ...] = ()
    scope_selector: dict[str, Any] | None = None


class ResourceQuota(Base, frozen=True):
    """A quota of a namespace."""

    metadata: Metadata = Metadata()
    spec: QuotaSpec = QuotaSpec()
    status: QuotaAmounts = QuotaAmounts()


class LimitRangeItem(Base, frozen=True):
    """What a LimitRange sets or demands for one type of object."""

    type: str = ""
    default: dict[str, str | int | float] = {}
    max: dict[str, str | int | float] = {}
    min: dict[str, str | int | float] = {}


class LimitRangeSpec(Base, frozen=True):
    """The items of a LimitRange."""

    limits: tuple[LimitRangeItem, ...] = ()


class LimitRange(Base, frozen=True):
    """A LimitRange of a namespace."""

    metadata: Metadata = Metadata()
    spec: LimitRangeSpec = LimitRangeSpec()


class ConfigMap(Base, frozen=True):
    """That a ConfigMap exists; what is in it is not read."""

    metadata: Metadata = Metadata()


class ServiceAccount(Base, frozen=True):
    """A service account; pods without pull secrets of their own get its pull secrets when they are created."""

    metadata: Metadata = Metadata()
    image_pull_secrets: tuple[LocalReference, ...] = ()


class ServicePort(Base, frozen=True):
    """A port of a service; `target_port` is a number or the name of a container port."""

    name: str = ""
    port: int = 0
    target_port: str | int | None = None
    protocol: str = "TCP"


class ServiceSpec(Base, frozen=True):
    """Which pods a service serves."""

    type: str = ""
    selector: dict[str, str] = {}
    ports: tuple[ServicePort, ...] = ()
    cluster_ip: str = msgspec.field(default="", name="clusterIP")
    external_name: str = ""


class LoadBalancer(Base, frozen=True):
    """Where a load balancer can be reached: one entry (`ip`, `hostname`) for each address."""

    ingress: tuple[dict[str, Any], ...] = ()


class LoadBalanced(Base, frozen=True):
    """The status of a service or an ingress."""

    load_balancer: LoadBalancer = LoadBalancer()
    conditions: tuple[Condition, ...] = ()


class Service(Base, frozen=True):
    """A service."""

    metadata: Metadata = Metadata()
    spec: ServiceSpec = ServiceSpec()
    status: LoadBalanced | None = None


class EndpointConditions(Base, frozen=True):
    """Whether an endpoint takes traffic."""

    ready: bool | None = None


class EndpointPort(Base, frozen=True):
    """A port of all endpoints of a slice; `name` is that of the service's port."""

    name: str = ""
    port: int | None = None
    protocol: str = ""


class Endpoint(Base, frozen=True):
    """One address behind a service."""

    addresses: tuple[str, ...] = ()
    conditions: EndpointConditions = EndpointConditions()
    target_ref: ObjectReference | None = None


class EndpointSlice(Base, frozen=True):
    """Addresses behind a service, which the label kubernetes.io/service-name names."""

    metadata: Metadata = Metadata()
    endpoints: tuple[Endpoint, ...] | None = None
    ports: tuple[EndpointPort, ...] | None = None


class Event(msgspec.Struct, frozen=True, gc=False):
    """An event in either of its shapes, as one record.

    `message` is without the prefix that the recorder puts before combined events. `first` and `last` are the
    times of the first and the newest occurrence (client-go tools/record, events.k8s.io/v1).
    """

    metadata: Metadata
    involved: ObjectReference
    type: str
    reason: str
    message: str
    source: str
    count: int
    first: datetime | None
    last: datetime | None
