"""What the server says of itself: version, readiness and the kinds that it serves."""

import re
from collections.abc import Callable

from diag.model.kinds import Kind

from .answers import Answer, api_version, body, compact, page_not_found


def discover(path: str, version: str, served: tuple[Kind, ...]) -> Answer:
    """The answer for a path that is no object's."""
    known: dict[str, Callable[[], object]] = {
        "/version": lambda: _version(version),
        "/api": lambda: {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": lambda: {"kind": "APIGroupList", "apiVersion": "v1", "groups": _groups(served)},
    }
    if path == "/readyz":
        return body(b"ok", "text/plain; charset=utf-8")
    if path in known:
        return body(compact(known[path]()))
    resources = [kind for kind in served if path.strip("/") == _root(kind)]
    return body(compact(_resources(resources))) if resources else page_not_found()


def _version(version: str) -> dict[str, str]:
    numbers = re.match(r"v(\d+)\.(\d+)", version)
    major, minor = numbers.groups() if numbers else ("", "")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": version,
        "gitTreeState": "clean",
        "platform": "linux/amd64",
    }


def _groups(served: tuple[Kind, ...]) -> list[dict[str, object]]:
    groups = {kind.group: kind for kind in served if kind.group}
    versions = {group: {"groupVersion": api_version(kind), "version": kind.version} for group, kind in groups.items()}
    return [{"name": group, "versions": [version], "preferredVersion": version} for group, version in versions.items()]


def _root(kind: Kind) -> str:
    return f"apis/{kind.group}/{kind.version}" if kind.group else f"api/{kind.version}"


def _resources(kinds: list[Kind]) -> dict[str, object]:
    resources = [
        {
            "name": kind.plural,
            "singularName": kind.kind.lower(),
            "namespaced": kind.namespaced,
            "kind": kind.kind,
            "verbs": ["get", "list"],
        }
        for kind in kinds
    ]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": api_version(kinds[0]),
        "resources": resources,
    }
