"""The probes of a container: what they ask, what was answered, and whether the container has what they ask for.

The kubelet tells of a probe that fails in an event `Unhealthy` (kubelet pkg/kubelet/prober/prober.go), in the words of
pkg/probe/{http,tcp,grpc,exec}.
"""

import re
from datetime import timedelta
from typing import Literal, NamedTuple

from diag.facts import kills
from diag.facts.containers import PodContainer, container_events, run_length
from diag.facts.index import Index
from diag.facts.original_probes import original
from diag.model.cluster import Event
from diag.model.containers import ContainerPort, Probe

ProbeKind = Literal["readiness", "liveness", "startup"]

_EVENT = re.compile(
    r"^(?P<kind>Readiness|Liveness|Startup) probe (?P<how>failed|errored)(?: and resulted in \w+ state)?"
    r"(?:: ?(?P<output>.*))?$",
    re.S,
)
# In order: the first that is found tells what the answer to a probe means.
_ANSWERS: dict[str, tuple[str, ...]] = {
    "port-name": (r'strconv\.Atoi: parsing "[^"]*": invalid syntax', "invalid port number"),
    # The kubelet could not even ask: the container was just ended, or the runtime does not answer.
    "not-run": (
        "container not running",
        r"container \S+ is not (?:running|created)",
        r"CONTAINER_EXITED",
        "cannot exec in a (?:stopped|deleted)",
        "task .* not found|no running task",
        "process .* (?:already finished|not found)",
        "container process is already dead",
        "no such container",
    ),
    "program-missing": (
        "executable (?:file )?.*not found",
        r'exec: "[^"]*": .*no such file',
        "No such file or directory: OCI",
    ),
    "program-not-executable": (r'exec: "[^"]*": .*permission denied',),
    "wants-http": ("server gave HTTP response to HTTPS client", "first record does not look like a TLS handshake"),
    "wants-tls": (r"malformed HTTP response \"\\x1[56]\\x03",),
    "wants-http2": (r"malformed HTTP response \"\\x00\\x00", "frame too large"),
    "client-certificate": (r"tls: (?:bad certificate|certificate required|handshake failure)",),
    "no-grpc-health": ("does not implement the grpc health protocol", "unknown service grpc.health"),
    "not-serving": (r"service unhealthy \(responded with", "NOT_SERVING"),
    "refused": ("connection refused", "ECONNREFUSED"),
    "timeout": (
        "deadline exceeded|DeadlineExceeded|Deadline Exceeded",
        "Client.Timeout",
        "i/o timeout",
        'command "?.*"? timed out|command timed out',
        "timeout: (?:failed to connect|health rpc)",
    ),
    "unreachable": ("no route to host", "network is unreachable", "host is down"),
    "unknown-host": ("no such host",),
    "closed": ("connection reset by peer", r"\bEOF\b", "broken pipe", "server closed"),
}
_COMPILED = tuple((name, re.compile("|".join(parts), re.S)) for name, parts in _ANSWERS.items())
_STATUS = re.compile(r"HTTP probe failed with statuscode: (\d{3})")
_BY_STATUS = {401: "unauthorized", 403: "unauthorized", 404: "not-found", 503: "unavailable"}
# Exit codes of a container that was stopped: SIGKILL, SIGTERM.
_STOPPED = (137, 143)
_SLACK = 10.0
# What else than its own failure a command can be answered.
_OF_COMMANDS = frozenset({"not-run", "program-missing", "program-not-executable", "timeout"})
ANSWERS = (*_ANSWERS, "not-found", "unauthorized", "unavailable", "status", "command-failed", "unknown")


class Answer(NamedTuple):
    """What a probe was answered. `meaning` is one of `ANSWERS`, `status` the HTTP status where one was given."""

    output: str
    meaning: str
    status: int | None
    event: Event


def probe(container: PodContainer, kind: ProbeKind) -> Probe | None:
    """The probe as it was meant: of one that Istio has rewritten to ask its proxy, the original."""
    found: Probe | None = getattr(container.spec, f"{kind}_probe")
    return (original(container, found) or found) if found is not None else None


def answer(index: Index, container: PodContainer, kind: ProbeKind) -> Answer | None:
    """The newest answer to the probe that failed and that events tell; None when they tell none.

    That a probe could not be run says something only where nothing else does.
    """
    found = [one for event in container_events(index, container) if (one := _read(container, kind, event)) is not None]
    return next((one for one in found if one.meaning != "not-run"), found[0] if found else None)


def _read(container: PodContainer, kind: ProbeKind, event: Event) -> Answer | None:
    told = _EVENT.match(event.message) if event.reason == "Unhealthy" else None
    if told is None or told["kind"].lower() != kind:
        return None
    output = (told["output"] or "").strip()
    meaning, status = classify(output)
    asked = probe(container, kind)
    if asked is not None and asked.exec is not None and told["how"] == "failed" and meaning not in _OF_COMMANDS:
        meaning = "command-failed"  # whatever words the command prints are its own
    return Answer(output, meaning, status, event)


def classify(output: str) -> tuple[str, int | None]:
    """What a failed probe's output means, and its HTTP status, if it has one."""
    status = _STATUS.search(output)
    if status:
        number = int(status[1])
        return _BY_STATUS.get(number, "status"), number
    return next((name for name, expression in _COMPILED if expression.search(output)), "unknown"), None


def port_of(asked: Probe) -> str | int | None:
    """The port that a probe asks, a number or the name of a container port; None for a command."""
    handler = asked.http_get or asked.tcp_socket or asked.grpc
    port = handler.port if handler is not None else None
    return int(port) if isinstance(port, str) and port.isdecimal() and len(port) < 6 else port


