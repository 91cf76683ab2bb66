"""Who ended a container: what the kubelet and the kernel of its node said at that time."""

import re
from datetime import datetime

from diag.facts.containers import PodContainer, container_events
from diag.facts.index import Index
from diag.model.cluster import Event
from diag.model.containers import Container, Terminated
from diag.model.meta import Metadata

_PROBE = re.compile(r"failed (liveness|startup) probe")
_VICTIM = re.compile(r"pid: (\d+)|Kill(?:ed)? process (\d+)")
_IN_CGROUP = "Memory cgroup out of memory"
# Seconds by which the times of an event and of the end that it tells of may differ.
_SLACK = 10.0
_SYSTEM_SLACK = 30.0
# An event that comes this often, in seconds, stands for kills all the time between its first and its last.
_STORM = 60.0
# How a container ends that is told to stop: well, or by SIGKILL or SIGTERM.
_STOPPED = (0, 137, 143)
# The kubelet says both of every run of a container.
_BEGUN = ("Created", "Started")
_HABIT = 3  # kills for one reason from which the next one is to be expected
_REASONS = re.compile(r"failed (liveness|startup) probe|FailedPostStartHook")


def killing(index: Index, container: PodContainer) -> Event | None:
    """The event in which the kubelet says that it ends this container, where its last end followed in time.

    kubelet kuberuntime_container.go: reason Killing; the end comes within the grace period (a probe may have its own).
    """
    ended = container.last_exit
    if ended is None:
        return None
    grace = max([container.pod.spec.termination_grace_period_seconds, *_probe_graces(container.spec)])
    said = [event for event in container_events(index, container) if _names(event, container.spec.name)]
    for event in said:
        in_time = ended.finished_at is None or _spans(event, ended.finished_at, _SLACK, grace + _SLACK)
        if event.reason == "Killing" and in_time:
            return event
    return _habitual(said, ended)


def _habitual(said: list[Event], ended: Terminated) -> Event | None:
    """The kills over a probe or hook that were told of a container before its events ceased; None while they are told.

    A recorder drops events of an object that has many: 25 at once, then one in five minutes (client-go
    EventSourceObjectSpamFilter), so that of later runs neither the start nor the kill is told.
    """
    kills = [e for e in said if e.reason == "Killing" and e.count >= _HABIT and _REASONS.search(e.message)]
    begun = [max((e.last for e in said if e.reason == reason and e.last), default=None) for reason in _BEGUN]
    if not kills or ended.started_at is None or ended.exit_code not in _STOPPED:
        return None
    ceased = any(last is not None and (ended.started_at - last).total_seconds() > _SLACK for last in begun)
    return kills[0] if ceased else None


def failed_probe(index: Index, container: PodContainer) -> str | None:
    """`liveness` or `startup` when the kubelet ended the container over that probe.

    kuberuntime_manager.go: `Container NAME failed liveness probe, will be restarted`; of a sidecar `Init container NAME
    failed liveness probe`.
    """
    event = killing(index, container)
    found = _PROBE.search(event.message) if event else None
    return found[1] if found else None


def system_oom(index: Index, container: PodContainer) -> str | None:
    """The event which says that the node itself was out of memory when the container ended.

    kubelet oom_watcher_linux.go: SystemOOM `System OOM encountered, victim process: P, pid: N`, at times also for a
    kill within a cgroup. node-problem-detector kernel-monitor.json: OOMKilling with the kernel's own line, `Out of
    memory: Killed process N (P)` for the node, `Memory cgroup out of memory: Killed process N (P)` for a cgroup.
    """
    events = _node_events(index, container, _SYSTEM_SLACK)
    in_cgroup = {_victim(event) for event in events if _IN_CGROUP in event.message}
    for event in events:
        whole_node = event.reason == "SystemOOM" or event.message.startswith("Out of memory")
        if whole_node and _victim(event) not in in_cgroup:
            return event.message
    return None


def cgroup_oom(index: Index, container: PodContainer) -> str | None:
    """The kernel's line on a kill within some cgroup of the container's node when it ended (node-problem-detector)."""
    events = _node_events(index, container, _SLACK)
    return next((event.message for event in events if _IN_CGROUP in event.message), None)


def _node_events(index: Index, container: PodContainer, slack: float) -> list[Event]:
    """Events on kills for memory on the container's node at its last end, newest first.

    Kubelet and node-problem-detector give the node's name as its uid, so that only the name can be matched.
    """
    ended = container.last_exit
    if ended is None or ended.finished_at is None or not container.pod.node_name:
        return []
    events = index.events("Node", Metadata(name=container.pod.node_name))
    wanted = ("SystemOOM", "OOMKilling")
    return [e for e in events if e.reason in wanted and _is_at(e, ended.finished_at, slack)]


def _is_at(event: Event, moment: datetime, slack: float) -> bool:
    if event.first is None or event.last is None:
        return False
    if (event.last - event.first).total_seconds() <= _STORM * (event.count - 1):
        return _spans(event, moment, slack, slack)
    return any(abs((time - moment).total_seconds()) <= slack for time in (event.first, event.last))


def _spans(event: Event, moment: datetime, before: float, after: float) -> bool:
    """Whether the moment lies between the first and last time of the event, give or take some seconds."""
    if event.first is None or event.last is None:
        return False
    return event.first.timestamp() - before <= moment.timestamp() <= event.last.timestamp() + after


def _names(event: Event, name: str) -> bool:
    """Whether the event is about the container: by its field path, or by its words where it has none."""
    return bool(event.involved.field_path) or f"ontainer {name} " in f"{event.message} "


def _victim(event: Event) -> str:
    """The process id that was killed; the whole message where none is named."""
    found = _VICTIM.search(event.message)
    return (found[1] or found[2]) if found else event.message


def _probe_graces(spec: Container) -> list[int]:
    probes = (spec.liveness_probe, spec.startup_probe)
    return [probe.termination_grace_period_seconds or 0 for probe in probes if probe]
