"""What a Prometheus measured, as samples; whether it measures this cluster; and what it could not answer."""

import math
from collections.abc import Iterable

import msgspec

from diag.errors import AnswerError, ClusterError, DeadlineError, UnreachableError
from diag.metrics.prometheus import Prometheus, Series
from diag.metrics.queries import CGROUP_MEMORY, POD_INFO, Query, known, same_pods
from diag.model.snapshot import Metrics, Sample


class Measured(msgspec.Struct, frozen=True):
    """What Prometheus answered; `unanswered` tells in a sentence each why some questions have no answer."""

    metrics: Metrics
    unanswered: tuple[str, ...] = ()


def cluster_of(prometheus: Prometheus, pods: Iterable[tuple[str, str]]) -> str:
    """The name that Prometheus knows the cluster of these pods by (label `cluster`), empty when it names none.

    `pods` are some (uid, name) that have run for long. Raises AnswerError when none of them is known, so that what it
    measures is another cluster, and ClusterError when it does not answer.
    """
    uids, names = zip(*pods, strict=True)
    found = {series.metric.get("__name__", ""): series for series in prometheus.vector(same_pods(uids, names))}
    # Names of pods may be the same in many clusters: they tell only where uids cannot.
    ours = found.get(POD_INFO) or (found.get(CGROUP_MEMORY) if "" not in found else None)
    if ours is None:
        raise AnswerError(f"{prometheus.source} knows none of this cluster's pods: it may measure another cluster")
    return ours.metric.get("cluster", "")


def measure(prometheus: Prometheus, queries: tuple[Query, ...], cluster: str) -> Measured:
    """Put the questions. Raises ClusterError when not even the simplest one is answered.

    Of an answer that holds only a part, what it holds is kept, and its question counts as unanswered. A server that
    does not answer one question is not asked another.
    """
    there = {series.metric.get("__name__", "") for series in prometheus.vector(known(queries, cluster))}
    lacking = {need for query in queries for need in query.needs} - there
    unanswered = [f"{prometheus.source} has no series {', '.join(sorted(lacking))}"] if lacking else []
    names: list[str] = []
    samples: list[Sample] = []
    for query in queries:
        if lacking.intersection(query.needs):
            continue
        before = len(prometheus.warnings)
        try:
            samples += _samples(query, prometheus.vector(query.of(cluster)))
        except ClusterError as error:
            unanswered.append(str(error))
            if isinstance(error, (UnreachableError, DeadlineError)):
                break
            continue
        if len(prometheus.warnings) == before:
            names.append(query.name)
    unanswered += [f"{prometheus.source} answered in part: {text}" for text in dict.fromkeys(prometheus.warnings)]
    samples.sort(key=lambda s: (s.name, s.namespace, s.pod, s.container, s.claim))
    return Measured(Metrics(prometheus.source, tuple(names), tuple(samples)), tuple(unanswered))


def _samples(query: Query, result: list[Series]) -> list[Sample]:
    return [
        Sample(
            query.name,
            value,
            namespace=series.metric.get("namespace", ""),
            pod=series.metric.get("pod", ""),
            container=series.metric.get("container", ""),
            claim=series.metric.get("persistentvolumeclaim", ""),
        )
        for series in result
        if math.isfinite(value := number(series.value[1]))
    ]


def number(text: str) -> float:
    """A value as Prometheus writes it; not a number where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
