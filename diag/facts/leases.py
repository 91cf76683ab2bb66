"""Leases: the heartbeats of nodes and of the leaders of the control plane (KEP-589, client-go tools/leaderelection).

A lease carries the clock of who renews it, so it is compared with the newest of all leases and not with ours.
"""

from datetime import datetime
from statistics import median

from diag.facts.index import Index, joined
from diag.model.access import Lease

NODES = "kube-node-lease"
CONTROL_PLANE = "kube-system"
# Who elects a leader by a lease in kube-system, by the name of the lease.
LEADERS = {
    "kube-scheduler": "the scheduler",
    "kube-controller-manager": "the controller manager",
    "cloud-controller-manager": "the cloud controller manager",
}
# A leader renews every few seconds and gives up after its lease's duration (15 s by default).
_MISSED = 8.0


@joined
def newest(index: Index) -> datetime | None:
    """The newest time at which any lease was renewed: the cluster's own clock."""
    times = [lease.spec.renew_time for lease in index.all("leases") if lease.spec.renew_time is not None]
    return max(times, default=None)


@joined
def usual(index: Index) -> float | None:
    """The middle of the times at which nodes renewed their leases, as a timestamp."""
    times = [
        lease.spec.renew_time.timestamp()
        for lease in index.all("leases")
        if lease.metadata.namespace == NODES and lease.spec.renew_time is not None
    ]
    return median(times) if times else None


def behind(index: Index, lease: Lease) -> float | None:
    """Seconds by which a lease is older than the newest one; None where that cannot be told."""
    last, renewed = newest(index), lease.spec.renew_time
    if last is None or renewed is None or len(index.all("leases")) < 2:
        return None
    return max(0.0, (last - renewed).total_seconds())


def stopped(index: Index, lease: Lease) -> bool:
    """Whether nobody renews the lease of a leader of the control plane any more."""
    late = behind(index, lease)
    if lease.metadata.namespace != CONTROL_PLANE or lease.metadata.name not in LEADERS or late is None:
        return False
    return bool(lease.spec.holder_identity) and late > _MISSED * max(lease.spec.lease_duration_seconds, 15)


def of_node(index: Index, name: str) -> Lease | None:
    """The lease that a node's kubelet renews."""
    found: Lease | None = index.get("leases", NODES, name)
    return found


def clock_off(index: Index, name: str) -> float | None:
    """Seconds by which a node's clock is ahead of those of most nodes (negative: behind); None with few nodes.

    A kubelet that renews its lease writes its own time into it (component-helpers apimachinery/lease).
    """
    lease, middle = of_node(index, name), usual(index)
    if lease is None or lease.spec.renew_time is None or middle is None or _node_leases(index) < 3:
        return None
    return lease.spec.renew_time.timestamp() - middle


@joined
def _node_leases(index: Index) -> int:
    return sum(lease.metadata.namespace == NODES for lease in index.all("leases"))
