"""A recording as a feed: read once, scanned once, and then as it was."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING

from msgspec.structs import replace

from diag.errors import MondiagError, NotServedError, RecordingError
from diag.facts.index import Index, Key
from diag.finding import Explanation
from diag.live.feed import Fail, Pause, Post
from diag.live.view import Connection, View
from diag.model.course import Course
from diag.model.kinds import BY_KIND
from diag.model.snapshot import Snapshot
from diag.playbook.format import Playbook

if TYPE_CHECKING:
    from diag.live.logs import LogReading

Load = Callable[[], tuple[Snapshot, Sequence[Playbook]]]


class RecordedFeed:
    """The views of a recording: that it is being read, and then what it holds.

    `load` reads it, with the playbooks to use; `path` is where whole objects are looked up, empty where they cannot be.
    """

    recorded = True

    def __init__(self, name: str, path: str, load: Load) -> None:
        self.name = name
        self._path = path
        self._load = load
        self._playbooks: Sequence[Playbook] = ()
        self._post: Post = lambda view: None
        self._fail: Fail = lambda error: None
        self._view = View(name, Connection("reading", _now()))
        self._busy = False

    def start(self, post: Post, fail: Fail, pause: Pause) -> None:
        """Read it, in a thread, which is over soon."""
        self._post, self._fail = post, fail
        self._start()

    def _start(self) -> None:
        self._busy = True
        self._show(Connection("reading", _now()))
        Thread(target=self._run, name="recording", daemon=True).start()

    def close(self) -> None:
        """There is nothing to stop."""

    def pause(self, paused: bool) -> None:
        """A recording stands still anyway."""

    def rescan(self) -> None:
        """Read it once more, as playbooks may have been edited since, unless that is being done."""
        if not self._busy:
            self._start()

    def explain(self, view: View, key: Key) -> Explanation:
        """What can be said of an object of that view. Raises UsageError when it is not in there."""
        from diag.live.explaining import explained

        return explained(view.index, view.report, self._playbooks, key)

    def document(self, key: Key) -> str:
        """The YAML of an object in it. Raises RecordingError."""
        from diag.sources.document import recorded_document

        if not self._path or key.kind not in BY_KIND:
            raise RecordingError(f"the recording has no {key.kind} {key.name} as a document")
        return recorded_document(self._path, BY_KIND[key.kind], key.namespace, key.name)

    def courses(self, namespace: str, pod: str) -> tuple[Course, ...]:
        """No recording holds them yet. Raises NotServedError."""
        raise NotServedError("a recording holds what was measured once, not how it went")

    def open_logs(self, key: Key, previous: bool, tail: int | None) -> "LogReading":
        """The logs that were recorded."""
        from diag.live.logs import recorded_logs

        if self._view.snapshot is None:
            raise NotServedError("the recording is still being read")
        return recorded_logs(self._view.snapshot, key, previous)

    def _run(self) -> None:
        try:
            self._work()
        except MondiagError as error:
            self._give_up(error)
        except Exception as error:  # noqa: BLE001 - the worker's boundary: without it the screen would just stand still
            self._give_up(MondiagError(f"internal error: {type(error).__name__}: {error}"))

    def _work(self) -> None:
        from diag.scan import scan
        from diag.scan.concern import marks

        snapshot, playbooks = self._load()
        index, report = Index(snapshot), scan(snapshot, playbooks)
        self._playbooks = playbooks
        self._view = replace(self._view, index=index, report=report, marks=marks(index, report.findings))
        self._busy = False
        self._show(Connection("recording", snapshot.taken_at))

    def _give_up(self, error: MondiagError) -> None:
        self._busy = False
        self._fail(error)

    def _show(self, connection: Connection) -> None:
        self._view = replace(self._view, connection=connection, version=self._view.version + 1)
        self._post(self._view)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
