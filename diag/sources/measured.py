"""Adding to a snapshot what was measured in its cluster: by metrics.k8s.io and by a Prometheus."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from diag.errors import ClusterError, DeadlineError, NotServedError, RefusedError
from diag.facts import usage
from diag.facts.index import Index
from diag.kube.deadline import Deadline, bounded
from diag.kube.session import Session
from diag.metrics import resource
from diag.metrics.measure import cluster_of, measure
from diag.metrics.prometheus import Get, Prometheus, connect, connect_through
from diag.metrics.queries import QUERIES, Query
from diag.model.snapshot import Gap, GapReason, Metrics, Sample, Snapshot
from diag.model.text import clean_bytes
from diag.sources.courses import MOST, NAMES, add_courses
from diag.sources.prometheus import Place, elsewhere, places

NONE = "none"  # as the address: ask no Prometheus at all
SECONDS = 20.0  # that all answers of one Prometheus may take together
NOT_FOUND = "no Prometheus was found in the cluster: give --prometheus URL"
_RATIOS = ("cpu_ratio", "memory_ratio")
PLACES = 3  # services that are tried
TOLD = 20  # pods that tell whether a Prometheus measures this cluster

Lack = tuple[GapReason, str]


class _Read(NamedTuple):
    """What came of asking one source: its metrics, and why there are not more, as reasons with a sentence each."""

    metrics: tuple[Metrics, ...] = ()
    lacking: tuple[Lack, ...] = ()


def add_metrics(
    snapshot: Snapshot,
    session: Session,
    prometheus: str | None,
    deadline: Deadline,
    queries: tuple[Query, ...] = QUERIES,
) -> Snapshot:
    """The snapshot with metrics, or with gaps that say why not.

    `prometheus` is an address, `NONE`, or None for one that is found in the cluster and reached through the API server.
    Raises UsageError for an address that is none.
    """
    index = Index(snapshot)
    get = getter(session, deadline)
    first = _resource(index, get)
    asking = _Asking(index, first.metrics, queries, deadline)
    second = asking.given(prometheus) if prometheus is not None else asking.found(get)
    lacking = (*first.lacking, *second.lacking)
    gaps = [Gap("metrics", "", why, _sentences(lacking, why)) for why in dict(lacking)]
    return msgspec.structs.replace(
        snapshot,
        metrics=(*snapshot.metrics, *first.metrics, *second.metrics),
        gaps=(*snapshot.gaps, *gaps),
    )


def _resource(index: Index, get: Get) -> _Read:
    """metrics.k8s.io, in two requests; ratios are worked out from the limits in the specs of the pods."""
    snapshot = index.snapshot
    readable = next((gap.read for gap in snapshot.gaps if gap.what == "pods" and gap.read), ())
    try:
        pods = resource.read(get, snapshot.scope.namespaces or readable, snapshot.taken_at)
    except ClusterError as error:
        return _Read(lacking=((_reason(error), _of_resource(error)),))
    samples = (*pods.samples, *usage.ratios(index, pods.samples), *_nodes(index, get))
    return _Read((msgspec.structs.replace(pods, names=(*pods.names, *_RATIOS), samples=samples),))


def _nodes(index: Index, get: Get) -> Sequence[Sample]:
    """Who may read the pods of a namespace mostly may not read nodes, and nothing is judged by these."""
    try:
        return resource.read_nodes(get, index.now).samples
    except ClusterError:
        return ()


class _Asking(msgspec.Struct, frozen=True):
    """What there is to ask a Prometheus, given what is known already."""

    index: Index
    known: tuple[Metrics, ...]
    queries: tuple[Query, ...]
    deadline: Deadline

    def given(self, url: str) -> _Read:
        """The Prometheus at an address."""
        if url == NONE:
            return _Read(lacking=(("not-asked", "no Prometheus was asked, by --prometheus none"),))
        prometheus = connect(url, shown(url), self._seconds())
        try:
            return self._asked(prometheus)
        except ClusterError as error:
            return _Read(lacking=((_reason(error), str(error)),))

    def found(self, get: Get) -> _Read:
        """The first of the likely services that answers and measures this cluster; else what they said."""
        snapshot = self.index.snapshot
        likely = places(snapshot.all("services")) or places(elsewhere(get) if snapshot.scope.namespaces else ())
        failures: list[Lack] = []
        for place in likely[:PLACES]:
            try:
                return self._asked(self._through(get, place))
            except ClusterError as error:
                failures.append((_reason(error), str(error)))
        return _Read(lacking=tuple(failures) or (("not-asked", NOT_FOUND),))

    def _through(self, get: Get, place: Place) -> Prometheus:
        return connect_through(get, place.path, place.name, self._seconds())

    def _seconds(self) -> float:
        left = self.deadline.left()
        return SECONDS if left is None else min(SECONDS, left)

    def _asked(self, prometheus: Prometheus) -> _Read:
        """In a thread that can be left behind: a server that drips its answer is never late for a socket."""
        try:
            return bounded(lambda: self._put(prometheus), Deadline(self._seconds()))
        except DeadlineError as error:
            raise DeadlineError(f"{prometheus.source} did not answer in time") from error

    def _put(self, prometheus: Prometheus) -> _Read:
        """Put all questions, and look closer at what stands out."""
        running = [pod for pod in self.index.snapshot.all("pods") if pod.status.phase == "Running" and pod.metadata.uid]
        if not running:
            return _Read(lacking=(("not-asked", "no pod runs, so there is nothing that Prometheus could tell"),))
        running.sort(key=lambda pod: pod.metadata.creation_timestamp or self.index.now)
        cluster = cluster_of(prometheus, [(pod.metadata.uid, pod.metadata.name) for pod in running[:TOLD]])
        measured = measure(prometheus, self._worth_asking(), cluster)
        lacking: list[Lack] = [("unreadable", text) for text in measured.unanswered]
        metrics = msgspec.structs.replace(measured.metrics, at=self.index.now)
        read = self._courses(prometheus, cluster, metrics) if self.queries is QUERIES else _Read((metrics,))
        return _Read(read.metrics, (*lacking, *read.lacking))

    def _worth_asking(self) -> tuple[Query, ...]:
        """Not what is known, nor what cannot be: without claims or limits, series that are not there are no gap."""
        known = {name for one in self.known for name in one.names}
        concerned = {
            "volume": any(claim.status.phase == "Bound" for claim in self.index.snapshot.all("persistentvolumeclaims")),
            "cpu limit": usage.any_limit(self.index, "cpu"),
            "memory limit": usage.any_limit(self.index, "memory"),
        }
        return tuple(q for q in self.queries if q.name not in known and concerned.get(q.concerns, True))

    def _courses(self, prometheus: Prometheus, cluster: str, metrics: Metrics) -> _Read:
        """The metrics with what the courses of suspects tell."""
        known = (*self.known, metrics)
        if not any("memory_ratio" in one.names for one in known):
            return _Read((metrics,))
        suspects = usage.suspects(self.index, [sample for one in known for sample in one.samples])
        try:
            samples = add_courses(prometheus, cluster, self.index, suspects[:MOST])
        except ClusterError as error:
            return _Read((metrics,), ((_reason(error), str(error)),))
        more = len(suspects) - MOST
        names = (*metrics.names, *NAMES) if more <= 0 else metrics.names
        left_out: tuple[Lack, ...] = (("truncated", f"the memory of {more} more containers"),) if more > 0 else ()
        return _Read(
            (msgspec.structs.replace(metrics, names=names, samples=(*metrics.samples, *samples)),),
            left_out,
        )


def getter(session: Session, deadline: Deadline) -> Get:
    """GETs that are not repeated where the server fails: metrics are worth no second try."""

    def get(path: str, query: list[tuple[str, str]], seconds: float) -> bytes:
        return session.get(path, query, deadline=Deadline(deadline.within(seconds)), back_off=())

    return get


def _reason(error: ClusterError) -> GapReason:
    """What a cluster has not got, or this account may not read, was not asked for by name: it is no failure."""
    if isinstance(error, DeadlineError):
        return "timeout"
    return "not-asked" if isinstance(error, (NotServedError, RefusedError)) else "unreadable"


def _of_resource(error: ClusterError) -> str:
    if isinstance(error, NotServedError):
        return "the cluster has no metrics.k8s.io: install metrics-server"
    if isinstance(error, DeadlineError):
        return "metrics.k8s.io did not answer in time"
    return f"metrics.k8s.io: {error}"


def _sentences(lacking: tuple[Lack, ...], why: GapReason) -> str:
    return "; ".join(dict.fromkeys(shown(text) for reason, text in lacking if reason == why))


def shown(text: str) -> str:
    """The URL may hold a password, and what a server answers may hold anything."""
    return clean_bytes(text.encode("utf-8", "replace"))
