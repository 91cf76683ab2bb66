"""What an object is related to, in words, so that one can walk from each to the other and back."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from diag.facts import services
from diag.facts.edges import Edge, of_record, of_spec
from diag.facts.index import Index, Key, joined
from diag.facts.labels import matches
from diag.facts.owners import owned
from diag.facts.rollouts import record
from diag.facts.selection import selected
from diag.model.cluster import Service
from diag.model.kinds import BY_KIND, KINDS
from diag.model.pods import Pod
from diag.model.workloads import PodDisruptionBudget

# In the order in which they are told: up, down, then around.
WORDS = (
    "owned by",
    "owns",
    "runs on",
    "runs",
    "mounts",
    "mounted by",
    "bound to",
    "of class",
    "class of",
    "attaches",
    "attached by",
    "attaches to",
    "has attached",
    "serves",
    "served by",
    "has endpoints",
    "endpoints of",
    "routes to",
    "routed by",
    "calls",
    "called by",
    "scales",
    "scaled by",
    "guards",
    "guarded by",
    "reads",
    "read by",
    "runs as",
    "account of",
)
_PLACES = {word: place for place, word in enumerate(WORDS)}
# Pods are too many to be grouped by all that they point at; events point at everything.
_NOT_GROUPED = ("pods", "events")


class Relation(NamedTuple):
    """One thing that an object is related to. `exists` is None where its kind, or that namespace, was not read."""

    word: str
    key: Key
    exists: bool | None


def related(index: Index, key: Key) -> list[Relation]:
    """All that an object is related to, which need not exist itself; ordered by WORDS, then by kind and name."""
    found = record(index, key)
    pairs = set(_pointing_at(index, key))
    if found is not None:
        pairs.update((edge.word, edge.key) for edge in of_record(BY_KIND[key.kind].plural, found))
        pairs.update(_selecting(index, key, found))
    ordered = sorted(pairs, key=lambda pair: (_PLACES[pair[0]], pair[1]))
    return [Relation(word, other, exists(index, other)) for word, other in ordered]


def exists(index: Index, key: Key) -> bool | None:
    """Whether there is such an object; None where that was not read, as Secrets never are."""
    if record(index, key) is not None:
        return True
    known = BY_KIND.get(key.kind)
    return False if known is not None and index.saw(known.plural, key.namespace) else None


def _pointing_at(index: Index, key: Key) -> Iterator[tuple[str, Key]]:
    """All that points at the object by its name."""
    for kind in KINDS:
        if kind.plural not in _NOT_GROUPED:
            for one in index.groups("pointing at", kind.plural, _targets(kind.plural)).get(key):
                own = Key(kind.kind, one.metadata.namespace, one.metadata.name)
                yield from ((edge.back, own) for edge in of_record(kind.plural, one) if edge.key == key)
    yield from (("owns", _pod_key(pod)) for pod in owned(index, "pods", key))
    if key.kind == "Node":
        yield from (("runs", _pod_key(pod)) for pod in index.pods_by_node.get(key.name))
    elif key.kind == "PersistentVolumeClaim":
        yield from (("mounted by", _pod_key(pod)) for pod in index.pods_by_claim.get((key.namespace, key.name)))
    elif key.kind in ("ConfigMap", "Secret", "ServiceAccount"):
        for edge, pods in _naming(index).get(key, ()):
            yield from ((edge.back, _pod_key(pod)) for pod in pods)


def _targets(plural: str) -> Callable[[Any], set[Key]]:
    return lambda record: {edge.key for edge in of_record(plural, record)}


def _pod_key(pod: Pod) -> Key:
    return Key("Pod", pod.metadata.namespace, pod.metadata.name)


@joined
def _naming(index: Index) -> dict[Key, list[tuple[Edge, list[Pod]]]]:
    """The pods that name a ConfigMap, a Secret or an account; those of one template share one spec (`model.lean`)."""
    alike: dict[tuple[str, int], list[Pod]] = defaultdict(list)
    for pod in index.all("pods"):
        alike[pod.metadata.namespace, id(pod.spec)].append(pod)
    found: dict[Key, list[tuple[Edge, list[Pod]]]] = defaultdict(list)
    for (namespace, _), pods in alike.items():
        for edge in of_spec(namespace, pods[0].spec):
            found[edge.key].append((edge, pods))
    return dict(found)


def _selecting(index: Index, key: Key, found: Any) -> Iterator[tuple[str, Key]]:
    """What services and budgets select by labels, and the other way round."""
    if isinstance(found, Service):
        yield from (("served by", other) for other in _served_by(index, found))
    elif isinstance(found, PodDisruptionBudget):
        yield from (("guards", other) for other in _guarded(index, found))
    else:
        for labels in _labels(index, key, found):
            yield from _selected_by(index, key.namespace, labels)


def _served_by(index: Index, service: Service) -> Iterator[Key]:
    if services.applies(service):
        yield from map(_pod_key, selected(index, service.metadata.namespace, service.spec.selector))
        yield from (template.key for template in services.own_workloads(index, service))


def _guarded(index: Index, budget: PodDisruptionBudget) -> Iterator[Key]:
    namespace, selector = budget.metadata.namespace, budget.spec.selector
    if selector is not None:
        yield from map(_pod_key, selected(index, namespace, selector))
        templates = services.templates(index, namespace)
        yield from (template.key for template in templates if matches(selector, template.labels))


def _labels(index: Index, key: Key, found: Any) -> Iterator[dict[str, str]]:
    """The labels of a pod, or of the pods that a workload makes."""
    if isinstance(found, Pod):
        yield found.metadata.labels
    yield from (dict(one.labels) for one in services.templates(index, key.namespace) if one.key == key)


def _selected_by(index: Index, namespace: str, labels: dict[str, str]) -> Iterator[tuple[str, Key]]:
    for service in index.within("services", namespace):
        if services.applies(service) and services.fits(service.spec.selector, labels):
            yield "serves", Key("Service", namespace, service.metadata.name)
    for budget in index.within("poddisruptionbudgets", namespace):
        if budget.spec.selector is not None and matches(budget.spec.selector, labels):
            yield "guarded by", Key("PodDisruptionBudget", namespace, budget.metadata.name)
