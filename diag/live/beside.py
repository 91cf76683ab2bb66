"""What is read beside the objects, by threads of its own: the logs that a scan asks for, and what was measured."""

from collections.abc import Callable, Sequence
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
METRICS_AGAIN = 60.0  # seconds; metrics-server and Prometheus measure every 15 to 60
LOG_SECONDS = 15.0
METRICS_SECONDS = 40.0


class _Log(msgspec.Struct, frozen=True):
    """What came of reading a log, of which record of its pod, and when (monotonic seconds)."""

    pod: object
    at: float
    text: str | None
    gaps: tuple[Gap, ...]


class Beside:
    """Logs and metrics of one cluster, as they were last read. `changed` is told when there is something new."""

    def __init__(self, session: Session, max_logs: int, prometheus: str | None, changed: Callable[[], None]) -> None:
        self._session = session
        self._max_logs = max_logs
        self._prometheus = prometheus
        self._changed = changed
        self._lock = Lock()
        self._logs: dict[LogKey, _Log] = {}
        self._reading = False
        self._metrics: tuple[Metrics, ...] = ()
        self._metric_gaps: tuple[Gap, ...] = ()
        self._measured = -METRICS_AGAIN
        self._measuring = False

    def added(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with what is known: logs of pods that are still there, and metrics."""
        with self._lock:
            logs = {key: log.text for key, log in self._logs.items() if log.text is not None}
            gaps = tuple(gap for log in self._logs.values() for gap in log.gaps)
        return msgspec.structs.replace(
            snapshot,
            logs=dict(sorted(logs.items())),
            metrics=self._metrics,
            gaps=(*snapshot.gaps, *self._metric_gaps, *gaps),
        )

    def read_logs(self, snapshot: Snapshot, wanted: Sequence[LogKey], pods: Callable[[LogKey], object | None]) -> None:
        """Read the logs that are wanted and not known of the pod as it is now, in a thread; those of pods that are
        gone are forgotten. `pods` gives the record of a log's pod."""
        with self._lock:
            self._logs = {key: log for key, log in self._logs.items() if pods(key) is not None}
            chosen = [key for key in wanted if self._worth(key, pods(key))][: self._max_logs]
            if not chosen or self._reading:
                return
            self._reading = True
        Thread(target=self._read, args=(snapshot, {key: pods(key) for key in chosen}), name="logs", daemon=True).start()

    def measure(self, snapshot: Snapshot) -> None:
        """Read the metrics anew when they are old, in a thread."""
        if self._measuring or monotonic() - self._measured < METRICS_AGAIN:
            return
        self._measuring = True
        Thread(target=self._measure, args=(snapshot,), name="metrics", daemon=True).start()

    def _worth(self, key: LogKey, pod: object | None) -> bool:
        known = self._logs.get(key)
        if pod is None:
            return False
        return known is None or (known.pod is not pod and monotonic() - known.at >= LOG_AGAIN)

    def _read(self, snapshot: Snapshot, pods: dict[LogKey, object]) -> None:
        try:
            source = ClusterSource(self._session, Scope(), Deadline(LOG_SECONDS))
            plain = msgspec.structs.replace(snapshot, logs={}, gaps=())
            found = source.read_logs(plain, tuple(pods))
            with self._lock:
                for key, pod in pods.items():
                    place = f"{key.namespace}/{key.pod}/{key.container}"
                    gaps = tuple(gap for gap in found.gaps if gap.scope == place)
                    self._logs[key] = _Log(pod, monotonic(), found.logs.get(key), gaps)
        finally:
            self._reading = False
        self._changed()

    def _measure(self, snapshot: Snapshot) -> None:
        try:
            plain = msgspec.structs.replace(snapshot, metrics=(), gaps=())
            found = add_metrics(plain, self._session, self._prometheus, Deadline(METRICS_SECONDS))
            self._metrics, self._metric_gaps = found.metrics, found.gaps
        except MondiagError as error:
            self._metric_gaps = (Gap("metrics", "", "unreadable", str(error)),)
        finally:
            self._measured = monotonic()
            self._measuring = False
        self._changed()
