"""From one object to those related to it: what a leaf of another kind looks at."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from diag.facts import chains, claims, containers, crashes, leases, owners, placement
from diag.facts.complaints import Complaint
from diag.facts.containers import PodContainer
from diag.facts.index import Index, Key, claim_names
from diag.facts.selection import selected
from diag.model.access import Ingress, ServiceReference
from diag.model.kinds import BY_KIND
from diag.model.meta import Metadata
from diag.model.pods import Pod
from diag.model.snapshot import LogKey
from diag.model.storage import PersistentVolumeClaim
from diag.model.workloads import HorizontalPodAutoscaler, PodDisruptionBudget

_UNREADABLE_LOG = "unable to retrieve container logs for "


class LogLine(msgspec.Struct, frozen=True):
    """One line of a log. `complaint` is set on the line that tells why the container ended, if one does."""

    key: LogKey
    text: str
    complaint: Complaint | None = None


def log_key(container: PodContainer) -> LogKey:
    """The log that tells how the container last ended: of the run before, unless the present state is that end."""
    meta = container.pod.metadata
    return LogKey(meta.namespace, meta.name, container.spec.name, container.ended_before)


def read_log(index: Index, container: PodContainer) -> LogKey | None:
    """The log that was read for the container, or for the same container of another pod of its workload; else None.

    Replicas of one template say the same: one log is read for all of them.
    """
    key = log_key(container)
    if index.log(key) is not None:
        return key
    workload = owners.pod_workload(index, container.pod)
    if workload is None:
        return None
    others = index.logs(key.namespace, key.container, key.previous)
    return next((other for other in others if _workload_of(index, other) == workload), None)


def _workload_of(index: Index, key: LogKey) -> Key | None:
    """The workload of a log's pod. A pod whose containers end changes often, its workload never."""
    return index.gist(("log", key.namespace, key.pod), lambda: _find_workload(index, key))


def _find_workload(index: Index, key: LogKey) -> Key | None:
    pod = index.pod(key.namespace, key.pod)
    return owners.pod_workload(index, pod) if pod is not None else None


def _log_lines(index: Index, container: PodContainer) -> Iterable[LogLine]:
    key = read_log(index, container)
    text = (index.log(key) or "") if key else ""
    complaint = crashes.complaint(index, container, key)
    telling = complaint.line if complaint else None
    return [
        LogLine(key, line, complaint if line == telling else None)
        for line in text.splitlines()
        if key and line and not line.startswith(_UNREADABLE_LOG)
    ]


def _container_metrics(index: Index, container: PodContainer) -> Iterable[dict[str, float]]:
    meta = container.pod.metadata
    samples = index.samples.get((meta.namespace, meta.name, container.spec.name, ""), [])
    return [{sample.name: sample.value for sample in samples}] if samples else []


def _pod_metrics(index: Index, pod: Pod) -> Iterable[dict[str, float]]:
    samples = index.samples.get((pod.metadata.namespace, pod.metadata.name, "", ""), [])
    return [{sample.name: sample.value for sample in samples}] if samples else []


def _claim_metrics(index: Index, claim: PersistentVolumeClaim) -> Iterable[dict[str, float]]:
    samples = index.samples.get((claim.metadata.namespace, "", "", claim.metadata.name), [])
    return [{sample.name: sample.value for sample in samples}] if samples else []


def _found(*objects: Any) -> list[Any]:
    return [found for found in objects if found is not None]


def _pod_claims(index: Index, pod: Pod) -> list[Any]:
    return _found(*(index.get("persistentvolumeclaims", pod.metadata.namespace, name) for name in claim_names(pod)))


def _pod_account(index: Index, pod: Pod) -> list[Any]:
    return _found(index.get("serviceaccounts", pod.metadata.namespace, pod.spec.service_account_name or "default"))


def _workload_events(index: Index, key: Key) -> list[Any]:
    known = BY_KIND.get(key.kind)
    found = index.get(known.plural, key.namespace, key.name) if known else None
    return index.events(key.kind, found.metadata if found else Metadata(name=key.name, namespace=key.namespace))


