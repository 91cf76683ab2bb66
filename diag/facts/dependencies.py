"""What a container could not reach: the Service of the cluster that is meant, if one is, and how it is."""

import re
from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from diag.facts import services
from diag.facts.complaints import NETWORK, Complaint
from diag.facts.containers import PodContainer
from diag.facts.images import nearest
from diag.facts.index import Index, grouped
from diag.model.cluster import EndpointSlice, Service

_PEER = re.compile(r"(?P<host>\[[^\]]+\]|[^:]+)(?::(?P<port>\d{1,5}))?")
_IP = re.compile(r"\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+\]?|\d{1,3}(?:\.\d{1,3}){3}")
_LOCAL = re.compile(
    r"localhost(?:\.localdomain)?|127(?:\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(?:\.\d{1,3}){3}\]?|0\.0\.0\.0"
)
_SHOWN = 4


class Dependency(NamedTuple):
    """Whom a container could not reach. `host` and `port` as it said them; `port` is empty where it named none.

    `place` is the (namespace, name) of the Service that is meant, None when it is something outside of the cluster or
    cannot be told; `service` the Service where there is one; `local` that it is the pod itself.
    """

    peer: str
    host: str
    port: str
    place: tuple[str, str] | None = None
    service: Service | None = None
    local: bool = False


def dependency(index: Index, container: PodContainer, complaint: Complaint | None) -> Dependency | None:
    """What the complaint of a container names; None when it is not about the network or names nothing."""
    if complaint is None or complaint.kind not in NETWORK:
        return None
    found = _PEER.fullmatch(complaint.about)
    if found is None:
        return None
    host, port = found["host"].strip("[]"), found["port"] or ""
    if _LOCAL.fullmatch(host):
        return Dependency(complaint.about, host, port, local=True)
    namespace = container.pod.metadata.namespace
    place = _by_address(index, host, port) if _IP.fullmatch(host) else _by_name(index, host, namespace)
    service = index.get("services", *place) if place else None
    if complaint.kind == "waiting" and service is None and not port:
        return None  # it may wait for anything, as "for migrations"
    return Dependency(complaint.about, host, port, place, service)


def _by_name(index: Index, host: str, namespace: str) -> tuple[str, str] | None:
    """The Service that a host name means: NAME, NAME.NAMESPACE, NAME.NAMESPACE.svc…, POD.NAME… of a headless one."""
    parts = host.lower().rstrip(".").split(".")
    if "svc" in parts[1:]:
        labels = parts[: parts.index("svc", 1)]
        return (labels[-1], labels[-2]) if len(labels) > 1 else None
    if len(parts) == 1:
        return namespace, parts[0]
    candidates = [(parts[1], parts[0]), (namespace, parts[1])] if len(parts) == 2 else [(parts[2], parts[1])]
    existing = next((place for place in candidates if index.get("services", *place) is not None), None)
    is_namespace = candidates[0][0] == namespace or index.get("namespaces", "", candidates[0][0]) is not None
    return existing or (candidates[0] if is_namespace else None)


def _by_address(index: Index, host: str, port: str) -> tuple[str, str] | None:
    """The Service with that cluster address, or with that address and port behind it."""
    for service in _by_cluster_address(index).get(host):
        return service.metadata.namespace, service.metadata.name
    for piece in _by_endpoint(index).get((host, port)):
        return piece.metadata.namespace, piece.metadata.labels[services.SERVICE_NAME]
    return None


@grouped("services")
def _by_cluster_address(service: Service) -> tuple[str, ...]:
    return (service.spec.cluster_ip,) if service.spec.cluster_ip not in ("", "None") else ()


@grouped("endpointslices")
def _by_endpoint(piece: EndpointSlice) -> Iterable[tuple[str, str]]:
    """By address and port: pods in the network of their node share an address, which the port tells apart."""
    if not piece.metadata.labels.get(services.SERVICE_NAME):
        return ()
    addresses = (address for endpoint in piece.endpoints or () for address in endpoint.addresses)
    return {(address, str(port.port)) for address, port in product(addresses, piece.ports or ())}


