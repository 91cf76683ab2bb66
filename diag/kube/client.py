"""The client library's part of access: its Configuration, its connection pool, and TLS.

Of the library only Configuration, ApiClient and its kubeconfig loader are ever imported, and late: the models and API
classes would triple the time to start.
"""

import base64
import binascii
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import msgspec

from diag.errors import KubeconfigError
from diag.kube.kubeconfig import Cluster, User
from diag.model.text import one_line

CONNECTIONS = 256  # kept open to one server; more than we ever have threads, those that watch among them


def configured(context: str, cluster: Cluster, user: User) -> Any:
    """A `kubernetes.client.Configuration` for the cluster, authenticated as the user.

    The library may ask an OpenID Connect provider for a fresh token; it is never written back to the kubeconfig.
    Raises KubeconfigError.
    """
    from kubernetes.client import Configuration
    from kubernetes.config import load_kube_config_from_dict

    _check_base64(context, cluster, user)
    configuration = Configuration()
    with _translated(context):
        load: Any = load_kube_config_from_dict
        load(_document(cluster, user), "context", configuration, persist_config=False)
    if user.auth_provider and not configuration.api_key:
        provider = user.auth_provider.get("name")
        raise KubeconfigError(f"context {context}: auth-provider {provider} gave no token; use a login program (exec)")
    _choose_proxy(configuration, cluster)
    return configuration


def authorization(context: str, configuration: Any) -> str:
    """The Authorization header, empty without one; a token that the library can renew is renewed when it is old.

    Raises KubeconfigError.
    """
    with _translated(context):
        return (configuration.get_api_key_with_prefix("BearerToken") or "").strip()


def in_cluster() -> Any | None:
    """The configuration of the pod's service account, None outside of a pod."""
    from kubernetes.client import Configuration
    from kubernetes.config import ConfigException, load_incluster_config

    configuration = Configuration()
    try:
        load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    except ConfigException:
        return None
    return configuration


def tls(configuration: Any) -> ssl.SSLContext | None:
    """How to shake hands: authority, client certificate and verification as configured; None for plain HTTP.

    Raises KubeconfigError when a certificate or key cannot be used.
    """
    from urllib3.util import create_urllib3_context

    if not configuration.host.startswith("https://"):
        return None
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE)
    # Python 3.13 wants extensions that the authorities of many clusters lack; kubectl does not.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    authority, certificate = configuration.ssl_ca_cert, configuration.cert_file
    try:
        what = f"the certificate authority ({authority})"
        context.load_verify_locations(authority) if authority else context.load_default_certs()
        what = f"the client certificate and its key ({certificate})"
        if certificate:
            # An empty password, so that an encrypted key fails instead of asking on the terminal.
            context.load_cert_chain(certificate, configuration.key_file, password="")
    except OSError as error:
        raise KubeconfigError(f"{what} cannot be used: {one_line(str(error))}") from error
    return context


def pool(configuration: Any, context: ssl.SSLContext | None) -> Any:
    """The library's connection pool (a urllib3 PoolManager or ProxyManager), shaking hands as `context` says.

    Raises KubeconfigError when its proxy cannot be used.
    """
    import urllib3
    from kubernetes.client import ApiClient

    configuration.keep_alive = True
    configuration.connection_pool_maxsize = CONNECTIONS
    if not configuration.verify_ssl:
        # Whoever wrote the kubeconfig knows; a warning for each request helps nobody.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    try:
        manager = ApiClient(configuration).rest_client.pool_manager
    except (ImportError, ValueError, urllib3.exceptions.HTTPError) as error:
        raise KubeconfigError(f"the proxy to {configuration.host} cannot be used: {one_line(str(error))}") from error
    if context:
        for key in ("ca_certs", "cert_file", "key_file"):
            manager.connection_pool_kw.pop(key)  # loaded once, not for each connection
        manager.connection_pool_kw["ssl_context"] = context
    return manager


def is_loopback(server: str) -> bool:
    """Whether a URL names this machine itself."""
    name = urlsplit(server).hostname or ""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@contextmanager
def _translated(context: str) -> Iterator[None]:
    """What the library, and those it asks for a token, may raise, as KubeconfigError."""
    from kubernetes.client.exceptions import OpenApiException
    from kubernetes.config import ConfigException
    from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (
        ConfigException,
        OpenApiException,
        OAuth2Error,
        HTTPError,
        OSError,
        LookupError,
        ValueError,
    ) as error:
        raise KubeconfigError(f"context {context} cannot be used: {one_line(str(error))}") from error


def _choose_proxy(configuration: Any, cluster: Cluster) -> None:
    """As Go does: a proxy-url knows no exceptions, and a proxy of the environment never serves this machine."""
    if cluster.proxy_url:
        configuration.no_proxy = None
    elif is_loopback(configuration.host):
        configuration.proxy = None


def _check_base64(context: str, cluster: Cluster, user: User) -> None:
    data = {
        "certificate-authority-data": cluster.certificate_authority_data,
        "client-certificate-data": user.client_certificate_data,
        "client-key-data": user.client_key_data,
    }
    for field, text in data.items():
        try:
            base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error as error:
            raise KubeconfigError(f"context {context}: its {field} is not base64") from error


def _document(cluster: Cluster, user: User) -> dict[str, Any]:
    """A kubeconfig of one context for the library; a login program has had its turn."""
    user = msgspec.structs.replace(user, exec=None)
    return {
        "contexts": [{"name": "context", "context": {"cluster": "cluster", "user": "user"}}],
        "clusters": [{"name": "cluster", "cluster": msgspec.to_builtins(cluster)}],
        "users": [{"name": "user", "user": msgspec.to_builtins(user)}],
    }
