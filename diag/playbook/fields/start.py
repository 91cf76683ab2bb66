"""Fields of `container` and `pod` about the start: configuration, image made into a process, hooks."""

from collections.abc import Callable
from typing import Any

from diag.facts import configs, creating, references, starts
from diag.facts.configs import Missing
from diag.facts.containers import PodContainer
from diag.facts.index import Index
from diag.facts.starts import Failure
from diag.model.pods import Pod
from diag.playbook.fields.field import Field, Type


def _start(type_: Type, meaning: str, get: Callable[[PodContainer, Failure], Any]) -> Field:
    """A field that has a value only while the container cannot be started; what is empty counts as absent."""

    def value(index: Index, container: PodContainer) -> Any:
        failure = starts.failed_start(index, container)
        return (get(container, failure) or None) if failure is not None else None

    return Field(type_, meaning, value)


def _config(
    type_: Type, meaning: str, get: Callable[[Index, PodContainer, Missing], Any], needs: tuple[str, ...] = ()
) -> Field:
    """A field that has a value only while the container lacks an object or a key; what is empty counts as absent."""

    def value(index: Index, container: PodContainer) -> Any:
        lacking = configs.missing(index, container)
        found = get(index, container, lacking) if lacking is not None else None
        return None if found in ("", []) else found

    return Field(type_, meaning, value, needs)


def _exists(index: Index, container: PodContainer, lacking: Missing) -> bool | None:
    return configs.found(index, lacking) is not None if lacking.kind == "ConfigMap" else None


def _made_ago(index: Index, container: PodContainer, lacking: Missing) -> float | None:
    found = configs.found(index, lacking)
    return index.age(found.metadata.creation_timestamp) if found is not None else None


def _awaited(pod: Pod) -> str | None:
    found = creating.next_container(pod)
    return found.spec.name if found is not None else None


def _reference(type_: Type, meaning: str, get: Callable[[Index, references.Fault], Any]) -> Field:
    """A field that has a value only where a variable names a service, or a port of one, that is not there."""

    def value(index: Index, container: PodContainer) -> Any:
        fault = references.fault(index, container)
        return get(index, fault) if fault is not None else None

    return Field(type_, meaning, value, ("services",))


_CONFIG_MAPS = ("configmaps",)

FIELDS: dict[str, Field] = {
    "start.fault": _start(
        "text",
        f"What its runtime's error at the start means: {', '.join(starts.FAULTS)}.",
        lambda c, f: f.fault,
    ),
    "start.error": _start("text", "That error, without what each layer puts around it.", lambda c, f: f.error),
    "start.program": _start("text", "Program, or user, that the error names.", lambda c, f: f.program),
    "start.path": _start("text", "Path in the container that the error names.", lambda c, f: f.path),
    "start.hint": _start("text", "What the program's name gives away, as a sentence.", starts.hint),
    "config.object": _config(
        "text",
        "What its configuration lacks: `ConfigMap NAMESPACE/NAME` or `Secret NAMESPACE/NAME`.",
        lambda i, c, m: m.path,
        _CONFIG_MAPS,
    ),
    "config.kind": _config("text", "Kind of that object.", lambda i, c, m: m.kind, _CONFIG_MAPS),
    "config.name": _config("text", "Name of that object.", lambda i, c, m: m.name, _CONFIG_MAPS),
    "config.key": _config("text", "Key that the object lacks; absent when the object does.", lambda i, c, m: m.key),
    "config.wanted_by": _config(
        "text", "What of its spec refers to it: a variable, or envFrom.", lambda i, c, m: configs.wanted_by(c, m)
    ),
    "config.exists": _config("bool", "Whether the ConfigMap exists by now.", _exists, _CONFIG_MAPS),
    "config.object_age": _config("duration", "Time since the ConfigMap was made.", _made_ago, _CONFIG_MAPS),
    "config.nearest": _config(
        "text",
        "ConfigMap of its namespace that is spelt like the missing one.",
        lambda i, c, m: configs.nearest_name(i, m),
        _CONFIG_MAPS,
    ),
    "config.namesakes": _config(
        "texts",
        "ConfigMaps of other namespaces, as namespace/name, that are named like the missing one.",
        lambda i, c, m: configs.namesakes(i, m),
        _CONFIG_MAPS,
    ),
    "reference.fault": _reference(
        "text",
        "What is wrong with the first variable that names a service in vain: missing or port.",
        lambda i, f: f.word,
    ),
    "reference.why": _reference("text", "The same as a clause.", lambda i, f: f.why),
    "reference.variable": _reference("text", "That variable.", lambda i, f: f.reference.variable),
    "reference.host": _reference("text", "Host that it names.", lambda i, f: f.reference.host),
    "reference.namespace": _reference("text", "Namespace of the service.", lambda i, f: f.reference.namespace),
    "reference.nearest": _reference(
        "text",
        "Service of that namespace that is spelt alike.",
        lambda i, f: references.nearest_service(i, f.reference) if f.word == "missing" else None,
    ),
}

POD: dict[str, Field] = {
    "creating.age": Field(
        "duration",
        "How long it has had a node while its next container was not made and nothing was said of that.",
        lambda i, p: creating.stuck_for(i, p),
    ),
    "creating.container": Field(
        "text", "Container that has to be made next and of which nothing is said.", lambda i, p: _awaited(p)
    ),
    "creating.stage": Field(
        "text",
        "`sandbox` while it has no sandbox with a network, before which come its volumes (1.29 and later tell).",
        lambda i, p: creating.stage(p),
    ),
}
