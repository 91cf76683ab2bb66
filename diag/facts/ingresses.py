"""An ingress against what it names: the services behind it, their ports, its class."""

from diag.facts import services
from diag.facts.chains import backends
from diag.facts.index import Index
from diag.model.access import BackendPort, Ingress, IngressBackend

_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
# In place of a port: the backend is what an annotation of that name says (AWS Load Balancer Controller, actions).
_ACTION = "use-annotation"
_DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"


def missing_services(index: Index, ingress: Ingress) -> list[str]:
    """Names of the services that an ingress routes to and that do not exist, those left out that name an action."""
    ports = {one.service.name: one.service.port for one in _all(ingress) if one.service is not None}
    return [
        name
        for name in backends(ingress)
        if index.get("services", ingress.metadata.namespace, name) is None and ports[name].name != _ACTION
    ]


def missing_ports(index: Index, ingress: Ingress) -> list[str]:
    """The ports that an ingress names and that their services lack, as `service:port`."""
    found = []
    for backend in _all(ingress):
        if backend.service is None:
            continue
        service = index.get("services", ingress.metadata.namespace, backend.service.name)
        port = backend.service.port
        if (
            service is not None
            and _wanted(port)
            and not any(_is(port, one.name, one.port) for one in service.spec.ports)
        ):
            found.append(f"{backend.service.name}:{_wanted(port)}")
    return list(dict.fromkeys(found))


def offered_ports(index: Index, ingress: Ingress) -> list[str]:
    """The ports that the services behind an ingress have, as `service:port`."""
    found = []
    for name in backends(ingress):
        service = index.get("services", ingress.metadata.namespace, name)
        for port in service.spec.ports if service is not None else ():
            found.append(f"{name}:{port.port}" + (f" ({port.name})" if port.name else ""))
    return found


def empty_services(index: Index, ingress: Ingress) -> list[str]:
    """Names of the services behind an ingress that nothing serves, although something should."""
    known = ((name, index.get("services", ingress.metadata.namespace, name)) for name in backends(ingress))
    empty = ((name, found) for name, found in known if found is not None and services.is_empty(index, found))
    return [name for name, found in empty if not services.scaled_to_zero(index, found)]


def class_name(ingress: Ingress) -> str | None:
    """The class that an ingress names, in its spec or by the old annotation."""
    return ingress.spec.ingress_class_name or ingress.metadata.annotations.get(_CLASS_ANNOTATION) or None


def class_missing(index: Index, ingress: Ingress) -> bool:
    """Whether the class in its spec does not exist, or it names none and there is no default class.

    The old annotation may name a class that has no object; who serves it decides by the name alone.
    """
    named = ingress.spec.ingress_class_name
    if named:
        return index.get("ingressclasses", "", named) is None
    if ingress.metadata.annotations.get(_CLASS_ANNOTATION):
        return False
    classes = index.all("ingressclasses")
    return not any(one.metadata.annotations.get(_DEFAULT_CLASS) == "true" for one in classes)


def _all(ingress: Ingress) -> list[IngressBackend]:
    rules = [rule.http.paths for rule in ingress.spec.rules if rule.http is not None]
    default = [ingress.spec.default_backend] if ingress.spec.default_backend is not None else []
    return [*default, *(path.backend for paths in rules for path in paths)]


def _wanted(port: BackendPort) -> str:
    return port.name or (str(port.number) if port.number else "")


def _is(wanted: BackendPort, name: str, number: int) -> bool:
    return name == wanted.name if wanted.name else number == wanted.number
