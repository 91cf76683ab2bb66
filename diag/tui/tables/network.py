"""The tables of how requests come in: services, endpoints, ingresses, what the API server calls."""

from diag.facts import ingresses, services
from diag.facts.chains import backends
from diag.facts.index import Index
from diag.facts.rollouts import condition
from diag.facts.words import listed
from diag.model.access import APIService, Ingress, WebhookConfiguration
from diag.model.cluster import EndpointSlice, LoadBalanced, Service
from diag.tui.tables.column import Cell, Column
from diag.tui.tables.field import AGE, NAME, NAMESPACE, Field, KindTable, number, spare, text


def ports(_: Index, service: Service) -> str:
    """The ports of a service: `80/TCP,443/TCP`."""
    return ",".join(f"{port.port}/{port.protocol}" for port in service.spec.ports)


def _external(_: Index, service: Service) -> str:
    return service.spec.external_name or addresses(service.status)


def addresses(status: LoadBalanced | None) -> str:
    """Where a load balancer can be reached, by name or address."""
    entries = status.load_balancer.ingress if status is not None else ()
    return ",".join(str(entry.get("ip") or entry.get("hostname") or "") for entry in entries)


def _count(index: Index, service: Service, _: object) -> int | None:
    """How many endpoints take traffic; None where none is meant to by pods, or that was not read."""
    return services.ready_endpoints(index, service) if services.applies(service) else None


def _endpoints(index: Index, service: Service, now: object) -> Cell:
    ready = _count(index, service, now)
    return ("", "") if ready is None else (str(ready), "" if ready else "medium")


def _slice_ports(_: Index, found: EndpointSlice) -> str:
    return listed([str(port.port) for port in found.ports or () if port.port is not None])


def _slice_addresses(_: Index, found: EndpointSlice) -> str:
    return listed([address for endpoint in found.endpoints or () for address in endpoint.addresses])


def _hosts(_: Index, ingress: Ingress) -> str:
    return listed(list(dict.fromkeys(rule.host for rule in ingress.spec.rules if rule.host))) or "*"


def _called(_: Index, found: APIService) -> str:
    service = found.spec.service
    return f"{service.namespace}/{service.name}" if service is not None else "Local"


def _answers(_: Index, found: APIService) -> str:
    said = condition(found, "Available")
    if said is None:
        return ""
    return said.status if said.status == "True" else f"{said.status} ({said.reason})"


def _webhooks(_: Index, found: WebhookConfiguration) -> int:
    return len(found.webhooks)


_WEBHOOKS = number("webhooks", "WEBHOOKS", 8, _webhooks)
TABLES = (
    KindTable(
        "services",
        NAMESPACE,
        NAME,
        text("type", "TYPE", 12, lambda _, service: service.spec.type or "ClusterIP"),
        spare(1, text("address", "CLUSTER-IP", 15, lambda _, service: service.spec.cluster_ip)),
        spare(2, text("external", "EXTERNAL-IP", 15, _external)),
        text("ports", "PORT(S)", 14, ports),
        Field(Column("endpoints", "ENDPOINTS", 9, right=True), _endpoints, _count),
        AGE,
    ),
    KindTable(
        "endpointslices",
        NAMESPACE,
        NAME,
        text("service", "SERVICE", 20, lambda _, found: found.metadata.labels.get(services.SERVICE_NAME)),
        text("ports", "PORTS", 12, _slice_ports),
        text("endpoints", "ENDPOINTS", 30, _slice_addresses),
        AGE,
    ),
    KindTable(
        "ingresses",
        NAMESPACE,
        NAME,
        spare(1, text("class", "CLASS", 10, lambda _, ingress: ingresses.class_name(ingress))),
        text("hosts", "HOSTS", 28, _hosts),
        text("services", "SERVICES", 20, lambda _, ingress: listed(backends(ingress))),
        spare(2, text("address", "ADDRESS", 15, lambda _, ingress: addresses(ingress.status))),
        AGE,
    ),
    KindTable(
        "ingressclasses", NAME, text("controller", "CONTROLLER", 30, lambda _, found: found.spec.controller), AGE
    ),
    KindTable(
        "apiservices",
        NAME,
        text("service", "SERVICE", 30, _called),
        text("available", "AVAILABLE", 12, _answers),
        AGE,
    ),
    KindTable("mutatingwebhookconfigurations", NAME, _WEBHOOKS, AGE),
    KindTable("validatingwebhookconfigurations", NAME, _WEBHOOKS, AGE),
)
