"""What answers other than 200 mean: the server's Status, or a page of something that stands in front of it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from diag.errors import AnswerError, ClusterError, NotServedError, RefusedError
from diag.model.text import one_line

LONGEST_MESSAGE = 500


class BusyError(AnswerError):
    """The server asks us to come back in `pause` seconds: 429, or 5xx with a Retry-After."""

    def __init__(self, message: str, pause: float) -> None:
        super().__init__(message)
        self.pause = pause


class FailingError(AnswerError):
    """Any other 5xx; asking again may help."""


class ExpiredError(AnswerError):
    """410: a list is too old to be continued; `token` continues it in the present, unless empty."""

    def __init__(self, message: str, token: str) -> None:
        super().__init__(message)
        self.token = token


class ListMeta(msgspec.Struct):
    """Of a list's metadata the token for its next page, empty on the last, and what a watch goes on from."""

    continue_: str = msgspec.field(name="continue", default="")
    version: str = msgspec.field(name="resourceVersion", default="")


class _Status(msgspec.Struct):
    kind: str = ""
    message: str = ""
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)
    code: int = 0


def refusal(where: str, status: int, headers: Mapping[str, str], body: bytes) -> ClusterError:
    """The error to raise for an answer with this HTTP status, from the server that `where` names."""
    page = _is_page(headers, body)
    answer = _status(body)
    said = _said(answer, page, body)
    if status == 429 or status >= 500:
        return _failure(f"{where} answered {status}: {said}", status, headers)
    if status in (301, 302, 303, 307, 308):
        return AnswerError(f"{where} sends us on to {_target(headers)}: a login page or proxy stands in front of it")
    if status == 401:
        return RefusedError(f"{where} does not accept the login (401: {said}): it may have expired; log in again", 401)
    if status == 403 and not page:
        return RefusedError(f"refused (403): {said}", 403)
    if status == 404 and not page:
        return NotServedError(f"not served (404): {said}")
    if status == 410:
        return ExpiredError(f"{where} answered 410: {said}", answer.metadata.continue_)
    return AnswerError(f"{where} answered {status}: {said}")


def refusal_within(where: str, body: bytes) -> ClusterError:
    """The error to raise for a Status that comes in the middle of an answer of 200."""
    return refusal(where, _status(body).code, {}, body)


def unexpected(where: str, headers: Mapping[str, str], body: bytes) -> AnswerError:
    """The error to raise for a 200 of the wrong content type."""
    if _is_page(headers, body):
        return AnswerError(f"{where} answered with {_PAGE}")
    return AnswerError(f"{where} answered with {headers.get('Content-Type') or 'data of no type'} instead of JSON")


_PAGE = "a web page, not as Kubernetes does: a login page or proxy stands in front of it, or the address is wrong"


def _is_page(headers: Mapping[str, str], body: bytes) -> bool:
    return headers.get("Content-Type", "").startswith("text/html") or body.lstrip()[:1] == b"<"


def _status(body: bytes) -> _Status:
    try:
        return msgspec.json.decode(body, type=_Status)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Status()


def _said(answer: _Status, page: bool, body: bytes) -> str:
    if page:
        return _PAGE
    text = answer.message or body.decode("utf-8", "replace")
    return one_line(text)[:LONGEST_MESSAGE] or "without a word"


def _failure(message: str, status: int, headers: Mapping[str, str]) -> BusyError | FailingError:
    asked = headers.get("Retry-After", "")
    if asked.isdecimal():
        return BusyError(message, float(asked))
    return BusyError(message, 1.0) if status == 429 else FailingError(message)


def _target(headers: Mapping[str, str]) -> str:
    """Where a redirect leads, without the query: it may hold secrets."""
    location = urlsplit(headers.get("Location", ""))
    return one_line(f"{location.scheme}://{location.netloc}") if location.netloc else "another page"
