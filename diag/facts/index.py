"""Joins over a snapshot: by name, by claim, events by their object. Each is made once, when first asked for."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, NamedTuple, TypeVar

from diag.model.cluster import Event
from diag.model.meta import Metadata
from diag.model.pods import Pod
from diag.model.snapshot import LogKey, Sample, Snapshot

T = TypeVar("T")


class Key(NamedTuple):
    """What names an object within one cluster. `kind` as in the API (`Pod`), namespace empty where there is none."""

    kind: str
    namespace: str
    name: str


class Index:
    """A snapshot and the joins that facts need. `memo` is where facts keep joins of their own, by their names."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.now: datetime = snapshot.taken_at
        self.memo: dict[str, Any] = {}
        self.slow_expressions: Counter[str] = Counter()
        self._named: dict[str, dict[tuple[str, str], Any]] = {}
        self._names: dict[str, dict[str, set[str]]] = {}

    def get(self, plural: str, namespace: str, name: str) -> Any | None:
        """The object of a kind (`plural` as in `model.kinds`) by name, or None."""
        named = self._named.get(plural)
        if named is None:
            named = {(o.metadata.namespace, o.metadata.name): o for o in self.snapshot.all(plural)}
            self._named[plural] = named
        return named.get((namespace, name))

    def names(self, plural: str, namespace: str) -> set[str]:
        """The names of the objects of a kind in one namespace."""
        known = self._names.get(plural)
        if known is None:
            known = self._names[plural] = defaultdict(set)
            for found in self.snapshot.all(plural):
                known[found.metadata.namespace].add(found.metadata.name)
        return known.get(namespace, set())

    def age(self, moment: datetime | None) -> float | None:
        """Seconds from `moment` to the time of the snapshot, never negative."""
        return None if moment is None else max(0.0, (self.now - moment).total_seconds())

    def events(self, kind: str, meta: Metadata) -> list[Event]:
        """Events about one object, newest first.

        Matched by uid: a StatefulSet's pod or a recreated claim has the name of the one before it, whose events may
        still be there. An event without a uid (written by hand or by old components) is matched by name.
        """
        about = self._events.get(Key(kind, meta.namespace, meta.name), ())
        same = ("", meta.uid, meta.name)  # the kubelet writes a node's name where its uid belongs
        return [event for event in about if not meta.uid or event.involved.uid in same]

    @cached_property
    def _events(self) -> dict[Key, list[Event]]:
        about: dict[Key, list[Event]] = defaultdict(list)
        for event in self.snapshot.all("events"):
            involved = event.involved
            about[Key(involved.kind, involved.namespace, involved.name)].append(event)
        for events in about.values():
            events.sort(key=_newest_first)
        return about

    @cached_property
    def events_by_reason(self) -> dict[str, list[Event]]:
        """All events by their reason."""
        found: dict[str, list[Event]] = defaultdict(list)
        for event in self.snapshot.all("events"):
            found[event.reason].append(event)
        return found

    @cached_property
    def pods_by_claim(self) -> dict[tuple[str, str], list[Pod]]:
        """Pods by the (namespace, name) of each claim that they mount, ephemeral claims included."""
        found: dict[tuple[str, str], list[Pod]] = defaultdict(list)
        for pod in self.snapshot.all("pods"):
            if pod.spec.volumes:
                for claim in claim_names(pod):
                    found[pod.metadata.namespace, claim].append(pod)
        return found

    @cached_property
    def pods_by_node(self) -> dict[str, list[Pod]]:
        """Pods by the name of the node that they were placed on."""
        found: dict[str, list[Pod]] = defaultdict(list)
        for pod in self.snapshot.all("pods"):
            if pod.node_name:
                found[pod.node_name].append(pod)
        return found

    @cached_property
    def samples(self) -> dict[tuple[str, str, str, str], list[Sample]]:
        """Metric samples by (namespace, pod, container, claim)."""
        found: dict[tuple[str, str, str, str], list[Sample]] = defaultdict(list)
        for metrics in self.snapshot.metrics:
            for sample in metrics.samples:
                found[sample.namespace, sample.pod, sample.container, sample.claim].append(sample)
        return found

    @cached_property
    def metric_names(self) -> frozenset[str]:
        """The metrics that some source was asked for and could answer."""
        return frozenset(name for metrics in self.snapshot.metrics for name in metrics.names)

    def log(self, key: LogKey) -> str | None:
        """The log, or None when it was not read."""
        return self.snapshot.logs.get(key)

    def pod(self, namespace: str, name: str) -> Pod | None:
        """A pod by name."""
        return self.get("pods", namespace, name)

    @cached_property
    def log_gaps(self) -> frozenset[str]:
        """Logs that were asked for in vain, as `namespace/pod/container`."""
        return frozenset(gap.scope for gap in self.snapshot.gaps if gap.what == "logs")


def joined(make: Callable[[Index], T]) -> Callable[[Index], T]:
    """A join over a whole snapshot, made when it is first asked for and kept with the index."""
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def kept(index: Index) -> T:
        if name not in index.memo:
            index.memo[name] = make(index)
        found: T = index.memo[name]
        return found

    return kept


def claim_names(pod: Pod) -> list[str]:
    """Names of the claims a pod mounts; a generic ephemeral volume's claim is POD-VOLUME (KEP-1698)."""
    names = []
    for volume in pod.spec.volumes:
        if volume.persistent_volume_claim is not None:
            names.append(volume.persistent_volume_claim.claim_name)
        elif volume.ephemeral is not None:
            names.append(f"{pod.metadata.name}-{volume.name}")
    return names


def _newest_first(event: Event) -> tuple[float, str]:
    return -(event.last.timestamp() if event.last else 0.0), event.metadata.name
