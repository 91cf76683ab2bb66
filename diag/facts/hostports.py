"""Who holds the ports of the nodes that a pod wants for itself."""

from diag.facts.fit import nodes_for
from diag.facts.index import Index, joined
from diag.facts.rollouts import has_ended
from diag.facts.words import listed
from diag.model.pods import Pod, PodSpec

Port = tuple[int, str]


def holders(index: Index, pod: Pod) -> str | None:
    """Which pods hold the host ports that a pod wants, as a sentence without its full stop; None when none is seen."""
    wanted = ports(pod.spec)
    found = [
        f"{port}/{protocol} on {node.metadata.name} is held by {holder}"
        for node in nodes_for(index, pod.spec).open
        for port, protocol in wanted
        if (holder := _held(index).get((node.metadata.name, (port, protocol))))
    ]
    return f"Host port {listed(found)}" if found else None


def ports(spec: PodSpec) -> list[Port]:
    """The ports of its node that a pod takes; sidecars count, other init containers end before."""
    sidecars = [container for container in spec.init_containers if container.restart_policy == "Always"]
    return [
        (port.host_port, port.protocol or "TCP")
        for container in (*spec.containers, *sidecars)
        for port in container.ports
        if port.host_port
    ]


@joined
def _held(index: Index) -> dict[tuple[str, Port], str]:
    """By node and port the pod that holds it, as namespace/name."""
    found = {}
    known: dict[int, list[Port]] = {}
    for pod in index.snapshot.all("pods"):
        if not pod.node_name or has_ended(pod):
            continue
        taken = known.get(id(pod.spec))
        if taken is None:
            taken = known[id(pod.spec)] = ports(pod.spec)
        for port in taken:
            found[pod.node_name, port] = f"{pod.metadata.namespace}/{pod.metadata.name}"
    return found
