"""The time that a command may take, and work that cannot be trusted to keep to it."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Thread
from typing import Any, TypeVar

from diag.errors import DeadlineError, MondiagError, UnreachableError

T = TypeVar("T")


class Deadline:
    """The moment by which work has to be done, on the monotonic clock; `seconds` None means never."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Seconds left, 0.0 when the time is up, None without a limit."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        """Raise DeadlineError when the time is up."""
        if self.left() == 0:
            raise DeadlineError(f"not done within {self.seconds:g} s: allow more with --timeout")

    def within(self, seconds: float) -> float:
        """The shorter of `seconds` and the time left; raises DeadlineError when the time is up."""
        self.check()
        left = self.left()
        return seconds if left is None else min(seconds, left)


def bounded(work: Callable[[], T], deadline: Deadline, closed: Future[None] | None = None) -> T:
    """What `work` returns or raises, waited for until the deadline passes or `closed` is set.

    Looking up a name, connecting and shaking hands cannot be interrupted, but the thread that does them can be
    left behind. `work` must turn what it expects to go wrong into a MondiagError.
    """
    result: Future[T] = Future()
    Thread(target=_settle, args=(result, work), daemon=True).start()
    awaited: list[Future[Any]] = [result] if closed is None else [result, closed]
    wait(awaited, timeout=deadline.left(), return_when=FIRST_COMPLETED)
    if result.done():
        return result.result()
    deadline.check()
    raise UnreachableError("the session was closed")


def _settle(result: Future[T], work: Callable[[], T]) -> None:
    try:
        result.set_result(work())
    except MondiagError as error:
        result.set_exception(error)
    finally:
        if not result.done():  # nobody may wait for a thread that has died
            result.set_exception(sys.exception())
