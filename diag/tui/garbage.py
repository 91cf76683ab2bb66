"""When garbage is collected: what walks all that is held is done while nobody types."""

import gc
from collections.abc import Callable
from time import monotonic

YOUNG, OLDER = 5_000, 10
NEVER = 1_000_000_000
EVERY = 15.0  # seconds between two full collections
QUIET = 1.0  # seconds without a key, after which one may be done
LATEST = 60.0  # seconds after which one is done all the same


class Garbage:
    """Full collections stop everything, for 0.1 s where 150,000 pods are held; Python would do one now and then."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._typed = self._collected = clock()

    def begin(self) -> None:
        """From now on only the young are collected without being asked for."""
        gc.set_threshold(YOUNG, OLDER, NEVER)
        self.keep()

    def keep(self) -> None:
        """What is there stays for long, and is not walked any more."""
        gc.collect(1)
        gc.freeze()

    def typed(self) -> None:
        """Someone is at the keys."""
        self._typed = self._clock()

    def tick(self) -> None:
        """Collect everything, if it is time; to be called every second or so."""
        now = self._clock()
        since = now - self._collected
        if since >= LATEST or (since >= EVERY and now - self._typed >= QUIET):
            gc.collect()
            self._collected = self._clock()
