"""Watches one kind: what changes, as it changes (Kubernetes API concepts, "Efficient detection of changes")."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing

import msgspec

from diag.errors import AnswerError
from diag.kube.answer import ListMeta, refusal_within
from diag.kube.session import JSON, Session
from diag.model.kinds import Kind

SECONDS = 290  # after which the server is to end a watch, so that one that died in between is noticed
_SPARE = 30.0  # seconds of silence beyond that: then the connection is dead
_CHANGES = ("ADDED", "MODIFIED", "DELETED")
_METADATA = f"{JSON};as=PartialObjectMetadata;g=meta.k8s.io;v=v1"


class Change(msgspec.Struct):
    """What happened to an object: `type` is ADDED, MODIFIED or DELETED, `object` its JSON, when deleted the last."""

    type: str = ""
    object: msgspec.Raw = msgspec.Raw(b"{}")

    @property
    def gone(self) -> bool:
        """Whether the object is no longer there, or no longer what the selectors pick."""
        return self.type == "DELETED"


class _Versioned(msgspec.Struct):
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)


_EVENTS = msgspec.json.Decoder(Change)
_VERSIONED = msgspec.json.Decoder(_Versioned)


class Watch:
    """The changes of one kind since a resource version; namespace and selectors as in `Listing`.

    Iterate once: the first step is empty and tells that the watch has begun, each other one is what came together,
    until the server ends the watch, after `seconds` at the latest. `version` moves along behind what was taken: another
    watch can go on from there. Raises ExpiredError when it is too old for that, and what `Session.follow` raises.
    """

    def __init__(
        self,
        session: Session,
        kind: Kind,
        namespace: str | None,
        selector: str | None,
        version: str,
        fields: str | None = None,
        seconds: int = SECONDS,
    ) -> None:
        self.version = version
        self._session = session
        self._path = kind.path(namespace)
        self._accept = _METADATA if kind.metadata_only else JSON
        self._query = [("labelSelector", selector)] if selector else []
        self._query += [("fieldSelector", fields)] if fields else []
        self._query += [("watch", "1"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", str(seconds))]
        self._patience = seconds + _SPARE

    def __iter__(self) -> Iterator[list[Change]]:
        with closing(self._pieces()) as pieces:
            yield []
            for lines in _whole_lines(pieces):
                events = self._decoded(lines)
                if events:
                    yield from self._taken(events)

    def _pieces(self) -> Generator[bytes, None, None]:
        query = [*self._query, ("resourceVersion", self.version)]
        return self._session.follow(self._path, query, accept=self._accept, back_off=(), patience=self._patience)

    def _decoded(self, lines: bytes) -> list[Change]:
        try:
            return _EVENTS.decode_lines(lines)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise AnswerError(f"{self._session.where} sent what is no watch: {error}") from error

    def _taken(self, events: list[Change]) -> Iterator[list[Change]]:
        error = next((event for event in events if event.type == "ERROR"), None)
        changes = [event for event in events if event.type in _CHANGES]
        if changes:
            yield changes
        if error is not None:
            raise refusal_within(self._session.where, bytes(error.object))
        self.version = _version(events[-1]) or self.version


def _whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """All lines that are complete whenever one has become so; what follows the last is no event."""
    rest = bytearray()
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end:
            yield bytes(rest + piece[:end])
            rest.clear()
        rest += piece[end:]


def _version(event: Change) -> str:
    """The resource version of the object, or of the moment that a BOOKMARK stands for."""
    try:
        return _VERSIONED.decode(event.object).metadata.version
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
