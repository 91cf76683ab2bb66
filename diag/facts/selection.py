"""Which pods a selector picks, and the other way round; joined once for a snapshot."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from diag.facts.index import Index, joined
from diag.facts.labels import matches
from diag.model.meta import LabelSelector
from diag.model.pods import Pod


class Alike(NamedTuple):
    """Pods of one namespace with the same labels."""

    labels: Mapping[str, str]
    pods: list[Pod]


def selected(index: Index, namespace: str, selector: LabelSelector | Mapping[str, str]) -> list[Pod]:
    """The pods of a namespace that a selector picks, those being deleted included; an empty selector picks all."""
    wanted = selector if isinstance(selector, LabelSelector) else LabelSelector(match_labels=dict(selector))
    return [pod for alike in _nearest(index, namespace, wanted) if matches(wanted, alike.labels) for pod in alike.pods]


def label_sets(index: Index, namespace: str) -> list[Alike]:
    """All pods of a namespace, those with the same labels together."""
    return _joins(index).by_namespace.get(namespace, [])


class _Joins(NamedTuple):
    by_namespace: dict[str, list[Alike]]
    by_label: dict[tuple[str, str, str], list[Alike]]


def _nearest(index: Index, namespace: str, selector: LabelSelector) -> list[Alike]:
    """Those that have the rarest of the labels; no other can be picked."""
    by_label = _joins(index).by_label
    lists = [by_label.get((namespace, key, value), []) for key, value in selector.match_labels.items()]
    return min(lists, key=len) if lists else label_sets(index, namespace)


@joined
def _joins(index: Index) -> _Joins:
    alike: dict[tuple[str, int], Alike] = {}
    for pod in index.snapshot.all("pods"):
        meta = pod.metadata
        key = (meta.namespace, id(meta.labels))  # pods of one template share one record of labels
        found = alike.get(key)
        if found is None:
            found = alike[key] = Alike(meta.labels, [])
        found.pods.append(pod)
    by_namespace: dict[str, list[Alike]] = defaultdict(list)
    by_label: dict[tuple[str, str, str], list[Alike]] = defaultdict(list)
    for (namespace, _), found in alike.items():
        by_namespace[namespace].append(found)
        for label, value in found.labels.items():
            by_label[namespace, label, value].append(found)
    return _Joins(by_namespace, by_label)