def in_words(asked: Probe) -> str:
    """What a probe asks: `GET http://:8080/healthz`, `a connection to port 5432`."""
    if asked.http_get is not None:
        get = asked.http_get
        path = get.path if get.path.startswith("/") else f"/{get.path}"
        return f"GET {(get.scheme or 'HTTP').lower()}://{get.host}:{get.port}{path}"
    if asked.grpc is not None:
        return f"gRPC health on port {asked.grpc.port}"
    if asked.tcp_socket is not None:
        return f"a connection to port {asked.tcp_socket.port}"
    return "a command in the container"


def port_fault(container: PodContainer, asked: Probe) -> tuple[str, str] | None:
    """What is odd about the port, as (word, sentence); None when nothing is, or the container declares none.

    `name-missing`: no port of the container has the name, so that the probe can never be made. `undeclared`: the number
    is not among those declared, which forbids nothing. A probe that asks another host says nothing of the container.
    """
    port, ports = port_of(asked), container.spec.ports
    if port is None or not container.declared or (asked.http_get is not None and asked.http_get.host):
        return None
    if isinstance(port, str):
        if port in {one.name for one in ports}:
            return None
        return "name-missing", f"the container has no port named {port}{_declared(ports)}"
    if not ports or port in {one.container_port for one in ports}:
        return None
    owner = _declarer(container, port)
    elsewhere = f"; container {owner} declares {port}" if owner else ""
    return "undeclared", f"port {port} is not among those that the container declares{_declared(ports)}{elsewhere}"


def _declared(ports: tuple[ContainerPort, ...]) -> str:
    named = [f"{one.container_port} named {one.name}" if one.name else str(one.container_port) for one in ports]
    return f" ({', '.join(named)})" if named else " (it declares none)"


def _declarer(container: PodContainer, port: int) -> str | None:
    spec = container.pod.spec
    others = [one for one in (*spec.containers, *spec.init_containers) if one.name != container.spec.name]
    return next((one.name for one in others if port in {p.container_port for p in one.ports}), None)


def allowance(asked: Probe) -> float:
    """Seconds that a probe gives from the start of the container until it has failed for good."""
    return float(asked.initial_delay_seconds + asked.period_seconds * max(asked.failure_threshold, 1))


def not_ready_for(index: Index, container: PodContainer) -> float | None:
    """Seconds for which the running container has not been ready, at most; None when it is ready or does not run.

    Its pod has not been ready since the condition says, the container has run since its own start: the later counts.
    Where neither time is known, 0.
    """
    running = container.status.state.running
    if running is None or container.status.ready:
        return None
    conditions = [c for c in container.pod.status.conditions if c.type in ("ContainersReady", "Ready")]
    times = [c.last_transition_time for c in conditions if c.last_transition_time is not None]
    moments = [moment for moment in (min(times, default=None), running.started_at) if moment is not None]
    return index.age(max(moments)) if moments else 0.0


def overdue_for(index: Index, container: PodContainer) -> float | None:
    """Seconds for which it has not been ready beyond what its probes allow; None when it need not be ready."""
    waited = not_ready_for(index, container)
    if waited is None or container.init or container.status.started is False:
        return None
    asked = probe(container, "readiness")
    return max(0.0, waited - (allowance(asked) if asked is not None else 0.0))


def startup_overdue_for(index: Index, container: PodContainer) -> float | None:
    """Seconds for which it has run beyond what its startup probe allows, without that having succeeded."""
    asked, waited = probe(container, "startup"), not_ready_for(index, container)
    if asked is None or waited is None or container.status.started is not False:
        return None
    return max(0.0, waited - allowance(asked))


def killed_at_start(container: PodContainer) -> bool:
    """Whether the last run was about as long as the liveness probe allows from the start, without a startup probe.

    Probes begin within one period after the start, and the end may take the whole grace period.
    """
    asked, ended = probe(container, "liveness"), container.last_exit
    ran = run_length(ended) if ended is not None else None
    if asked is None or ran is None or container.spec.startup_probe is not None:
        return False
    grace = asked.termination_grace_period_seconds or container.pod.spec.termination_grace_period_seconds
    late = asked.period_seconds + asked.timeout_seconds * max(asked.failure_threshold, 1)
    return asked.initial_delay_seconds <= ran <= allowance(asked) + late + grace


def ended_by(index: Index, container: PodContainer, kind: ProbeKind) -> bool:
    """Whether the kubelet ended the container over a probe, by its own words or, where those are lost, by the course.

    A recorder drops events of a pod that has many (client-go EventSourceObjectSpamFilter), and failed probes are many.
    An end by SIGTERM or SIGKILL right after as many failures as the probe allows is the probe's doing.
    """
    if kills.killing(index, container) is not None:
        return kills.failed_probe(index, container) == kind
    asked, ended, failed = probe(container, kind), container.last_exit, answer(index, container, kind)
    if asked is None or ended is None or ended.finished_at is None or failed is None or failed.meaning == "not-run":
        return False
    event = failed.event
    if ended.exit_code not in _STOPPED or ended.reason not in ("Error", "") or event.count < asked.failure_threshold:
        return False
    grace = asked.termination_grace_period_seconds or container.pod.spec.termination_grace_period_seconds
    before = grace + asked.period_seconds + asked.timeout_seconds + _SLACK
    if event.first is None or event.last is None:
        return False
    return event.first <= ended.finished_at <= event.last + timedelta(seconds=before)
