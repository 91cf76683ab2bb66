"""What a summary says of a container: its state, how it ended before, what it asks for, its probes."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from diag.facts.containers import PodContainer, run_length
from diag.facts.mounted import Mounted, description
from diag.facts.probes import ProbeKind, in_words, probe
from diag.model.containers import ContainerState, Probe
from diag.model.units import format_duration
from diag.report.words import age
from diag.tui.tables.tone import tone

Line = tuple[str, str, str]
_PROBES: tuple[ProbeKind, ...] = ("startup", "liveness", "readiness")


def title(container: PodContainer) -> str:
    """`Container app`, or what else it is."""
    what = "Init container" if container.init else "Sidecar" if container.in_init_list else "Container"
    return f"{what} {container.spec.name}"


def status_lines(container: PodContainer, now: datetime) -> Iterator[Line]:
    """How the container is and was; of a quiet pod no times are kept (`model.lean`)."""
    status = container.status
    if container.pod.quiet and status.state == ContainerState():
        yield "state", "ended well", "dim"
    else:
        yield "state", *_state(status.state, now)
    if status.last_state != ContainerState():
        yield "last state", *_state(status.last_state, now)
    if not container.init:
        over = container.pod.status.phase == "Succeeded"
        yield "ready", "yes" if status.ready else "no", "" if status.ready or over else "medium"
    yield "restarts", str(status.restart_count), "medium" if status.restart_count else ""


def _state(state: ContainerState, now: datetime) -> tuple[str, str]:
    if state.waiting is not None:
        said = ": ".join(filter(None, (state.waiting.reason, state.waiting.message)))
        return f"waits: {said}" if said else "waits", tone(state.waiting.reason)
    if state.running is not None:
        since = age(state.running.started_at, now)
        return f"runs for {since}" if since else "runs", "good"
    ended = state.terminated
    if ended is None:
        return "not known", "dim"
    ran = run_length(ended)
    parts = (
        f"ended {age(ended.finished_at, now)} ago" if ended.finished_at is not None else "ended",
        f"after {format_duration(ran)}" if ran is not None else "",
        f"with exit code {ended.exit_code}" if ended.exit_code is not None else "",
    )
    said = ": ".join(filter(None, (" ".join(filter(None, parts)), ended.reason, ended.message)))
    return said, "" if ended.exit_code == 0 else "high"


def spec_lines(container: PodContainer) -> Iterator[Line]:
    """What the container's spec asks for."""
    spec = container.spec
    yield "image", spec.image, ""
    if spec.ports:
        yield (
            "ports",
            ", ".join(f"{port.container_port}/{port.protocol} {port.name}".strip() for port in spec.ports),
            "",
        )
    yield "requests", _amounts(spec.resources.requests), ""
    yield "limits", _amounts(spec.resources.limits), ""
    for kind in _PROBES:
        found = probe(container, kind)
        if found is not None:
            yield kind, _timed(found), ""
    volumes = {volume.name: volume for volume in container.pod.spec.volumes}
    for mount in spec.volume_mounts:
        found_at = description(Mounted(mount, volumes.get(mount.name)))
        yield "mount", f"{mount.mount_path}: {found_at}{' (read-only)' if mount.read_only else ''}", ""


def _amounts(amounts: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {amount}" for name, amount in amounts.items()) or "none"


def _timed(asked: Probe) -> str:
    delay = f"after {asked.initial_delay_seconds}s, " if asked.initial_delay_seconds else ""
    times = f"{delay}every {asked.period_seconds}s, timeout {asked.timeout_seconds}s"
    return f"{in_words(asked)}, {times}, fails after {asked.failure_threshold}"
