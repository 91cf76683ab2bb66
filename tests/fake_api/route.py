"""Which kind, object or subresource a path of the API means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from diag.model.kinds import BY_PLURAL, KINDS, Kind

POD_METRICS = Kind("pods", "PodMetrics", "metrics.k8s.io", "v1beta1", True)
NODE_METRICS = Kind("nodes", "NodeMetrics", "metrics.k8s.io", "v1beta1", False)
METRICS = (POD_METRICS, NODE_METRICS)
SERVED = (*KINDS, *METRICS)

_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/(?P<version>[^/]+)"
    r"(?:/namespaces/(?P<namespace>[^/]+))?"
    r"/(?P<plural>[^/]+)(?:/(?P<name>[^/]+))?(?:/(?P<subresource>log|proxy)(?:/.*)?)?"
)


@dataclass(frozen=True)
class Route:
    """A request, understood; `kind` is None for paths that are no object's (`/version`)."""

    path: str
    kind: Kind | None = None
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    continued: str = ""
    watching: bool = False
    fields: str = ""

    @property
    def verb(self) -> str:
        """The verb as RBAC knows it."""
        if self.watching:
            return "watch"
        return "get" if self.name else "list"

    @property
    def resource(self) -> str:
        """The resource as RBAC knows it: `pods`, `pods/log`."""
        plural = self.kind.plural if self.kind else ""
        return f"{plural}/{self.subresource}" if self.subresource else plural

    @property
    def target(self) -> str:
        """What a fault is aimed at: `deployments.apps`, `pods/log`, or the path."""
        if self.kind is None:
            return self.path
        return f"{self.kind.resource}/{self.subresource}" if self.subresource else self.kind.resource


def route(path: str, query: Mapping[str, str]) -> Route:
    """Understand a path and its query."""
    match = _PATH.fullmatch(path)
    kind = _kind(match) if match else None
    if match is None or kind is None:
        return Route(path)
    parts = {key: match[key] or "" for key in ("namespace", "name", "subresource")}
    watching = query.get("watch") in ("1", "true")
    selected = {"continued": query.get("continue", ""), "fields": query.get("fieldSelector", "")}
    return Route(path, kind, watching=watching, **selected, **parts)


def kind_named(name: str) -> Kind:
    """The kind by plural or resource: `pods`, `deployments.apps`, `pods.metrics.k8s.io`; raises KeyError."""
    return BY_PLURAL.get(name) or {kind.resource: kind for kind in SERVED}[name]


def _kind(match: re.Match[str]) -> Kind | None:
    wanted = (match["group"] or "", match["version"], match["plural"])
    for kind in SERVED:
        if (kind.group, kind.version, kind.plural) == wanted and (kind.namespaced or not match["namespace"]):
            return kind
    return None
