import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diag.errors import AnswerError
from diag.kube.cut import cut
from diag.kube.reach import CutError

BORDER = '},{"metadata":{"name":"a"}},{"metadata":{'
HEAD = {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}}

# Strings that look like what the cutter looks for, and objects that hold arrays of objects like themselves.
texts = st.text() | st.sampled_from([BORDER, '"items":[', "\\", '"', "]}", "\\\\", "é\u2028\U0001f600", "null"])
leaves = texts | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
metadata = st.fixed_dictionaries({"name": texts}, optional={"labels": st.dictionaries(texts, texts, max_size=2)})
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(texts, inner, max_size=3)
        | st.lists(st.builds(lambda meta, spec: {"metadata": meta, "spec": spec}, metadata, inner), max_size=3)
    ),
    max_leaves=8,
)
objects = st.builds(lambda meta, spec: {"metadata": meta, "spec": spec}, metadata, values)


def compact(value: Any, **how: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), **how).encode()


def pieces(text: bytes, borders: Iterable[int]) -> list[bytes]:
    places = sorted({0, len(text), *(border % (len(text) + 1) for border in borders)})
    return [text[start:end] for start, end in pairwise(places)]


def read(parts: Iterable[bytes], size: int, kind: str = "PodList") -> tuple[list[Any], str, int]:
    """All items, the token, and into how many arrays they were cut."""
    items: list[Any] = []
    arrays = 0
    cutter = cut(parts, kind, size)
    while True:
        try:
            items += json.loads(next(cutter))
            arrays += 1
        except StopIteration as end:
            return items, end.value.continue_, arrays


@settings(deadline=None)
@given(
    st.lists(objects, max_size=12),
    st.lists(st.integers(0, 10_000), max_size=8),
    st.integers(1, 400),
    st.booleans(),
)
@example([{"metadata": {"name": BORDER}, "spec": BORDER}] * 3, [50, 60, 70], 1, True)
@example([{"metadata": {"name": "s"}, "spec": {"claims": [{"metadata": {"name": "x"}}] * 30}}] * 3, [], 40, True)
def test_the_pieces_hold_all_items_in_order(items: list[Any], borders: list[int], size: int, ascii_only: bool) -> None:
    text = compact(HEAD | {"items": items}, ensure_ascii=ascii_only) + b"\n"
    assert read(pieces(text, borders), size)[:2] == (items, "")


@settings(deadline=None)
@given(st.lists(objects, max_size=6), st.permutations([*HEAD, "items"]), st.lists(st.integers(0, 10_000), max_size=4))
def test_any_order_of_keys_will_do(items: list[Any], order: list[str], borders: list[int]) -> None:
    whole = HEAD | {"items": items, "metadata": {"continue": "next"}}
    text = compact({key: whole[key] for key in order})
    assert read(pieces(text, borders), 50)[:2] == (items, "next")


@settings(deadline=None)
@given(st.lists(objects, max_size=6), st.integers(1, 4))
def test_indented_text_will_do(items: list[Any], indent: int) -> None:
    text = json.dumps(HEAD | {"items": items}, indent=indent).encode()
    assert read([text], 50)[0] == items


@settings(deadline=None)
@given(st.lists(objects, max_size=6), st.integers(0, 10_000), st.integers(1, 200))
@example([{"metadata": {"name": "a"}, "spec": -1}], 105, 200)
def test_text_that_ends_early_is_never_taken_for_whole(items: list[Any], end: int, size: int) -> None:
    text = compact(HEAD | {"items": items})
    with pytest.raises(CutError):
        read([text[: end % len(text)]], size)


def test_arrays_are_of_the_size_asked_for() -> None:
    items = [{"metadata": {"name": f"pod-{number}"}, "spec": {"nodeName": "n" * 50}} for number in range(1000)]
    text = compact(HEAD | {"items": items})
    arrays = list(cut(pieces(text, range(0, len(text), 999)), "PodList", 4000))
    assert max(map(len, arrays)) <= 4002
    assert min(map(len, arrays[:-1])) > 3800


def test_one_item_may_be_larger_than_an_array() -> None:
    items = [{"metadata": {"name": "a"}, "spec": "x" * 5000}, {"metadata": {"name": "b"}}]
    assert read(pieces(compact(HEAD | {"items": items}), range(0, 5000, 100)), 10)[0] == items


@pytest.mark.parametrize("tail", ['"items":[]', '"items":null', '"items": [ ]'])
def test_no_items(tail: str) -> None:
    text = f'{{"kind":"PodList","metadata":{{"continue":"t"}},{tail}}}'.encode()
    assert read([text], 10)[:2] == ([], "t")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"kind":"Table","columnDefinitions":[],"rows":[{"cells":[]}]}', "sent Table instead of PodList"),
        (b'{"kind":"PartialObjectMetadataList","metadata":{},"items":[{}]}', "sent PartialObjectMetadataList instead"),
        (b'{"kind":"Status","message":"no"}', "sent Status instead of PodList"),
        (b'{"hello":["world"]}', "sent something without a kind instead of PodList"),
        (b'{"kind":"PodList","items":[{]}', "is not a PodList: JSON is malformed"),
        (b"[]", "is not a PodList: Expected `object`, got `array`"),
        (b"\xff\xfe", "is not a PodList"),
        (b'{"kind":"PodList","items":' + b"[" * 100_000, "PodList"),
    ],
)
def test_what_is_no_such_list_is_named(text: bytes, words: str) -> None:
    with pytest.raises((AnswerError, CutError), match=words):
        read([text], 10)
