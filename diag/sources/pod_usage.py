"""How the use of one pod's containers went lately, as a Prometheus tells: given, or found in the cluster."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from diag.errors import ClusterError, NotServedError
from diag.kube.deadline import Deadline, bounded
from diag.kube.session import Session
from diag.metrics import prometheus as server
from diag.metrics.measure import cluster_of, number
from diag.metrics.prometheus import Prometheus, connect, connect_through
from diag.metrics.queries import pod_use
from diag.model.course import Course, Points
from diag.model.snapshot import Snapshot
from diag.sources.measured import NONE, NOT_FOUND, PLACES, getter, shown
from diag.sources.prometheus import places

WINDOW = timedelta(hours=1)
SECONDS = 15.0


def pod_usage(
    session: Session, snapshot: Snapshot, prometheus: str | None, namespace: str, pod: str
) -> tuple[Course, ...]:
    """The use of each container in the last hour. `prometheus` as in `add_metrics`.

    Raises ClusterError when no Prometheus tells.
    """
    last: ClusterError = NotServedError(NOT_FOUND)
    for one in _likely(session, snapshot, prometheus):
        try:
            return bounded(lambda one=one: _asked(one, snapshot, namespace, pod), Deadline(SECONDS))  # type: ignore[misc]
        except ClusterError as error:
            last = error
    raise last


def _likely(session: Session, snapshot: Snapshot, url: str | None) -> Iterator[Prometheus]:
    if url == NONE:
        raise NotServedError("no Prometheus is asked, by --prometheus none")
    if url is not None:
        yield connect(url, shown(url), SECONDS)
        return
    get = getter(session, Deadline(SECONDS))
    for place in places(snapshot.all("services"))[:PLACES]:
        yield connect_through(get, place.path, place.name, SECONDS)


def _asked(prometheus: Prometheus, snapshot: Snapshot, namespace: str, pod: str) -> tuple[Course, ...]:
    ours = [p.metadata for p in snapshot.all("pods") if (p.metadata.namespace, p.metadata.name) == (namespace, pod)]
    if not ours:
        raise NotServedError(f"there is no pod {pod} in namespace {namespace} any more")
    cluster = cluster_of(prometheus, [(meta.uid, meta.name) for meta in ours])
    now = datetime.now(UTC)
    asked = pod_use(namespace, pod, cluster)
    found = {what: _by_container(prometheus.courses(promql, now - WINDOW, now)) for what, promql in asked.items()}
    names = sorted({name for lines in found.values() for name in lines})
    return tuple(Course(name, found["cpu"].get(name, ()), found["memory"].get(name, ())) for name in names)


def _by_container(courses: list[server.Course]) -> dict[str, Points]:
    return {
        course.metric.get("container", ""): tuple(
            (time, value) for time, text in course.values if math.isfinite(value := number(text))
        )
        for course in courses
    }
