import threading

import pytest

from diag.sources.parallel import each


def test_results_come_in_the_order_of_the_things() -> None:
    first_may_end = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert first_may_end.wait(10)
        else:
            first_may_end.set()
        return number * number

    assert each(work, range(20), 3) == [number * number for number in range(20)]


def test_nothing_to_do() -> None:
    assert each(str, [], 3) == []


@pytest.mark.parametrize("at_once", [1, 3, 50])
def test_no_more_at_once_than_allowed(at_once: int) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def work(_: int) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        with lock:
            now -= 1

    each(work, range(200), at_once)
    assert 1 <= most <= at_once


def test_they_do_run_at_once() -> None:
    together = threading.Barrier(3)
    each(lambda _: together.wait(10), range(3), 3)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_the_first_error_is_raised_even_when_others_hang(error: BaseException) -> None:
    end = threading.Event()

    def work(number: int) -> None:
        if number == 1:
            raise error
        end.wait(10)

    with pytest.raises(type(error)):
        each(work, range(6), 3)
    end.set()
