"""Joins over a snapshot: by name, by claim, events by their object. Each is made once, when first asked for.

Facts read a snapshot through the index alone. What they may ask the snapshot itself is its scope, its clock and the
version of the server: the frame, without which no join of it would hold.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from diag.facts.groups import Groups, Keys, place
from diag.model.cluster import Event
from diag.model.meta import Metadata
from diag.model.pods import Pod
from diag.model.snapshot import LogKey, Sample, Snapshot

T = TypeVar("T")

Samples = dict[tuple[str, str, str, str], list[Sample]]
# What is read of a snapshot besides its objects, as `note` is told.
CLOCK = "clock"
LOGS = "logs"
LOG_GAPS = "log gaps"
METRICS = "metrics"
SAW = "saw"


class Key(NamedTuple):
    """What names an object within one cluster. `kind` as in the API (`Pod`), namespace empty where there is none."""

    kind: str
    namespace: str
    name: str


class Index:
    """A snapshot and the joins that facts need."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.slow_expressions: Counter[str] = Counter()
        self._named: dict[str, dict[tuple[str, str], Any]] = {}
        self._groups: dict[str, dict[str, Groups]] = {}
        self._kept: dict[Hashable, Any] = {}
        self._saw: dict[tuple[str, str], bool] = {}

    def note(self, *read: Hashable) -> None:
        """Called with whatever is read; here nobody wants to know (see `tracked`)."""

    @property
    def now(self) -> datetime:
        """The time of the snapshot."""
        self.note(CLOCK)
        return self.snapshot.taken_at

    def age(self, moment: datetime | None) -> float | None:
        """Seconds from `moment` to the time of the snapshot, never negative."""
        return None if moment is None else max(0.0, (self.now - moment).total_seconds())

    def saw(self, plural: str, namespace: str = "") -> bool:
        """Whether a kind was read wholly, as `Snapshot.saw` tells."""
        self.note(SAW, plural.partition("@")[0])
        known = self._saw.get((plural, namespace))
        if known is None:
            known = self._saw[plural, namespace] = self.snapshot.saw(plural, namespace)
        return known

    def all(self, plural: str) -> Sequence[Any]:
        """All objects of a kind (`plural` as in `model.kinds`)."""
        self.note("all", plural)
        return self.snapshot.all(plural)

    def get(self, plural: str, namespace: str, name: str) -> Any | None:
        """The object of a kind by name, or None."""
        self.note("get", plural, namespace, name)
        named = self._named.get(plural)
        if named is None:
            named = self._named[plural] = {place(found): found for found in self.snapshot.all(plural)}
        return named.get((namespace, name))

    def pod(self, namespace: str, name: str) -> Pod | None:
        """A pod by name."""
        return self.get("pods", namespace, name)

    def within(self, plural: str, namespace: str) -> list[Any]:
        """The objects of a kind in one namespace."""
        return self.groups("namespace", plural, _namespace).get(namespace)

    def namespaces(self, plural: str) -> AbstractSet[Hashable]:
        """The namespaces in which objects of a kind were read."""
        return self.groups("namespace", plural, _namespace).all_keys()

    def names(self, plural: str, namespace: str) -> set[str]:
        """The names of the objects of a kind in one namespace."""
        found: set[str] = self.keep(
            ("names", plural, namespace), lambda: {one.metadata.name for one in self.within(plural, namespace)}
        )
        return found

    def groups(self, name: str, plural: str, keys: Keys) -> Groups:
        """The records of a kind by what `keys` says of each, made when first asked for. `name` stands for `keys`."""
        of_kind = self._groups.setdefault(plural, {})
        if name not in of_kind:
            of_kind[name] = Groups(self.snapshot.all(plural), keys, lambda key: self.note("group", plural, name, key))
        return of_kind[name]

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` works out, done once. `key` says all that it depends on besides the snapshot, and by value."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def gist(self, key: Hashable, make: Callable[[], T]) -> T:
        """As `keep`, for what seldom comes out differently though many objects are read for it.

        `make` must read objects alone, neither what is kept nor the clock.
        """
        return self.keep(key, make)

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """As `keep`, but for one snapshot alone: the key may name records by their identity (`id`)."""
        return self.keep(key, make)

    def events(self, kind: str, meta: Metadata) -> list[Event]:
        """Events about one object, newest first.

        Matched by uid: a StatefulSet's pod or a recreated claim has the name of the one before it, whose events may
        still be there. An event without a uid (written by hand or by old components) is matched by name.
        """
        about = self.groups("involved", "events", _involved).get(Key(kind, meta.namespace, meta.name))
        same = ("", meta.uid, meta.name)  # the kubelet writes a node's name where its uid belongs
        return sorted((one for one in about if not meta.uid or one.involved.uid in same), key=_newest_first)

    @property
    def events_by_reason(self) -> Groups:
        """All events by their reason."""
        return self.groups("reason", "events", lambda event: (event.reason,))

    @property
    def pods_by_claim(self) -> Groups:
        """Pods by the (namespace, name) of each claim that they mount, ephemeral claims included."""
        return self.groups("claim", "pods", _claims)

    @property
    def pods_by_node(self) -> Groups:
        """Pods by the name of the node that they were placed on."""
        return self.groups("node", "pods", lambda pod: (pod.node_name,) if pod.node_name else ())

    @property
    def samples(self) -> Samples:
        """Metric samples by (namespace, pod, container, claim)."""
        return self.keep("samples", self._samples)

    def _samples(self) -> Samples:
        self.note(METRICS)
        found: Samples = defaultdict(list)
        for metrics in self.snapshot.metrics:
            for sample in metrics.samples:
                found[sample.namespace, sample.pod, sample.container, sample.claim].append(sample)
        return found

    @property
    def metric_names(self) -> frozenset[str]:
        """The metrics that some source was asked for and could answer."""
        self.note(METRICS)
        return frozenset(name for metrics in self.snapshot.metrics for name in metrics.names)

    def logs(self, namespace: str, container: str, previous: bool) -> list[LogKey]:
        """Which logs were read of the containers of that name in a namespace, of the run before or the present one."""
        self.note(LOGS, namespace, container, previous)
        return self.remember("logs", self._logs).get((namespace, container, previous), [])

    def _logs(self) -> dict[tuple[str, str, bool], list[LogKey]]:
        found: dict[tuple[str, str, bool], list[LogKey]] = defaultdict(list)
        for key in sorted(self.snapshot.logs):
            found[key.namespace, key.container, key.previous].append(key)
        return found

    def log(self, key: LogKey) -> str | None:
        """The log, or None when it was not read."""
        self.note(LOGS, key)
        return self.snapshot.logs.get(key)

    @property
    def log_gaps(self) -> frozenset[str]:
        """Logs that were asked for in vain, as `namespace/pod/container`."""
        self.note(LOG_GAPS)
        return frozenset(gap.scope for gap in self.snapshot.gaps if gap.what == "logs")


def joined(make: Callable[[Index], T]) -> Callable[[Index], T]:
    """A join over a whole snapshot, made when it is first asked for and kept with the index."""
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def kept(index: Index) -> T:
        return index.keep(name, lambda: make(index))

    return kept


def grouped(plural: str) -> Callable[[Keys], Callable[[Index], Groups]]:
    """A join that only puts the records of a kind together by the keys that the function tells of each.

    It must know them from the record alone.
    """

    def decorate(keys: Keys) -> Callable[[Index], Groups]:
        name = f"{keys.__module__}.{keys.__qualname__}"
        return lambda index: index.groups(name, plural, keys)

    return decorate


def claim_names(pod: Pod) -> list[str]:
    """Names of the claims a pod mounts; a generic ephemeral volume's claim is POD-VOLUME (KEP-1698)."""
    names = []
    for volume in pod.spec.volumes:
        if volume.persistent_volume_claim is not None:
            names.append(volume.persistent_volume_claim.claim_name)
        elif volume.ephemeral is not None:
            names.append(f"{pod.metadata.name}-{volume.name}")
    return names


def _namespace(record: Any) -> tuple[str]:
    return (record.metadata.namespace,)


def _involved(event: Event) -> tuple[Key]:
    return (Key(event.involved.kind, event.involved.namespace, event.involved.name),)


def _claims(pod: Pod) -> Iterator[tuple[str, str]]:
    names = dict.fromkeys(claim_names(pod)) if pod.spec.volumes else ()
    return ((pod.metadata.namespace, name) for name in names)


def _newest_first(event: Event) -> tuple[float, str]:
    return -(event.last.timestamp() if event.last else 0.0), event.metadata.name
