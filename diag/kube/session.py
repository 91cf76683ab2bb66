"""One cluster's connection: raw GETs, several threads at a time. It cannot write: there is no other verb here."""

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, InvalidStateError, wait
from contextlib import contextmanager, suppress
from threading import TIMEOUT_MAX, Lock, Timer
from typing import Self, TypeVar
from urllib.parse import urlencode

import msgspec
import urllib3

from diag import __version__
from diag.errors import (
    AnswerError,
    ClusterError,
    DeadlineError,
    NotServedError,
    RefusedError,
    UnreachableError,
)
from diag.kube import client
from diag.kube.answer import BusyError, FailingError, refusal, unexpected
from diag.kube.config import Access
from diag.kube.deadline import Deadline, bounded
from diag.kube.reach import CutError, unreachable

T = TypeVar("T")
Query = Iterable[tuple[str, str]]
Pauses = tuple[float, ...]

CONNECT = 10.0  # seconds for one attempt to connect
PATIENCE = 60.0  # seconds of silence; the API server itself drops a request that takes longer (--request-timeout)
PIECE = 1 << 18
BUSY_TRIES = 4
LONGEST_PAUSE = 30.0
BACK_OFF = (0.25, 1.0)
JSON = "application/json"
FOREVER = Deadline(None)


class _Version(msgspec.Struct, rename="camel"):
    git_version: str


