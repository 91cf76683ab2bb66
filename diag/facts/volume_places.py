"""Which nodes are at the limit of the volumes they take, lack a driver, or have the only pod that may use a claim."""

from collections import Counter

from diag.facts.fit import nodes_for
from diag.facts.index import Index, claim_names, joined
from diag.facts.placement import bound_volumes
from diag.facts.refusals import said, sorted_out
from diag.facts.rollouts import has_ended
from diag.facts.words import listed
from diag.model.pods import Pod
from diag.model.storage import CSINode, CSINodeDriver

_ALONE = "ReadWriteOncePod"


def exclusive_users(index: Index, pod: Pod) -> str | None:
    """Which other pod uses a claim of this one that only one pod may use, as a sentence without its full stop."""
    namespace = pod.metadata.namespace
    found = []
    for name in claim_names(pod):
        claim = index.get("persistentvolumeclaims", namespace, name)
        if claim is None or _ALONE not in claim.spec.access_modes:
            continue
        others = [p for p in index.pods_by_claim.get((namespace, name)) if _uses(p) and p is not pod]
        found += [f"Claim {name} ({_ALONE}) is used by pod {p.metadata.name} on {p.node_name}" for p in others]
    return listed(found) or None


def limits(index: Index, pod: Pod) -> str | None:
    """How many volumes of the pod's drivers the nodes have, and how many they take (CSINode allocatable.count)."""
    drivers = {v.spec.csi.driver for v in bound_volumes(index, pod) if v.spec.csi} or _limited(index)
    found = []
    for node in nodes_for(index, pod.spec).open:
        name = node.metadata.name
        for driver in _drivers(index, name):
            most = driver.allocatable.count if driver.allocatable else None
            if most is not None and driver.name in drivers:
                found.append(f"{name} {_attached(index)[driver.name, name]} of {most} volumes of {driver.name}")
    return f"Attached are: {listed(found)}" if found else None


def full(index: Index, node: str) -> str | None:
    """The drivers of which a node has as many volumes as it takes, as `39 of 39 volumes of DRIVER`."""
    counts = (
        (d.name, _attached(index)[d.name, node], d.allocatable and d.allocatable.count) for d in _drivers(index, node)
    )
    return (
        listed([f"{have} of {most} volumes of {name}" for name, have, most in counts if most and have >= most]) or None
    )


def driver_nodes(index: Index, pod: Pod) -> str | None:
    """The nodes on which the driver that the scheduler misses is not registered."""
    word = said(index, pod)
    driver = next((one.detail for one in sorted_out(word.message if word else "") if one.kind == "csi"), "")
    if not driver or not index.saw("csinodes"):
        return None
    nodes = [node.metadata.name for node in nodes_for(index, pod.spec).open]
    lacking = [name for name in nodes if driver not in {d.name for d in _drivers(index, name)}]
    return f"{driver} is not registered on {listed(lacking)}" if lacking else None


def _uses(pod: Pod) -> bool:
    return bool(pod.node_name) and not has_ended(pod)


def _drivers(index: Index, node: str) -> tuple[CSINodeDriver, ...]:
    found: CSINode | None = index.get("csinodes", "", node)
    return found.spec.drivers if found is not None else ()


@joined
def _attached(index: Index) -> Counter[tuple[str, str]]:
    """How many volumes of a driver are attached to a node, or on their way."""
    attachments = index.all("volumeattachments")
    return Counter((each.spec.attacher, each.spec.node_name) for each in attachments)


def _limited(index: Index) -> set[str]:
    """Drivers that limit the volumes of a node."""
    nodes = index.all("csinodes")
    return {d.name for node in nodes for d in node.spec.drivers if d.allocatable and d.allocatable.count is not None}
