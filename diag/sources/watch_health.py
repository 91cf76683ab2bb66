"""How the watches of one cluster are, put together: whether what is known of it is current, and if not, why."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Condition
from typing import Literal, NamedTuple

Trouble = Literal["lost", "refused"]
Currency = Literal["reading", "live", "lost", "refused"]

BACK_OFF = 0.5  # seconds before the second try, twice as long each time
LONGEST = 30.0
SLOWLY = 30.0
_DOUBLINGS = 6


class Health(NamedTuple):
    """`state` is `live`, `reading`, `lost` or `refused`, as a connection has it, since a time, and in words why."""

    state: Currency
    since: datetime
    words: str


class Healths:
    """What each of several watches says of itself, and how long those wait that are in trouble.

    `changed` is told when that makes the state of all of them another one.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._mended = Condition()
        self._mendings = 0
        self._logins = 0
        self._closed = False
        self._troubles: dict[object, tuple[Trouble, str]] = {}
        self._reading = True
        self._progress = ""
        self._state: Currency = "reading"
        self._since = _now()

    @property
    def closed(self) -> bool:
        """Whether all is over."""
        return self._closed

    @property
    def reading(self) -> bool:
        """Whether something has not been read yet."""
        return self._reading

    def now(self) -> Health:
        """The state of all of them."""
        with self._mended:
            words = self._worst()[1] if self._troubles else self._progress if self._reading else ""
            return Health(self._state, self._since, words)

    def progress(self, text: str) -> None:
        """Tell what is being read."""
        self._progress = text

    def complete(self) -> None:
        """Everything has been read once."""
        with self._mended:
            self._reading = False
            news = self._look()
        self._tell(news)

    def trouble(self, who: object, trouble: Trouble, words: str) -> None:
        """One of them is in trouble."""
        with self._mended:
            self._troubles[who] = trouble, words
            news = self._look()
        self._tell(news)

    def well(self, who: object) -> None:
        """One of them is well, so that others in trouble need not wait any longer."""
        with self._mended:
            if self._troubles.pop(who, None) is None:
                return
            self._mendings += 1
            self._mended.notify_all()
            news = self._look()
        self._tell(news)

    def pause(self, failures: int) -> None:
        """Wait after so many failures in a row, or until another one is well again."""
        longest = min(LONGEST, BACK_OFF * 2.0 ** min(failures - 1, _DOUBLINGS))
        with self._mended:
            before = self._mendings
            self._mended.wait_for(lambda: self._closed or self._mendings > before, longest * random.uniform(0.5, 1.0))

    def pause_long(self) -> None:
        """Wait where the server answers, but not to us, whatever becomes of others, or until there is a new login."""
        with self._mended:
            before = self._logins
            self._mended.wait_for(lambda: self._closed or self._logins > before, SLOWLY)

    def wait(self, seconds: float) -> None:
        """Wait, whatever becomes of anyone, until all is over."""
        with self._mended:
            self._mended.wait_for(lambda: self._closed, seconds)

    def logged_in(self) -> None:
        """There is a new login: those that were refused need not wait any longer."""
        with self._mended:
            self._logins += 1
            self._mended.notify_all()

    def close(self) -> None:
        """Nobody waits any longer."""
        with self._mended:
            self._closed = True
            self._mended.notify_all()

    def _worst(self) -> tuple[Trouble, str]:
        return max(self._troubles.values(), key=lambda trouble: trouble[0] == "refused")

    def _look(self) -> bool:
        """Whether the state of all of them is another one."""
        state: Currency = self._worst()[0] if self._troubles else "reading" if self._reading else "live"
        before, self._state = self._state, state
        if state != before:
            self._since = _now()
        return state != before

    def _tell(self, news: bool) -> None:
        if news and not self._closed:
            self._changed()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
