import asyncio
import socket
import sys
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from diag.tui.turns import DRAWING, PATIENCE, WAITING, Turns


@pytest.fixture(autouse=True)
def interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def paused(turns: Turns) -> float:
    """Seconds that another thread pauses."""
    took: list[float] = []

    def pause() -> None:
        began = time.monotonic()
        turns.pause()
        took.append(time.monotonic() - began)

    thread = Thread(target=pause)
    thread.start()
    thread.join()
    return took[0]


def test_nobody_pauses_while_the_screen_rests() -> None:
    turns = Turns()
    assert paused(turns) < PATIENCE
    turns.take()
    turns.give()
    assert paused(turns) < PATIENCE


def test_others_pause_while_it_draws_but_never_for_long() -> None:
    turns = Turns()
    turns.take()
    assert paused(turns) >= PATIENCE


def test_who_pauses_goes_on_as_soon_as_all_is_drawn() -> None:
    turns = Turns()
    gone_on: list[float] = []
    turns.take()
    thread = Thread(target=lambda: (turns.pause(), gone_on.append(time.monotonic())))
    thread.start()
    turns.give()
    given = time.monotonic()
    thread.join()
    assert gone_on[0] - given < PATIENCE


def test_a_turn_is_long_while_it_draws_and_short_while_it_rests() -> None:
    async def work() -> tuple[float, float]:
        await asyncio.sleep(0)
        drawing = sys.getswitchinterval()
        return drawing, await asyncio.get_running_loop().run_in_executor(None, resting)

    def resting() -> float:
        end = time.monotonic() + 10.0
        while sys.getswitchinterval() > WAITING * 2 and time.monotonic() < end:
            time.sleep(0.001)
        return sys.getswitchinterval()

    with asyncio.Runner(loop_factory=Turns().loop) as runner:
        assert runner.run(work()) == pytest.approx((DRAWING, WAITING))


def test_events_are_looked_for_again_in_time() -> None:
    came: list[str] = []

    async def work() -> None:
        asyncio.get_running_loop().call_later(DRAWING, came.append, "timer")
        end = time.monotonic() + 10 * DRAWING
        reader, writer = socket.socketpair()
        asyncio.get_running_loop().add_reader(reader, lambda: came.append(reader.recv(1).decode()))
        writer.send(b"x")
        while time.monotonic() < end and set(came) != {"timer", "x"}:
            await asyncio.sleep(0)
        asyncio.get_running_loop().remove_reader(reader)
        reader.close()
        writer.close()

    with asyncio.Runner(loop_factory=Turns().loop) as runner:
        runner.run(work())
    assert sorted(came) == ["timer", "x"]


def test_the_turn_is_given_back_while_the_loop_rests() -> None:
    turns = Turns()
    waits: list[float] = []

    async def work() -> None:
        rest = asyncio.get_running_loop().run_in_executor(None, lambda: waits.append(paused(turns)))
        await rest

    with asyncio.Runner(loop_factory=turns.loop) as runner:
        runner.run(work())
    assert waits[0] < PATIENCE
