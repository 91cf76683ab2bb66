"""metrics.k8s.io, which metrics-server or an adapter serves: what pods and nodes use now, averaged over a short window.

Values are not peaks, and a pod that has just started has none (Kubernetes docs, Resource metrics pipeline).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec

from diag.errors import AnswerError
from diag.metrics.prometheus import Get
from diag.model.meta import Metadata, Time
from diag.model.snapshot import Metrics, Sample
from diag.model.units import parse_quantity

SOURCE = "metrics.k8s.io"
NAMES = ("cpu_usage", "memory_usage")
STALE = timedelta(minutes=5)
_ROOT = "/apis/metrics.k8s.io/v1beta1"
_SECONDS = 10.0

Amounts = dict[str, str | int | float]


class _Container(msgspec.Struct):
    name: str = ""
    usage: Amounts = {}


class _Item(msgspec.Struct):
    """PodMetrics or NodeMetrics (k8s.io/metrics, v1beta1)."""

    metadata: Metadata
    timestamp: Time | None = None
    containers: tuple[_Container, ...] = ()
    usage: Amounts = {}


class _List(msgspec.Struct):
    kind: str
    items: tuple[_Item, ...]


def read(get: Get, namespaces: tuple[str, ...], now: datetime) -> Metrics:
    """What containers of these namespaces (of all when none is named) use, and nodes, where they may be read.

    Samples: `memory_usage` in bytes, `cpu_usage` in cores. What is older than `STALE` is left out; `at` is the time of
    the oldest that is not. Raises ClusterError.
    """
    paths = [f"{_ROOT}/namespaces/{quote(name, safe='')}/pods" for name in namespaces] or [f"{_ROOT}/pods"]
    items = [item for path in paths for item in _items(get, path, "PodMetricsList")]
    return _metrics([item for item in items if _is_fresh(item, now)])


def read_nodes(get: Get, now: datetime) -> Metrics:
    """What nodes use, as `read` tells it of containers. Raises ClusterError."""
    return _metrics([item for item in _items(get, f"{_ROOT}/nodes", "NodeMetricsList") if _is_fresh(item, now)])


def _items(get: Get, path: str, kind: str) -> tuple[_Item, ...]:
    try:
        found = msgspec.json.decode(get(path, [], _SECONDS), type=_List)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise AnswerError(f"{SOURCE} did not answer with metrics: {error}") from error
    if found.kind != kind:
        raise AnswerError(f"{SOURCE} answered with a {found.kind} instead of a {kind}")
    return found.items


def _is_fresh(item: _Item, now: datetime) -> bool:
    return item.timestamp is not None and now - item.timestamp < STALE


def _metrics(items: list[_Item]) -> Metrics:
    samples = [sample for item in items for sample in _samples(item)]
    samples.sort(key=lambda s: (s.name, s.namespace, s.pod, s.container, s.node))
    at = min((item.timestamp for item in items if item.timestamp is not None), default=None)
    return Metrics(SOURCE, NAMES, tuple(samples), at)


def _samples(item: _Item) -> Iterator[Sample]:
    meta = item.metadata
    for container in item.containers:
        for name, value in _values(container.usage):
            yield Sample(name, value, meta.namespace, meta.name, container.name)
    for name, value in _values(item.usage):
        yield Sample(name, value, node=meta.name)


def _values(usage: Amounts) -> Iterator[tuple[str, float]]:
    for name, resource in zip(NAMES, ("cpu", "memory"), strict=True):
        try:
            if resource in usage:
                yield name, parse_quantity(usage[resource])
        except ValueError:
            continue  # one odd value does not make the others wrong
