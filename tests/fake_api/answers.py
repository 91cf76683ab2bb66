"""What the server says: answers, Status objects, and a list in the three forms a client may accept."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from diag.model.kinds import Kind

_BLOCK_ITEMS = 128
_PARTIAL = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
_COLUMNS = [
    {"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0},
    {"name": "Age", "type": "string", "format": "", "description": "", "priority": 0},
]


@dataclass(frozen=True)
class Answer:
    """One HTTP answer: `blocks` add up to `length` bytes, each is a chunk when `chunked`; `gzip` if wanted."""

    status: int
    content_type: str
    blocks: Iterable[bytes]
    length: int
    chunked: bool = False
    gzip: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """The request cannot be served; `answer` says so to the client."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def compact(value: Any) -> bytes:
    """JSON as Go prints it: no spaces, UTF-8, and `<`, `>`, `&` escaped (encoding/json, HTMLEscape)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e").encode()


def body(
    content: bytes,
    content_type: str = "application/json",
    code: int = 200,
    headers: Mapping[str, str] | None = None,
    chunked: bool = False,
) -> Answer:
    """An answer whose whole content is at hand."""
    return Answer(code, content_type, [content] if content else [], len(content), chunked, headers=headers or {})


def page_not_found() -> Answer:
    """What the real server says to a path that no API serves: plain text, not a Status."""
    return body(b"404 page not found\n", "text/plain; charset=utf-8", 404)


def status(
    code: int,
    reason: str,
    message: str,
    *,
    details: Mapping[str, Any] | None = None,
    metadata: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A `Status` of kind Failure (apimachinery, meta/v1/types.go)."""
    content = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": metadata or {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details or {},
        "code": code,
    }
    return body(compact(content), code=code, headers=headers)


def api_version(kind: Kind) -> str:
    """`v1` or `apps/v1`."""
    return f"{kind.group}/{kind.version}" if kind.group else kind.version


def single(kind: Kind, item: bytes, form: str) -> Answer:
    """One object, or just its metadata; a list's items carry no kind and apiVersion, a single object does."""
    if form == "PartialObjectMetadata":
        return body(_partial(item))
    type_meta = compact({"kind": kind.kind, "apiVersion": api_version(kind)})
    return body(type_meta[:-1] + b"," + item[1:])


def event(kind: Kind, type_: str, item: bytes, form: str) -> bytes:
    """One line of a watch; an ERROR holds a Status and a BOOKMARK an object of little but its resource version."""
    held = item if type_ == "ERROR" else b"".join(single(kind, item, form).blocks)
    return b'{"type":"%b","object":%b}\n' % (type_.encode(), held)


def listing(
    kind: Kind, metadata: Mapping[str, Any], items: Sequence[bytes], form: str, include: str, chunked: bool
) -> Answer:
    """A list of `items`; `form` is `Table`, `PartialObjectMetadataList` or empty for the objects."""
    head: dict[str, Any] = {"kind": f"{kind.kind}List", "apiVersion": api_version(kind), "metadata": metadata}
    field_name = "items"
    if form == "Table":
        head |= {"kind": form, "apiVersion": "meta.k8s.io/v1", "columnDefinitions": _COLUMNS}
        field_name, items = "rows", [_row(item, include) for item in items]
    elif form == "PartialObjectMetadataList":
        head |= {"kind": form, "apiVersion": "meta.k8s.io/v1"}
        items = [_partial(item) for item in items]
    start = compact(head)[:-1] + f',"{field_name}":['.encode()
    length = len(start) + sum(map(len, items)) + max(len(items) - 1, 0) + len(b"]}\n")
    return Answer(200, "application/json", _list_blocks(start, items), length, chunked)


def _list_blocks(start: bytes, items: Sequence[bytes]) -> Iterator[bytes]:
    yield start
    for first in range(0, len(items), _BLOCK_ITEMS):
        block = items[first : first + _BLOCK_ITEMS]
        yield b",".join((b"", *block)) if first else b",".join(block)
    yield b"]}\n"


class _Metadata(msgspec.Struct):
    name: str = ""
    creationTimestamp: datetime | None = None


class _Object(msgspec.Struct):
    metadata: msgspec.Raw


def _partial(item: bytes) -> bytes:
    metadata = msgspec.json.decode(item, type=_Object).metadata
    return compact(_PARTIAL)[:-1] + b',"metadata":' + bytes(metadata) + b"}"


def _row(item: bytes, include: str) -> bytes:
    raw = msgspec.json.decode(item, type=_Object).metadata
    metadata = msgspec.json.decode(raw, type=_Metadata)
    cells = compact([metadata.name, _age(metadata.creationTimestamp)])
    shown = {"None": b"null", "Object": item}.get(include) or _partial(item)
    return b'{"cells":' + cells + b',"object":' + shown + b"}"


def _age(created: datetime | None) -> str:
    if created is None:
        return "<unknown>"
    age = datetime.now(UTC) - created
    return f"{age.days}d" if age.days else f"{age.seconds // 60}m"
