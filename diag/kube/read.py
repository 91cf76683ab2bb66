"""Reads all objects of one kind, with as few requests as the server can serve well."""

from collections.abc import Generator, Iterator
from contextlib import closing

from diag.errors import AnswerError
from diag.kube.answer import ExpiredError
from diag.kube.cut import cut
from diag.kube.deadline import Deadline
from diag.kube.reach import CutError
from diag.kube.session import JSON, Session
from diag.model.kinds import Kind

PAGE = 500  # items, as kubectl asks for
_METADATA = "PartialObjectMetadataList"
_EXPIRIES = 3


class Listing:
    """The objects of one kind, in one namespace or everywhere (None), that a label selector and a field selector pick.

    Iterate once: each step is the text of a JSON array of objects, 1 MB or so. An error that is raised on the way ends
    the list early; what came before it is true. When `mixed` is set at the end, the list could not be read as of
    one moment: an object may then come twice (same uid), and the later one counts. `version` is at the end what a watch
    goes on from to see all that changed since: the resource version of the list, of its oldest page when mixed.

    `chunk_size` as in kubectl: objects a request, 0 for all at once. None leaves it to us: all at once where the server
    writes item by item, pages where it would have to hold the list as a whole.
    """

    def __init__(
        self,
        session: Session,
        kind: Kind,
        namespace: str | None,
        selector: str | None,
        chunk_size: int | None,
        deadline: Deadline,
        fields: str | None = None,
    ) -> None:
        self.mixed = False
        self.version = ""
        self._session = session
        self._path = kind.path(namespace)
        self._kind = _METADATA if kind.metadata_only else f"{kind.kind}List"
        self._accept = f"{JSON};as={_METADATA};g=meta.k8s.io;v=v1" if kind.metadata_only else JSON
        self._query = [("labelSelector", selector)] if selector else []
        self._query += [("fieldSelector", fields)] if fields else []
        self._page = chunk_size if chunk_size is not None else 0 if session.streams_lists else PAGE
        self._deadline = deadline
        self._expiries = 0
        self._begun = False

    def __iter__(self) -> Iterator[bytes]:
        for array in self._pages(self._page) if self._page else self._at_once():
            self._begun = True
            yield array

    def _at_once(self) -> Iterator[bytes]:
        """One request; if its connection is cut, pages from the start, since long answers may not get through."""
        token = ""
        try:
            with closing(self._stream()) as pieces:
                meta = yield from cut(pieces, self._kind)
                self.version, token = meta.version, meta.continue_
        except CutError:
            self.mixed = self._begun
            yield from self._pages(PAGE)
        if token:
            yield from self._pages(PAGE, token)

    def _stream(self) -> Generator[bytes, None, None]:
        return self._session.stream(self._path, self._query, deadline=self._deadline, accept=self._accept)

    def _pages(self, size: int, token: str = "") -> Iterator[bytes]:
        while True:
            query = [*self._query, ("limit", str(size)), *([("continue", token)] if token else [])]
            try:
                page = self._session.get(self._path, query, deadline=self._deadline, accept=self._accept)
            except ExpiredError as error:
                token = self._resumed(error)
                continue
            meta = yield from cut([page], self._kind)
            if not token:
                self.version = meta.version
            before, token = token, meta.continue_
            if not token:
                return
            if token == before:
                raise AnswerError(f"{self._session.where} repeats one page of the {self._kind} for ever")

    def _resumed(self, error: ExpiredError) -> str:
        """The token to go on with; it continues in the present, and an empty one starts anew."""
        self._expiries += 1
        if self._expiries > _EXPIRIES:
            raise error
        self.mixed = self._begun
        return error.token
