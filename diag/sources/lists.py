"""Reads the lists of a cluster: which there are for a kind within a scope, and what came of each."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from diag.errors import ClusterError, DeadlineError, NotServedError, RefusedError
from diag.kube.deadline import Deadline
from diag.kube.read import Listing
from diag.kube.session import Session
from diag.model.decode import Decoder, LeftOut
from diag.model.kinds import Kind
from diag.model.snapshot import Gap, GapReason, Scope
from diag.model.text import clean_json
from diag.sources.records import unreadable
from diag.sources.redact import redacted

NODE_EVENTS = "default"  # where the API puts events about objects without a namespace

Sink = Callable[[str, bytes], None]


class Part(NamedTuple):
    """One list: of a kind, everywhere (None) or in one namespace, and of that what a field selector picks."""

    kind: Kind
    namespace: str | None = None
    fields: str | None = None


Took = Callable[[Part, list[Any], int], None]


class Read(msgspec.Struct):
    """What came of reading one list: its records, None when there are none to speak of, and gaps.

    `refused` is the error that ended it early, `version` what a watch goes on from, with the same decoder, where
    nothing did.
    """

    part: Part
    decoder: Decoder
    records: list[Any] | None
    gaps: list[Gap]
    refused: ClusterError | None = None
    version: str = ""


class Lists:
    """Reads lists within a scope, until a deadline; `fields` is a field selector for all of them.

    `sink` gets each cleaned chunk as (plural, JSON array of objects), `took` then its records and how many there are of
    that list so far; both from the thread that reads.
    """

    def __init__(
        self,
        session: Session,
        scope: Scope,
        deadline: Deadline,
        chunk_size: int | None = None,
        took: Took = lambda part, records, number: None,
        sink: Sink | None = None,
        fields: str = "",
    ) -> None:
        self._session = session
        self._scope = scope
        self._deadline = deadline
        self._chunk_size = chunk_size
        self._took = took
        self._sink = sink
        self._fields = fields

    def kind(self, kind: Kind) -> list[Read]:
        """All lists of a kind: where reading everywhere is forbidden, those of the session's own namespace.

        Raises RefusedError when the server does not accept the login.
        """
        reads = [self.part(part) for part in parts(kind, self._scope.namespaces)]
        if kind.namespaced and reads[0].part.namespace is None and reads[0].records is None and _forbidden(reads[0]):
            own = self._session.namespace
            within = [self.part(part) for part in parts(kind, (own,))]
            if any(read.records is not None for read in within):
                detail = f"only namespace {own} may be read"
                within[0].gaps.append(Gap(kind.resource, "", "forbidden", detail, read=(own,)))
                return within
        return reads

    def part(self, part: Part, decoder: Decoder | None = None) -> Read:
        """One list. What came before an error is kept, and the rest is a gap.

        Raises RefusedError when the server does not accept the login.
        """
        read = Read(part, decoder or Decoder(), None, [])
        listing = self._listing(part)
        try:
            for chunk in listing:
                self._take(read, chunk)
            read.records = read.records or []
            read.version = listing.version
        except ClusterError as error:
            if isinstance(error, RefusedError) and error.status == 401:
                raise
            read.refused = error
            read.gaps.append(lacking(part, error, read.records is not None))
        read.gaps += left_out(read.decoder)
        return read

    def selector(self, kind: Kind) -> str | None:
        """The label selector for a kind, if there is one."""
        return self._scope.selector or None if kind.plural == "pods" else None

    def records(self, kind: Kind, decoder: Decoder, items: bytes) -> list[Any]:
        """The records of a JSON array of objects, redacted; the decoder remembers what made no sense."""
        chunk = clean_json(items)
        if self._sink is not None:
            self._sink(kind.plural, chunk)
        try:
            return redacted(kind.plural, decoder.decode(kind.plural, chunk))
        except ValueError as error:
            decoder.left_out.append(LeftOut(kind.plural, "", f"some objects: {error}"))
            return []

    def _listing(self, part: Part) -> Listing:
        fields = ",".join(filter(None, (part.fields, self._fields))) or None
        selector = self.selector(part.kind)
        return Listing(self._session, part.kind, part.namespace, selector, self._chunk_size, self._deadline, fields)

    def _take(self, read: Read, chunk: bytes) -> None:
        read.records = read.records or []
        records = self.records(read.part.kind, read.decoder, chunk)
        read.records += records
        self._took(read.part, records, len(read.records))


def parts(kind: Kind, namespaces: Sequence[str]) -> list[Part]:
    """The lists that hold a kind: in each of the namespaces, or everywhere when there are none."""
    if not kind.namespaced or not namespaces:
        return [Part(kind)]
    found = [Part(kind, namespace) for namespace in namespaces]
    if kind.plural == "events" and NODE_EVENTS not in namespaces:
        found.append(Part(kind, NODE_EVENTS, "involvedObject.kind=Node"))
    return found


def _forbidden(read: Read) -> bool:
    return isinstance(read.refused, RefusedError) and read.refused.status == 403


def lacking(part: Part, error: ClusterError, begun: bool) -> Gap:
    """The gap that a list leaves which ended with an error; `begun` tells whether something came before."""
    return Gap(part.kind.resource, part.namespace or "", why(error, begun), str(error))


def left_out(decoder: Decoder) -> list[Gap]:
    """The gaps that objects leave which made no sense; the decoder forgets them."""
    found = [unreadable(one) for one in decoder.left_out]
    decoder.left_out.clear()
    return found


def why(error: ClusterError, begun: bool) -> GapReason:
    """The reason of a gap; `begun` tells whether something came before the error."""
    if isinstance(error, RefusedError):
        return "forbidden"
    if isinstance(error, NotServedError):
        return "not-served"
    if isinstance(error, DeadlineError):
        return "timeout"
    return "truncated" if begun else "unreadable"
