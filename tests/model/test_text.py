import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model.text import clean_bytes, clean_json, clean_text, one_line
from tests.bench.data import encoded
from tests.model.strategies import HOSTILE, fuzz, hidden, json_values, text


def cleaned(value: Any) -> Any:
    """The value with its strings cleaned one by one."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): cleaned(item) for key, item in value.items()}
    return value


@pytest.mark.parametrize("letter", HOSTILE)
def test_what_could_drive_a_terminal_or_hide_is_marked(letter: str) -> None:
    assert clean_text(f"a{letter}b") == "a\ufffdb"
    assert clean_bytes(f"a{letter}b".encode("utf-8", "surrogatepass")).startswith("a\ufffd")
    for ascii_only in (True, False):
        document = json.dumps([f"a{letter}b"], ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
        shown = json.loads(clean_json(document))[0]
        assert shown.startswith("a\ufffd")
        assert not hidden(shown)


def test_escapes_of_a_terminal_are_harmless() -> None:
    assert clean_bytes(b"\x1b[2J\x1b]0;owned\x07gone") == "\ufffd[2J\ufffd]0;owned\ufffdgone"
    assert clean_json(rb'["\u001b[31m \b\f\r"]') == '["\ufffd[31m \ufffd\ufffd\ufffd"]'.encode()


def test_what_is_visible_stays() -> None:
    shown = "tab\tand\nnewline, ü, 中文, العربية, \U0001f600, \ufffd"
    assert clean_text(shown) == shown
    assert clean_bytes(shown.encode()) == shown
    assert json.loads(clean_json(json.dumps([shown]).encode())) == [shown]


@fuzz
@given(text)
def test_cleaned_text_has_nothing_hidden_and_stays_as_it_is(raw: str) -> None:
    once = clean_text(raw)
    assert not hidden(once)
    assert len(once) == len(raw)
    assert clean_text(once) == once
    line = one_line(raw)
    assert not hidden(line)
    assert not {"\n", "\t"} & set(line)
    assert one_line(line) == line


@fuzz
@given(st.binary(max_size=60))
def test_bytes_of_any_kind_become_cleaned_text(raw: bytes) -> None:
    once = clean_bytes(raw)
    assert not hidden(once)
    assert clean_bytes(once.encode()) == once


def test_line_ends_of_windows_are_line_ends() -> None:
    assert clean_bytes(b"one\r\ntwo\rthree") == "one\ntwo\ufffdthree"


@fuzz
@given(json_values, st.booleans(), st.sampled_from([None, 1]))
def test_every_string_of_a_document_is_cleaned_and_nothing_else(
    value: Any, ascii_only: bool, indent: int | None
) -> None:
    document = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    once = clean_json(document)
    if ascii_only:
        assert json.loads(once) == cleaned(value)
    else:  # surrogates are no UTF-8: each of their bytes is marked
        json.loads(once)
    assert not hidden(once.decode())
    assert clean_json(once) == once


@fuzz
@given(st.lists(st.sampled_from([b"\\", b'"', b"u00", b"1b", b"\\u", b"d83d", b"{", b"\xff", b"\r", b"\x1b", b"n"])))
def test_what_is_not_json_is_left_to_the_decoder(parts: list[bytes]) -> None:
    once = clean_json(b"".join(parts))
    assert clean_json(once) == once


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (rb'["\ud83d\ude00"]', "\U0001f600"),
        (rb'["\ud83d \ude00"]', "\ufffd \ufffd"),
        (rb'["\\u001b"]', "\\u001b"),
        (rb'["\\\u001b"]', "\\\ufffd"),
        (rb'["\u0022\u005c\u000a\/"]', '"\\\n/'),
        (rb'["\u003c\u003E\u0026"]', "<>&"),
        (b'["a\xffb"]', "a\ufffdb"),
    ],
)
def test_escapes_mean_what_they_meant(document: bytes, value: str) -> None:
    assert json.loads(clean_json(document)) == [value]


def test_numbers_stay_as_they_are_written() -> None:
    document = rb'{"a": [1.50, 1e400, 123456789012345678901234567890], "b": "\u001b"}'
    assert clean_json(document) == '{"a": [1.50, 1e400, 123456789012345678901234567890], "b": "\ufffd"}'.encode()


@pytest.mark.parametrize(
    "document",
    [
        b"[" + b",".join(encoded(100)) + b"]",
        rb'{"message":"back-off 5m0s\n\t\"app\" \u003cnone\u003e","image":"https://registry.example.com:5000/app"}',
        '{"message": "größer als 128Mi — 中文"}'.encode(),
        b'{\r\n  "kind": "Pod"\r\n}',
    ],
)
def test_a_clean_document_is_given_back_itself(document: bytes) -> None:
    assert clean_json(document) is document
