"""Asking a Prometheus server, directly or through the API server."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from diag.errors import AnswerError, ClusterError, DeadlineError, RefusedError, UnreachableError, UsageError

if TYPE_CHECKING:
    import requests

# Reads a path of the API server with a query: (path, query, seconds) -> the JSON answer. Raises ClusterError.
Get = Callable[[str, list[tuple[str, str]], float], bytes]

_CONNECT_SECONDS = 3.0
_ANSWER_SECONDS = 5.0  # whoever takes longer for one filtered question is too slow to be asked all of them
STEP = timedelta(seconds=15)


class Series(msgspec.Struct, frozen=True):
    """One series of an instant query: its labels, and its time and value."""

    metric: dict[str, str]
    value: tuple[float, str]


class Course(msgspec.Struct, frozen=True):
    """One series of a range query: its labels, and its times (seconds since 1970) with their values."""

    metric: dict[str, str]
    values: list[tuple[float, str]]


class _Answer(msgspec.Struct):
    warnings: list[str] = []


class Prometheus:
    """A Prometheus that answers questions, each raising a ClusterError when it does not; `connect` makes one.

    `source` names it. `warnings` gathers what it said of answers that hold only a part. UnreachableError and
    DeadlineError mean that asking on makes no sense.
    """

    def __init__(self, source: str, client: Any, seconds: float) -> None:
        self.source = source
        self.warnings: list[str] = []
        self._client = client
        self._end = time.monotonic() + seconds

    def vector(self, promql: str) -> list[Series]:
        """The answer to an instant query."""
        found: list[Series] = self._asked(lambda limit: self._client.custom_query(promql, timeout=limit), list[Series])
        return found

    def courses(self, promql: str, start: datetime, end: datetime) -> list[Course]:
        """The answer to a range query, in steps of `STEP`."""
        step = f"{STEP.total_seconds():g}"

        def work(timeout: tuple[float, float]) -> Any:
            return self._client.custom_query_range(promql, start, end, step, timeout=timeout)

        found: list[Course] = self._asked(work, list[Course])
        return found

    def _asked(self, work: Callable[[tuple[float, float]], Any], shape: type[Any]) -> Any:
        import requests
        from prometheus_api_client.exceptions import PrometheusApiClientException

        left = min(_ANSWER_SECONDS, self._end - time.monotonic())
        if left <= 0:
            raise DeadlineError(f"{self.source} took all the time there was for metrics")
        try:
            return msgspec.convert(work((_CONNECT_SECONDS, left)), shape)
        except ClusterError as error:  # of the API server, or of what it reached for us
            raise _told(self.source, error) from error
        except requests.exceptions.TooManyRedirects as error:
            raise AnswerError(
                f"{self.source} sends us on to another page: perhaps a login; give its API's address"
            ) from error
        except requests.exceptions.JSONDecodeError as error:
            raise AnswerError(
                f"{self.source} did not answer like Prometheus: perhaps a login page; give its API's address"
            ) from error
        except requests.exceptions.Timeout as error:
            raise DeadlineError(f"{self.source} did not answer within {left:.0f} s") from error
        except requests.exceptions.RequestException as error:
            raise UnreachableError(
                f"{self.source} cannot be reached: {type(error).__name__}; check --prometheus"
            ) from error
        except PrometheusApiClientException as error:
            raise AnswerError(f"{self.source} refused a query: {_said(str(error))}") from error
        except (KeyError, TypeError, ValueError) as error:  # what the library makes of odd addresses and answers
            raise AnswerError(f"{self.source} did not answer like Prometheus: give its API's address") from error

    def keep_warnings(self, response: "requests.Response", **_: Any) -> None:
        """Look for warnings in an answer: Thanos warns when a part is missing, and the library drops that."""
        try:
            self.warnings += msgspec.json.decode(response.content, type=_Answer).warnings
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return


def connect(url: str, name: str, seconds: float) -> Prometheus:
    """The Prometheus at `url`; all of its answers may take `seconds` together. Raises UsageError for no address.

    `name` is the address as it may be shown.
    """
    try:
        return _prometheus(f"prometheus {name}", url, seconds, None)
    except ValueError as error:
        raise UsageError(f"--prometheus {name}: not an address ({error})") from error


def connect_through(get: Get, path: str, name: str, seconds: float) -> Prometheus:
    """The Prometheus that the API server reaches under `path`, as the user of the kubeconfig; `name` is the service's.

    The library asks through `get`, because a client certificate in the kubeconfig, a token that must be renewed and
    users to act for are things that its own connection cannot carry.
    """
    return _prometheus(f"prometheus {name}", f"http://cluster{path}", seconds, get)


def _prometheus(source: str, url: str, seconds: float, get: Get | None) -> Prometheus:
    import requests
    from prometheus_api_client import PrometheusConnect
    from urllib3.util.retry import Retry

    from diag.metrics.transport import Through

    url = url.rstrip("/")
    session = requests.Session()
    session.max_redirects = 0  # a redirect leads to a login page, which need not know what we ask
    if get is not None:
        session.mount(f"{url}/api/", Through(get))  # the longest prefix wins, and the library mounts one for `url`
    prometheus = Prometheus(source, PrometheusConnect(url, session=session, retry=Retry(total=0, read=False)), seconds)
    session.hooks["response"].append(prometheus.keep_warnings)
    return prometheus


def _said(text: str) -> str:
    """What the library tells of an answer, which it quotes: the beginning, but of a web page just its status."""
    line = " ".join(text.split())
    return f"{line.partition('(')[0]}and a web page: give its API's address" if "<html" in line.lower() else line[:200]


def _told(source: str, error: ClusterError) -> ClusterError:
    """The same error, told of the Prometheus."""
    if isinstance(error, RefusedError):
        return RefusedError(f"{source} cannot be reached by this account: {error}", error.status)
    if isinstance(error, DeadlineError):
        return DeadlineError(f"{source} did not answer in time")
    if isinstance(error, UnreachableError):
        return UnreachableError(f"{source}: {error}")
    return AnswerError(f"{source}: {error}")
