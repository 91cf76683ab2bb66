"""A service against its pods: whom it selects, whom it reaches, and what would have to differ.

No event tells when a service selects nothing; only the objects do (kube-controller-manager endpointslice).
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from diag.facts.index import Index, Key, grouped
from diag.facts.owners import controller
from diag.facts.rollouts import has_ended, is_ready
from diag.facts.selection import selected
from diag.model.cluster import EndpointSlice, Service, ServicePort
from diag.model.containers import Container
from diag.model.kinds import BY_PLURAL
from diag.model.pods import Pod

SERVICE_NAME = "kubernetes.io/service-name"
_SERVED = ("deployments", "statefulsets", "daemonsets", "replicasets")
# What Jobs run comes and goes.
_PASSING = ("jobs", "cronjobs")
_LISTED = 3


class Template(NamedTuple):
    """The pod template of a workload and how many pods are asked of it."""

    key: Key
    labels: Mapping[str, str]
    wanted: int | None


def applies(service: Service) -> bool:
    """Whether the service is served by pods that it selects."""
    return bool(service.spec.selector) and service.spec.type != "ExternalName"


def ready_endpoints(index: Index, service: Service) -> int | None:
    """How many endpoints of a service take traffic; None when endpoint slices were not read.

    A service with a selector has a slice even where no pod fits: of a namespace without any they were left out, when
    there are some of others.
    """
    namespace = service.metadata.namespace
    if not index.saw("endpointslices", namespace):
        return None
    spaces = index.namespaces("endpointslices")
    if spaces and namespace not in spaces:
        return None
    own = slices(index).get((namespace, service.metadata.name))
    return sum(_takes_traffic(one.conditions.ready) for found in own for one in found.endpoints or ())


def _takes_traffic(ready: bool | None) -> bool:
    return ready is not False  # unknown is to be taken for ready (discovery/v1 EndpointConditions)


@grouped("endpointslices")
def slices(found: EndpointSlice) -> tuple[tuple[str, str]]:
    """Endpoint slices by the (namespace, name) of their service."""
    return ((found.metadata.namespace, found.metadata.labels.get(SERVICE_NAME, "")),)


def live_pods(index: Index, service: Service) -> list[Pod]:
    """The pods that a service selects, without those that have ended or are being deleted."""
    found = selected(index, service.metadata.namespace, service.spec.selector) if applies(service) else []
    return [pod for pod in found if _lives(pod)]


def _lives(pod: Pod) -> bool:
    return pod.metadata.deletion_timestamp is None and not has_ended(pod)


def is_empty(index: Index, service: Service) -> bool | None:
    """Whether nothing takes a service's traffic, by its endpoints or else by its pods; None when neither was read."""
    if not applies(service):
        return False
    ready = ready_endpoints(index, service)
    if ready is not None:
        return ready == 0
    if not index.saw("pods", service.metadata.namespace):
        return None
    return not any(is_ready(pod) for pod in live_pods(index, service))


def templates(index: Index, namespace: str) -> list[Template]:
    """The templates of a namespace's workloads, those of Jobs left out."""
    return index.keep(("services.templates", namespace), lambda: list(_templates(index, namespace)))


def _templates(index: Index, namespace: str) -> Iterator[Template]:
    for plural in _SERVED:
        for one in index.within(plural, namespace):
            labels = one.spec.template.metadata.labels
            if labels and controller(one.metadata) is None:
                key = Key(BY_PLURAL[plural].kind, namespace, one.metadata.name)
                yield Template(key, labels, one.spec.replicas)


