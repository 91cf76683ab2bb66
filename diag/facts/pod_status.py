"""What kubectl shows of a pod: its status in a word, how many containers are ready, how often they were restarted.

kubernetes pkg/printers/internalversion/printers.go printPod. Of a quiet pod the states of containers are not kept
(`model.lean`), and need not be looked at.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from diag.facts.rollouts import has_ended
from diag.model.containers import ContainerState, ContainerStatus
from diag.model.pods import Pod

_GATED = "SchedulingGated"
# The reason that the node controller gives to pods of a node that does not answer any more (pkg/util/node).
_UNREACHABLE = "NodeLost"


class Restarts(NamedTuple):
    """How often the containers of a pod were restarted, and when one of them last ended before."""

    number: int
    last: datetime | None


def status(pod: Pod) -> str:
    """The word of kubectl's column STATUS: `Running`, `Init:0/1`, `CrashLoopBackOff`, `Terminating`."""
    if pod.quiet:
        return "Running" if pod.status.phase == "Running" else "Completed"
    if pod.metadata.deletion_timestamp is not None:
        if pod.status.reason == _UNREACHABLE:
            return "Unknown"
        if not has_ended(pod):
            return "Terminating"
    waits = _init_word(pod)
    return waits if waits and not _initialized(pod) else _main_word(pod, waits or _phase_word(pod))


def ready(pod: Pod) -> tuple[int, int]:
    """How many containers are ready and how many there are, sidecars among them."""
    sidecars = _sidecars(pod)
    total = len(pod.spec.containers) + len(sidecars)
    if pod.quiet:
        return (total if pod.status.phase == "Running" else 0), total
    count = sum(one.ready and bool(one.started) for one in pod.status.init_container_statuses if one.name in sidecars)
    if _initialized(pod) or not _init_word(pod):
        count += sum(one.ready and one.state.running is not None for one in pod.status.container_statuses)
    return count, total


def restarts(pod: Pod) -> Restarts:
    """The restarts of the containers and sidecars; until these may start, those of the init containers."""
    if pod.quiet:  # none of its containers has ended before, as far as is known
        return Restarts(sum([one.restart_count for one in _lasting(pod)]), None)
    initializing = _init_word(pod) and not _initialized(pod)
    counted = list(pod.status.init_container_statuses if initializing else _lasting(pod))
    ends = [one.last_state.terminated.finished_at for one in counted if one.last_state.terminated is not None]
    times = [time for time in ends if time is not None]
    return Restarts(sum(one.restart_count for one in counted), max(times, default=None))


def _lasting(pod: Pod) -> Iterator[ContainerStatus]:
    """The status of each container that is meant to run as long as the pod."""
    yield from pod.status.container_statuses
    if pod.spec.init_containers:
        sidecars = _sidecars(pod)
        yield from (one for one in pod.status.init_container_statuses if one.name in sidecars)


def _sidecars(pod: Pod) -> list[str]:
    return [one.name for one in pod.spec.init_containers if one.restart_policy == "Always"]


def _initialized(pod: Pod) -> bool:
    """Whether the init containers are through; only conditions that do not hold are kept (`model.lean`)."""
    return not any(one.type == "Initialized" for one in pod.status.conditions)


def _phase_word(pod: Pod) -> str:
    if any(one.type == "PodScheduled" and one.reason == _GATED for one in pod.status.conditions):
        return _GATED
    return pod.status.reason or pod.status.phase


def _init_word(pod: Pod) -> str:
    """What the first init container that is not through says; empty when all are."""
    sidecars = _sidecars(pod)
    for number, one in enumerate(pod.status.init_container_statuses):
        ended, waiting = one.state.terminated, one.state.waiting
        if (ended is not None and ended.exit_code == 0) or (one.name in sidecars and one.started):
            continue
        if ended is not None:
            return f"Init:{_end_word(one.state)}"
        if waiting is not None and waiting.reason not in ("", "PodInitializing"):
            return f"Init:{waiting.reason}"
        return f"Init:{number}/{len(pod.spec.init_containers)}"
    return ""


def _main_word(pod: Pod, word: str) -> str:
    """What the first container that does not run says; `word` when all run."""
    runs = any(one.ready and one.state.running is not None for one in pod.status.container_statuses)
    for one in pod.status.container_statuses:
        said = one.state.waiting.reason if one.state.waiting is not None else _end_word(one.state)
        if said:
            word = said
            break
    if word == "Completed" and runs:
        return "NotReady" if any(one.type == "Ready" for one in pod.status.conditions) else "Running"
    return word


def _end_word(state: ContainerState) -> str:
    ended = state.terminated
    if ended is None:
        return ""
    return ended.reason or (f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exit_code}")
