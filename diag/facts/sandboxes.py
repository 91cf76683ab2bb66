"""A pod whose sandbox cannot be made: what that fails with, how far it reaches, and the network agent of its node."""

import re
from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from diag.facts import owners, starting
from diag.facts.index import Index, Key, joined
from diag.model.cluster import Event
from diag.model.pods import Pod

FAILED = "FailedCreatePodSandBox"
NOT_READY = "NetworkNotReady"
# What each answer looks like, in the order in which they are tried. Texts of the kubelet (kuberuntime_sandbox.go),
# containerd (internal/cri/server/sandbox_run.go), CRI-O (server/sandbox_run_linux.go), cri-dockerd, libcni, and of the
# network plugins themselves: the reference ones, Calico, Flannel, Cilium, AWS, Azure, OVN-Kubernetes, Multus.
ANSWERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(expression))
    for name, expression in (
        (
            "name-reserved",
            r"name .{1,300} is reserved|failed to reserve sandbox name|error reserving pod name|name is reserved"
            r"|[Cc]ontainer name .{1,300} is already in use",
        ),
        (
            "no-handler",
            r'no runtime for "[^"]+" is configured|failed to find runtime handler|[Rr]untime ?[Hh]andler .{0,80}not '
            r'supported|[Rr]untime[Cc]lass\S* "[^"]+" not found|failed to get sandbox runtime',
        ),
        (
            "image",
            r"failed to get sandbox image|failed pulling image|failed to pull (?:sandbox|pause) image"
            r"|(?:initializing source|pinging container registry) \S*pause|unable to pull (?:sandbox|pause) image",
        ),
        (
            "memory",
            r"memory limit too low|memory limit could be too low|set memory limit \d+ too low"
            r"|[Mm]inimum memory limit",
        ),
        (
            "no-address",
            r"failed to assign an IP address|[Nn]o (?:more )?(?:free |available )?(?:IP|IPs|ips|IP addresses|addresses"
            r"|address)(?: are| is)? (?:available|left)|no (?:more )?(?:free|available) (?:IP|ip|address)"
            r"|IPAM exhausted|InsufficientFreeAddresses|[Ii]nsufficient (?:free )?(?:IP|addresses)|range is full"
            r"|IP pool .{0,60}exhausted|CIDR ranges are exhausted"
            r"|[Aa]ssigned 0 out of|Could not allocate IP in range|no configured Calico pools"
            r"|failed to allocate for range",
        ),
        (
            "unauthorized",
            r"connection is unauthorized|\bUnauthorized\b|is forbidden: User|x509: |[Tt]oken (?:has )?expired"
            r"|the server has asked for the client to provide credentials",
        ),
        (
            "no-plugin",
            r'failed to find plugin "[^"]+" in path|fork/exec \S+: (?:no such file|exec format|permission denied)',
        ),
        (
            "not-ready",
            r"/var/lib/calico/nodename|/run/flannel/subnet\.env|cilium\.sock|[Cc]ilium (?:daemon|agent|API)"
            r"|cni config uninitialized|network plugin is not ready|no networks found in|cni plugin not initialized"
            r"|no CNI configuration|dial (?:unix|tcp) .*(?:refused|timeout|timed out|no route|no such file|unreachable)"
            r"|code = Unavailable|error getting ClusterInformation|CNI request failed|failed to send CNI request"
            r"|timed out waiting for (?:annotations|OVS|the condition)|[Pp]ollImmediate|readinessindicatorfile"
            r"|Get \\?\"https?://.*(?:deadline exceeded|refused|timeout|no route|EOF)",
        ),
        ("timeout", r"deadline exceeded|DeadlineExceeded|operation timeout|retrying requests that are timing out"),
    )
)
NAMES: tuple[str, ...] = (*(name for name, _ in ANSWERS), "unknown")
_WRAPPERS = re.compile(
    r"^(?:Failed (?:to )?create pod sandbox: |rpc error: code = \w+ desc = |failed to (?:create|start|run) (?:pod )?"
    r'sandbox "[^"]*": |failed to create pod network sandbox \S+: |failed to setup network for sandbox "[^"]*": )+'
)
_NETWORK = re.compile(r"^network is not ready: (?:\[)?(?:(?:container )?runtime network not ready: )?")
_SAID = re.compile(
    r"message:\s*(?:Network plugin returns error: |docker: network plugin is not ready: )?(.+?)\]?$", re.S
)
_PLUGIN = re.compile(r'plugin type="([^"]+)"|CNI network "([^"]+)"|NetworkPlugin (\S+) failed')
# Containers of the agents that wire pods on each node, as their makers name them.
_AGENTS = frozenset(
    {"calico-node", "kube-flannel", "cilium-agent", "aws-node", "azure-cns", "antrea-agent", "weave", "kube-router",
     "kindnet-cni", "ovnkube-controller", "ovnkube-node", "ovn-controller", "kube-multus", "cni-server", "terway"}
)  # fmt: skip
_LONGEST = 10_000


