"""Workloads that claim the pods of others: selectors that pick everything, or what another workload makes."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from diag.facts.index import Index, Key, grouped
from diag.facts.labels import matches
from diag.facts.owners import controller
from diag.facts.rollouts import wanted
from diag.model.meta import LabelSelector

# Of the workloads that share a label this many are compared; a selector that picks more is told by these.
_COMPARED = 200


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
    sharing = min((_sharing(index, (namespace, *label)) for label in wanted_labels), key=len)
    return [
        Key(type(other).__name__, namespace, other.metadata.name)
        for other in islice(sharing, _COMPARED)
        if other is not found and matches(found.spec.selector, _labels(other)) and matches(other.spec.selector, own)
    ]


def _sharing(index: Index, label: tuple[str, str, str]) -> list[Any]:
    return [one for by_label in _BY_LABEL for one in by_label(index).get(label)]


def _own_labels(found: Any) -> Iterable[tuple[str, str, str]]:
    return [(found.metadata.namespace, *label) for label in _labels(found).items()] if _is_compared(found) else ()


_BY_LABEL = [grouped(plural)(_own_labels) for plural in ("deployments", "statefulsets", "daemonsets", "replicasets")]


def _is_compared(found: Any) -> bool:
    """A workload that wants pods, with a selector, and that nothing else manages."""
    return bool(wanted(found)) and found.spec.selector is not None and controller(found.metadata) is None


def _labels(found: Any) -> dict[str, str]:
    labels: dict[str, str] = found.spec.template.metadata.labels
    return labels
