"""Logs as they are written: any length, for as long as they go on."""

from collections.abc import Generator, Iterator
from typing import cast

from urllib3 import BaseHTTPResponse

from diag.kube.config import Access
from diag.kube.deadline import Deadline
from diag.kube.logs import log_path
from diag.kube.session import PATIENCE, Query, Session

_FOREVER = Deadline(None)


class LogSession(Session):
    """A session for up to `logs` logs at once, which hands on what has come without waiting for more.

    `patience`: seconds of silence after which a connection is given up, since one that died looks just as silent.
    """

    def __init__(self, access: Access, logs: int, patience: float = PATIENCE) -> None:
        super().__init__(access, patience)
        self._pool.connection_pool_kw["maxsize"] = logs  # a full pool would complain of connections that come back

    def log(self, namespace: str, pod: str, query: Query) -> Generator[bytes, None, None]:
        """The log of a container of a pod, in pieces as they come; `query` as in the API, with the container.

        Raises what `Session.get` raises; a kubelet that fails (500) is not asked again: that may take half a minute.
        Once the answer has begun, a cut connection ends it with CutError, and silence with UnreachableError.
        """
        path = log_path(namespace, pod)
        response = self._patiently(lambda: self._open(path, query, _FOREVER, "*/*"), _FOREVER, ())
        yield from self._read(response, _FOREVER)

    def _read(self, response: BaseHTTPResponse, deadline: Deadline) -> Iterator[bytes]:
        coming = cast(BaseHTTPResponse, _AsItComes(response)) if response.status == 200 else response
        return super()._read(coming, deadline)


class _AsItComes:
    """An answer whose `read` returns what is there, where a response's own waits until the piece is full."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        self.read = response.read1
        self.shutdown = response.shutdown
        self.close = response.close