class Failure(NamedTuple):
    """A sandbox that cannot be made, or a network that is not ready. `failures` is at least 1."""

    answer: str
    error: str
    since: datetime | None
    failures: int


def failure(index: Index, pod: Pod) -> Failure | None:
    """Why the pod's sandbox cannot be made now; None when it can, or when nothing tells."""
    if not starting.starting(pod):
        return None
    return index.remember(("sandboxes.failure", id(pod)), lambda: _failure(pod, starting.told(index, pod, (FAILED,))))


def _failure(pod: Pod, events: list[Event]) -> Failure | None:
    """The newest error that says something; each sandbox has another id, so that one error is told in many events."""
    if not events:
        return None
    told = [(classify(event.message, pod.metadata.name), event) for event in events]
    answer, event = next((one for one in told if one[0] not in ("timeout", "unknown")), told[0])
    first = min((e.first for e in events if e.first), default=None)
    return Failure(answer, core(event.message), first, max(1, sum(e.count for e in events)))


@lru_cache(maxsize=4096)
def classify(message: str, pod: str = "") -> str:
    """What a message about a failed sandbox means, as one of NAMES; the name of its pod in it means nothing."""
    text = message[:_LONGEST]
    if pod:
        text = re.sub(rf'(?<=[_/"\[]){re.escape(pod)}(?![A-Za-z0-9-])', "POD", text)
    return next((name for name, expression in ANSWERS if expression.search(text)), "unknown")


def core(message: str) -> str:
    """The error without what kubelet and runtime wrap around it."""
    return _WRAPPERS.sub("", message.strip()[:_LONGEST]).strip()


def plugin(error: str) -> str | None:
    """The network plugin, or else the network, that an error names."""
    found = _PLUGIN.search(error)
    return next((name for name in found.groups() if name), None) if found else None


def network_error(index: Index, pod: Pod) -> Failure | None:
    """That the network of the pod's node is not ready, as the kubelet says to a pod that waits for it."""
    events = starting.told(index, pod, (NOT_READY,), beyond=(FAILED,)) if starting.starting(pod) else []
    if not events:
        return None
    text = _NETWORK.sub("", events[0].message.strip()[:_LONGEST])
    said = _SAID.search(text)
    first = min((e.first for e in events if e.first), default=None)
    return Failure("network", said[1].strip() if said else text, first, max(1, sum(e.count for e in events)))


class Reach(NamedTuple):
    """How far one failure goes: the pods on one node that fail in the same way, and the nodes that have such pods."""

    pods_here: int
    nodes: int


def reach(index: Index, pod: Pod, answer: str) -> Reach:
    """How many pods of the pod's node fail to get a sandbox in the same way, and on how many nodes pods do."""
    by_node = _failing(index).get(answer, {})
    return Reach(max(1, by_node.get(pod.node_name, 0)), max(1, len(by_node)))


@joined
def _failing(index: Index) -> dict[str, dict[str, int]]:
    """Pods that fail, counted by answer and node."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    names = {(e.involved.namespace, e.involved.name) for e in index.events_by_reason.get(FAILED)}
    for namespace, name in names:
        pod = index.pod(namespace, name)
        failed = failure(index, pod) if pod is not None else None
        if pod is not None and failed is not None:
            found[failed.answer][pod.node_name] += 1
    return found


def agent(index: Index, node: str) -> Pod | None:
    """The pod that wires the pods of a node, one that is not ready first; None when none is known there."""
    pods = [pod for pod in index.pods_by_node.get(node) if _is_agent(index, pod)] if node else []
    return min(pods, key=lambda pod: (pod.quiet, pod.metadata.name), default=None)


def failing_agent(index: Index, node: str) -> Key | None:
    """The DaemonSet of the agent that wires the pods of a node, where its pod there is not ready."""
    pod = agent(index, node)
    return owners.workload(index, "Pod", pod.metadata) if pod is not None and not pod.quiet else None


def _is_agent(index: Index, pod: Pod) -> bool:
    if not any(container.name in _AGENTS for container in pod.spec.containers):
        return False
    owner = owners.controller(pod.metadata)
    return owner is not None and owner.kind == "DaemonSet"


def agent_state(pod: Pod) -> str:
    """`ready`, or what keeps the agent from it, in words."""
    if pod.quiet:
        return "ready"
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        waiting = status.state.waiting
        if waiting is not None and waiting.reason not in ("", "PodInitializing"):
            return f"not ready: {status.name} waits ({waiting.reason})"
    unready = [status.name for status in pod.status.container_statuses if not status.ready]
    if pod.metadata.deletion_timestamp is not None:
        return "being deleted"
    return f"not ready: {', '.join(unready)}" if unready else "ready"
