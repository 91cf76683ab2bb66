"""One list of a cluster kept current: read, and watched from there on, whatever happens to the connection."""

from collections.abc import Callable
from threading import Semaphore
from time import monotonic
from typing import Any

from diag.errors import ClusterError, KubeconfigError, NotServedError, RefusedError, UnreachableError
from diag.kube.answer import ExpiredError
from diag.kube.reach import CutError
from diag.kube.session import Session
from diag.kube.watch import Change, Watch
from diag.sources.lists import Lists, Read, lacking, left_out
from diag.sources.store import Store
from diag.sources.watch_health import Healths

# A lease is renewed every few seconds, which is of no interest to anybody but its holder.
_UNTOLD = frozenset({"leases"})
_SOON = 1.0  # a watch that ends before, with nothing to tell, is none


class Watched:
    """Keeps a store current with one list, from what came of reading it on.

    `seats` are those for lists, of which few are read at once; `changed` is told when it is worth a look,
    and `pause` is called before something is taken in.
    """

    def __init__(
        self,
        session: Session,
        lists: Lists,
        seats: Semaphore,
        store: Store,
        healths: Healths,
        read: Read,
        changed: Callable[[], None],
        pause: Callable[[], None],
    ) -> None:
        self._session = session
        self._lists = lists
        self._seats = seats
        self._store = store
        self._healths = healths
        self._changed = changed
        self._pause = pause
        self._part = read.part
        self._place = read.part.kind.plural, read.part.namespace or ""
        self._decoder = read.decoder
        self._gaps = read.gaps
        self._version = read.version
        self._known = bool(read.version)
        self._failures = 0

    def keep(self, error: ClusterError | None = None) -> None:
        """Keep it current until the end, or until the server turns out not to have it; `error` ended its reading."""
        over = error is not None and self._failed(error)
        while not over and not self._healths.closed:
            try:
                self._go_on()
            except ClusterError as failure:
                over = self._failed(failure)

    def _go_on(self) -> None:
        """Read it anew where that is needed, and watch it until the watch ends."""
        if not self._version:
            self._read()
        if self._healths.closed:
            return
        watch = Watch(
            self._session,
            self._part.kind,
            self._part.namespace,
            self._lists.selector(self._part.kind),
            self._version,
            self._part.fields,
        )
        began = monotonic()
        try:
            came = self._follow(watch)
        finally:
            self._version = watch.version
        if not came and monotonic() - began < _SOON:
            self._failures += 1
            self._healths.pause(self._failures)

    def _follow(self, watch: Watch) -> bool:
        """Take in what comes until the watch ends; whether anything came."""
        came = False
        for changes in watch:
            if self._healths.closed:
                break
            self._healths.well(self)
            if changes:
                self._pause()
                came, self._failures = True, 0
                self._apply(changes)
        return came

    def _read(self) -> None:
        with self._seats:
            if self._healths.closed:
                return
            read = self._lists.part(self._part, self._decoder)
        if read.refused is not None:
            raise read.refused
        self._version, self._known, self._gaps = read.version, True, read.gaps
        self._store.replace_all(*self._place, read.records or [], read.gaps)
        self._decoder.settle()
        self._changed()

    def _apply(self, changes: list[Change]) -> None:
        """What came together goes in together; of a deleted object the server tells what was last."""
        records = self._records(changes)
        if len(records) == len(changes):
            steps = list(zip((change.gone for change in changes), records, strict=True))
        else:
            steps = [(change.gone, record) for change in changes for record in self._records([change])]
        plural = self._part.kind.plural
        if self._store.apply(plural, steps) and plural not in _UNTOLD:
            self._changed()
        if self._decoder.left_out:
            self._gaps = list(dict.fromkeys([*self._gaps, *left_out(self._decoder)]))
            self._store.set_gaps(*self._place, self._gaps)

    def _records(self, changes: list[Change]) -> list[Any]:
        array = b"[" + b",".join([bytes(change.object) for change in changes]) + b"]"
        return self._lists.records(self._part.kind, self._decoder, array)

    def _failed(self, error: ClusterError) -> bool:
        """Wait for the next try; whether there should be none."""
        self._failures += 1
        if isinstance(error, NotServedError):
            self._lose(error)
            return True
        if isinstance(error, RefusedError) and error.status == 403 and self._version:
            self._version = ""  # who may list but not watch is shown a list now and then
            self._healths.pause(self._failures)
        elif isinstance(error, RefusedError) and error.status == 403:
            self._lose(error)
            self._healths.pause_long()
        elif isinstance(error, RefusedError | KubeconfigError):
            self._healths.trouble(self, "refused", str(error))
            self._healths.pause_long()
        else:
            self._tell(error)
            self._healths.pause(self._failures)
        return False

    def _lose(self, error: ClusterError) -> None:
        """What may not be read any more is not known any more."""
        self._known = False
        self._healths.well(self)
        gaps = [lacking(self._part, error, False)]
        if gaps != self._gaps:
            self._gaps = gaps
            self._store.drop(*self._place, gaps)
            self._changed()

    def _tell(self, error: ClusterError) -> None:
        """That a connection is cut happens all the time, and that a version expires; then it is enough to go on."""
        if isinstance(error, ExpiredError):
            self._version = ""
        if isinstance(error, CutError | ExpiredError) and self._failures == 1:
            return
        if self._known or isinstance(error, UnreachableError):
            self._healths.trouble(self, "lost", str(error))
