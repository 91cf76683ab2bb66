import gc
from collections.abc import Iterator

import pytest

from diag.tui.garbage import EVERY, LATEST, QUIET, Garbage


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Ring:
    """What only a collection takes down."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The generations that were collected."""
    found: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: found.append(generation))
    return found


@pytest.mark.parametrize(
    ("typing", "times"),
    [
        pytest.param([], [EVERY], id="when it is quiet, as soon as it is due"),
        pytest.param([EVERY - QUIET / 2], [EVERY + QUIET / 2], id="once a key is long enough ago"),
        pytest.param(
            [number * QUIET / 2 for number in range(1, int(2 * LATEST / QUIET))], [LATEST], id="some time, at last"
        ),
    ],
)
def test_a_full_collection_waits_for_quiet(collected: list[int], typing: list[float], times: list[float]) -> None:
    clock = Clock()
    garbage = Garbage(clock)
    began, done, step = clock.now, [], QUIET / 4
    while clock.now - began < LATEST + QUIET and not done:
        clock.now += step
        if clock.now - began in typing:
            garbage.typed()
        garbage.tick()
        done += [clock.now - began] * len(collected)
    assert done == times


def test_the_next_one_is_as_far_away(collected: list[int]) -> None:
    clock = Clock()
    garbage = Garbage(clock)
    for _ in range(int(3 * EVERY) + 1):
        clock.now += 1.0
        garbage.tick()
    assert len(collected) == 3


def test_the_young_alone_are_collected_unasked() -> None:
    garbage = Garbage()
    garbage.begin()
    old = Ring()
    gc.collect(1)
    assert any(one is old for one in gc.get_objects(2))
    frozen = gc.get_freeze_count()
    assert frozen > 0
    garbage.keep()
    assert gc.get_freeze_count() > frozen
    assert not any(one is old for one in gc.get_objects())
