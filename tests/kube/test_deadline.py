import threading
from concurrent.futures import Future

import pytest

from diag.errors import DeadlineError, KubeconfigError, UnreachableError
from diag.kube.deadline import Deadline, bounded


def test_time_that_is_up_is_an_error() -> None:
    assert Deadline(0).left() == 0
    with pytest.raises(DeadlineError, match="not done within 0 s: allow more with --timeout"):
        Deadline(0).check()


def test_without_a_limit_there_is_always_time() -> None:
    never = Deadline(None)
    never.check()
    assert never.left() is None
    assert never.within(7) == 7


def test_the_shorter_time_counts() -> None:
    assert Deadline(1000).within(7) == 7
    assert Deadline(5).within(7) <= 5


def test_work_hands_back_its_result_and_its_error() -> None:
    def fail() -> None:
        raise KubeconfigError("broken")

    assert bounded(lambda: 7, Deadline(None)) == 7
    with pytest.raises(KubeconfigError, match="broken"):
        bounded(fail, Deadline(20))


def test_work_that_hangs_is_left_behind() -> None:
    with pytest.raises(DeadlineError):
        bounded(threading.Event().wait, Deadline(0.05))


def test_work_that_hangs_is_left_when_the_session_closes() -> None:
    closed: Future[None] = Future()
    threading.Timer(0.05, closed.set_result, [None]).start()
    with pytest.raises(UnreachableError, match="closed"):
        bounded(threading.Event().wait, Deadline(None), closed)


def test_nobody_waits_for_work_that_died(monkeypatch: pytest.MonkeyPatch) -> None:
    def die() -> None:
        raise KeyError("a bug")

    reported = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: reported.set())
    with pytest.raises(KeyError):
        bounded(die, Deadline(20))
    assert reported.wait(20)