def ready_endpoints(index: Index, found: Dependency) -> int | None:
    """How many addresses behind the Service take traffic; None when there is no Service, or it selects nothing."""
    if found.service is None or found.place is None or found.service.spec.type == "ExternalName":
        return None
    pieces = services.slices(index).get(found.place)
    endpoints = [endpoint for piece in pieces for endpoint in piece.endpoints or ()]
    # Endpoints without the condition count as ready (discovery/v1 EndpointConditions).
    return sum(len(e.addresses) for e in endpoints if e.conditions.ready is not False)


def ports(found: Dependency) -> list[str]:
    """The ports that the Service serves, each as `5432 (pg)` or `5432`."""
    served = found.service.spec.ports if found.service is not None else ()
    return [f"{port.port} ({port.name})" if port.name else str(port.port) for port in served]


def serves_port(found: Dependency) -> bool | None:
    """Whether the Service serves the port that was asked for; None where that cannot be told.

    What asks a pod behind a headless Service goes to that very port, whatever the Service lists.
    """
    if found.service is None or not found.port or found.service.spec.cluster_ip in ("", "None"):
        return None
    if _IP.fullmatch(found.host) and found.host != found.service.spec.cluster_ip:
        return None
    return int(found.port) in {port.port for port in found.service.spec.ports}


def namesakes(index: Index, found: Dependency) -> list[str]:
    """Services of that name in other namespaces, as NAME.NAMESPACE, which is how they can be reached."""
    if found.place is None or found.service is not None:
        return []
    name = found.place[1]
    places = (s.metadata for s in index.all("services") if s.metadata.name == name)
    return [f"{meta.name}.{meta.namespace}" for meta in places][:_SHOWN]


def nearest_service(index: Index, found: Dependency) -> str | None:
    """The Service of the same namespace that is spelt like the missing one."""
    if found.place is None or found.service is not None:
        return None
    namespace, name = found.place
    return nearest(name, index.names("services", namespace))


def common(index: Index, found: Dependency) -> str | None:
    """What containers that name it have in common: `Service namespace/name` or `Host name`; None for the pod itself."""
    if found.local:
        return None
    return f"Service {found.place[0]}/{found.place[1]}" if found.place else f"Host {found.host}"


def state(index: Index, found: Dependency) -> str | None:
    """What is known of it, as a sentence; None when it could not be looked at."""
    if found.local:
        return "That is the pod itself: nothing in it listens there, or not yet"
    if found.place is None:
        what = "no address of a Service" if _IP.fullmatch(found.host) else "no Service"
        return f"{found.host} is {what} of this cluster" if _saw_all(index) else None
    namespace, name = found.place
    if not index.saw("services", namespace):
        return None
    if found.service is None:
        return f"There is no Service {name} in namespace {namespace}"
    what = f"Service {name} in namespace {namespace}"
    if serves_port(found) is False:
        return f"{what} serves port {', '.join(ports(found)) or 'none'}, not {found.port}"
    if found.service.spec.type == "ExternalName":
        return f"{what} only stands for {found.service.spec.external_name}, outside of the cluster"
    if not index.saw("endpointslices", namespace):
        return f"{what} exists"
    ready = ready_endpoints(index, found)
    known = f"{what} exists and has {ready or 'no'} ready endpoint{'' if ready == 1 else 's'}"
    stopped = [one.key for one in services.own_workloads(index, found.service)] if not ready else []
    if stopped and services.scaled_to_zero(index, found.service):
        return f"{known}: {' and '.join(f'{key.kind} {key.name}' for key in stopped)} is scaled to 0"
    return known


def _saw_all(index: Index) -> bool:
    return index.saw("services") and not index.snapshot.scope.namespaces
