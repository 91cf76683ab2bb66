"""From flags to a snapshot: what scan, explain, record and demo have in common."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from diag.cli.options import scope
from diag.errors import UsageError
from diag.model.near import hint
from diag.model.snapshot import Snapshot
from diag.playbook.format import Playbook
from diag.playbook.load import load
from diag.scan import wanted_logs

# Flags that say how to reach a cluster, and a recording is none.
_CLUSTER_ONLY = {
    "context": "--context",
    "kubeconfig": "--kubeconfig",
    "impersonate": "--as",
    "chunk_size": "--chunk-size",
    "prometheus": "--prometheus",
}


def playbooks(options: argparse.Namespace) -> tuple[Playbook, ...]:
    """The playbooks to use. Raises PlaybookError."""
    return load([Path(directory) for directory in options.playbooks])


def read(options: argparse.Namespace, known: tuple[Playbook, ...], progress: Callable[[str], None]) -> Snapshot:
    """The snapshot that the flags ask for, of a recording or of a cluster. Raises MondiagError."""
    if options.recording is not None:
        snapshot = _recorded(options)
        _check_namespaces(snapshot, scope(options).namespaces)
        return snapshot
    if options.at:
        raise UsageError("--at is the time of a recording: name one with --recording")
    return read_cluster(options, known, progress)


def check_recorded(options: argparse.Namespace) -> None:
    """Raise UsageError for a flag that makes no sense with a recording."""
    for name, flag in _CLUSTER_ONLY.items():
        if getattr(options, name, None) is not None:
            raise UsageError(f"{flag} makes no sense with --recording, which reads no cluster")


def _recorded(options: argparse.Namespace) -> Snapshot:
    check_recorded(options)
    from diag.sources.recording import load_recording

    return load_recording(options.recording, options.at, scope(options))


def read_cluster(
    options: argparse.Namespace,
    known: tuple[Playbook, ...],
    progress: Callable[[str], None],
    sink: Any = None,
    all_usage: bool = False,
) -> Snapshot:
    """The snapshot of a live cluster with the logs that the playbooks want; `sink` gets all objects as they come in.

    Metrics are those that a diagnosis wants, or `all_usage`, however small. Raises ClusterError, UsageError.
    """
    from diag.kube.config import load_access
    from diag.kube.deadline import Deadline
    from diag.kube.session import connect
    from diag.metrics.queries import QUERIES, USAGE
    from diag.sources.cluster import ClusterSource
    from diag.sources.measured import add_metrics

    deadline = Deadline(options.timeout)
    progress("connecting")
    access = load_access(options.kubeconfig, options.context, options.impersonate, deadline)
    with connect(access, deadline) as session:
        source = ClusterSource(session, scope(options), deadline, chunk_size=options.chunk_size, progress=progress)
        snapshot = source.read(sink)
        _check_namespaces(snapshot, scope(options).namespaces)
        snapshot = add_metrics(snapshot, session, options.prometheus, deadline, USAGE if all_usage else QUERIES)
        return source.read_logs(snapshot, wanted_logs(snapshot, known, options.max_logs))


def _check_namespaces(snapshot: Snapshot, named: tuple[str, ...]) -> None:
    """A namespace that does not exist holds nothing unhealthy, which would be a false comfort."""
    if not snapshot.saw("namespaces"):
        return
    known = {namespace.metadata.name for namespace in snapshot.all("namespaces")}
    for name in named:
        if name not in known and not _holds(snapshot, name):
            raise UsageError(f"-n {name}: there is no such namespace{hint(name, known)}")


def _holds(snapshot: Snapshot, namespace: str) -> bool:
    """A recording may have objects of a namespace without the namespace itself."""
    return any(record.metadata.namespace == namespace for records in snapshot.objects.values() for record in records)
