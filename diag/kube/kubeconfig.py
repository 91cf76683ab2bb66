"""What a kubeconfig file holds, and how one is read (v1.Config of client-go's `tools/clientcmd/api`)."""

import os
from pathlib import Path
from typing import Any

import msgspec
import yaml

from diag.errors import KubeconfigError


class Extension(msgspec.Struct):
    """A named blob beside a cluster; one of them is meant for login programs."""

    name: str
    extension: Any = None


class Cluster(msgspec.Struct, rename="kebab", omit_defaults=True):
    """Where the API server is and how to trust it."""

    server: str = ""
    certificate_authority: str = ""
    certificate_authority_data: str = ""
    insecure_skip_tls_verify: bool = False
    tls_server_name: str = ""
    proxy_url: str = ""
    disable_compression: bool = False
    extensions: list[Extension] = []


class Variable(msgspec.Struct):
    """One environment variable of a login program."""

    name: str
    value: str = ""


class Exec(msgspec.Struct, rename="camel"):
    """A login program: a credential plugin of client.authentication.k8s.io."""

    command: str
    api_version: str = ""
    args: list[str] = []
    env: list[Variable] = []
    install_hint: str = ""
    provide_cluster_info: bool = False
    interactive_mode: str = ""


class User(msgspec.Struct, rename="kebab", omit_defaults=True):
    """Who asks, and how that is proven."""

    token: str = ""
    token_file: str = msgspec.field(name="tokenFile", default="")
    client_certificate: str = ""
    client_certificate_data: str = ""
    client_key: str = ""
    client_key_data: str = ""
    username: str = ""
    password: str = ""
    as_: str = msgspec.field(name="as", default="")
    as_uid: str = ""
    as_groups: list[str] = []
    as_user_extra: dict[str, list[str]] = {}
    auth_provider: dict[str, Any] | None = None
    exec: Exec | None = None


class Context(msgspec.Struct):
    """A cluster, a user and a namespace by name."""

    cluster: str = ""
    user: str = ""
    namespace: str = ""


class NamedContext(msgspec.Struct):
    """An entry of `contexts`."""

    name: str
    context: Context = msgspec.field(default_factory=Context)


class NamedCluster(msgspec.Struct):
    """An entry of `clusters`."""

    name: str
    cluster: Cluster = msgspec.field(default_factory=Cluster)


class NamedUser(msgspec.Struct):
    """An entry of `users`."""

    name: str
    user: User = msgspec.field(default_factory=User)


class File(msgspec.Struct, rename="kebab"):
    """One kubeconfig file; its relative paths have been made absolute."""

    kind: str = "Config"
    current_context: str = ""
    contexts: list[NamedContext] = []
    clusters: list[NamedCluster] = []
    users: list[NamedUser] = []


class _Loader(yaml.CSafeLoader):
    """Keeps numbers and dates as text: to kubectl `token: 0123` is text, too."""


_KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:merge")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> File | None:
    """One file, None when it is empty; raises KubeconfigError when it is unreadable or no kubeconfig."""
    try:
        content = yaml.load(path.read_bytes(), Loader=_Loader)
        file = None if content is None else msgspec.convert(_without_nulls(content), File)
    except OSError as error:
        raise KubeconfigError(f"kubeconfig {path} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise KubeconfigError(f"kubeconfig {path} is not YAML: {_complaint(error)}") from error
    except msgspec.ValidationError as error:
        raise KubeconfigError(f"{path} is not a valid kubeconfig: {error}") from error
    if file and file.kind != "Config":
        raise KubeconfigError(f"{path} is not a kubeconfig: its kind is {file.kind}")
    return _resolved(file, path.absolute().parent) if file else None


def _complaint(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return " ".join(str(error).split())


def _without_nulls(value: Any) -> Any:
    """An empty list is often written `users: null`."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _resolved(file: File, folder: Path) -> File:
    for entry in file.clusters:
        cluster = entry.cluster
        cluster.certificate_authority = _absolute(folder, cluster.certificate_authority)
    for named in file.users:
        user = named.user
        user.client_certificate = _absolute(folder, user.client_certificate)
        user.client_key = _absolute(folder, user.client_key)
        user.token_file = _absolute(folder, user.token_file)
        if user.exec and os.sep in user.exec.command:  # a bare name is looked up in PATH
            user.exec.command = _absolute(folder, user.exec.command)
    return file


def _absolute(folder: Path, path: str) -> str:
    return str(folder / path) if path else ""
