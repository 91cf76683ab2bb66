"""Fields of `container` about its probes, and of `pod` about its readiness gates."""

from collections.abc import Callable
from typing import Any

from diag.facts import gates, probes
from diag.facts.containers import PodContainer
from diag.facts.index import Index
from diag.facts.original_probes import rewritten
from diag.facts.probes import Answer, ProbeKind
from diag.model.containers import Probe
from diag.playbook.fields.field import Field, Type

_EVENTS = ("events",)


def _asked(kind: ProbeKind, type_: Type, meaning: str, get: Callable[[PodContainer, Probe], Any]) -> Field:
    """A field of a probe as it is asked for."""

    def value(index: Index, container: PodContainer) -> Any:
        asked = probes.probe(container, kind)
        return get(container, asked) if asked is not None else None

    return Field(type_, meaning, value)


def _answered(kind: ProbeKind, type_: Type, meaning: str, get: Callable[[Index, Answer], Any]) -> Field:
    """A field of the newest answer that failed; what is empty counts as absent."""

    def value(index: Index, container: PodContainer) -> Any:
        answer = probes.answer(index, container, kind)
        found = get(index, answer) if answer is not None else None
        return None if found == "" else found

    return Field(type_, meaning, value, needs=_EVENTS)


def _port(container: PodContainer, asked: Probe) -> str | None:
    port = probes.port_of(asked)
    return None if port is None else str(port)


def _fault(part: int) -> Callable[[PodContainer, Probe], str | None]:
    def get(container: PodContainer, asked: Probe) -> str | None:
        fault = probes.port_fault(container, asked)
        return fault[part] if fault is not None else None

    return get


def _path(container: PodContainer, asked: Probe) -> str | None:
    return (asked.http_get.path or "/") if asked.http_get is not None else None


def _by_proxy(kind: ProbeKind) -> Callable[[Index, PodContainer], Any]:
    def get(index: Index, container: PodContainer) -> str | None:
        written: Probe | None = getattr(container.spec, f"{kind}_probe")
        return written.http_get.path if written is not None and written.http_get and rewritten(written) else None

    return get


def _of(kind: ProbeKind) -> dict[str, Field]:
    named = f"{kind} probe"
    fields = {
        "asks": _asked(kind, "text", f"What its {named} asks, in words.", lambda c, p: probes.in_words(p)),
        "path": _asked(kind, "text", f"Path that its {named} asks for.", _path),
        "port": _asked(kind, "text", f"Port that its {named} asks, a number or a name.", _port),
        "port_fault": _asked(
            kind, "text", f"What is odd about the port of its {named}: name-missing or undeclared.", _fault(0)
        ),
        "port_fault.why": _asked(kind, "text", "The same as a sentence.", _fault(1)),
        "timeout": _asked(
            kind, "duration", f"Time that its {named} has for one answer.", lambda c, p: float(p.timeout_seconds)
        ),
        "allowance": _asked(
            kind,
            "duration",
            f"Time from its start until its {named} has failed for good: delay, and period by threshold.",
            lambda c, p: probes.allowance(p),
        ),
        "proxied_path": Field("text", f"Path that Istio has put in the place of its {named}.", _by_proxy(kind)),
        "ended_it": Field(
            "bool",
            f"Whether the kubelet ended it over its {named}, by its words or by the course of events.",
            lambda i, c: probes.ended_by(i, c, kind),
            needs=_EVENTS,
        ),
        "answer": _answered(
            kind,
            "text",
            f"What the newest failed answer to its {named} means: {', '.join(probes.ANSWERS)}.",
            lambda i, a: a.meaning,
        ),
        "output": _answered(
            kind, "text", f"That answer to its {named} as the kubelet tells it.", lambda i, a: a.output
        ),
        "status": _answered(kind, "number", f"HTTP status of that answer to its {named}.", lambda i, a: a.status),
        "failed_age": _answered(
            kind, "duration", f"Time since its {named} last failed.", lambda i, a: i.age(a.event.last)
        ),
    }
    return {f"{kind}.{name}": field for name, field in fields.items()}


FIELDS: dict[str, Field] = {
    "started": Field("bool", "Whether its startup probe, if it has one, has succeeded.", lambda i, c: c.status.started),
    "unready_age": Field(
        "duration", "How long it has run without being ready, at most.", lambda i, c: probes.not_ready_for(i, c)
    ),
    "overdue_age": Field(
        "duration",
        "How long it has been not ready beyond what its readiness probe allows; absent while its startup probe runs.",
        lambda i, c: probes.overdue_for(i, c),
    ),
    **_of("readiness"),
    **_of("liveness"),
    **_of("startup"),
    "liveness.killed_at_start": Field(
        "bool",
        "Whether its last run was about as long as its liveness probe allows from the start, without a startup probe.",
        lambda i, c: probes.killed_at_start(c),
    ),
    "startup.overdue_age": Field(
        "duration",
        "How long it has run beyond what its startup probe allows, which has not succeeded.",
        lambda i, c: probes.startup_overdue_for(i, c),
    ),
}

POD: dict[str, Field] = {
    "readiness_gates": Field(
        "texts",
        "Its readiness gates that are not met though all its containers are ready.",
        lambda i, p: gates.unmet(p) or None,
    ),
    "readiness_gates.why": Field(
        "text", "What the conditions of those gates say, where they exist.", lambda i, p: gates.reasons(p) or None
    ),
    "readiness_gates.age": Field("duration", "How long it has not been ready for that.", gates.unmet_for),
}
