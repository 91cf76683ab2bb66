"""Running the session so that the terminal is given back whole, whatever ends it."""

import asyncio
import os
import signal
import sys
from types import FrameType

from diag.errors import InterruptedScan
from diag.tui.feeding import FeedingApp

_ENDING = (signal.SIGTERM, signal.SIGHUP)


def run_session(app: FeedingApp) -> None:
    """Show the session until it is left; Ctrl+C and SIGINT leave it. Raises KeyboardInterrupt for SIGTERM and SIGHUP.

    Signals wait their turn: one that broke in just as the terminal is taken, or given back, would leave it half so.
    Sent twice, one does not wait, as the terminal may be stuck.
    """
    told: set[int] = set()

    async def shown() -> None:
        loop = asyncio.get_running_loop()

        def end(number: int, frame: FrameType | None) -> None:
            if number in told or not _is_terminal_there():
                os._exit(InterruptedScan.exit_code)
            told.add(number)
            loop.call_soon_threadsafe(app.leave)

        before = {number: signal.signal(number, end) for number in (signal.SIGINT, *_ENDING)}
        try:
            await app.run_async()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    with asyncio.Runner(loop_factory=app.turns.loop) as runner:
        runner.run(shown())
    if told.intersection(_ENDING):
        raise KeyboardInterrupt


def _is_terminal_there() -> bool:
    """With its window closed there is nothing to give back, and writing there would wait for ever."""
    return sys.__stderr__ is not None and sys.__stderr__.isatty()
