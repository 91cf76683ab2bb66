"""Memory that is free again: when garbage is collected, and what goes back to the system."""

import gc
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

YOUNG, OLDER = 5_000, 10
NEVER = 1_000_000_000
EVERY = 20.0  # seconds between two full collections
QUIET = 1.0  # seconds without a key, after which one may be done
LATEST = 40.0  # seconds after which one is done all the same: what is drawn under churn leaves 1 MB a second
LARGE = 65_536  # bytes
_M_MMAP_THRESHOLD = -3


class Garbage:
    """Full collections stop everything, for 0.1 s where 150,000 pods are held; Python would do one now and then."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._typed = self._collected = clock()

    def begin(self) -> None:
        """From now on only the young are collected without being asked for."""
        gc.set_threshold(YOUNG, OLDER, NEVER)
        self.keep()
        _give_back()

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


def _give_back() -> None:
    """Have the C library hand large buffers back as soon as they are free.

    Glibc keeps them for later (mallopt(3), M_MMAP_THRESHOLD), and what is watched comes in buffers of ever other sizes:
    at 2,000 changes a second 60 MB were lost between them in a minute. Other C libraries have no such call.
    """
    import ctypes

    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)
