"""What a feed's thread is told by others: that something changed, and what the reader wants of it."""

from collections.abc import Callable
from threading import Condition
from time import monotonic


class Control:
    """Told from any thread; the feed's own waits here, and never longer than until the reader wants something.

    `anew` is whether everything is to be read anew.
    """

    def __init__(self) -> None:
        self.closed = False
        self.paused = False
        self.anew = False
        self._changed = False
        self._told = Condition()

    @property
    def over(self) -> bool:
        """Whether the present reading is to end."""
        return self.closed or self.anew

    def change(self) -> None:
        """There is something new to look at."""
        with self._told:
            self._changed = True
            self._told.notify_all()

    def pause(self, paused: bool) -> None:
        """Keep still, or go on with a look at what has changed since."""
        with self._told:
            self.paused = paused
            self._changed = True
            self._told.notify_all()

    def rescan(self) -> None:
        """Read everything anew."""
        with self._told:
            self.anew = True
            self._told.notify_all()

    def close(self) -> None:
        """It is over."""
        with self._told:
            self.closed = True
            self._told.notify_all()

    def begin(self) -> None:
        """What is read from now on is anew."""
        with self._told:
            self.anew = False

    def rest(self, seconds: float) -> None:
        """Wait so long, whatever changes."""
        with self._told:
            self._told.wait_for(self._wanted, seconds)

    def wait(self, idle: float, gather: float, rest: float, over: Callable[[], bool] = lambda: False) -> None:
        """Wait `idle` seconds at most for a change, and then `gather` seconds for more of them, but `rest` seconds in
        all at least, unless it is `over` then."""
        began = monotonic()
        with self._told:
            self._told.wait_for(lambda: self._changed or self._wanted(), idle)
            if self._changed:
                self._told.wait_for(lambda: self._wanted() or over(), max(gather, rest - (monotonic() - began)))
            self._changed = False

    def keep_still(self) -> None:
        """Wait until the reader wants to go on."""
        with self._told:
            self._told.wait_for(lambda: self.closed or not self.paused)

    def _wanted(self) -> bool:
        return self.over or self.paused
