"""Workloads that claim the pods of others: selectors that pick everything, or what another workload makes."""

from collections import defaultdict
from itertools import islice
from typing import Any

from diag.facts.index import Index, Key, joined
from diag.facts.labels import matches
from diag.facts.owners import controller
from diag.facts.rollouts import wanted
from diag.model.meta import LabelSelector

_PLURALS = ("deployments", "statefulsets", "daemonsets", "replicasets")
# Of the workloads that share a label this many are compared; a selector that picks more is told by these.
_COMPARED = 200

_Templates = dict[tuple[str, str, str], list[Any]]


def picks_all(found: Any) -> bool:
    """Whether the selector of a workload is there and empty, so that it picks every pod of the namespace."""
    return getattr(found.spec, "selector", None) == LabelSelector()


def others(index: Index, found: Any) -> list[Key]:
    """The workloads whose pods the selector of this one picks and whose selector picks its pods.

    Where only one of two picks the other's pods, as the main part of an application often does, that is mostly meant.
    """
    namespace, own = found.metadata.namespace, _labels(found)
    if not _is_compared(found) or not found.spec.selector.match_labels:
        return []
    wanted_labels = found.spec.selector.match_labels.items()
    sharing = min((_by_label(index).get((namespace, *label), []) for label in wanted_labels), key=_count)
    return [
        Key(type(other).__name__, namespace, other.metadata.name)
        for other in islice(sharing, _COMPARED)
        if other is not found and matches(found.spec.selector, _labels(other)) and matches(other.spec.selector, own)
    ]


def _count(found: list[Any]) -> int:
    return len(found)


@joined
def _by_label(index: Index) -> _Templates:
    found: _Templates = defaultdict(list)
    for plural in _PLURALS:
        for one in index.snapshot.all(plural):
            if _is_compared(one):
                for key, value in _labels(one).items():
                    found[one.metadata.namespace, key, value].append(one)
    return found


def _is_compared(found: Any) -> bool:
    """A workload that wants pods, with a selector, and that nothing else manages."""
    return bool(wanted(found)) and found.spec.selector is not None and controller(found.metadata) is None


def _labels(found: Any) -> dict[str, str]:
    labels: dict[str, str] = found.spec.template.metadata.labels
    return labels
