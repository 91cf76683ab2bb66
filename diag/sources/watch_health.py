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
        self._look()

    def trouble(self, who: object, trouble: Trouble, words: str) -> None:
        """One of them is in trouble."""
        with self._mended:
            self._troubles[who] = trouble, words
        self._look()

    def well(self, who: object) -> None:
        """One of them is well, so that others in trouble need not wait any longer."""
        with self._mended:
            if self._troubles.pop(who, None) is None:
                return
            self._mendings += 1
            self._mended.notify_all()
        self._look()

    def pause(self, failures: int) -> None:
        """Wait after so many failures in a row, or until another one is well again."""
        longest = min(LONGEST, BACK_OFF * 2.0 ** min(failures - 1, _DOUBLINGS))
        with self._mended:
            before = self._mendings
            self._mended.wait_for(lambda: self._closed or self._mendings > before, longest * random.uniform(0.5, 1.0))

    def pause_long(self) -> None:
        """Wait where the server answers, but not to us, whatever becomes of others."""
        with self._mended:
            self._mended.wait_for(lambda: self._closed, SLOWLY)

    def close(self) -> None:
        """Nobody waits any longer."""
        with self._mended:
            self._closed = True
            self._mended.notify_all()

    def _worst(self) -> tuple[Trouble, str]:
        return max(self._troubles.values(), key=lambda trouble: trouble[0] == "refused")

    def _look(self) -> None:
        with self._mended:
            state: Currency = self._worst()[0] if self._troubles else "reading" if self._reading else "live"
            if state == self._state:
                return
            self._state, self._since = state, _now()
        self._changed()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
