"""Who holds the ports of the nodes that a pod wants for itself."""

from collections.abc import Iterable

from diag.facts.fit import nodes_for
from diag.facts.index import Index, grouped
from diag.facts.rollouts import has_ended
from diag.facts.words import listed
from diag.model.pods import Pod, PodSpec

Port = tuple[int, str]


def holders(index: Index, pod: Pod) -> str | None:
    """Which pods hold the host ports that a pod wants, as a sentence without its full stop; None when none is seen."""
    wanted = ports(pod.spec)
    found = [
        f"{port}/{protocol} on {node.metadata.name} is held by {holder.metadata.namespace}/{holder.metadata.name}"
        for node in nodes_for(index, pod.spec).open
        for port, protocol in wanted
        for holder in _holding(index).get((node.metadata.name, (port, protocol)))[:1]
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


@grouped("pods")
def _holding(pod: Pod) -> Iterable[tuple[str, Port]]:
    """Pods by node and port that they hold."""
    return {(pod.node_name, port) for port in ports(pod.spec)} if pod.node_name and not has_ended(pod) else ()
