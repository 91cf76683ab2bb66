"""Where the views of one cluster come from, and what can be asked about it besides."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from diag.errors import MondiagError
from diag.facts.index import Key
from diag.finding import Explanation
from diag.live.view import View
from diag.model.course import Course

if TYPE_CHECKING:
    from diag.live.logs import LogReading

Post = Callable[[View], None]
Fail = Callable[[MondiagError], None]
Pause = Callable[[], None]


class Feed(Protocol):
    """One cluster or recording. `start` and `close` return at once; views are posted from another thread.

    `document`, `courses` and `explain` may take a while: whoever draws asks them in a thread of its own.
    """

    name: str
    recorded: bool

    def start(self, post: Post, fail: Fail, pause: Pause) -> None:
        """Begin to read, and post a view whenever there is something new to show.

        Its threads call `pause` now and then, which takes a moment while the screen is drawn.
        `fail` is told when it makes no sense to go on: a context that does not exist, a playbook that is malformed.
        """

    def close(self) -> None:
        """Stop, whatever is going on."""

    def pause(self, paused: bool) -> None:
        """Keep the view as it is, or go on."""

    def rescan(self) -> None:
        """Read everything anew."""

    def explain(self, view: View, key: Key) -> Explanation:
        """What can be said of an object of that view. Raises UsageError when it is not in there."""

    def document(self, key: Key) -> str:
        """The YAML of an object, without credentials. Raises MondiagError."""

    def courses(self, namespace: str, pod: str) -> tuple[Course, ...]:
        """How the use of a pod's containers went in the last hour. Raises MondiagError where nothing tells."""

    def open_logs(self, key: Key, previous: bool, tail: int | None) -> "LogReading":
        """The logs of a pod, or of all pods of a workload; nothing is read before it is started."""
