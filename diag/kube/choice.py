"""Which context of which kubeconfig is meant, by the rules of kubectl.

Of several files the first to name something wins, also for the current context; a file of $KUBECONFIG that does not
exist is passed over (client-go `tools/clientcmd`, ClientConfigLoadingRules).
"""

import os
from pathlib import Path
from typing import NamedTuple

from diag.errors import KubeconfigError, UsageError
from diag.kube.kubeconfig import Cluster, Context, User, read

DEFAULT = "~/.kube/config"


class Kubeconfig(NamedTuple):
    """All files as one: contexts, clusters and users by name. `origin` names the files, for messages."""

    origin: str
    current: str
    contexts: dict[str, Context]
    clusters: dict[str, Cluster]
    users: dict[str, User]


class Choice(NamedTuple):
    """One context and what it names; `user_name` is empty when it names no user."""

    context: str
    namespace: str
    cluster: Cluster
    user_name: str
    user: User


def find(named: str | None) -> list[Path]:
    """The kubeconfig files that exist: the one named, or else those of $KUBECONFIG, or else ~/.kube/config.

    Raises UsageError when the named one does not exist.
    """
    if named:
        if not Path(named).exists():
            raise UsageError(f"--kubeconfig {named}: no such file")
        return [Path(named)]
    listed = os.environ.get("KUBECONFIG") or DEFAULT
    paths = [Path(part).expanduser() for part in listed.split(os.pathsep) if part]
    return [path for path in paths if path.exists()]


def load(paths: list[Path]) -> Kubeconfig:
    """Read and merge the files; raises KubeconfigError naming the one that cannot be read."""
    origin = ", ".join(map(str, paths))
    files = [file for path in paths if (file := read(path))]
    if not files:
        raise KubeconfigError(f"kubeconfig {origin} is empty")
    merged = Kubeconfig(origin, next((f.current_context for f in files if f.current_context), ""), {}, {}, {})
    for file in reversed(files):
        merged.contexts.update((entry.name, entry.context) for entry in reversed(file.contexts))
        merged.clusters.update((entry.name, entry.cluster) for entry in reversed(file.clusters))
        merged.users.update((entry.name, entry.user) for entry in reversed(file.users))
    return merged


def choose(kubeconfig: Kubeconfig, name: str | None) -> Choice:
    """The context called `name`, or the current one, with its cluster and user.

    Raises UsageError when there is no context `name`, KubeconfigError when the files do not hold together.
    """
    chosen = name or kubeconfig.current
    context = kubeconfig.contexts.get(chosen)
    if context is None:
        raise _no_context(kubeconfig, name)
    where = f"kubeconfig {kubeconfig.origin}: context {chosen}"
    cluster = kubeconfig.clusters.get(context.cluster)
    if cluster is None:
        raise KubeconfigError(f"{where} names the cluster {context.cluster!r}, which is not there")
    if not cluster.server.startswith(("https://", "http://")):
        raise KubeconfigError(f"{where}: its server {cluster.server!r} has to begin with https://")
    if context.user and context.user not in kubeconfig.users:
        raise KubeconfigError(f"{where} names the user {context.user!r}, which is not there")
    user = kubeconfig.users.get(context.user, User())
    return Choice(chosen, context.namespace or "default", cluster, context.user, user)


def _no_context(kubeconfig: Kubeconfig, name: str | None) -> KubeconfigError | UsageError:
    known = f"it has: {', '.join(sorted(kubeconfig.contexts)) or 'none'}"
    if name:
        return UsageError(f"--context {name}: kubeconfig {kubeconfig.origin} has no such context ({known})")
    if kubeconfig.current:
        reason = f"has no context {kubeconfig.current!r}, which it calls current"
    else:
        reason = "has no current context: choose one with --context"
    return KubeconfigError(f"kubeconfig {kubeconfig.origin} {reason} ({known})")
