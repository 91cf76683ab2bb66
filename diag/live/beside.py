"""What is read beside the objects, by threads of its own: the logs that a scan asks for, and what was measured."""

from collections.abc import Callable, Sequence
from math import inf
from threading import Lock, Thread
from time import monotonic

import msgspec

from diag.errors import MondiagError
from diag.kube.deadline import Deadline
from diag.kube.session import Session
from diag.model.snapshot import Gap, LogKey, Metrics, Scope, Snapshot
from diag.sources.cluster import ClusterSource
from diag.sources.measured import add_metrics

LOG_AGAIN = 20.0  # seconds after which the log of a pod that changed is worth another look
LATE_AGAIN = 60.0  # and one that did not come in time, of a pod that did not
METRICS_AGAIN = 60.0  # seconds; metrics-server and Prometheus measure every 15 to 60
LOG_SECONDS = 15.0
METRICS_SECONDS = 40.0


class _Log(msgspec.Struct, frozen=True):
    """What came of reading a log, of which record of its pod, and when (monotonic seconds)."""

    pod: object
    at: float
    text: str | None
    gaps: tuple[Gap, ...]

    def stale(self, pod: object) -> bool:
        """Whether it is worth another look, for the pod as it is now."""
        age = monotonic() - self.at
        late = any(gap.why == "timeout" for gap in self.gaps)
        return age >= LOG_AGAIN if self.pod is not pod else late and age >= LATE_AGAIN


class Beside:
    """Logs and metrics of one cluster, as they were last read, for one thread. `changed` is told of anything new.

    At most `most` logs are read at a time.
    """

    def __init__(self, session: Session, most: int, prometheus: str | None, changed: Callable[[], None]) -> None:
        self._session = session
        self._most = most
        self._prometheus = prometheus
        self._changed = changed
        self._lock = Lock()
        self._logs: dict[LogKey, _Log] = {}
        self._reading = False
        self._metrics: tuple[tuple[Metrics, ...], tuple[Gap, ...]] = (), ()
        self._measured = -inf
        self._measuring = False

    def added(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with what is known: logs of pods that are still there, and metrics."""
        with self._lock:
            logs = {key: log.text for key, log in self._logs.items() if log.text is not None}
            gaps = dict.fromkeys(gap for log in self._logs.values() for gap in log.gaps)
            metrics, metric_gaps = self._metrics
        return msgspec.structs.replace(
            snapshot,
            logs=dict(sorted(logs.items())),
            metrics=metrics,
            gaps=(*snapshot.gaps, *metric_gaps, *gaps),
        )

    def expire(self) -> None:
        """Have everything read anew at the next occasion; what is known stays until then."""
        self._measured = -inf
        with self._lock:
            self._logs = {key: msgspec.structs.replace(log, pod=None, at=-inf) for key, log in self._logs.items()}

    def read_logs(self, snapshot: Snapshot, wanted: Sequence[LogKey], pods: Callable[[LogKey], object | None]) -> None:
        """Read the logs that are wanted, and those known of a pod that has changed since, in a thread; those of pods
        that are gone are forgotten. `pods` gives the record of a log's pod."""
        with self._lock:
            found = {key: pod for key in (*wanted, *self._logs) if (pod := pods(key)) is not None}
            self._logs = {key: log for key, log in self._logs.items() if key in found}
            chosen = [key for key, pod in found.items() if key not in self._logs or self._logs[key].stale(pod)]
            if not chosen or self._reading:
                return
            self._reading = True
        some = {key: found[key] for key in chosen[: self._most]}
        Thread(target=self._read, args=(snapshot, some), name="logs", daemon=True).start()

    def measure(self, snapshot: Snapshot) -> None:
        """Read the metrics anew when they are old, in a thread."""
        if self._measuring or monotonic() - self._measured < METRICS_AGAIN:
            return
        self._measuring, self._measured = True, monotonic()
        Thread(target=self._measure, args=(snapshot,), name="metrics", daemon=True).start()

    def _read(self, snapshot: Snapshot, pods: dict[LogKey, object]) -> None:
        began = monotonic()
        plain = msgspec.structs.replace(snapshot, logs={}, gaps=())
        try:
            found = ClusterSource(self._session, Scope(), Deadline(LOG_SECONDS)).read_logs(plain, tuple(pods))
        except Exception as error:  # noqa: BLE001 - the worker's boundary: without it no log would be read any more
            words = _words(error)
            gaps = tuple(Gap("logs", _place(key), "unreadable", words) for key in pods)
            found = msgspec.structs.replace(plain, gaps=gaps)
        with self._lock:
            for key, pod in pods.items():
                self._logs[key] = _Log(pod, began, found.logs.get(key), _gaps_of(found, key))
            self._reading = False
        self._changed()

    def _measure(self, snapshot: Snapshot) -> None:
        plain = msgspec.structs.replace(snapshot, metrics=(), gaps=())
        try:
            found = add_metrics(plain, self._session, self._prometheus, Deadline(METRICS_SECONDS))
        except Exception as error:  # noqa: BLE001 - the worker's boundary: what is not measured must be told
            found = msgspec.structs.replace(plain, gaps=(Gap("metrics", "", "unreadable", _words(error)),))
        with self._lock:
            self._metrics = found.metrics, found.gaps
            self._measuring = False
        self._changed()


def _gaps_of(found: Snapshot, key: LogKey) -> tuple[Gap, ...]:
    """Those of this log; the one of the run before has the same place, but one that was read is at most cut short."""
    ours = (gap for gap in found.gaps if gap.scope == _place(key))
    return tuple(gap for gap in ours if key not in found.logs or gap.why == "truncated")


def _place(key: LogKey) -> str:
    return f"{key.namespace}/{key.pod}/{key.container}"


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, MondiagError) else f"internal error: {type(error).__name__}: {error}"
