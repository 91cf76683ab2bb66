"""What a container's configuration refers to and does not find: ConfigMaps, Secrets and keys in them.

Secrets are never read: that one is missing, or lacks a key, is known from the kubelet's words alone (kubelet
pkg/kubelet/kubelet_pods.go makeEnvironmentVariables). Of ConfigMaps it is read which exist.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from diag.facts.containers import PodContainer
from diag.facts.images import nearest
from diag.facts.index import Index, grouped
from diag.model.cluster import ConfigMap
from diag.model.containers import KeyReference

CONFIG_ERROR = "CreateContainerConfigError"
_KINDS = {"configmap": "ConfigMap", "secret": "Secret"}
_NO_OBJECT = re.compile(r'(?P<kind>configmap|secret)s? "(?P<name>[^"]+)" not found', re.IGNORECASE)
_NO_KEY = re.compile(
    r"couldn't find key (?P<key>.+?) in (?P<kind>ConfigMap|Secret) (?P<namespace>[^/\s]*)/(?P<name>\S+)"
)


class Missing(NamedTuple):
    """A ConfigMap or Secret that is missing, or lacks `key`."""

    kind: str
    namespace: str
    name: str
    key: str = ""

    @property
    def path(self) -> str:
        """Kind, namespace and name: `ConfigMap shop/settings`."""
        return f"{self.kind} {self.namespace}/{self.name}"


def missing(index: Index, container: PodContainer) -> Missing | None:
    """What the container waits for (CreateContainerConfigError); None when it waits for no such thing.

    Where there are no words, or they name no object, an absent ConfigMap that the container demands counts.
    """
    waiting = container.status.state.waiting
    if waiting is None or waiting.reason != CONFIG_ERROR:
        return None
    namespace = container.pod.metadata.namespace
    no_key = _NO_KEY.search(waiting.message)
    if no_key:
        return Missing(no_key["kind"], no_key["namespace"] or namespace, no_key["name"].rstrip(".,"), no_key["key"])
    no_object = _NO_OBJECT.search(waiting.message)
    if no_object:
        return Missing(_KINDS[no_object["kind"].lower()], namespace, no_object["name"])
    if waiting.message and "configmap" not in waiting.message.lower():
        return None
    absent = next(absent_config_maps(index, container), None)
    return Missing("ConfigMap", namespace, absent) if absent is not None else None


def absent_config_maps(index: Index, container: PodContainer) -> Iterator[str]:
    """Names of ConfigMaps that the container's variables demand and that do not exist, where they were read."""
    namespace = container.pod.metadata.namespace
    if not index.saw("configmaps", namespace):
        return
    for kind, reference, _ in references(container):
        demanded = kind == "ConfigMap" and reference.name and not reference.optional
        if demanded and index.get("configmaps", namespace, reference.name) is None:
            yield reference.name


def references(container: PodContainer) -> Iterator[tuple[str, KeyReference, str]]:
    """What the container's variables are taken from: kind, reference, and the variable; empty where all keys are."""
    for source in container.spec.env_from:
        for kind, reference in (("ConfigMap", source.config_map_ref), ("Secret", source.secret_ref)):
            if reference is not None:
                yield kind, reference, ""
    for variable in container.spec.env:
        origin = variable.value_from
        if origin is not None:
            for kind, reference in (("ConfigMap", origin.config_map_key_ref), ("Secret", origin.secret_key_ref)):
                if reference is not None:
                    yield kind, reference, variable.name


def wanted_by(container: PodContainer, lacking: Missing) -> str | None:
    """Which part of the container's spec refers to it: `variable DB_URL` or `envFrom`; None where none is seen to."""
    for kind, reference, variable in references(container):
        if (kind, reference.name) == (lacking.kind, lacking.name) and lacking.key in ("", reference.key):
            return f"variable {variable}" if variable else "envFrom"
    return None


def found(index: Index, lacking: Missing) -> ConfigMap | None:
    """The ConfigMap, where it exists by now."""
    here: ConfigMap | None = (
        index.get("configmaps", lacking.namespace, lacking.name) if lacking.kind == "ConfigMap" else None
    )
    return here


def nearest_name(index: Index, lacking: Missing) -> str | None:
    """A ConfigMap of the namespace that is spelt like the missing one."""
    if lacking.kind != "ConfigMap" or lacking.key:
        return None
    return nearest(lacking.name, index.names("configmaps", lacking.namespace))


def namesakes(index: Index, lacking: Missing) -> list[str]:
    """ConfigMaps of other namespaces with the name of the missing one, as namespace/name."""
    if lacking.kind != "ConfigMap" or lacking.key:
        return []
    others = (found.metadata.namespace for found in _by_name(index).get(lacking.name))
    return [f"{namespace}/{lacking.name}" for namespace in others if namespace != lacking.namespace]


@grouped("configmaps")
def _by_name(found: ConfigMap) -> tuple[str]:
    return (found.metadata.name,)
