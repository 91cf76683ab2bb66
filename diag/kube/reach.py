"""Why a server could not be reached, in plain words: the exceptions of sockets, TLS and urllib3 translated."""

import socket
import ssl
from collections.abc import Iterator
from http.client import BadStatusLine, RemoteDisconnected

from urllib3 import exceptions as urllib3

from diag.errors import UnreachableError
from diag.model.text import one_line

# X.509 verification results of OpenSSL (x509_vfy.h).
_CERTIFICATE = {
    9: "its certificate is not valid yet; is the clock of this machine right?",
    10: "its certificate has expired",
    18: "its certificate is signed by itself, not by the authority in the kubeconfig",
    19: "its certificate is signed by another authority than the one in the kubeconfig",
    20: "its certificate is signed by another authority than the one in the kubeconfig",
    21: "its certificate is signed by another authority than the one in the kubeconfig",
    62: "its certificate is for another host name (see tls-server-name)",
    64: "its certificate is for another address (see tls-server-name)",
}


class CutError(UnreachableError):
    """The connection broke before the answer was whole; asking again may help."""


def unreachable(where: str, error: Exception, patience: float) -> UnreachableError:
    """The error to raise for what a request to `where` ran into; `patience` is how long silence was borne, seconds."""
    links = list(_chain(error))
    if _is_cut(links):
        return CutError(f"{where} cut the connection before the answer was whole")
    return UnreachableError(f"{where} cannot be reached: {_reason(links, patience)}")


def _is_cut(links: list[BaseException]) -> bool:
    for link in links:
        if isinstance(link, urllib3.ProxyError):
            return False
        if isinstance(link, BadStatusLine) and not isinstance(link, RemoteDisconnected):
            return False
    return any(isinstance(link, urllib3.ProtocolError | ConnectionResetError) for link in links)


def _reason(links: list[BaseException], patience: float) -> str:
    through = "its proxy: " if any(isinstance(link, urllib3.ProxyError) for link in links) else ""
    for link in reversed(links):  # the innermost is the most telling
        known = _known(link, patience)
        if known:
            return through + known
    return through + one_line(str(links[-1]) or type(links[-1]).__name__)


def _known(error: BaseException, patience: float) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(error.verify_code, f"its certificate is not trusted: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return _handshake(error)
    if isinstance(error, urllib3.NameResolutionError | socket.gaierror):
        return "its host name is unknown here (DNS)"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused; is the server up, and the address right?"
    if isinstance(error, urllib3.ConnectTimeoutError) and not isinstance(error, urllib3.NewConnectionError):
        return "no answer to the attempt to connect; is there a VPN or firewall in between?"
    if isinstance(error, urllib3.ReadTimeoutError):
        return f"it sent nothing for {patience:g} s"
    if isinstance(error, BadStatusLine):
        return "it does not speak HTTP; is the port right?"
    return ""


def _handshake(error: ssl.SSLError) -> str:
    reason = error.reason or str(error)
    if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return "it does not speak TLS; should the address begin with http://?"
    return f"the TLS handshake failed ({reason.lower().replace('_', ' ')})"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, those it wraps as an argument, and what caused it."""
    while error is not None:
        yield error
        wrapped = next((part for part in error.args if isinstance(part, BaseException)), None)
        error = wrapped or error.__cause__ or error.__context__
