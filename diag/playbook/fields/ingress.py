"""Fields of `ingress`."""

from diag.facts import ingresses
from diag.facts.images import nearest
from diag.facts.index import Index
from diag.model.access import Ingress
from diag.playbook.fields.field import Field

_SERVICES = ("services",)


def _nearest(index: Index, ingress: Ingress) -> str | None:
    known = index.names("services", ingress.metadata.namespace)
    found = (nearest(name, known) for name in ingresses.missing_services(index, ingress))
    return next((name for name in found if name is not None), None)


def _missing_services(index: Index, ingress: Ingress) -> list[str] | None:
    if not index.saw("services", ingress.metadata.namespace):
        return None
    return ingresses.missing_services(index, ingress) or None


def _classes(index: Index, ingress: Ingress) -> str | None:
    if not index.saw("ingressclasses"):
        return None
    return ", ".join(one.metadata.name for one in index.all("ingressclasses")) or "none"


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the ingress.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the ingress.", lambda i, o: o.metadata.namespace or None),
    "age": Field("duration", "Time since the ingress was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
    "terminating": Field(
        "bool", "Whether it is being deleted.", lambda i, o: o.metadata.deletion_timestamp is not None
    ),
    "class": Field("text", "Class that it names.", lambda i, o: ingresses.class_name(o)),
    "class_missing": Field(
        "bool",
        "Whether that class does not exist, or none is named and none is the default.",
        ingresses.class_missing,
        ("ingressclasses",),
    ),
    "classes": Field("text", "The classes there are.", _classes, ("ingressclasses",)),
    "address": Field(
        "bool",
        "Whether somebody serves it and has given it an address.",
        lambda i, o: bool(o.status.load_balancer.ingress),
    ),
    "missing_services": Field(
        "texts",
        "Services that it routes to and that do not exist.",
        _missing_services,
        _SERVICES,
    ),
    "nearest_service": Field("text", "Service that is spelt like a missing one.", _nearest, _SERVICES),
    "missing_ports": Field(
        "texts",
        "Ports that it names and that their services lack, as `service:port`.",
        lambda i, o: ingresses.missing_ports(i, o) or None,
        _SERVICES,
    ),
    "offered_ports": Field(
        "texts", "Ports that those services have.", lambda i, o: ingresses.offered_ports(i, o) or None, _SERVICES
    ),
    "empty_services": Field(
        "texts",
        "Services that it routes to and that nothing serves.",
        lambda i, o: ingresses.empty_services(i, o) or None,
        _SERVICES,
    ),
}
