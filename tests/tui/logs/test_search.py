from collections.abc import Callable

import pytest

from diag.errors import UsageError
from diag.live.logs import LogLine
from diag.tui.logs.buffer import LogBuffer
from diag.tui.logs.search import Hits, parse


def always() -> bool:
    return True


def never() -> bool:
    return False


@pytest.mark.parametrize(
    ("wanted", "text", "at"),
    [
        ("error", "an ERROR here", 3),
        ("Error", "an ERROR here", -1),
        ("Error", "an Error here", 3),
        ("[x", "list[x]", 4),
        ("a.c", "abc", -1),
        ("~a.c", "xABC", 1),
        ("~A.c", "abc", -1),
        ("~^b", "ab", -1),
    ],
)
def test_text_and_expressions(wanted: str, text: str, at: int) -> None:
    search = parse(wanted)
    assert search.at(text) == at
    assert search.found(text) == (at >= 0)
    assert [start for start, _ in search.spans(text)] == ([at] if at >= 0 else [])


def test_what_is_no_expression_is_said() -> None:
    with pytest.raises(UsageError, match="not a regular expression: missing"):
        parse("~(")


def test_an_expression_that_takes_too_long_is_given_up() -> None:
    slow, text = parse("~(a+a+)+$"), "a" * 2000 + "!"
    with pytest.raises(UsageError, match="takes too long for a line"):
        slow.found(text)
    assert slow.spans(text) == []


def test_an_expression_that_matches_nothing_marks_nothing() -> None:
    assert parse("~x*").spans("abc") == []


def hits(over: Callable[[], bool]) -> tuple[LogBuffer, Hits, bool]:
    buffer, found = LogBuffer(most=20), Hits(parse("5").found)
    buffer.add(LogLine("web-1/app", "", str(number)) for number in range(16))
    return buffer, found, found.advance(buffer, over)


def test_hits_are_found_some_at_a_time() -> None:
    buffer, found, done = hits(always)
    assert (done, found.numbers) == (False, [])
    assert [found.advance(buffer, always) for _ in range(15)][-1] is True
    assert found.numbers == [5, 15]


def test_hits_grow_with_the_log_and_go_with_the_lines_that_are_dropped() -> None:
    buffer, found, done = hits(never)
    assert (done, found.numbers) == (True, [5, 15])
    buffer.add(LogLine("web-1/app", "", str(number)) for number in range(16, 30))
    assert found.advance(buffer, never)
    assert (buffer.first, found.numbers) == (10, [15, 25])
