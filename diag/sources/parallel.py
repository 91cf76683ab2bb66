"""The same work for many things, some at a time."""

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def each(work: Callable[[T], R], things: Sequence[T], at_once: int) -> list[R]:
    """The results in the order of the things. The first exception of any of them is raised.

    The threads are daemons: one that hangs in the network keeps neither Ctrl+C nor the end of the program waiting.
    """
    waiting: SimpleQueue[int] = SimpleQueue()
    done: SimpleQueue[tuple[int, R | None, BaseException | None]] = SimpleQueue()
    for number in range(len(things)):
        waiting.put(number)

    def run() -> None:
        while (number := _next(waiting)) is not None:
            try:
                done.put((number, work(things[number]), None))
            except BaseException as error:  # noqa: BLE001 - carried to the thread that waits, and raised there
                done.put((number, None, error))

    for _ in range(min(at_once, len(things))):
        Thread(target=run, daemon=True).start()
    results: dict[int, R | None] = {}
    while len(results) < len(things):
        number, result, error = done.get()
        if error is not None:
            raise error
        results[number] = result
    return [results[number] for number in range(len(things))]  # type: ignore[misc]  # each one has its result


def _next(waiting: SimpleQueue[int]) -> int | None:
    try:
        return waiting.get_nowait()
    except Empty:
        return None
