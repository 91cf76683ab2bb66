"""A snapshot of a live cluster that stays current: every kind is read once, and watched from there on."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Event, Lock, Semaphore, Thread, current_thread
from typing import Any

from diag.errors import ClusterError, UnreachableError
from diag.facts.tracked import Change
from diag.kube.session import FOREVER, Session
from diag.model.kinds import BY_PLURAL, KINDS, Kind
from diag.model.snapshot import Gap, Scope, Snapshot
from diag.sources.cluster import LISTS
from diag.sources.lists import Lists, Part, Read, parts
from diag.sources.pulse import keep_pulse
from diag.sources.store import Store
from diag.sources.watch_health import Health, Healths
from diag.sources.watched import Watched

# What is cheap to read and tells much comes first.
_FIRST = ("events", "persistentvolumeclaims", "nodes")
_PODS = BY_PLURAL["pods"]
_UNWELL = "status.phase!=Running,status.phase!=Succeeded"


class Watching:
    """One cluster within a scope, kept current by threads of its own. `changed` is told when it is worth a look.

    Until a kind has been read whole, a gap says so. What is refused is a gap, too, and asked for again now and then.
    What tells most is read first, the pods in trouble among it, and all else waits for whoever has taken those to have
    `looked` at them, `hold` seconds at most: to decode much leaves little time for anything else. `pause` is called
    now and then, and may take a moment.
    """

    def __init__(
        self,
        session: Session,
        scope: Scope,
        chunk_size: int | None = None,
        changed: Callable[[], None] = lambda: None,
        hold: float = 0.0,
        pause: Callable[[], None] = lambda: None,
    ) -> None:
        self._session = session
        self._scope = scope
        self._changed = changed
        self._store = Store()
        self._healths = Healths(changed)
        self._lists = Lists(session, scope, FOREVER, chunk_size, self._took)
        self._seats = Semaphore(LISTS)
        self._lock = Lock()
        self._unread = {kind.plural for kind in KINDS}
        self._hold = hold
        self._pause = pause
        self._trouble_read = self._trouble_taken = False
        self._looked = Event()

    @property
    def read_once_done(self) -> bool:
        """Whether everything has been read once, or could not be."""
        return not self._healths.reading

    def start(self) -> None:
        """Begin to read; returns at once."""
        for kind in KINDS:
            self._store.set_gaps(kind.plural, "", [Gap(kind.resource, "", "reading")])
        self._begin(keep_pulse, self._session, self._healths)
        self._begin(self._keep_pods)
        for kind in sorted(KINDS, key=lambda kind: kind.plural not in _FIRST):
            if kind.plural in _FIRST:
                self._begin(self._keep, kind)
            elif kind is not _PODS:
                self._begin(self._keep_later, kind)

    def close(self) -> None:
        """Stop; returns at once. What is being read on the session is cut, the session itself stays open."""
        self._healths.close()
        self._looked.set()
        self._session.interrupt()

    def logged_in(self) -> None:
        """The session has a new login: what was refused is asked for again at once."""
        self._healths.logged_in()

    def state(self) -> Health:
        """How current it is."""
        return self._healths.now()

    def gaps(self) -> tuple[Gap, ...]:
        """What could not be read, or was not yet."""
        return self._store.gaps()

    def take(self) -> tuple[Snapshot, list[Change] | None]:
        """What is known now, without logs and metrics, and the changes that led there from what was taken before.

        None instead of changes that are too many; then anything may have changed.
        """
        self._trouble_taken = self._trouble_read
        held = self._store.take()
        snapshot = Snapshot(
            taken_at=datetime.now(UTC).replace(microsecond=0),
            source=self._session.server,
            context=self._session.context,
            server_version=self._session.version,
            scope=self._scope,
            objects=held.objects,
            gaps=held.gaps,
        )
        return snapshot, held.changes

    def looked(self) -> None:
        """What was taken last has been looked at."""
        if self._trouble_taken:
            self._looked.set()

    def _begin(self, work: Callable[..., None], *of: Any) -> None:
        Thread(target=self._run, args=(work, of), name="watching", daemon=True).start()

    def _run(self, work: Callable[..., None], of: Sequence[Any]) -> None:
        try:
            work(*of)
        except Exception as error:  # noqa: BLE001 - the worker's boundary: what stands still must not look current
            self._healths.trouble(current_thread(), "lost", f"internal error: {type(error).__name__}: {error}")

    def _keep_pods(self) -> None:
        """All pods stand behind everything else in the queue for seats, those in trouble before it."""
        self._look_for_trouble()
        self._trouble_read = True
        self._changed()
        self._keep_later(_PODS)

    def _keep_later(self, kind: Kind) -> None:
        self._looked.wait(self._hold)
        self._keep(kind)

    def _look_for_trouble(self) -> None:
        """Read the pods that neither run nor are done, long before all others have come."""
        try:
            with self._seats:
                for part in parts(_PODS, self._scope.namespaces):
                    self._lists.part(part._replace(fields=_UNWELL))
        except ClusterError:
            return  # whoever reads all pods will meet it again

    def _keep(self, kind: Kind) -> None:
        reads = self._read(kind)
        if self._healths.closed:
            return
        self._put(kind, reads)
        for read in reads[1:]:
            self._begin(self._watch, read)
        self._watch(reads[0])

    def _watch(self, read: Read) -> None:
        watched = Watched(
            self._session, self._lists, self._seats, self._store, self._healths, read, self._changed, self._pause
        )
        watched.keep(read.refused)

    def _read(self, kind: Kind) -> list[Read]:
        """Read a kind for the first time, as often as it takes for the login to be accepted."""
        while not self._healths.closed:
            try:
                with self._seats:
                    reads = self._lists.kind(kind) if not self._healths.closed else []
            except ClusterError as error:
                self._healths.trouble(kind, "refused", str(error))
                self._healths.pause_long()
            else:
                self._healths.well(kind)
                return reads
        return []

    def _put(self, kind: Kind, reads: Sequence[Read]) -> None:
        """Take in what came of reading a kind; what is missing around that stays a gap, whatever is watched."""
        around = [gap for read in reads for gap in read.gaps if gap.read]
        for read in reads:
            read.gaps = [gap for gap in read.gaps if not gap.read]
            namespace = read.part.namespace or ""
            if read.records is None:
                self._store.set_gaps(kind.plural, namespace, read.gaps)
            else:
                self._store.replace_all(kind.plural, namespace, read.records, read.gaps)
                read.records = None
            read.decoder.settle()
        if reads[0].part.namespace is not None:
            self._store.set_gaps(kind.plural, "", around)
        self._done(kind)

    def _done(self, kind: Kind) -> None:
        with self._lock:
            self._unread.discard(kind.plural)
            complete = not self._unread
        if complete:
            self._healths.complete()
        self._changed()

    def _took(self, part: Part, records: list[Any], number: int) -> None:
        if self._healths.closed:
            raise UnreachableError("it is no longer watched")
        self._pause()
        self._healths.progress(f"reading {part.kind.plural}: {number:,}")
        if part.kind.plural in self._unread and self._store.add(part.kind.plural, records):
            self._changed()
