from diag.live.logs import LogLine
from diag.tui.logs.buffer import LogBuffer


def lines(*texts: str) -> list[LogLine]:
    return [LogLine("web-1/app", "", text) for text in texts]


def test_numbers_stay_when_old_lines_are_dropped() -> None:
    buffer = LogBuffer(most=100)
    for number in range(500):
        buffer.add(lines(str(number)))
    assert 100 <= len(buffer) <= 105
    assert buffer.end == 500
    assert [buffer[number].text for number in (buffer.first, 499)] == [str(buffer.first), "499"]
    assert [line.text for line in buffer.after(498)] == ["498", "499"]


def test_more_lines_than_are_kept_at_once() -> None:
    buffer = LogBuffer(most=10)
    buffer.add(lines(*map(str, range(1000))))
    assert (buffer.first, buffer.end, buffer[990].text) == (990, 1000, "990")


def test_lines_are_fit_to_be_drawn_and_keep_their_indents() -> None:
    buffer = LogBuffer()
    buffer.add(lines("\tat main()", "a\x1b]52;c;eA==\x07b", "one\ntwo \u202e", "  plain"))
    assert [line.text for line in buffer] == ["    at main()", "a\ufffd]52;c;eA==\ufffdb", "one two \ufffd", "  plain"]