def fits(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Whether a plain selector picks these labels."""
    return all(labels.get(key) == value for key, value in selector.items())


def own_workloads(index: Index, service: Service) -> list[Template]:
    """The workloads whose pods the service selects."""
    return [one for one in templates(index, service.metadata.namespace) if fits(service.spec.selector, one.labels)]


def has_workload(index: Index, service: Service) -> bool | None:
    """Whether a service selects the pods of a workload; None when no kind of workload was read.

    Kinds of which there are no objects are missing from what kubectl prints.
    """
    own = own_workloads(index, service)
    return bool(own) or (False if any(index.saw(plural, service.metadata.namespace) for plural in _SERVED) else None)


def scaled_to_zero(index: Index, service: Service) -> bool:
    """Whether all workloads behind a service are asked for no pods, or run only at times, as Jobs do.

    What is known of the workloads decides: where some were not read, it may be so and is not said.
    """
    if not applies(service):
        return False
    own = own_workloads(index, service)
    if own:
        return all(one.wanted == 0 for one in own)
    return any(fits(service.spec.selector, labels) for labels in _passing(index, service.metadata.namespace))


def _passing(index: Index, namespace: str) -> Iterator[Mapping[str, str]]:
    """The labels of the pods that the Jobs and CronJobs of a namespace make."""
    for plural in _PASSING:
        for one in index.within(plural, namespace):
            spec = one.spec if hasattr(one.spec, "template") else one.spec.job_template.spec
            yield spec.template.metadata.labels


class Nearest(NamedTuple):
    """The workload that a selector misses by least, and by which labels: (key, wanted, what its pods have)."""

    workload: Key
    differences: tuple[tuple[str, str, str], ...]


def nearest(index: Index, service: Service) -> Nearest | None:
    """The one workload of the namespace that the selector misses by a single label, while the rest or the name agrees.

    None when there is no such workload or more than one: then nobody can tell which was meant.
    """
    found = [
        Nearest(one.key, wrong)
        for one in templates(index, service.metadata.namespace)
        if (wrong := _differences(service.spec.selector, one.labels)) and _is_near(service, one, len(wrong))
    ]
    return found[0] if len(found) == 1 else None


def _differences(selector: Mapping[str, str], labels: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((key, want, labels.get(key, "")) for key, want in selector.items() if labels.get(key) != want)


def _is_near(service: Service, template: Template, wrong: int) -> bool:
    named_alike = template.key.name == service.metadata.name
    return wrong <= 2 if named_alike else wrong == 1 < len(service.spec.selector)


def elsewhere(index: Index, service: Service) -> list[str]:
    """Other namespaces with pods that the selector would pick, the first few."""
    if not applies(service):
        return []
    names = sorted({namespace.metadata.name for namespace in index.all("namespaces")})
    others = (name for name in names if name != service.metadata.namespace)
    return list(islice((name for name in others if selected(index, name, service.spec.selector)), _LISTED))


def lost_port(index: Index, service: Service) -> ServicePort | None:
    """The first port of a service whose target is the name of a port that none of its pods has."""
    pods = live_pods(index, service)
    names = {port.name for pod in pods for port in _ports(pod)}
    return next((port for port in service.spec.ports if pods and _is_lost(port.target_port, names)), None)


def _is_lost(target: str | int | None, names: set[str]) -> bool:
    return isinstance(target, str) and not target.isdecimal() and target not in names


def undeclared_port(index: Index, service: Service) -> ServicePort | None:
    """The only port of a service, when its pods have one container with one port and that is another number.

    What a container declares is informational: with more ports or containers nothing can be said, and where a probe
    asks that port the program listens there.
    """
    pods = live_pods(index, service)
    if not pods or len(service.spec.ports) != 1:
        return None
    port = service.spec.ports[0]
    number = port.target_port if port.target_port is not None else port.port
    alone = [
        containers[0].ports for pod in pods if len(containers := _main(pod)) == 1 and len(containers[0].ports) == 1
    ]
    if len(alone) < len(pods) or not isinstance(number, int) or any(_probed(pod, number) for pod in pods):
        return None
    return port if all((p[0].container_port, p[0].protocol) != (number, port.protocol) for p in alone) else None


def _probed(pod: Pod, number: int) -> bool:
    """Whether a probe that the pod passes asks the port."""
    probes = [
        probe for one in pod.spec.containers for probe in (one.readiness_probe, one.startup_probe, one.liveness_probe)
    ]
    handlers = [
        handler for probe in probes if probe is not None for handler in (probe.http_get, probe.tcp_socket, probe.grpc)
    ]
    return is_ready(pod) and any(handler is not None and handler.port == number for handler in handlers)


def declared(index: Index, service: Service) -> list[str]:
    """The ports that the pods of a service declare: `8080/TCP http`."""
    found = (port for pod in live_pods(index, service) for port in _ports(pod))
    return list(dict.fromkeys(f"{p.container_port}/{p.protocol} {p.name}".strip() for p in found))


def _main(pod: Pod) -> tuple[Container, ...]:
    sidecars = tuple(one for one in pod.spec.init_containers if one.restart_policy == "Always")
    return (*pod.spec.containers, *sidecars)


def _ports(pod: Pod) -> list[Any]:
    return [port for container in _main(pod) for port in container.ports]