def _ingress_services(index: Index, ingress: Ingress) -> list[Any]:
    return _found(*(index.get("services", ingress.metadata.namespace, name) for name in chains.backends(ingress)))


def _target(scaler: HorizontalPodAutoscaler) -> Key:
    ref = scaler.spec.scale_target_ref
    return Key(ref.kind, scaler.metadata.namespace, ref.name)


def _budget_pods(index: Index, budget: PodDisruptionBudget) -> list[Pod]:
    selector = budget.spec.selector
    return selected(index, budget.metadata.namespace, selector) if selector is not None else []


def _called(index: Index, called: ServiceReference | None) -> list[Any]:
    return _found(index.get("services", called.namespace, called.name)) if called is not None else []


Relation = Callable[[Index, Any], Iterable[Any]]

RELATIONS: dict[tuple[str, str], Relation] = {
    ("container", "pod"): lambda i, c: [c.pod],
    ("container", "event"): containers.container_events,
    ("container", "log"): _log_lines,
    ("container", "metric"): _container_metrics,
    ("container", "suggest"): lambda i, c: [c],
    ("pod", "container"): lambda i, p: containers.containers(p),
    ("pod", "event"): lambda i, p: i.events("Pod", p.metadata),
    ("pod", "metric"): _pod_metrics,
    ("pod", "node"): lambda i, p: _found(i.get("nodes", "", p.node_name)),
    ("pod", "claim"): _pod_claims,
    ("pod", "volume"): placement.bound_volumes,
    ("pod", "workload"): lambda i, p: _found(owners.pod_workload(i, p)),
    ("pod", "service_account"): _pod_account,
    ("pod", "namespace"): lambda i, p: _found(i.get("namespaces", "", p.metadata.namespace)),
    ("claim", "event"): claims.claim_events,
    ("claim", "pod"): claims.consumers,
    ("claim", "storage_class"): lambda i, c: _found(claims.storage_class(i, c)),
    ("claim", "volume"): lambda i, c: _found(i.get("persistentvolumes", "", c.spec.volume_name)),
    ("claim", "metric"): _claim_metrics,
    ("claim", "workload"): claims.workloads,
    ("claim", "namespace"): lambda i, c: _found(i.get("namespaces", "", c.metadata.namespace)),
    ("node", "event"): lambda i, n: i.events("Node", n.metadata),
    ("node", "pod"): lambda i, n: i.pods_by_node.get(n.metadata.name),
    ("node", "lease"): lambda i, n: _found(leases.of_node(i, n.metadata.name)),
    ("volume", "event"): lambda i, v: i.events("PersistentVolume", v.metadata),
    ("volume", "storage_class"): lambda i, v: _found(i.get("storageclasses", "", v.spec.storage_class_name)),
    ("workload", "event"): _workload_events,
    ("workload", "pod"): owners.pods_of,
    ("workload", "namespace"): lambda i, w: _found(i.get("namespaces", "", w.namespace)),
    ("namespace", "event"): lambda i, n: i.events("Namespace", n.metadata),
    ("service", "event"): lambda i, s: i.events("Service", s.metadata),
    ("service", "pod"): lambda i, s: selected(i, s.metadata.namespace, s.spec.selector) if s.spec.selector else [],
    ("ingress", "event"): lambda i, o: i.events("Ingress", o.metadata),
    ("ingress", "service"): _ingress_services,
    ("autoscaler", "event"): lambda i, a: i.events("HorizontalPodAutoscaler", a.metadata),
    ("autoscaler", "workload"): lambda i, a: [_target(a)],
    ("budget", "event"): lambda i, b: i.events("PodDisruptionBudget", b.metadata),
    ("budget", "pod"): _budget_pods,
    ("webhook", "service"): lambda i, w: _called(i, w.webhook.client_config.service),
    ("api_service", "service"): lambda i, a: _called(i, a.spec.service),
}
# What a container has no relation of its own to, its pod may have.
RELATIONS.update(
    {
        ("container", to): lambda i, c, relation=relation: relation(i, c.pod)  # type: ignore[misc]
        for (start, to), relation in tuple(RELATIONS.items())
        if start == "pod" and ("container", to) not in RELATIONS and to != "container"
    }
)
