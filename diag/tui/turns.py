"""An event loop whose thread gets its turn soon, and may finish what it began, however much other threads compute.

Python has one interval for all threads, after which whoever waits for the interpreter asks for it. A screen loses its
turn whenever it looks for events; so the interval is short while it does, and long while there is something to draw.
"""

import asyncio
import selectors
import sys
from time import monotonic

WAITING = 0.0005  # seconds
DRAWING = 0.025


class _Selector(selectors.DefaultSelector):
    """Looks for events, but not in between what one of them led to: that would cost the turn each time."""

    _until = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0 and monotonic() < self._until:
            sys.setswitchinterval(DRAWING)
            return []
        sys.setswitchinterval(WAITING)
        found = super().select(timeout)
        self._until = monotonic() + DRAWING
        return found


def loop() -> asyncio.AbstractEventLoop:
    """The loop of a session."""
    return asyncio.SelectorEventLoop(_Selector())
