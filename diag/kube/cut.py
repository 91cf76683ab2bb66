"""Cuts the JSON of a list, while it comes in, into arrays of whole items, so that nobody ever holds it all.

The API server writes `{"kind":"PodList",…,"items":[` and then item after item. What looks like the border between two
items may lie inside one (a StatefulSet's claim templates): whatever is cut off is read once as an array of objects,
which succeeds if and only if the cut is between two items, since a cut anywhere deeper leaves a bracket open.
A list of any other shape is read as a whole.
"""

from collections.abc import Generator, Iterable

import msgspec

from diag.errors import AnswerError
from diag.kube.answer import ListMeta
from diag.kube.reach import CutError
from diag.model.text import one_line

SIZE = 1 << 20  # bytes of an array, about; two hundred pods, decoded within 10 ms
_HEAD = b'"items":['
_LONGEST_HEAD = 1 << 14  # it holds the token of the next page, a few hundred bytes
_BORDER = b'},{"metadata":{'
_TRIES = 8


class _Object(msgspec.Struct):
    """Any JSON object, passed over unread."""


class _List(msgspec.Struct):
    kind: str = ""
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)
    items: msgspec.Raw = msgspec.Raw(b"null")


_ARRAY = msgspec.json.Decoder(list[_Object])
_LIST = msgspec.json.Decoder(_List)


def cut(pieces: Iterable[bytes], kind: str, size: int = SIZE) -> Generator[bytes, None, ListMeta]:
    """Yields JSON arrays of about `size` bytes that together hold the items of a list of this kind (`PodList`).

    Returns the list's metadata, with the token that continues it. Raises CutError when the text ends too
    early, AnswerError when it is no such list.
    """
    buffer = bytearray()
    head = b""
    goal = size
    for piece in pieces:
        buffer += piece
        head = head or _take_head(buffer, kind)
        while head and len(buffer) >= goal:
            array = _whole_items(buffer, goal)
            if array:
                yield array
                del buffer[: len(array) - 1]  # without the two brackets, with the comma that follows
                goal = size
            else:
                goal *= 2
    rest = _decoded(head + buffer, kind)
    array = bytes(rest.items)
    if array not in (b"null", b"[]"):
        yield array
    return rest.metadata


def _take_head(buffer: bytearray, kind: str) -> bytes:
    """Takes off the text before the first item; empty when it does not look as expected (yet)."""
    end = buffer.find(_HEAD, 0, _LONGEST_HEAD) + len(_HEAD)
    if end < len(_HEAD):
        return b""
    head = bytes(buffer[:end])
    try:
        known = _LIST.decode(head + b"]}").kind == kind
    except msgspec.DecodeError:
        known = False
    if known:
        del buffer[:end]
    return head if known else b""


def _whole_items(buffer: bytearray, goal: int) -> bytes:
    """The items that end within the first `goal` bytes, as an array; empty when no border is found."""
    end = goal
    for _ in range(_TRIES):
        end = buffer.rfind(_BORDER, 0, end)
        if end < 0:
            break
        array = b"[%b]" % bytes(buffer[: end + 1])
        if _is_array(array):
            return array
    return b""


def _is_array(text: bytes) -> bool:
    try:
        _ARRAY.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _is_beginning(text: bytes) -> bool:
    """Cut inside a number, a text looks malformed rather than truncated."""
    return text[:1] == b"{" and text.rstrip()[-1:] != b"}"


def _decoded(text: bytes, kind: str) -> _List:
    try:
        answer = _LIST.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if "truncated" in str(error) or _is_beginning(text):
            raise CutError(f"the answer ended before the {kind} was whole") from error
        raise AnswerError(f"the answer is not a {kind}: {error}") from error
    if answer.kind != kind:
        raise AnswerError(f"the server sent {one_line(answer.kind) or 'something without a kind'} instead of {kind}")
    return answer
