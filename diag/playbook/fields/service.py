"""Fields of `service`."""

from diag.facts import services, unserved
from diag.facts.index import Index
from diag.facts.rollouts import is_ready
from diag.model.cluster import Service, ServicePort
from diag.playbook.fields.field import Field

_PODS = ("pods",)
_WORKLOADS = ("deployments", "statefulsets", "daemonsets")


def _nearest(index: Index, service: Service) -> str | None:
    found = services.nearest(index, service)
    return f"{found.workload.kind} {found.workload.name}" if found is not None else None


def _difference(index: Index, service: Service) -> str | None:
    found = services.nearest(index, service)
    if found is None:
        return None
    parts = [
        f"it asks for {key}={want}, where the pods of {found.workload.name} have "
        + (f"{key}={have}" if have else f"no label {key}")
        for key, want, have in found.differences
    ]
    return " and ".join(parts)


def _waiting(index: Index, service: Service) -> float | None:
    """How long a pod of the service has been without being ready, the longest of them."""
    ages = []
    for pod in services.live_pods(index, service):
        if not is_ready(pod):
            changed = [c.last_transition_time for c in pod.status.conditions if c.type == "Ready"]
            ages.append(index.age(next(iter(changed), None) or pod.metadata.creation_timestamp))
    return max((age for age in ages if age is not None), default=None)


def _selector(index: Index, service: Service) -> str | None:
    return ",".join(f"{key}={value}" for key, value in service.spec.selector.items()) or None


def _port(found: ServicePort | None) -> str | None:
    if found is None:
        return None
    target = found.target_port if found.target_port is not None else found.port
    return f"{found.port}/{found.protocol} → {target}"


def _target(found: ServicePort | None) -> str | None:
    if found is None:
        return None
    return str(found.target_port if found.target_port is not None else found.port)


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the service.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the service.", lambda i, o: o.metadata.namespace or None),
    "age": Field("duration", "Time since the service was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
    "type": Field(
        "text", "ClusterIP, NodePort, LoadBalancer or ExternalName.", lambda i, o: o.spec.type or "ClusterIP"
    ),
    "headless": Field("bool", "Whether it has no address of its own.", lambda i, o: o.spec.cluster_ip == "None"),
    "terminating": Field(
        "bool", "Whether it is being deleted.", lambda i, o: o.metadata.deletion_timestamp is not None
    ),
    "selector": Field("text", "Labels of the pods that it selects.", _selector),
    "empty": Field(
        "bool",
        "Whether it selects pods and nothing takes its traffic, by its endpoints or else by its pods.",
        services.is_empty,
    ),
    "pods": Field(
        "number",
        "How many pods it selects that have not ended.",
        lambda i, o: len(services.live_pods(i, o)) if i.saw("pods", o.metadata.namespace) else None,
        _PODS,
    ),
    "pods_read": Field(
        "bool",
        "Whether the pods of its namespace were read.",
        lambda i, o: i.saw("pods", o.metadata.namespace),
    ),
    "ready_pods": Field(
        "number",
        "How many of them are ready.",
        lambda i, o: sum(map(is_ready, services.live_pods(i, o))) if i.saw("pods", o.metadata.namespace) else None,
        _PODS,
    ),
    "waiting": Field("duration", "The longest time that a pod of it has not been ready.", _waiting, _PODS),
    "scaled_to_zero": Field(
        "bool",
        "Whether the workloads behind it are asked for no pods, or run only at times.",
        services.scaled_to_zero,
    ),
    "has_workload": Field("bool", "Whether the pods of a workload would be selected.", services.has_workload),
    "open_role": Field(
        "text",
        "Label that pods are given while they run, and that none of those it would select has at present.",
        unserved.open_role,
        _PODS,
    ),
    "starts": Field(
        "bool", "Whether its pods that are not ready are all new, and nothing of them failed.", unserved.starts, _PODS
    ),
    "nearest_workload": Field("text", "The one workload that its selector misses by a label.", _nearest, _WORKLOADS),
    "selector_difference": Field("text", "Which label that is, in words.", _difference, _WORKLOADS),
    "elsewhere": Field(
        "texts",
        "Other namespaces with pods that it would select.",
        lambda i, o: services.elsewhere(i, o) or None,
        ("pods", "namespaces"),
    ),
    "lost_port": Field(
        "text",
        "Port whose target is the name of a port that no pod of it has: `80/TCP → http`.",
        lambda i, o: _port(services.lost_port(i, o)),
        _PODS,
    ),
    "lost_port.target": Field(
        "text", "The name that no pod has.", lambda i, o: _target(services.lost_port(i, o)), _PODS
    ),
    "undeclared_port": Field(
        "text",
        "Its only port, where the only container of its pods declares just another one.",
        lambda i, o: _port(services.undeclared_port(i, o)),
        _PODS,
    ),
    "undeclared_port.target": Field(
        "text", "The port that it sends to.", lambda i, o: _target(services.undeclared_port(i, o)), _PODS
    ),
    "declared_ports": Field(
        "texts", "Ports that its pods declare.", lambda i, o: services.declared(i, o) or None, _PODS
    ),
    "address": Field(
        "bool",
        "Whether a load balancer has given it an address.",
        lambda i, o: bool(o.status.load_balancer.ingress) if o.status is not None else None,
    ),
}
