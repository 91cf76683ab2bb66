"""Fields of `container` about how and why its program ended, and of `node` about ends of many at once."""

from collections.abc import Callable
from typing import Any

from diag.facts import crashes, dependencies, mounted, storms
from diag.facts.complaints import Complaint
from diag.facts.containers import PodContainer
from diag.facts.dependencies import Dependency
from diag.facts.index import Index
from diag.facts.mounted import Mounted
from diag.playbook.fields.field import Field, Type
from diag.playbook.fields.relations import log_key, read_log

_SERVICES = ("services",)
_ENDPOINTS = ("services", "endpointslices")


def _complaint(index: Index, container: PodContainer) -> Complaint | None:
    """What a container complains of: many fields are parts of it."""
    return index.remember(
        ("complaint", log_key(container)), lambda: crashes.complaint(index, container, read_log(index, container))
    )


def _says(meaning: str, of: Callable[[Complaint], str], *kinds: str) -> Field:
    """A field from what the container complains of; of some kinds of complaint alone, where they are named."""

    def get(index: Index, container: PodContainer) -> str | None:
        found = _complaint(index, container)
        return of(found) or None if found is not None and (not kinds or found.kind in kinds) else None

    return Field("text", meaning, get)


def _why(index: Index, container: PodContainer) -> str | None:
    if container.last_exit is None:
        return None
    found = _complaint(index, container)
    if found is not None:
        return found.words
    return "its log was not read" if read_log(index, container) is None else "its log does not say why"


def _depends(
    type_: Type, meaning: str, of: Callable[[Index, Dependency], Any], needs: tuple[str, ...] = _SERVICES
) -> Field:
    """A field of what the container could not reach."""

    def get(index: Index, container: PodContainer) -> Any:
        found = dependencies.dependency(index, container, _complaint(index, container))
        return None if found is None else of(index, found)

    return Field(type_, meaning, get, needs)


def _lies(meaning: str, of: Callable[[Mounted], str | None]) -> Field:
    """A field of the volume on which the path lies that the container complains of."""

    def get(index: Index, container: PodContainer) -> str | None:
        found = _complaint(index, container)
        place = mounted.mounted(container, found.about) if found is not None else None
        return None if place is None else of(place)

    return Field("text", meaning, get)


def _closed_root(index: Index, container: PodContainer) -> str | None:
    found, context = _complaint(index, container), container.spec.security_context
    if found is None or found.kind != "read-only" or context is None or not context.read_only_root_filesystem:
        return None
    return "readOnlyRootFilesystem" if mounted.mounted(container, found.about) is None else None


FIELDS: dict[str, Field] = {
    "crash": Field(
        "text",
        "How it stands after an end of its own: loop, failed (for good), restarted (and runs again); absent when well.",
        crashes.standing,
    ),
    "crash.why": Field("text", "What it says of its end in a few words, or that nothing was read or said.", _why),
    "crash.last_line": Field(
        "text",
        "Last line of its log, where none is known to say why it ended.",
        lambda i, c: crashes.last_words(i, c, read_log(i, c)),
    ),
    "crash.holds_up": Field(
        "texts", "Containers of its pod that do not start before it has.", lambda i, c: crashes.waiting_for(c) or None
    ),
    "crash.good_revision": Field(
        "text",
        "Earlier revision of its Deployment that still has ready pods while its own has none.",
        crashes.good_revision,
        ("replicasets",),
    ),
    "says": _says(
        "What its log, or the message of its end, gives as reason: connection-refused, unknown-host, port-in-use….",
        lambda said: said.kind,
    ),
    "says.words": _says("The same in a few words.", lambda said: said.words),
    "says.line": _says("The line that says so.", lambda said: said.line.strip()),
    "says.about": _says("Whom or what the line names: host:port, path, user, flag….", lambda said: said.about),
    "says.user": _says("User whose login was refused.", lambda said: said.about, "login-refused"),
    "says.account": _says("Account that the API server refuses.", lambda said: said.about, "api-forbidden"),
    "says.port": _says("Port that is taken.", lambda said: said.about, "port-in-use"),
    "says.file": _says("File that it misses.", lambda said: said.about, "no-such-file"),
    "says.config": _says("Configuration file that it does not understand.", lambda said: said.about, "bad-config"),
    "says.setting": _says("Setting or variable that it misses.", lambda said: said.about, "missing-setting"),
    "says.argument": _says("Argument that it does not understand.", lambda said: said.about, "bad-flag"),
    "says.part": _says(
        "Module, library or command that its image lacks.",
        lambda said: said.about,
        "missing-module",
        "missing-library",
        "wrong-version",
        "not-found",
    ),
    "says.path": _says(
        "Path that it may not use.", lambda said: said.about, "permission-denied", "read-only", "no-space", "locked"
    ),
    "says.mount": _lies("Where the volume is mounted that the named path lies on.", lambda at: at.mount.mount_path),
    "says.volume": _lies("That volume in words: claim data, ConfigMap settings….", mounted.description),
    "says.never_writable": _lies("Why nobody can write to that volume, if so.", mounted.never_writable),
    "runs_as": Field("text", "User and groups that it runs as, as far as its spec says.", lambda i, c: mounted.user(c)),
    "says.closed_root": Field(
        "text", "Setting by which the file system that it may not write to is read-only, if so.", _closed_root
    ),
    "dependency.peer": _depends("text", "Whom it could not reach, as it said.", lambda i, d: d.peer, ()),
    "dependency.object": _depends(
        "text", "The same as an object: Service namespace/name, or Host name.", dependencies.common
    ),
    "dependency.state": _depends("text", "What is known of it, as a sentence.", dependencies.state),
    "dependency.service": _depends(
        "text",
        "Name of the Service that is meant, where there is one.",
        lambda i, d: d.service and d.place and d.place[1],
    ),
    "dependency.namespace": _depends(
        "text", "Namespace of that Service.", lambda i, d: d.service and d.place and d.place[0]
    ),
    "dependency.endpoints": _depends(
        "number", "How many addresses behind that Service take traffic.", dependencies.ready_endpoints, _ENDPOINTS
    ),
    "dependency.port_served": _depends(
        "bool", "Whether that Service serves the port that was asked for.", lambda i, d: dependencies.serves_port(d)
    ),
    "dependency.namesakes": _depends(
        "texts",
        "Services of that name in other namespaces, as name.namespace.",
        lambda i, d: dependencies.namesakes(i, d) or None,
    ),
    "dependency.nearest": _depends(
        "text", "Service of the same namespace that is spelt like the missing one.", dependencies.nearest_service
    ),
}

NODE: dict[str, Field] = {
    "storm.workloads": Field(
        "texts",
        "Workloads whose containers ended at nearly the same time on it alone, after running for long.",
        lambda i, n: storms.storm(i, n.metadata.name) or None,
        ("pods",),
    ),
    "storm.age": Field("duration", "Time since the last of these ends.", storms.storm_age, ("pods",)),
}
