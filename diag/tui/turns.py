"""Whose turn it is to compute: the screen draws first, however much other threads have to do.

Python has one interval for all threads, after which whoever waits for the interpreter asks for it. The screen loses its
turn whenever it looks for events; so the interval is short while it does, and long while there is something to draw.
Threads that compute much pause meanwhile of their own accord: two of them that wait would hand the turn to each other.
"""

import asyncio
import selectors
import sys
from threading import Event
from time import monotonic

WAITING = 0.0005  # seconds
DRAWING = 0.02
PATIENCE = 0.1  # seconds that a thread pauses at most, so that none ever stands still


class Turns:
    """The turn of the screen, which takes it when something happens and gives it back when all is drawn."""

    def __init__(self) -> None:
        self._drawing = False
        self._drawn = Event()
        self._drawn.set()

    def take(self) -> None:
        """There is something to draw."""
        self._drawing = True
        self._drawn.clear()

    def give(self) -> None:
        """Others may go on."""
        if self._drawing:
            self._drawing = False
            self._drawn.set()

    def pause(self) -> None:
        """Called by other threads, now and then: wait for the screen."""
        if self._drawing:
            self._drawn.wait(PATIENCE)

    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the screen."""
        return asyncio.SelectorEventLoop(_Selector(self))


class _Selector(selectors.DefaultSelector):
    """Looks for events, but not in between what one of them led to: that would cost the turn each time."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns
        self._until = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        rests = timeout is None or timeout > 0
        if not rests and monotonic() < self._until:
            sys.setswitchinterval(DRAWING)
            return []
        sys.setswitchinterval(WAITING)
        if rests:
            self._turns.give()
        found = super().select(timeout)
        self._turns.take()
        self._until = monotonic() + DRAWING
        return found
