"""From a kubeconfig, or the pod's service account, to access: which server, as whom, and how that is proven."""

import base64
import ssl
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from diag.errors import KubeconfigError, UsageError
from diag.kube import choice, client
from diag.kube.deadline import Deadline, bounded
from diag.kube.kubeconfig import User
from diag.kube.login import log_in

IN_CLUSTER = "in-cluster"
NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class Access(NamedTuple):
    """Everything a session needs.

    `configuration` is the client library's, with the login already done; `tls` is None for plain HTTP; `headers` say on
    whose behalf to ask; `compress` is false where compressing answers costs more than it saves.
    """

    context: str
    server: str
    namespace: str
    configuration: Any
    tls: ssl.SSLContext | None
    headers: tuple[tuple[str, str], ...]
    compress: bool


def load_access(kubeconfig: str | None, context: str | None, impersonate: str | None, deadline: Deadline) -> Access:
    """The access that `kubeconfig` (or kubectl's default files) gives to `context` (or to the current one).

    Without any kubeconfig it is the service account of the pod we run in. `impersonate` is the user to act as.
    Raises UsageError for a file or a context that was asked for and does not exist, KubeconfigError for anything
    else that is wrong with the configuration or the login, DeadlineError.
    """
    paths = choice.find(kubeconfig)
    if not paths:
        return _in_cluster(context, impersonate)
    chosen = choice.choose(choice.load(paths), context)
    user = _logged_in(chosen, deadline)
    configuration = bounded(lambda: client.configured(chosen.context, chosen.cluster, user), deadline)
    return Access(
        context=chosen.context,
        server=configuration.host,
        namespace=chosen.namespace,
        configuration=configuration,
        tls=client.tls(configuration),
        headers=_impersonation(user, impersonate),
        compress=not (chosen.cluster.disable_compression or client.is_loopback(configuration.host)),
    )


def _logged_in(chosen: choice.Choice, deadline: Deadline) -> User:
    """The user with what its token file or login program gives, as plain token or certificate."""
    user = chosen.user
    if user.token_file:
        return msgspec.structs.replace(user, token=_token(user.token_file), token_file="")
    if user.exec is None or user.token:
        return user
    credential = log_in(user.exec, chosen.cluster, deadline)
    user = msgspec.structs.replace(user, token=credential.token)
    if credential.client_certificate_data:
        user.client_certificate_data = _base64(credential.client_certificate_data)
        user.client_key_data = _base64(credential.client_key_data)
    return user


def _token(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise KubeconfigError(f"tokenFile {path} cannot be read: {reason}") from error


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _impersonation(user: User, impersonate: str | None) -> tuple[tuple[str, str], ...]:
    """Headers by https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation."""
    name = impersonate or user.as_
    headers = [("Impersonate-User", name)] if name else []
    headers += [("Impersonate-Uid", user.as_uid)] if user.as_uid else []
    headers += [("Impersonate-Group", group) for group in user.as_groups]
    for key, values in user.as_user_extra.items():
        headers += [(f"Impersonate-Extra-{quote(key, safe='')}", value) for value in values]
    return tuple(headers)


def _in_cluster(context: str | None, impersonate: str | None) -> Access:
    configuration = client.in_cluster()
    if configuration is None:
        raise KubeconfigError(
            "no kubeconfig: neither a file of $KUBECONFIG nor ~/.kube/config exists; name one with --kubeconfig"
        )
    if context and context != IN_CLUSTER:
        raise UsageError(f"--context {context}: there is no kubeconfig, only this pod's service account")
    return Access(
        context=IN_CLUSTER,
        server=configuration.host,
        namespace=NAMESPACE_FILE.read_text().strip() if NAMESPACE_FILE.exists() else "default",
        configuration=configuration,
        tls=client.tls(configuration),
        headers=_impersonation(User(), impersonate),
        compress=False,
    )
