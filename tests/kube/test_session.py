import json
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from diag import __version__
from diag.errors import (
    AnswerError,
    ClusterError,
    DeadlineError,
    NotServedError,
    RefusedError,
    UnreachableError,
)
from diag.kube.config import Access
from diag.kube.deadline import Deadline
from diag.kube.session import Session, connect
from tests import fake_api
from tests.fake_api import FakeApi

PODS = "/api/v1/pods"
Says = Callable[[bytes], str]
AccessTo = Callable[..., Access]


@pytest.fixture
def impatient(access: Access) -> Iterator[Session]:
    """A session that bears no more than a moment's silence."""
    with connect(access, Deadline(20), patience=0.2) as opened:
        yield opened


def get(session: Session, path: str = PODS, seconds: float | None = 20) -> bytes:
    return session.get(path, deadline=Deadline(seconds), back_off=(0, 0))


def asked(api: FakeApi) -> list[str]:
    return [request.path for request in api.requests]


def test_connecting_learns_the_version(api: FakeApi, session: Session) -> None:
    assert session.version == "v1.34.4"
    assert session.server == api.url
    assert (session.context, session.namespace) == ("fake", "default")


@pytest.mark.parametrize(
    ("version", "streams"),
    [
        ("v1.33.0", True),
        ("v1.34.1-gke.1829001", True),
        ("v2.0.0", True),
        ("v1.32.9+k3s1", False),
        ("v1.9", False),
    ],
)
def test_lists_are_streamed_from_1_33_on(api: FakeApi, access: Access, version: str, streams: bool) -> None:
    api.version = version
    with connect(access, Deadline(20)) as session:
        assert session.streams_lists is streams


def test_a_version_that_is_secret_does_no_harm(api: FakeApi, access: Access) -> None:
    api.fail("/version", fake_api.forbidden())
    with connect(access, Deadline(20)) as session:
        assert (session.version, session.streams_lists) == ("", False)


def test_manners(api: FakeApi, access: Access) -> None:
    acting = access._replace(headers=(("Impersonate-User", "ada"), ("Impersonate-Group", "ops")))
    with connect(acting, Deadline(20)) as session:
        session.get(PODS, [("labelSelector", "a in (b,c)"), ("limit", "5")], deadline=Deadline(20))
    request = api.requests[-1]
    assert request.headers["User-Agent"] == f"mondiag/{__version__}"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Accept-Encoding"] == "identity"
    assert request.headers["Impersonate-User"] == "ada"
    assert request.query == {"labelSelector": "a in (b,c)", "limit": "5"}
    assert "Authorization" not in request.headers


def test_several_groups_are_several_headers(says: Says, access_to: AccessTo) -> None:
    url = says(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"gitVersion": "v1.34.4"}')
    groups = (("Impersonate-Group", "a"), ("Impersonate-Group", "b"))
    session = Session(access_to(url)._replace(headers=groups))
    assert list(session._way("x")[1].items())[:2] == list(groups)


def test_a_token_is_sent(api: FakeApi, access: Access) -> None:
    api.token = "t0"
    access.configuration.api_key["BearerToken"] = "Bearer t0"
    with connect(access, Deadline(20)) as session:
        assert get(session)


def test_a_login_that_has_expired_is_said_so(api: FakeApi, access: Access) -> None:
    api.token = "t0"
    with pytest.raises(RefusedError, match=r"does not accept the login \(401: Unauthorized\).*log in again") as caught:
        connect(access, Deadline(20))
    assert caught.value.status == 401


def test_compressed_answers_are_unpacked(api: FakeApi, access: Access) -> None:
    api.gzip_min = 0
    api.add("pods", {"metadata": {"name": "web"}})
    with connect(access._replace(compress=True), Deadline(20)) as session:
        assert json.loads(get(session))["items"][0]["metadata"]["name"] == "web"
    assert api.requests[-1].headers["Accept-Encoding"] == "gzip"


def test_403_has_the_words_of_the_server(api: FakeApi, session: Session) -> None:
    api.fail("pods", fake_api.forbidden(), namespace="shop")
    with pytest.raises(RefusedError, match=r'cannot list resource "pods" .* in the namespace "shop"') as caught:
        get(session, "/api/v1/namespaces/shop/pods")
    assert caught.value.status == 403
    assert get(session)


def test_404_is_not_served(api: FakeApi, session: Session) -> None:
    with pytest.raises(NotServedError, match=r"not served \(404\): 404 page not found"):
        get(session, "/apis/example.com/v1/things")
    assert len(api.requests) == 2


@pytest.mark.parametrize("fault", [fake_api.server_error(500), fake_api.server_error(503), fake_api.cut(10)])
def test_what_may_pass_is_asked_again(api: FakeApi, session: Session, fault: fake_api.Fault) -> None:
    api.fail("pods", fault, times=2)
    assert b"PodList" in get(session)
    assert asked(api) == ["/version", PODS, PODS, PODS]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (fake_api.server_error(500), "answered 500: Internal error occurred: etcdserver: request timed out"),
        (fake_api.server_error(502, b"<html>Bad gateway</html>", "text/html"), "answered 502: a web page"),
        (fake_api.server_error(504, b"upstream\ntimed out"), "answered 504: upstream timed out"),
        (fake_api.cut(10), "cut the connection before the answer was whole"),
    ],
)
def test_what_does_not_pass_is_an_error(api: FakeApi, session: Session, fault: fake_api.Fault, words: str) -> None:
    api.fail("pods", fault)
    with pytest.raises((AnswerError, UnreachableError), match=words):
        get(session)
    assert asked(api) == ["/version", PODS, PODS, PODS]


