"""What belongs together: the chain of objects that one fault can run along, and what stands around an object."""

from collections.abc import Iterable
from itertools import islice

from diag.facts import claims, owners, services
from diag.facts.index import Index, Key, claim_names, joined
from diag.facts.selection import selected
from diag.facts.webhooks import NamedWebhook
from diag.model.access import APIService, Ingress, ServiceReference
from diag.model.cluster import Node, Service
from diag.model.pods import Pod
from diag.model.storage import PersistentVolumeClaim
from diag.model.workloads import HorizontalPodAutoscaler, PodDisruptionBudget

# A service or a shared volume may have thousands of pods; their workloads are among the first few.
_FIRST = 50


def of_pod(index: Index, pod: Pod) -> set[Key]:
    """A pod, its owners upward, and the claims that it mounts."""
    keys = set(owners.chain(index, "Pod", pod.metadata))
    return keys | {Key(claims.KIND, pod.metadata.namespace, name) for name in claim_names(pod)}


def of_claim(index: Index, claim: PersistentVolumeClaim) -> set[Key]:
    """A claim and all that concerns its pods."""
    key = Key(claims.KIND, claim.metadata.namespace, claim.metadata.name)
    return {key} | _of_pods(index, claims.consumers(index, claim))


def of_workload(index: Index, key: Key) -> set[Key]:
    """A workload and what owns it; what it owns belongs to its pods' chains."""
    return {key, *owners.owners_of(index, key)}


def of_service(index: Index, service: Service) -> set[Key]:
    """A service and all that concerns the pods that it selects; while there are none, the workloads that lack them."""
    namespace = service.metadata.namespace
    pods = selected(index, namespace, service.spec.selector) if service.spec.selector else []
    keys = _of_pods(index, pods) if pods else _of_makers(index, service)
    return {Key("Service", namespace, service.metadata.name)} | keys


def _of_makers(index: Index, service: Service) -> set[Key]:
    return {one.key for one in services.own_workloads(index, service)} if services.applies(service) else set()


def of_ingress(index: Index, ingress: Ingress) -> set[Key]:
    """An ingress and all that concerns the services that it routes to."""
    keys = {Key("Ingress", ingress.metadata.namespace, ingress.metadata.name)}
    for name in backends(ingress):
        keys |= of_named_service(index, ingress.metadata.namespace, name)
    return keys


def backends(ingress: Ingress) -> list[str]:
    """Names of the services that an ingress routes to, each once."""
    rules = [rule.http.paths for rule in ingress.spec.rules if rule.http is not None]
    found = [ingress.spec.default_backend, *(path.backend for paths in rules for path in paths)]
    return list(dict.fromkeys(backend.service.name for backend in found if backend and backend.service))


def of_named_service(index: Index, namespace: str, name: str) -> set[Key]:
    """The same as `of_service`, for a service that need not exist."""
    service = index.get("services", namespace, name)
    return of_service(index, service) if service is not None else {Key("Service", namespace, name)}


def of_budget(index: Index, budget: PodDisruptionBudget) -> set[Key]:
    """A budget and all that concerns the pods that it protects."""
    meta = budget.metadata
    pods = selected(index, meta.namespace, budget.spec.selector) if budget.spec.selector is not None else []
    return {Key("PodDisruptionBudget", meta.namespace, meta.name)} | _of_pods(index, pods)


def of_webhook(index: Index, webhook: NamedWebhook) -> set[Key]:
    """A webhook's configuration and the service that the API server calls for it."""
    key = Key(type(webhook.configuration).__name__, "", webhook.configuration.metadata.name)
    return {key} | _of_called(index, webhook.webhook.client_config.service)


def of_api_service(index: Index, found: APIService) -> set[Key]:
    """An aggregated API and the service behind it."""
    return {Key("APIService", "", found.metadata.name)} | _of_called(index, found.spec.service)


def _of_called(index: Index, called: ServiceReference | None) -> set[Key]:
    return of_named_service(index, called.namespace, called.name) if called is not None else set()


def of_autoscaler(index: Index, scaler: HorizontalPodAutoscaler) -> set[Key]:
    """An autoscaler and the workload that it scales."""
    meta, target = scaler.metadata, scaler.spec.scale_target_ref
    return {
        Key("HorizontalPodAutoscaler", meta.namespace, meta.name),
        Key(target.kind, meta.namespace, target.name),
    }


def behind(index: Index, key: Key) -> set[Key]:
    """What is at fault for those that a service or a DaemonSet fails: its pods, or what should make them.

    Where some of the pods serve, only those count that are not well or have ended before.
    """
    found = index.get("services", key.namespace, key.name) if key.kind == "Service" else None
    if found is not None and services.applies(found):
        pods = list(islice(selected(index, key.namespace, found.spec.selector), _FIRST))
        makers = _of_makers(index, found) if not pods else set()
    else:
        pods = owners.pods_of(index, key) if key.kind == "DaemonSet" else []
        makers = set()
    return makers | {Key("Pod", key.namespace, pod.metadata.name) for pod in _suspects(pods)}


def _suspects(pods: list[Pod]) -> list[Pod]:
    some_serve = any(pod.quiet for pod in pods)
    return [pod for pod in pods if not some_serve or not pod.quiet or _was_restarted(pod)]


def _was_restarted(pod: Pod) -> bool:
    return any(status.restart_count for status in pod.status.container_statuses)


def around_pod(index: Index, pod: Pod) -> set[Key]:
    """What may be at fault for a pod without being part of its chain: its node, or nodes that could be; its account."""
    account = Key("ServiceAccount", pod.metadata.namespace, pod.spec.service_account_name or "default")
    return {account, Key("Node", "", pod.node_name)} if pod.node_name else {account, *_closed_nodes(index)}


@joined
def _closed_nodes(index: Index) -> set[Key]:
    """Nodes that take no pods because they are cordoned or in trouble, which the taints of that prefix say."""
    nodes = index.all("nodes")
    return {Key("Node", "", node.metadata.name) for node in nodes if _is_closed(node)}


def _is_closed(node: Node) -> bool:
    return node.spec.unschedulable or any(taint.key.startswith("node.kubernetes.io/") for taint in node.spec.taints)


def _of_pods(index: Index, pods: Iterable[Pod]) -> set[Key]:
    keys: set[Key] = set()
    for pod in islice(pods, _FIRST):
        keys |= of_pod(index, pod)
    return keys
