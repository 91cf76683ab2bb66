"""A container as one thing: what its pod's spec asks for and what the kubelet says of it."""

from collections.abc import Iterator

import msgspec

from diag.facts.index import Index
from diag.model.cluster import Event
from diag.model.pods import Container, ContainerStatus, Pod, Terminated
from diag.model.units import parse_quantity

# A container that has been ready this long since it last ended has recovered (patterns of recovery: a crash loop's
# back-off is forgotten after ten minutes of running, kubelet MaxContainerBackOff and flowcontrol.Backoff).
RECOVERED_AFTER = 600.0
PULL_REASONS = frozenset({"ErrImagePull", "ImagePullBackOff"})
NO_STATUS = ContainerStatus()


class PodContainer(msgspec.Struct, frozen=True, gc=False):
    """One container of a pod. `init` is true for init containers that run to their end, not for sidecars.

    `declared` is false when only the status knows it, so that nothing is known of what it asks for.
    """

    pod: Pod
    spec: Container
    status: ContainerStatus
    init: bool
    declared: bool = True

    @property
    def last_exit(self) -> Terminated | None:
        """How the container last ended: its present state if it has ended, else the state before."""
        return self.status.state.terminated or self.status.last_state.terminated


def containers(pod: Pod) -> Iterator[PodContainer]:
    """The containers of a pod, init containers first, each with its status if there is one."""
    for init, specs, statuses in (
        (True, pod.spec.init_containers, pod.status.init_container_statuses),
        (False, pod.spec.containers, pod.status.container_statuses),
    ):
        by_name = {status.name: status for status in statuses}
        for spec in specs:
            sidecar = init and spec.restart_policy == "Always"
            status = by_name.pop(spec.name, None) or NO_STATUS
            yield PodContainer(pod, spec, status, init and not sidecar)
        for name, status in by_name.items():  # a pod whose spec could not be read, or that was read in part
            yield PodContainer(pod, Container(name=name, image=status.image), status, init, declared=False)


def container_named(pod: Pod, name: str) -> PodContainer | None:
    """The container of a pod with that name."""
    return next((c for c in containers(pod) if c.spec.name == name), None)


def container_events(index: Index, container: PodContainer) -> list[Event]:
    """Events about one container, newest first: those whose field path names it, and those that name none."""
    wanted = f"{{{container.spec.name}}}"
    events = index.events("Pod", container.pod.metadata)
    return [e for e in events if not e.involved.field_path or e.involved.field_path.endswith(wanted)]


def recovered(index: Index, container: PodContainer) -> bool:
    """Whether the container runs and is ready again, for ten minutes and twice as long as it ran before it last ended.

    An init container, or one of a pod that has finished, recovered when it ended well.
    """
    status = container.status
    if status.state.terminated is not None:
        return status.state.terminated.exit_code == 0 and container.pod.status.phase != "Failed"
    if status.state.running is None or not status.ready:
        return False
    before = status.last_state.terminated
    stable_for = index.age(status.state.running.started_at)
    if before is None or stable_for is None:
        return before is None
    return stable_for >= max(RECOVERED_AFTER, 2 * (run_length(before) or 0.0))


def run_length(ended: Terminated) -> float | None:
    """Seconds from start to end of a run; None when the runtime did not know the start (1970)."""
    if ended.started_at is None or ended.finished_at is None or ended.started_at.year < 2000:
        return None
    return max(0.0, (ended.finished_at - ended.started_at).total_seconds())


def memory_limit(container: PodContainer) -> str | None:
    """The memory limit in force as written: the container's own, else that of the whole pod (KEP-2837)."""
    for resources in (container.spec.resources, container.pod.spec.resources):
        if "memory" in resources.limits:
            return str(resources.limits["memory"])
    return None


def own_quantity(amounts: dict[str, str | int | float], name: str) -> str | None:
    """A request or limit as written, or None when it is absent or not a quantity."""
    value = amounts.get(name)
    if value is None:
        return None
    try:
        parse_quantity(value)
    except ValueError:
        return None
    return str(value)


def probe_kill(index: Index, container: PodContainer) -> Event | None:
    """The kubelet's word that it killed the container over a failed probe, shortly before its last end.

    kubelet kuberuntime_manager: `Container NAME failed liveness probe, will be restarted`. The end follows within
    the grace period (the probe's own, if it has one) and a little.
    """
    ended = container.last_exit
    if ended is None:
        return None
    for event in container_events(index, container):
        if event.reason != "Killing" or "probe, will be restarted" not in event.message:
            continue
        if f"ontainer {container.spec.name} failed" not in event.message:
            continue
        if ended.finished_at is None or event.first is None or event.last is None:
            return event
        grace = max(container.pod.spec.termination_grace_period_seconds, *_probe_graces(container.spec)) + 10
        if event.first.timestamp() - 10 <= ended.finished_at.timestamp() <= event.last.timestamp() + grace:
            return event
    return None


def _probe_graces(spec: Container) -> tuple[int, int]:
    return tuple(  # type: ignore[return-value]  # one for each of the two probes that kill
        probe.termination_grace_period_seconds or 0 if probe else 0
        for probe in (spec.liveness_probe, spec.startup_probe)
    )
