"""Logs as they are written: any length, for as long as they go on."""

from collections.abc import Generator

from diag.kube.config import Access
from diag.kube.logs import log_path
from diag.kube.session import PATIENCE, Query, Session


class LogSession(Session):
    """A session for up to `logs` logs at once.

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
        return self.follow(log_path(namespace, pod), query, accept="*/*", back_off=())
