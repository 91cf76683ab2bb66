"""Fields of `namespace`."""

import re

from diag.facts.index import Index
from diag.model.cluster import Namespace
from diag.playbook.fields.field import Field

# What the namespace controller says while it deletes, the telling ones first (pkg/controller/namespace/deletion).
_DELETION = (
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
    "NamespaceFinalizersRemaining",
    "NamespaceContentRemaining",
)

# client-go discovery.ErrGroupDiscoveryFailed: `… server APIs: GROUP/VERSION: why, GROUP/VERSION: why`.
_FAILING_API = re.compile(r"server APIs: (?P<group>[\w.-]+)/(?P<version>\w+):")


def _obstacle(index: Index, namespace: Namespace) -> str | None:
    true = {condition.type for condition in namespace.status.conditions if condition.status == "True"}
    return next((name for name in _DELETION if name in true), None)


def _said(index: Index, namespace: Namespace) -> str | None:
    name = _obstacle(index, namespace)
    return next((c.message or None for c in namespace.status.conditions if c.type == name), None)


def _api(index: Index, namespace: Namespace) -> str | None:
    found = _FAILING_API.search(_said(index, namespace) or "")
    return f"APIService {found['version']}.{found['group']}" if found else None


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the namespace.", lambda i, n: n.metadata.name),
    "phase": Field("text", "Active or Terminating.", lambda i, n: n.status.phase or None),
    "terminating.age": Field(
        "duration", "Time since its deletion was asked for.", lambda i, n: i.age(n.metadata.deletion_timestamp)
    ),
    "obstacle": Field("text", "Condition that says what keeps it from being deleted, the most telling.", _obstacle),
    "obstacle.message": Field("text", "Message of that condition.", _said),
    "obstacle.api": Field(
        "text", "The first API that did not answer, where that is the obstacle: `APIService v1.group`.", _api
    ),
    "finalizers": Field(
        "texts", "Finalizers of the namespace itself.", lambda i, n: list(n.metadata.finalizers) or None
    ),
}
