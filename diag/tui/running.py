"""Running the session so that the terminal is given back whole, whatever ends it."""

import asyncio
import signal

from diag.tui.feeding import FeedingApp

_ENDING = (signal.SIGTERM, signal.SIGHUP)


def run_session(app: FeedingApp) -> None:
    """Show the session until it is left; Ctrl+C and SIGINT leave it. Raises KeyboardInterrupt for SIGTERM and SIGHUP.

    Signals wait their turn: one that broke in just as the terminal is taken, or given back, would leave it half so.
    """
    told: set[int] = set()

    def end(number: int) -> None:
        told.add(number)
        app.leave()

    async def shown() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, *_ENDING):
            loop.add_signal_handler(number, end, number)
        await app.run_async()

    asyncio.run(shown())
    if told.intersection(_ENDING):
        raise KeyboardInterrupt
