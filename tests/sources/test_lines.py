from collections.abc import Iterator

import pytest

from diag.sources.lines import LONGEST, Line, last_lines, lines

STAMP = "2026-01-01T00:00:00.000000001Z"


def pieces(text: bytes, size: int) -> Iterator[bytes]:
    return (text[at : at + size] for at in range(0, len(text), size))


def texts(*raw: bytes) -> list[str]:
    return [line.text for line in lines(raw)]


@pytest.mark.parametrize("size", range(1, 12))
def test_wherever_the_pieces_are_cut_the_lines_are_the_same(size: int) -> None:
    raw = f"{STAMP} grün 中文 \U0001f600\n{STAMP} \x1b[31mred\r\n{STAMP} \n{STAMP} last".encode()
    assert list(lines(pieces(raw, size))) == [
        Line(STAMP, "grün 中文 \U0001f600"),
        Line(STAMP, "\ufffd[31mred"),
        Line(STAMP, ""),
        Line(STAMP, "last"),
    ]


def test_the_last_lines_of_what_was_read_whole() -> None:
    assert [last_lines("a\n\nb\n", most) for most in (None, 9, 2, 0)] == [["a", "", "b"], ["a", "", "b"], ["", "b"], []]
    assert last_lines("", None) == []


def test_nothing_is_no_line() -> None:
    assert list(lines([])) == []
    assert list(lines([b""])) == []


@pytest.mark.parametrize(
    ("stamp", "time"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000000Z"),
        ("2026-01-01T00:00:00.12Z", "2026-01-01T00:00:00.120000000Z"),
        ("2026-01-01T01:30:00.5+01:30", "2026-01-01T00:00:00.500000000Z"),
        ("2025-12-31T19:00:00.123456789-05:00", "2026-01-01T00:00:00.123456789Z"),
        ("2026-13-99T01:30:00.5+01:30", ""),
        ("0001-01-01T00:00:00+01:00", ""),
    ],
)
def test_times_of_all_zones_sort_as_text(stamp: str, time: str) -> None:
    assert list(lines([f"{stamp} hello\n".encode()])) == [Line(time, "hello")]


def test_a_line_without_time_has_that_of_the_line_before() -> None:
    raw = f"early\n{STAMP} dated\nlate\n".encode()
    assert list(lines([raw])) == [Line("", "early"), Line(STAMP, "dated"), Line(STAMP, "late")]


def test_a_line_of_a_megabyte_is_one_line_and_a_longer_one_comes_in_parts() -> None:
    long = b"x" * 1_000_000
    assert texts(*pieces(long + b"\nnext\n", 4096)) == [long.decode(), "next"]
    *parts, last = texts(*pieces(b"y" * (3 * LONGEST + 5) + b"\nnext\n", 65536))
    assert len(parts) == 3
    assert "".join(parts) == "y" * (3 * LONGEST + 5)
    assert last == "next"


def test_credentials_are_withheld() -> None:
    raw = b"to postgres://app:hunter2@db, Bearer abcdefghijklmnopqrstuvwxyz\n"
    assert texts(raw) == ["to postgres://withheld@db, Bearer withheld"]


@pytest.mark.parametrize("size", [7, 100, 10_000])
def test_a_private_key_over_many_lines_is_withheld_line_by_line(size: int) -> None:
    key = ["-----BEGIN RSA PRIVATE KEY-----", *["MIIEpAIBAAKCAQEA" * 4] * 20, "-----END RSA PRIVATE KEY-----"]
    raw = "".join(f"{STAMP} {text}\n" for text in ["before", *key, "after"]).encode()
    found = list(lines(pieces(raw, size)))
    assert [line.text for line in found] == ["before", *["-----withheld-----"] * 22, "after"]
    assert {line.time for line in found} == {STAMP}


def test_a_key_that_never_ends_does_not_hide_the_rest_for_ever() -> None:
    raw = b"-----BEGIN PRIVATE KEY-----\n" + b"line\n" * 200
    assert texts(raw).count("line") == 100


def test_a_key_on_one_line_hides_nothing_else() -> None:
    raw = rb"key -----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY----- done" + b"\nafter\n"
    assert texts(raw) == ["key -----withheld----- done", "after"]
