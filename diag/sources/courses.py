"""How the memory of suspects went, run by run, from a few range queries."""

import math
from collections.abc import Iterable, Iterator
from datetime import timedelta

from diag.facts import usage
from diag.facts.containers import PodContainer, own_memory_limit
from diag.facts.index import Index
from diag.metrics.measure import number
from diag.metrics.prometheus import STEP, Course, Prometheus
from diag.metrics.queries import course
from diag.model.snapshot import Sample
from diag.model.units import parse_quantity

NAMES = (
    "memory_climb",
    "memory_last",
    "memory_limit_in",
    "memory_near_for",
    "memory_peak",
    "memory_ratio_30m",
    "memory_ratio_least",
    "memory_slope",
    "memory_straight",
    "memory_usual",
)
WINDOW = timedelta(hours=3)
MOST = 200  # pods
_AT_ONCE = 50  # pods in one query: some 20,000 points come back, and the address stays short

Key = tuple[str, str, str]


def add_courses(prometheus: Prometheus, cluster: str, index: Index, suspects: Iterable[PodContainer]) -> list[Sample]:
    """What the working sets of the suspects tell, as samples of the metrics `NAMES`. Raises ClusterError."""
    named = {_key(container): container for container in suspects}
    pods = sorted({key[:2] for key in named})
    samples: list[Sample] = []
    for start in range(0, len(pods), _AT_ONCE):
        asked = course(tuple(pods[start : start + _AT_ONCE]), cluster)
        found = prometheus.courses(asked, index.now - WINDOW, index.now)
        for key, lines in _by_container(found).items():
            if key in named:
                samples += [Sample(name, value, *key) for name, value in _told(index, named[key], lines)]
    return samples


def _key(container: PodContainer) -> Key:
    meta = container.pod.metadata
    return meta.namespace, meta.name, container.spec.name


def _by_container(found: list[Course]) -> dict[Key, list[usage.Points]]:
    lines: dict[Key, list[usage.Points]] = {}
    for series in found:
        key = tuple(series.metric.get(label, "") for label in ("namespace", "pod", "container"))
        points = [(time, value) for time, text in series.values if math.isfinite(value := number(text))]
        if points:
            lines.setdefault((key[0], key[1], key[2]), []).append(points)
    return lines


def _told(index: Index, container: PodContainer, lines: list[usage.Points]) -> Iterator[tuple[str, float]]:
    limit = parse_quantity(own_memory_limit(container) or 0)
    if limit <= 0:
        return
    yield "memory_peak", max(value for line in lines for _, value in line)
    yield from usage.lately(sorted(point for line in lines for point in line), limit, index.now.timestamp())
    run = usage.telling_run(index, container)
    if run is not None:
        yield from usage.course(usage.of_run(lines, run, STEP.total_seconds()), limit, run)