def test_a_busy_server_is_asked_again_when_it_says(api: FakeApi, session: Session) -> None:
    api.fail("pods", fake_api.throttled(0), times=4)
    assert b"PodList" in get(session)
    api.fail("pods", fake_api.throttled(0))
    with pytest.raises(AnswerError, match="answered 429: the server has received too many requests"):
        get(session)
    assert asked(api).count(PODS) == 10


def test_a_busy_server_is_not_waited_for_beyond_the_deadline(api: FakeApi, session: Session) -> None:
    api.fail("pods", fake_api.throttled(9))
    with pytest.raises(DeadlineError, match="waiting 9 s would be more than --timeout allows"):
        get(session, seconds=5)


def test_a_server_that_is_busy_for_long_is_not_waited_for(api: FakeApi, session: Session) -> None:
    api.fail("pods", fake_api.throttled(3600))
    with pytest.raises(AnswerError, match="answered 429"):
        get(session, seconds=None)


def test_a_login_page_is_named(api: FakeApi, session: Session, access: Access) -> None:
    api.fail("pods", fake_api.html())
    with pytest.raises(AnswerError, match=r"answered with a web page.*: a login page or proxy stands in front of it"):
        get(session)
    api.fail("/version", fake_api.html())
    with pytest.raises(AnswerError, match="a web page"):
        connect(access, Deadline(20))


def test_a_redirect_is_not_followed(says: Says, access_to: AccessTo) -> None:
    url = says(b"HTTP/1.1 302 Found\r\nLocation: https://sso.example.com/in?secret=x\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(AnswerError, match=r"sends us on to https://sso.example.com: a login page") as caught:
        connect(access_to(url), Deadline(20))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("fault", [fake_api.garbage(), fake_api.not_served()])
def test_another_server_is_not_taken_for_kubernetes(api: FakeApi, access: Access, fault: fake_api.Fault) -> None:
    api.fail("/version", fault)
    with pytest.raises(AnswerError, match="does not answer as Kubernetes does; is the address right"):
        connect(access, Deadline(20))


def test_another_type_than_json_is_named(says: Says, access_to: AccessTo) -> None:
    url = says(b"HTTP/1.1 200 OK\r\nContent-Type: application/yaml\r\nContent-Length: 2\r\n\r\n{}")
    with pytest.raises(AnswerError, match="answered with application/yaml instead of JSON"):
        connect(access_to(url), Deadline(20))


def test_plain_http_to_a_tls_port_has_the_words_of_the_server(says: Says, access_to: AccessTo) -> None:
    url = says(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
    with pytest.raises(AnswerError, match=r"answered 400: Client sent an HTTP request to an HTTPS server."):
        connect(access_to(url), Deadline(20))


def test_terminal_codes_in_an_answer_are_neutralised(says: Says, access_to: AccessTo) -> None:
    url = says(b"HTTP/1.1 418 Teapot\r\nContent-Length: 12\r\n\r\n\x1b]52;x\x07 hey\n")
    with pytest.raises(AnswerError) as caught:
        connect(access_to(url), Deadline(20))
    assert "\x1b" not in str(caught.value)


def test_silence_is_given_up(api: FakeApi, impatient: Session) -> None:
    api.fail("pods", fake_api.stalled(10))
    with pytest.raises(UnreachableError, match=r"it sent nothing for 0\.2 s"):
        get(impatient)
    assert asked(api) == ["/version", PODS]


@pytest.mark.parametrize("fault", [fake_api.stalled(10), fake_api.slow(0.02, 1)])
def test_the_deadline_ends_a_body(api: FakeApi, session: Session, fault: fake_api.Fault) -> None:
    api.fail("pods", fault)
    with pytest.raises(DeadlineError, match=r"not done within 0\.3 s"):
        get(session, seconds=0.3)


def test_the_deadline_ends_a_search_for_the_host(access_to: AccessTo, monkeypatch: pytest.MonkeyPatch) -> None:
    access = access_to("https://slow.example.com")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: threading.Event().wait())
    with pytest.raises(DeadlineError):
        connect(access, Deadline(0.1))


def test_the_deadline_ends_waiting_for_an_answer(access_to: AccessTo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DeadlineError):
        connect(access_to(f"http://127.0.0.1:{silent.getsockname()[1]}"), Deadline(0.1))


def test_nothing_begins_after_the_deadline(api: FakeApi, session: Session) -> None:
    with pytest.raises(DeadlineError):
        get(session, seconds=0)
    assert asked(api) == ["/version"]


def test_closing_frees_a_thread_that_reads(api: FakeApi, session: Session) -> None:
    api.fail("pods", fake_api.stalled(10))
    pieces = session.stream(PODS, deadline=Deadline(None))
    caught: list[ClusterError] = []

    def read() -> None:
        try:
            list(pieces)
        except ClusterError as error:
            caught.append(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while not session._reading:
        reader.join(0.001)
    session.close()
    reader.join(20)
    assert [str(error) for error in caught] == ["the session was closed"]


def test_closing_frees_a_thread_that_waits(access_to: AccessTo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        session = Session(access_to(f"http://127.0.0.1:{silent.getsockname()[1]}"))
        threading.Timer(0.1, session.close).start()
        with pytest.raises(UnreachableError, match="closed"):
            get(session, seconds=None)
    with pytest.raises(UnreachableError, match="closed"):
        get(session, seconds=None)


def test_a_connection_is_used_again(api: FakeApi, session: Session) -> None:
    api.fail("pods", fake_api.forbidden(), namespace="shop")
    for _ in range(3):
        get(session)
        with pytest.raises(RefusedError):
            get(session, "/api/v1/namespaces/shop/pods")
    pool = session._pool.connection_from_url(api.url)
    assert (pool.num_connections, pool.num_requests) == (1, 7)
