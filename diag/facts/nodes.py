"""How a node is, beside its conditions: what runs on it, how it compares with the others, its versions."""

import re
from collections import Counter
from typing import NamedTuple

from diag.facts import owners
from diag.facts.containers import own_quantity
from diag.facts.index import Index, Key, joined
from diag.facts.rollouts import condition, has_ended
from diag.model.access import CertificateSigningRequest
from diag.model.cluster import Node
from diag.model.units import parse_quantity

ZONE = "topology.kubernetes.io/zone"
_OLD_ZONE = "failure-domain.beta.kubernetes.io/zone"
_LISTED = 5
_VERSION = re.compile(r"v?(\d{1,9})\.(\d{1,9})")
# A kubelet may be this many minor versions older than the API server (kubernetes.io/releases/version-skew-policy).
_OLDER = 3
_OLDER_BEFORE_1_28 = 2
# From this version on the kubelet only speaks CRI v1, which containerd serves from 1.6 on (kubernetes CHANGELOG-1.26).
_CRI_V1_ONLY = (1, 26)
_SERVES_CRI_V1 = (1, 6)
_SIGNERS = ("kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving")


def is_ready(node: Node) -> bool:
    """Whether the node says it is ready."""
    found = condition(node, "Ready")
    return found is not None and found.status == "True"


class Share(NamedTuple):
    """How many of some nodes are not ready."""

    lost: int
    total: int


def zone(node: Node) -> str | None:
    """The zone that a node is in."""
    labels = node.metadata.labels
    return labels.get(ZONE) or labels.get(_OLD_ZONE) or None


def zone_lost(index: Index, node: Node) -> Share | None:
    """How many nodes of the node's zone are not ready; None without a zone, or when it has but this node."""
    share = _zones(index).get(zone(node) or "")
    return share if share is not None and zone(node) and share.total > 1 else None


def cluster_lost(index: Index) -> Share:
    """How many nodes of the cluster are not ready."""
    nodes = index.all("nodes")
    return Share(sum(not is_ready(node) for node in nodes), len(nodes))


@joined
def _zones(index: Index) -> dict[str, Share]:
    nodes = index.all("nodes")
    total = Counter(zone(node) or "" for node in nodes)
    lost = Counter(zone(node) or "" for node in nodes if not is_ready(node))
    return {name: Share(lost[name], count) for name, count in total.items()}


def workloads(index: Index, node: Node) -> list[Key]:
    """The workloads with pods on a node that are not of every node, those with most pods there first."""
    counted: Counter[Key] = Counter()
    for pod in index.pods_by_node.get(node.metadata.name):
        owner = owners.pod_workload(index, pod)
        if owner is not None and owner.kind != "DaemonSet" and not has_ended(pod):
            counted[owner] += 1
    return [key for key, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def workload_names(index: Index, node: Node) -> list[str]:
    """The first few of those workloads as kind and name, and how many more there are."""
    found = workloads(index, node)
    names = [f"{key.kind} {key.namespace}/{key.name}" for key in found[:_LISTED]]
    return [*names, f"{len(found) - _LISTED} more"] if len(found) > _LISTED else names


def pods_left(index: Index, node: Node) -> float | None:
    """How many pods more a node may run (allocatable `pods`); None where it does not say how many."""
    most = own_quantity(node.status.allocatable, "pods")
    return None if most is None else parse_quantity(most) - pods(index, node)


def pods(index: Index, node: Node) -> int:
    """How many pods are on a node that have not ended."""
    found = index.pods_by_node.get(node.metadata.name)
    return sum(not has_ended(pod) for pod in found)


def version_skew(index: Index, node: Node) -> str | None:
    """How the kubelet's version breaks the rules for versions, None when it does not or is not known."""
    kubelet, server = _version(node.status.node_info.kubelet_version), _version(index.snapshot.server_version)
    if kubelet is None or server is None or kubelet[0] != server[0]:
        return None
    older = _OLDER if server >= (1, 28) else _OLDER_BEFORE_1_28
    if kubelet > server:
        return "newer than the API server"
    return f"more than {older} minor versions older than the API server" if server[1] - kubelet[1] > older else None


def old_runtime(index: Index, node: Node) -> bool | None:
    """Whether the node's containerd does not speak the only protocol that its kubelet knows; None if not known."""
    name, _, version = node.status.node_info.container_runtime_version.partition("://")
    kubelet, runtime = _version(node.status.node_info.kubelet_version), _version(version)
    if name != "containerd" or kubelet is None or runtime is None:
        return None
    return kubelet >= _CRI_V1_ONLY and runtime < _SERVES_CRI_V1


def waiting_certificate(index: Index, node: Node) -> str | None:
    """Name of a signing request of the node's kubelet that nobody has approved or denied."""
    return _waiting(index).get(f"system:node:{node.metadata.name}")


@joined
def _waiting(index: Index) -> dict[str, str]:
    requests = index.all("certificatesigningrequests")
    return {request.spec.username: request.metadata.name for request in requests if is_waiting(request)}


def is_waiting(request: CertificateSigningRequest) -> bool:
    """Whether a kubelet's signing request is neither approved nor denied nor failed."""
    return request.spec.signer_name in _SIGNERS and not request.status.conditions


def _version(text: str) -> tuple[int, int] | None:
    found = _VERSION.match(text)
    return (int(found[1]), int(found[2])) if found else None
