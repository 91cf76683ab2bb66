import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import urllib3

from diag.errors import UnreachableError
from diag.kube.config import Access
from diag.kube.deadline import Deadline
from diag.kube.reach import unreachable
from diag.kube.session import connect
from tests.kube.pem import Pem

AccessTo = Callable[..., Access]


class _Version(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"gitVersion":"v1.34.4"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def tls_port(pem: Pem) -> Iterator[int]:
    """The port of a server that speaks TLS and calls itself localhost."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Version)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that hang up are expected
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem.certificate, pem.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def why(access: Access) -> str:
    with pytest.raises(UnreachableError) as caught:
        connect(access, Deadline(20))
    text = str(caught.value)
    assert text.startswith(f"{access.server} (context there) cannot be reached: ")
    assert "\n" not in text
    return text.partition("reached: ")[2]


def test_a_known_authority_is_trusted(tls_port: int, pem: Pem, access_to: AccessTo) -> None:
    """Also one without key identifier, which Python refuses from 3.13 on and kubectl does not."""
    with connect(
        access_to(f"https://localhost:{tls_port}", certificate_authority=pem.authority), Deadline(20)
    ) as session:
        assert session.version == "v1.34.4"


def test_an_unknown_authority_is_not(tls_port: int, access_to: AccessTo) -> None:
    assert why(access_to(f"https://localhost:{tls_port}")).startswith("its certificate is signed by another authority")


def test_unless_the_kubeconfig_says_so(tls_port: int, access_to: AccessTo, recwarn: pytest.WarningsRecorder) -> None:
    access = access_to(f"https://localhost:{tls_port}", insecure_skip_tls_verify=True)
    with connect(access, Deadline(20)) as session:
        assert session.version == "v1.34.4"
    assert not list(recwarn)


def test_another_name_is_not_trusted_unless_expected(tls_port: int, pem: Pem, access_to: AccessTo) -> None:
    url = f"https://127.0.0.1:{tls_port}"
    reason = why(access_to(url, certificate_authority=pem.authority))
    assert reason == "its certificate is for another address (see tls-server-name)"
    access = access_to(url, certificate_authority=pem.authority, tls_server_name="localhost")
    with connect(access, Deadline(20)) as session:
        assert session.version == "v1.34.4"


def test_no_tls_at_all(says: Callable[[bytes], str], access_to: AccessTo) -> None:
    url = says(b"HTTP/1.1 400 Bad Request\r\n\r\n").replace("http:", "https:")
    assert why(access_to(url)) == "it does not speak TLS; should the address begin with http://?"


def test_no_http_at_all(says: Callable[[bytes], str], access_to: AccessTo) -> None:
    assert why(access_to(says(b"SSH-2.0-OpenSSH_9.2\r\n"))) == "it does not speak HTTP; is the port right?"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_refused(access_to: AccessTo) -> None:
    reason = why(access_to(f"http://127.0.0.1:{closed_port()}"))
    assert reason == "connection refused; is the server up, and the address right?"


def test_a_proxy_that_refuses(access_to: AccessTo) -> None:
    access = access_to("https://c.example.com", proxy_url=f"http://127.0.0.1:{closed_port()}")
    assert why(access) == "its proxy: connection refused; is the server up, and the address right?"


def test_an_unknown_host(access_to: AccessTo, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert why(access_to("https://nowhere.example.com")) == "its host name is unknown here (DNS)"


def verification(code: int, message: str) -> Exception:
    error = ssl.SSLCertVerificationError()
    error.verify_code, error.verify_message = code, message
    return urllib3.exceptions.SSLError(error)


def handshake(reason: str) -> Exception:
    error = ssl.SSLError()
    error.reason = reason
    return urllib3.exceptions.SSLError(error)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (verification(10, "certificate has expired"), "its certificate has expired"),
        (verification(9, ""), "its certificate is not valid yet; is the clock of this machine right?"),
        (verification(26, "unsuitable purpose"), "its certificate is not trusted: unsuitable purpose"),
        (
            handshake("TLSV13_ALERT_CERTIFICATE_REQUIRED"),
            "the TLS handshake failed (tlsv13 alert certificate required)",
        ),
        (
            urllib3.exceptions.ConnectTimeoutError(),
            "no answer to the attempt to connect; is there a VPN or firewall in between?",
        ),
        (OSError(101, "Network is unreachable"), "[Errno 101] Network is unreachable"),
        (ValueError("bad header\nvalue"), "bad header value"),
    ],
)
def test_reasons_in_plain_words(error: Exception, reason: str) -> None:
    assert str(unreachable("https://c", error, 60)) == f"https://c cannot be reached: {reason}"
