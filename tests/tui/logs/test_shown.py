import pytest

from diag.errors import UsageError
from diag.live.logs import LogLine
from diag.tui.logs.shown import ShownLog, step


def shown(*texts: str, most: int = 100) -> ShownLog:
    log = ShownLog(most)
    log.add(LogLine(f"web-{number % 2}/app", "", text) for number, text in enumerate(texts))
    return log


def texts(log: ShownLog) -> list[str]:
    assert log.advance(10)
    return [line.text for line in log.lines()]


def test_a_filter_leaves_lines_and_their_numbers() -> None:
    log = shown("an error", "fine", "error two", "fine, too")
    log.filter("error")
    assert texts(log) == ["an error", "error two"]
    assert [log.number(place) for place in range(len(log))] == [0, 2]
    assert [log.place(number) for number in range(5)] == [0, 1, 1, 2, 2]
    log.add([LogLine("web-1/app", "", "error three")])
    assert texts(log)[-1] == "error three"
    log.filter("")
    assert len(texts(log)) == 5


def test_a_search_finds_only_what_is_shown() -> None:
    log = shown("error one", "fine one", "error two")
    log.search("one")
    log.filter("error")
    assert texts(log) == ["error one", "error two"]
    assert list(log.found) == [0]


def test_cited_lines_are_those_that_have_the_text_in_them() -> None:
    log = shown("x", "  panic:\tno disk", "y")
    log.cite(["panic:\tno disk"])
    assert log.advance(10)
    assert list(log.cited) == [1]
    assert [log.is_cited(line.text) for line in log.lines()] == [False, True, False]


def test_what_is_no_expression_changes_nothing() -> None:
    log = shown("a", "b")
    log.filter("a")
    with pytest.raises(UsageError):
        log.filter("~(")
    assert texts(log) == ["a"]


def test_a_search_that_takes_too_long_is_given_up() -> None:
    log = shown("a" * 2000 + "!", "b")
    log.filter("~(a+a+)+$")
    with pytest.raises(UsageError, match="too long"):
        log.advance(10)
    assert len(texts(log)) == 2


def test_dropped_lines_take_their_marks_along() -> None:
    log = shown(*"abc", most=10)
    log.marks = {0, 2}
    log.add(LogLine("web-1/app", "", "x") for _ in range(9))
    assert (log.buffer.first, log.marks) == (2, {2})


def test_logs_are_told_in_the_order_in_which_they_came() -> None:
    log = shown("a", "b", "c")
    log.add([LogLine("", "", "said"), LogLine("api-1/app", "2026-01-01T00:00:00.000000000Z", "d")])
    assert (log.sources, log.timed) == (["web-0/app", "web-1/app", "api-1/app"], True)


def test_steps_go_round_the_end() -> None:
    assert [step([3, 7], at, True) for at in (0, 3, 6, 7)] == [3, 7, 7, 3]
    assert [step([3, 7], at, False) for at in (9, 7, 3, 0)] == [7, 3, 7, 7]
    assert step([], 0, True) is None