class Session:
    """A connection to the cluster of `access`; `connect` makes one that is known to work.

    `context`, `server` (URL) and `namespace` (the context's own) tell which cluster; `version` is the server's, like
    `v1.34.4`, empty when unknown. `patience`: seconds of silence after which a request is given up.
    """

    def __init__(self, access: Access, patience: float = PATIENCE) -> None:
        self.version = ""
        self._name(access)
        self._access = access
        self._patience = patience
        self._pool = client.pool(access.configuration, access.tls)
        self._renewing = Lock()
        self._closed: Future[None] = Future()
        self._reading: set[urllib3.BaseHTTPResponse] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def streams_lists(self) -> bool:
        """Whether the server writes a list item by item, so that one request without a limit costs it little.

        From 1.33 on: KEP-5116, StreamingCollectionEncodingToJSON.
        """
        numbers = re.match(r"v(\d+)\.(\d+)", self.version)
        return numbers is not None and (int(numbers[1]), int(numbers[2])) >= (1, 33)

    def get(
        self,
        path: str,
        query: Query = (),
        *,
        deadline: Deadline,
        accept: str = JSON,
        back_off: Pauses = BACK_OFF,
    ) -> bytes:
        """The whole answer to a GET.

        A server that is busy (429) is asked again up to four times; one that fails, or cuts the connection, after
        each pause of `back_off` (seconds). Raises UnreachableError, DeadlineError, RefusedError, NotServedError,
        AnswerError.
        """

        def attempt() -> bytes:
            response = self._open(path, query, deadline, accept, self._patience)
            return b"".join(self._read(response, deadline, self._patience, response.read))

        return self._patiently(attempt, deadline, back_off)

    def stream(
        self, path: str, query: Query = (), *, deadline: Deadline, accept: str = JSON
    ) -> Generator[bytes, None, None]:
        """The JSON answer to a GET as it comes in, in pieces of at most 256 KB; close it to read no further.

        Like `get`, but once the answer has begun, a cut connection ends it with CutError.
        """
        silence = self._patience
        response = self._patiently(lambda: self._open(path, query, deadline, accept, silence), deadline, BACK_OFF)
        yield from self._read(response, deadline, silence, response.read)

    def follow(
        self,
        path: str,
        query: Query = (),
        *,
        accept: str = JSON,
        back_off: Pauses = BACK_OFF,
        patience: float | None = None,
    ) -> Generator[bytes, None, None]:
        """The answer to a GET for as long as it goes on, in pieces as they come; close it to read no further.

        Like `stream`, without a deadline, and the server has begun to answer when this returns. `patience`: seconds of
        silence that the answer may hold, or else the session's own.
        """
        silence = self._patience if patience is None else patience
        response = self._patiently(lambda: self._open(path, query, FOREVER, accept, silence), FOREVER, back_off)
        return self._read(response, FOREVER, silence, response.read1)

    def greet(self, deadline: Deadline) -> None:
        """Have the server tell its version, so that a wrong address or an expired login shows at once.

        Raises what `get` raises.
        """
        self.version = _version(self, deadline)

    def renew(self, access: Access) -> None:
        """Go by another login to the same cluster from the next request on; what is being read goes on."""
        pool = client.pool(access.configuration, access.tls)
        with self._renewing:
            old, self._pool, self._access = self._pool, pool, access
            self._name(access)
        old.clear()

    def close(self) -> None:
        """Drop all connections; threads that wait for the server get an UnreachableError at once."""
        with suppress(InvalidStateError):
            self._closed.set_result(None)
        self.interrupt()
        self._pool.clear()

    def interrupt(self) -> None:
        """Cut the connections of all answers that are being read, as if the server had."""
        for response in list(self._reading):
            _interrupt(response)

    def _name(self, access: Access) -> None:
        self.context = access.context
        self.server = access.server
        self.namespace = access.namespace
        self.where = f"{access.server} (context {access.context})"

    def _patiently(self, attempt: Callable[[], T], deadline: Deadline, back_off: Pauses) -> T:
        tries = 0
        while True:
            try:
                return attempt()
            except BusyError as error:
                self._pause(error, (error.pause,) * BUSY_TRIES, tries, deadline)
            except (FailingError, CutError) as error:
                self._pause(error, back_off, tries, deadline)
            tries += 1

    def _pause(self, error: ClusterError, pauses: Pauses, tries: int, deadline: Deadline) -> None:
        """Wait before the next try; raises the error when there should be none."""
        if tries >= len(pauses) or pauses[tries] > LONGEST_PAUSE:
            raise error
        seconds, left = pauses[tries], deadline.left()
        if left is not None and seconds >= left:
            raise DeadlineError(f"{error}; waiting {seconds:g} s would be more than --timeout allows") from error
        wait([self._closed], timeout=seconds)

    def _open(
        self, path: str, query: Query, deadline: Deadline, accept: str, patience: float
    ) -> urllib3.BaseHTTPResponse:
        self._check(deadline)
        url = f"{self.server}{path}?{urlencode(list(query))}"
        # A second more than is left: whoever waits gives up first, and the request ends soon after.
        silence = min(patience, deadline.within(patience) + 1)
        timeout = urllib3.Timeout(connect=deadline.within(CONNECT), read=silence)
        response = bounded(lambda: self._request(url, accept, timeout, patience), deadline, self._closed)
        if response.status != 200:
            raise refusal(self.where, response.status, response.headers, self._beginning(response, deadline))
        if accept.startswith(JSON) and not response.headers.get("Content-Type", "").startswith(JSON):
            raise unexpected(self.where, response.headers, self._beginning(response, deadline))
        return response

    def _request(self, url: str, accept: str, timeout: urllib3.Timeout, patience: float) -> urllib3.BaseHTTPResponse:
        pool, headers = self._way(accept)
        try:
            response: urllib3.BaseHTTPResponse = pool.request(
                "GET",
                url,
                headers=headers,
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
            )
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise unreachable(self.where, error, patience) from error
        return response

    def _way(self, accept: str) -> tuple[urllib3.PoolManager, urllib3.HTTPHeaderDict]:
        """The connections, and the headers, of the login as it is now."""
        with self._renewing:
            access, pool = self._access, self._pool
            login = client.authorization(access.context, access.configuration)
        headers = urllib3.HTTPHeaderDict(access.headers)
        headers["User-Agent"] = f"mondiag/{__version__}"
        headers["Accept"] = accept
        headers["Accept-Encoding"] = "gzip" if access.compress else "identity"
        if login:
            headers["Authorization"] = login
        return pool, headers

    def _read(
        self,
        response: urllib3.BaseHTTPResponse,
        deadline: Deadline,
        patience: float,
        read: Callable[[int], bytes],
    ) -> Generator[bytes, None, None]:
        try:
            with self._watched(response, deadline):
                self._check(deadline)
                while piece := read(PIECE):
                    self._check(deadline)
                    yield piece
            self._check(deadline)  # an interrupted body looks as if it had ended
        except (urllib3.exceptions.HTTPError, OSError) as error:
            self._check(deadline)
            raise unreachable(self.where, error, patience) from error
        finally:
            response.close()

    def _beginning(self, response: urllib3.BaseHTTPResponse, deadline: Deadline) -> bytes:
        return next(self._read(response, deadline, self._patience, response.read), b"")

    @contextmanager
    def _watched(self, response: urllib3.BaseHTTPResponse, deadline: Deadline) -> Iterator[None]:
        """Ends a read that waits for the server when the time is up or the session is closed."""
        timer = _timer(response, deadline)
        self._reading.add(response)
        try:
            yield
        finally:
            self._reading.discard(response)
            if timer is not None:
                timer.cancel()

    def _check(self, deadline: Deadline) -> None:
        deadline.check()
        if self._closed.done():
            raise UnreachableError("the session was closed")


def connect(access: Access, deadline: Deadline, patience: float = PATIENCE) -> Session:
    """A session that has greeted its server. Raises what `Session.get` raises."""
    session = Session(access, patience)
    try:
        session.greet(deadline)
    except ClusterError:
        session.close()
        raise
    return session


def _version(session: Session, deadline: Deadline) -> str:
    try:
        return msgspec.json.decode(session.get("/version", deadline=deadline), type=_Version).git_version
    except RefusedError as error:
        if error.status == 401:
            raise
        return ""  # who may not see the version may still see pods
    except (NotServedError, msgspec.DecodeError) as error:
        raise AnswerError(f"{session.where} does not answer as Kubernetes does; is the address right?") from error


def _timer(response: urllib3.BaseHTTPResponse, deadline: Deadline) -> Timer | None:
    """What will end the answer at the deadline, if there is one: it costs a thread."""
    left = deadline.left()
    if left is None:
        return None
    timer = Timer(min(left, TIMEOUT_MAX), _interrupt, [response])
    timer.daemon = True
    timer.start()
    return timer


def _interrupt(response: urllib3.BaseHTTPResponse) -> None:
    with suppress(ValueError, RuntimeError, OSError):  # the answer has just ended by itself
        response.shutdown()
