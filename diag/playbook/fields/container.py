"""Fields of `container`."""

from typing import Any

from diag.facts import containers, kills, templates
from diag.facts.containers import PodContainer
from diag.facts.index import Index
from diag.playbook.fields import crash, probe, pull, start
from diag.playbook.fields.field import Field


def _state(index: Index, c: PodContainer) -> str | None:
    state = c.status.state
    if state.waiting is not None:
        return "waiting"
    if state.running is not None:
        return "running"
    return "terminated" if state.terminated is not None else None


def _exit(index: Index, c: PodContainer, attribute: str) -> Any:
    ended = c.last_exit
    return getattr(ended, attribute) if ended is not None else None


def _memory_mount(index: Index, c: PodContainer) -> str | None:
    in_memory = {v.name for v in c.pod.spec.volumes if v.empty_dir is not None and v.empty_dir.medium == "Memory"}
    return next((m.mount_path for m in c.spec.volume_mounts if m.name in in_memory), None)


def _killed_by(index: Index, c: PodContainer) -> str | None:
    event = kills.killing(index, c)
    return event.message or None if event else None


def _limit_of(index: Index, c: PodContainer) -> str | None:
    if containers.memory_limit(c) is None:
        return None
    return "pod" if containers.own_memory_limit(c) is None else "container"


def _earlier_reason(index: Index, c: PodContainer) -> str | None:
    earlier = c.status.last_state.terminated if c.status.state.terminated else None
    return earlier.reason if earlier else None


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the container.", lambda i, c: c.spec.name),
    "image": Field("text", "Image that the spec names.", lambda i, c: c.spec.image or c.status.image or None),
    "declared": Field(
        "bool", "Whether the pod's spec lists it, so that its limits are known.", lambda i, c: c.declared
    ),
    "init": Field(
        "bool", "Whether it is an init container that runs to its end (a sidecar is not).", lambda i, c: c.init
    ),
    "ready": Field("bool", "Whether the kubelet says it is ready.", lambda i, c: c.status.ready),
    "restart_count": Field("number", "How often it was restarted.", lambda i, c: c.status.restart_count),
    "state": Field("text", "waiting, running or terminated.", _state),
    "waiting.reason": Field(
        "text",
        "Why it waits, as the kubelet says.",
        lambda i, c: c.status.state.waiting and c.status.state.waiting.reason,
    ),
    "waiting.message": Field(
        "text", "The kubelet's sentence for it.", lambda i, c: c.status.state.waiting and c.status.state.waiting.message
    ),
    "running.age": Field(
        "duration",
        "Time since it started to run.",
        containers.running_for,
    ),
    "last_exit.reason": Field(
        "text", "Why it last ended: OOMKilled, Error, Completed….", lambda i, c: _exit(i, c, "reason")
    ),
    "last_exit.code": Field(
        "number", "Exit code of its last end; above 128 a signal.", lambda i, c: _exit(i, c, "exit_code")
    ),
    "last_exit.message": Field(
        "text", "Termination message of its last end.", lambda i, c: _exit(i, c, "message") or None
    ),
    "last_exit.age": Field(
        "duration",
        "Time since it last ended; not known where the clock is inferred, it is well again and no event is as new.",
        containers.ended_ago,
    ),
    "earlier_exit.reason": Field(
        "text", "Why it ended the time before, while its last end is still its present state.", _earlier_reason
    ),
    "last_run.length": Field(
        "duration",
        "How long its last run was.",
        lambda i, c: containers.run_length(c.last_exit) if c.last_exit else None,
    ),
    "recovered": Field(
        "bool",
        "Whether it is well again: ready for ten minutes and twice its last run, or ended well for good.",
        containers.recovered,
    ),
    "killed_by_kubelet": Field(
        "text", "What the kubelet said when it ended the container (event Killing).", _killed_by, needs=("events",)
    ),
    "killed_by_probe": Field(
        "text",
        "liveness or startup, when the kubelet ended it over that probe.",
        kills.failed_probe,
        needs=("events",),
    ),
    "system_oom": Field(
        "text",
        "Event of its node, out of memory itself, within 30 s of its end.",
        kills.system_oom,
        needs=("events@default",),
    ),
    "cgroup_oom": Field(
        "text",
        "The kernel's line on a kill for memory in some container of its node, within 10 s of its end.",
        kills.cgroup_oom,
        needs=("events@default",),
    ),
    "memory_limit": Field(
        "quantity", "Memory limit in force: its own or the pod's.", lambda i, c: containers.memory_limit(c)
    ),
    "memory_limit_of": Field("text", "Whose limit that is: container or pod.", _limit_of),
    "raised_limit": Field(
        "quantity",
        "Memory limit that its workload's template has by now, where it is more than the pod's.",
        templates.raised_limit,
    ),
    "injected": Field(
        "bool", "Whether the workload's template does not list it: a webhook added it.", templates.injected
    ),
    "log_previous": Field(
        "text",
        "`true` when the log of its last end is that of the run before, as `kubectl logs --previous=` takes it.",
        lambda i, c: "true" if c.ended_before else "false",
    ),
    "list": Field(
        "text",
        "List of the pod's spec that it stands in: containers, or initContainers, as a sidecar does.",
        lambda i, c: "initContainers" if c.in_init_list else "containers",
    ),
    "memory_request": Field(
        "quantity", "Memory request.", lambda i, c: containers.own_quantity(c.spec.resources.requests, "memory")
    ),
    "cpu_limit": Field("quantity", "CPU limit.", lambda i, c: containers.own_quantity(c.spec.resources.limits, "cpu")),
    "memory_volume": Field(
        "text", "Where it mounts a volume that lies in memory and counts against its limit.", _memory_mount
    ),
    **pull.FIELDS,
    **start.FIELDS,
    **probe.FIELDS,
    **crash.FIELDS,
}
