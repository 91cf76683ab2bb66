"""What an object of each kind points at by name, and with which word; told by the object alone."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from diag.facts import claims, ingresses, volumes
from diag.facts.chains import backends
from diag.facts.configs import references
from diag.facts.containers import containers
from diag.facts.index import Key, claim_names
from diag.facts.owners import controller
from diag.facts.services import SERVICE_NAME
from diag.model.access import APIService, Ingress, ServiceReference, WebhookConfiguration
from diag.model.cluster import EndpointSlice
from diag.model.kinds import BY_KIND
from diag.model.meta import Metadata
from diag.model.pods import Pod, PodSpec, Volume
from diag.model.storage import PersistentVolume, PersistentVolumeClaim, VolumeAttachment
from diag.model.workloads import HorizontalPodAutoscaler

# Every namespace has it, and every pod reads it (kube-controller-manager rootcacertpublisher).
_EVERYWHERE = ("ConfigMap", "kube-root-ca.crt")


class Edge(NamedTuple):
    """One object points at another (`key`): the word for it, and the word of the other for the one (`back`)."""

    word: str
    back: str
    key: Key


def of_record(plural: str, record: Any) -> Iterator[Edge]:
    """All that an object points at."""
    yield from _owner(record.metadata)
    if plural in _EDGES:
        yield from _EDGES[plural](record)


def _owner(meta: Metadata) -> Iterator[Edge]:
    """Who manages an object; that a node owns the mirrors of its static pods is told by where these run."""
    owner = controller(meta)
    known = BY_KIND.get(owner.kind) if owner is not None else None
    if owner is not None and (not meta.namespace or known is None or known.namespaced):
        yield Edge("owned by", "owns", Key(owner.kind, meta.namespace, owner.name))


def of_spec(namespace: str, spec: PodSpec) -> Iterator[Edge]:
    """What the pods of one spec read, and as whom they run."""
    for kind, name in _read(spec):
        if name and (kind, name) != _EVERYWHERE:
            yield Edge("reads", "read by", Key(kind, namespace, name))
    yield Edge("runs as", "account of", Key("ServiceAccount", namespace, spec.service_account_name or "default"))


def _read(spec: PodSpec) -> Iterator[tuple[str, str]]:
    for container in containers(Pod(spec=spec)):
        yield from ((kind, reference.name) for kind, reference, _ in references(container))
    for volume in spec.volumes:
        yield from _read_by_volume(volume)
    yield from (("Secret", secret.name) for secret in spec.image_pull_secrets)


def _read_by_volume(volume: Volume) -> Iterator[tuple[str, str]]:
    if volume.config_map is not None:
        yield "ConfigMap", volume.config_map.name
    if volume.secret is not None:
        yield "Secret", volume.secret.secret_name
    for item in volume.projected.sources if volume.projected is not None else ():
        if item.config_map is not None:
            yield "ConfigMap", item.config_map.name
        if item.secret is not None:
            yield "Secret", item.secret.name


def _pod(pod: Pod) -> Iterator[Edge]:
    namespace = pod.metadata.namespace
    if pod.node_name:
        yield Edge("runs on", "runs", Key("Node", "", pod.node_name))
    for name in claim_names(pod):
        yield _mounts(namespace, name)
    yield from of_spec(namespace, pod.spec)


def _mounts(namespace: str, claim: str) -> Edge:
    return Edge("mounts", "mounted by", Key(claims.KIND, namespace, claim))


def _template(found: Any) -> Iterator[Edge]:
    namespace, spec = found.metadata.namespace, found.spec.template.spec
    if spec.containers:
        for volume in spec.volumes:
            if volume.persistent_volume_claim is not None:
                yield _mounts(namespace, volume.persistent_volume_claim.claim_name)
        yield from of_spec(namespace, spec)


def _scheduled(found: Any) -> Iterator[Edge]:
    spec = found.spec.job_template.spec.template.spec
    if spec.containers:
        yield from of_spec(found.metadata.namespace, spec)


def _claim(claim: PersistentVolumeClaim) -> Iterator[Edge]:
    if claim.spec.volume_name:
        yield Edge("bound to", "bound to", Key("PersistentVolume", "", claim.spec.volume_name))
    yield from _of_class("StorageClass", claims.storage_class_name(claim) or "")


def _volume(volume: PersistentVolume) -> Iterator[Edge]:
    claim = volume.spec.claim_ref
    if claim is not None:
        yield Edge("bound to", "bound to", Key(claims.KIND, claim.namespace, claim.name))
    yield from _of_class("StorageClass", volumes.volume_class(volume))


def _of_class(kind: str, name: str) -> Iterator[Edge]:
    if name:
        yield Edge("of class", "class of", Key(kind, "", name))


def _attachment(found: VolumeAttachment) -> Iterator[Edge]:
    volume = found.spec.source.persistent_volume_name
    if volume:
        yield Edge("attaches", "attached by", Key("PersistentVolume", "", volume))
    if found.spec.node_name:
        yield Edge("attaches to", "has attached", Key("Node", "", found.spec.node_name))


def _slice(found: EndpointSlice) -> Iterator[Edge]:
    service = found.metadata.labels.get(SERVICE_NAME)
    if service:
        yield Edge("endpoints of", "has endpoints", Key("Service", found.metadata.namespace, service))


def _ingress(ingress: Ingress) -> Iterator[Edge]:
    for name in backends(ingress):
        yield Edge("routes to", "routed by", Key("Service", ingress.metadata.namespace, name))
    yield from _of_class("IngressClass", ingresses.class_name(ingress) or "")


def _autoscaler(scaler: HorizontalPodAutoscaler) -> Iterator[Edge]:
    target = scaler.spec.scale_target_ref
    if target.kind and target.name:
        yield Edge("scales", "scaled by", Key(target.kind, scaler.metadata.namespace, target.name))


def _webhooks(found: WebhookConfiguration) -> Iterator[Edge]:
    for webhook in found.webhooks:
        yield from _called(webhook.client_config.service)


def _api_service(found: APIService) -> Iterator[Edge]:
    yield from _called(found.spec.service)


def _called(service: ServiceReference | None) -> Iterator[Edge]:
    if service is not None:
        yield Edge("calls", "called by", Key("Service", service.namespace, service.name))


_EDGES: dict[str, Callable[[Any], Iterator[Edge]]] = {
    "pods": _pod,
    "deployments": _template,
    "replicasets": _template,
    "statefulsets": _template,
    "daemonsets": _template,
    "jobs": _template,
    "cronjobs": _scheduled,
    "persistentvolumeclaims": _claim,
    "persistentvolumes": _volume,
    "volumeattachments": _attachment,
    "endpointslices": _slice,
    "ingresses": _ingress,
    "horizontalpodautoscalers": _autoscaler,
    "mutatingwebhookconfigurations": _webhooks,
    "validatingwebhookconfigurations": _webhooks,
    "apiservices": _api_service,
}
