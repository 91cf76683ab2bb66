"""From the bytes of a file to Kubernetes objects: whatever `kubectl get -o json|yaml` prints, whole or cut off.

JSON is taken apart without being decoded, so that a list of any size costs one pass; all else is turned into such
JSON first.
"""

import json
from typing import Any

import msgspec

from diag.model.kinds import BY_KIND, KINDS
from diag.model.text import clean_json
from diag.sources.endpoints import as_slices
from diag.sources.values import CutOff, text_values

# API groups that Kubernetes itself serves, past ones included: a `Job` of another group is another thing.
_GROUPS = frozenset({"extensions", "events.k8s.io", *(kind.group for kind in KINDS)})

_UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Json = bytes | msgspec.Raw


class NotKubernetes(ValueError):
    """There is nothing of Kubernetes in a file; the message says what there is, as a clause."""


class _Document(msgspec.Struct, rename="camel"):
    kind: str = ""
    api_version: str = ""
    items: list[msgspec.Raw] | msgspec.UnsetType | None = msgspec.UNSET
    metadata: msgspec.Raw = msgspec.Raw(b"null")


class _Status(msgspec.Struct):
    message: str = ""


class Contents:
    """What one file holds. `items` maps plurals to raw objects, with none for a kind that was asked for in vain;
    `others` counts the objects of kinds that are not read; `truncated` is set when the text ends too early."""

    def __init__(self, plural: str = "") -> None:
        self.items: dict[str, list[Json]] = {plural: []} if plural else {}
        self.others: dict[str, int] = {}
        self.truncated = False
        self._plural = plural

    def add(self, text: bytes) -> bool:
        """Take in one JSON document, a list or an object; false when it is neither.

        Raises msgspec.DecodeError, UnicodeDecodeError or RecursionError when it is not one JSON object.
        """
        document = msgspec.json.decode(text, type=_Document)
        if document.items is not msgspec.UNSET:
            self._add_list(document.kind.removesuffix("List"), document.api_version, document.items or [])
            return True
        if document.kind == "Status":
            said = msgspec.json.decode(clean_json(text), type=_Status).message
            raise NotKubernetes(f"it holds the API server's answer: {said}")
        if bytes(document.metadata) == b"null" or not (document.kind or self._plural):
            return False
        self._put(document.kind, document.api_version, text)
        return True

    def _add_list(self, kind: str, api_version: str, items: list[msgspec.Raw]) -> None:
        plural = plural_of(kind, api_version)
        if plural:
            self.items.setdefault(plural, []).extend(items)
            return
        for item in items:
            try:
                document = msgspec.json.decode(item, type=_Document)
            except _UNDECODABLE:
                document = _Document()
            self._put(document.kind or kind, document.api_version, item)

    def _put(self, kind: str, api_version: str, item: Json) -> None:
        plural = plural_of(kind, api_version) if kind else self._plural
        if (kind, api_version) == ("Endpoints", "v1"):
            self.items.setdefault("endpointslices", []).extend(as_slices(bytes(item)))
        elif plural:
            self.items.setdefault(plural, []).append(item)
        else:
            name = kind or "without kind"
            self.others[name] = self.others.get(name, 0) + 1


def plural_of(kind: str, api_version: str = "") -> str:
    """The plural of a kind that is read, under any version and any group that Kubernetes had it in; else empty."""
    group = api_version.rpartition("/")[0]
    return BY_KIND[kind].plural if kind in BY_KIND and group in _GROUPS else ""


def parse(data: bytes, plural: str = "") -> Contents:
    """The objects in the bytes of one file. `plural` is the kind that the file is named after, if any.

    Raises NotKubernetes when there is nothing to be had.
    """
    contents = Contents(plural)
    try:
        if contents.add(data):
            return contents
    except _UNDECODABLE:
        contents = Contents(plural)
    found = 0
    try:
        for value in text_values(_decoded(data)):
            found += sum(_add_value(contents, document) for document in (value if isinstance(value, list) else [value]))
    except CutOff:
        contents.truncated = True
    if not found:
        raise NotKubernetes("it is cut off or malformed" if contents.truncated else "it holds no Kubernetes objects")
    return contents


def _add_value(contents: Contents, value: Any) -> bool:
    try:
        return isinstance(value, dict) and contents.add(json.dumps(value, default=str).encode())
    except (TypeError, ValueError, RecursionError):
        return False


def _decoded(data: bytes) -> str:
    """PowerShell writes UTF-16. Bytes that are not UTF-8 become a mark, so that one of them costs one letter."""
    try:
        utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = data.decode("utf-16") if utf16 else data.decode("utf-8-sig", "replace")
    except UnicodeDecodeError as error:
        raise NotKubernetes("it is not text") from error
    if "\0" in text[:4096]:
        raise NotKubernetes("it is not text")
    if not text.strip():
        raise NotKubernetes("it is empty")
    return text
