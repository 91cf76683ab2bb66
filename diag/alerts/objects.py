"""Which objects an alert is about, by the labels that kube-state-metrics, the kubelet and node exporters give.

A series also has labels of what was scraped (`job`, `instance`, and `namespace`, `pod`, `container`, `service` of the
exporter), which say nothing of the object that the alert is about.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from diag.facts import chains
from diag.facts.index import Index, Key
from diag.finding import Subject
from diag.model.kinds import BY_KIND
from diag.model.snapshot import Snapshot
from diag.scan.concern import around

# Labels that name an object and never what was scraped (kube-state-metrics, docs/metrics).
_NAMES = {
    "job_name": "Job",
    "cronjob": "CronJob",
    "horizontalpodautoscaler": "HorizontalPodAutoscaler",
    "poddisruptionbudget": "PodDisruptionBudget",
    "resourcequota": "ResourceQuota",
    "ingress": "Ingress",
    "persistentvolumeclaim": "PersistentVolumeClaim",
    "persistentvolume": "PersistentVolume",
    "deployment": "Deployment",
    "statefulset": "StatefulSet",
    "daemonset": "DaemonSet",
    "replicaset": "ReplicaSet",
}
# Labels that name a workload, each with the label of its kind (kube_pod_info, kube_pod_owner, the rules' own).
_OWNERS = {"workload": "workload_type", "created_by_name": "created_by_kind", "owner_name": "owner_kind"}
# Pods of these are named for having been scraped, unless nothing else is.
_EXPORTERS = ("kube-state-metrics", "node-exporter")
# Labels that mostly name what was scraped; they count where nothing else does, and only for objects that exist.
_SCRAPED = {"job": "Job", "service": "Service"}
# What may be the matter when the object itself is in order.
_BESIDE: dict[str, Callable[[Index, Any], set[Key]]] = {
    "Pod": chains.around_pod,
    "PodDisruptionBudget": chains.of_budget,
    "Service": chains.of_service,
    "Ingress": chains.of_ingress,
}
_KINDS = {kind.lower(): kind for kind in BY_KIND}
_EXPORTED = "exported_"  # the object's own label, where Prometheus put that of the target in its place (honor_labels)
# A pod's name is that of its controller, a dash and a suffix.
_CONTROLLERS = ("ReplicaSet", "StatefulSet", "DaemonSet", "Job")


class Objects(NamedTuple):
    """The objects that an alert names, and those among them that are gone.

    `unseen` says in words which could not be looked for, `own` and `around` name what a finding must concern.
    """

    named: tuple[Subject, ...]
    gone: tuple[Subject, ...]
    unseen: tuple[str, ...]
    own: set[Key]
    around: set[Key]


def objects(index: Index, labels: Mapping[str, str]) -> Objects:
    """The objects that these labels name; none where they name none."""
    result = Objects(tuple(_named(index, own_labels(labels))), (), (), set(), set())
    for subject in result.named:
        found = _find(index, subject)
        for one in found:
            result.own.update(_meant(index, subject.kind, one))
            result.around.update(around(index, subject.kind, one))
            if subject.kind in _BESIDE:
                result.around.update(_BESIDE[subject.kind](index, one))
        if not found:
            result = _missing(index, subject, result)
    result.around.update(result.own)
    return result


def own_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels with those of the object in the place of those of what was scraped."""
    exported = {name.removeprefix(_EXPORTED): value for name, value in labels.items() if name.startswith(_EXPORTED)}
    return {**labels, **exported}


def _named(index: Index, labels: Mapping[str, str]) -> Iterator[Subject]:
    """What the most exact labels name, and never what a less exact one says besides."""
    namespace = labels.get("namespace", "")
    pod = Subject("Pod", namespace, labels.get("pod", ""), labels.get("container", ""))
    node = labels.get("node", "") or _node_of(index, labels.get("instance", ""))
    scraped = any(exporter in pod.name for exporter in _EXPORTERS)
    if exact := list(_by_label(_NAMES, labels, namespace)):
        yield from exact
    elif pod.name and not scraped:
        yield pod
    elif node:
        yield Subject("Node", "", node)
    elif owners := list(_by_label(_owner_kinds(labels), labels, namespace)):
        yield from owners
    elif pod.name:
        yield pod
    else:
        yield from (subject for subject in _by_label(_SCRAPED, labels, namespace) if _find(index, subject))


def _by_label(kinds: Mapping[str, str], labels: Mapping[str, str], namespace: str) -> Iterator[Subject]:
    for label, kind in kinds.items():
        if labels.get(label):
            yield Subject(kind, namespace if BY_KIND[kind].namespaced else "", labels[label])


def _owner_kinds(labels: Mapping[str, str]) -> dict[str, str]:
    kinds = {label: _KINDS.get(labels.get(of, "").lower(), "") for label, of in _OWNERS.items()}
    return {label: kind for label, kind in kinds.items() if kind}


def _node_of(index: Index, instance: str) -> str:
    """The node that an instance (`host:port`) names, or nothing."""
    host = instance.rpartition(":")[0] or instance
    return host if index.get("nodes", "", host) is not None else ""


def _find(index: Index, subject: Subject) -> list[Any]:
    """The object; where the labels lack a namespace, all objects of that name."""
    kind = BY_KIND[subject.kind]
    if kind.namespaced and not subject.namespace:
        return [found for found in index.snapshot.all(kind.plural) if found.metadata.name == subject.name]
    found = index.get(kind.plural, subject.namespace, subject.name)
    return [] if found is None else [found]


def _meant(index: Index, kind: str, found: Any) -> set[Key]:
    """The object and what it stands for: the claim of a volume, the workload of an autoscaler."""
    if kind == "HorizontalPodAutoscaler":
        return chains.of_autoscaler(index, found)
    keys = {Key(kind, found.metadata.namespace, found.metadata.name)}
    if kind == "PersistentVolume" and found.spec.claim_ref is not None:
        keys.add(Key("PersistentVolumeClaim", found.spec.claim_ref.namespace, found.spec.claim_ref.name))
    return keys


def _missing(index: Index, subject: Subject, result: Objects) -> Objects:
    plural = BY_KIND[subject.kind].plural
    if not _saw(index.snapshot, plural, subject.namespace):
        place = f" in {subject.namespace}" if subject.namespace else ""
        return result._replace(unseen=(*result.unseen, f"{plural}{place}"))
    for key in _controllers(index, subject):
        result.own.add(key)
        result.around.update(chains.of_workload(index, key))
    return result._replace(gone=(*result.gone, subject))


def _saw(snapshot: Snapshot, plural: str, namespace: str) -> bool:
    """Whether an object that is not there would have been seen."""
    scope = snapshot.scope
    asked = not scope.namespaces or not namespace or namespace in scope.namespaces
    return asked and snapshot.saw(plural, namespace) and not (scope.selector and plural == "pods")


def _controllers(index: Index, subject: Subject) -> list[Key]:
    """The workload of a pod that is gone, by its name; another pod of it stands in its place."""
    if subject.kind != "Pod":
        return []
    name = subject.name.rpartition("-")[0]
    return [
        Key(kind, subject.namespace, name)
        for kind in _CONTROLLERS
        if _find(index, Subject(kind, subject.namespace, name))
    ]
