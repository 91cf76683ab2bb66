"""Where in the cluster a Prometheus answers, told by the services that its charts and operator make."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from diag.errors import ClusterError
from diag.metrics.prometheus import Get
from diag.model.cluster import Service, ServicePort

# Names that the operator and the charts prometheus and kube-prometheus-stack give, the most telling first.
_NAMES = ("prometheus-operated", "prometheus-k8s", "prometheus-server", "prometheus")
_LABELS = ("app.kubernetes.io/name", "app")
_LABELLED = ("prometheus", "kube-prometheus-stack-prometheus")
_PARTS = ("app.kubernetes.io/component", "component")  # of the chart, whose other parts carry its name as well
_SERVERS = ("", "server", "prometheus")
_PORT_NAMES = ("web", "http-web", "http")
_PORTS = (9090, 80)


# Of the operator's own service, and of the charts'.
_SELECTORS = (
    "operated-prometheus=true",
    "app.kubernetes.io/name=prometheus,app.kubernetes.io/component in (server,prometheus)",
)
_SECONDS = 5.0


class _List(msgspec.Struct):
    items: tuple[Service, ...] = ()


class Place(NamedTuple):
    """A service that may be a Prometheus: `namespace/name`, and the path under which the API server reaches it."""

    name: str
    path: str


def places(services: Iterable[Service]) -> list[Place]:
    """The services that look like a Prometheus, the likeliest first."""
    found = [(_rank(service), place) for service in services if _is_one(service) for place in _place(service)]
    return [place for _, place in sorted(found)]


def elsewhere(get: Get) -> list[Service]:
    """The services of all namespaces that are labelled as a Prometheus; none where they may not be read."""
    found: list[Service] = []
    for selector in _SELECTORS:
        try:
            answer = get("/api/v1/services", [("labelSelector", selector)], _SECONDS)
            found += msgspec.json.decode(answer, type=_List).items
        except (ClusterError, msgspec.DecodeError, UnicodeDecodeError):
            continue  # then no Prometheus is found, which is said
    return found


def _is_one(service: Service) -> bool:
    labels = service.metadata.labels
    labelled = any(labels.get(label) in _LABELLED for label in _LABELS)
    server = all(labels.get(label, "") in _SERVERS for label in _PARTS)
    return service.metadata.name in _NAMES or (labelled and server)


def _rank(service: Service) -> int:
    name = service.metadata.name
    return _NAMES.index(name) if name in _NAMES else len(_NAMES)


def _place(service: Service) -> Iterable[Place]:
    """Through the proxy of the API server: /api/v1/namespaces/NS/services/NAME:PORT/proxy, plain HTTP behind it."""
    for port in service.spec.ports:
        if _is_web(port):
            meta = service.metadata
            path = f"/api/v1/namespaces/{quote(meta.namespace, safe='')}/services/{quote(meta.name, safe='')}"
            yield Place(f"{meta.namespace}/{meta.name}", f"{path}:{port.port}/proxy")
            return


def _is_web(port: ServicePort) -> bool:
    return port.name in _PORT_NAMES or port.port in _PORTS
