"""What can go wrong with a request: another answer instead of the real one, or a real one badly delivered."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from .answers import Answer, body, page_not_found, status
from .route import Route
from .store import Token

_LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>SSO</form></body></html>"


@dataclass(frozen=True)
class Instead:
    """Another answer; `continued` limits it to requests that carry a `continue` token."""

    answer: Callable[[Route], Answer]
    continued: bool = False


@dataclass(frozen=True)
class Delivery:
    """The real answer, badly delivered.

    `cut_after` closes the connection and `stall_after` goes silent after so many bytes of the body, and in
    any case before its end. Bytes go out in pieces of `piece` bytes, `delay` seconds apart. `halve`
    leaves out the second half of the body and says so in its length. Nothing goes out before `after` is set.
    """

    cut_after: int | None = None
    stall_after: int | None = None
    delay: float = 0.0
    piece: int | None = None
    halve: bool = False
    after: threading.Event | None = None

    def stops_after(self, length: int | None) -> int | None:
        """After how many bytes of a body of that length to stop; None for never."""
        stops = [after for after in (self.cut_after, self.stall_after) if after is not None]
        if stops and length is not None:
            stops.append(max(length - 1, 0))
        return min(stops, default=None)


Fault = Instead | Delivery


def forbidden() -> Fault:
    """403, in the words of the RBAC authorizer (apiserver, authorization/errors)."""
    return Instead(_forbidden)


def unauthorized() -> Fault:
    """401."""
    return Instead(lambda route: status(401, "Unauthorized", "Unauthorized"))


def not_served() -> Fault:
    """404 as for an API group that the server does not have."""
    return Instead(lambda route: page_not_found())


def throttled(retry_after: int = 1) -> Fault:
    """429 with `Retry-After` in seconds (API priority and fairness)."""
    message = "the server has received too many requests and has asked us to try again later"
    details = {"retryAfterSeconds": retry_after}
    headers = {"Retry-After": str(retry_after)}
    return Instead(lambda route: status(429, "TooManyRequests", message, details=details, headers=headers))


def expired() -> Fault:
    """410 on a `continue` token, with a fresh inconsistent token (apiserver, storage/continue.go)."""
    return Instead(_expired, continued=True)


def server_error(
    code: int = 500, content: bytes | None = None, content_type: str = "text/plain; charset=utf-8"
) -> Fault:
    """A 5xx: a Status, or `content` as a proxy in between would send."""
    if content is not None:
        return Instead(lambda route: body(content, content_type, code))
    reason = {503: "ServiceUnavailable", 504: "Timeout"}.get(code, "InternalError")
    return Instead(lambda route: status(code, reason, "Internal error occurred: etcdserver: request timed out"))


def html() -> Fault:
    """200 and the login page of a proxy."""
    return Instead(lambda route: body(_LOGIN_PAGE, "text/html; charset=utf-8"))


def garbage() -> Fault:
    """200 and JSON that is not Kubernetes'."""
    return Instead(lambda route: body(b'{"hello":["world"]}'))


def cut(after_bytes: int) -> Fault:
    """The connection closes in the middle of the body."""
    return Delivery(cut_after=after_bytes)


def stalled(after_bytes: int) -> Fault:
    """Nothing more comes in the middle of the body, until the server closes."""
    return Delivery(stall_after=after_bytes)


def slow(per_chunk_delay: float, chunk_bytes: int = 1024) -> Fault:
    """The body comes in chunks of `chunk_bytes`, `per_chunk_delay` seconds before each."""
    return Delivery(delay=per_chunk_delay, piece=chunk_bytes)


def held(until: threading.Event) -> Fault:
    """The answer, as it was when it was asked for, comes when the event is set."""
    return Delivery(after=until)


def truncated_json() -> Fault:
    """A whole HTTP answer whose JSON ends half way."""
    return Delivery(halve=True)


def _forbidden(route: Route) -> Answer:
    if route.kind is None:
        return status(403, "Forbidden", f'forbidden: User "fake" cannot get path "{route.path}"')
    kind = route.kind
    subject = f'{kind.plural} "{route.name}"' if route.name else kind.plural
    named = f"{subject}.{kind.group}" if kind.group and not route.name else subject
    where = f'in the namespace "{route.namespace}"' if route.namespace else "at the cluster scope"
    message = (
        f'{named} is forbidden: User "fake" cannot {route.verb} resource "{route.resource}"'
        f' in API group "{kind.group}" {where}'
    )
    details = {"name": route.name, "group": kind.group, "kind": kind.plural}
    return status(403, "Forbidden", message, details={key: value for key, value in details.items() if value})


def _expired(route: Route) -> Answer:
    message = (
        "The provided continue parameter is too old to display a consistent list result. "
        "You can start a new list without the continue parameter, or use the continue token in this response "
        "to retrieve the remainder of the results. Continuing with the provided token results in an "
        "inconsistent list - objects that were created, modified, or deleted between the time the first chunk "
        "was returned and now may show up in the list."
    )
    fresh = Token.read(route.continued).inconsistent().text()
    return status(410, "Expired", message, metadata={"continue": fresh})
