"""A container as one thing: what its pod's spec asks for and what the kubelet says of it."""

from collections.abc import Iterator

import msgspec

from diag.facts.index import Index
from diag.model.cluster import Event
from diag.model.containers import Container, ContainerStatus, Resources, Terminated
from diag.model.pods import Pod
from diag.model.units import parse_quantity

# A container that has been ready this long since it last ended has recovered (patterns of recovery: a crash loop's
# back-off is forgotten after ten minutes of running, kubelet MaxContainerBackOff and flowcontrol.Backoff).
RECOVERED_AFTER = 600.0
# An event belongs to an end when it is at most this much older, in seconds: the kubelet's words precede the end by the
# grace period.
BEFORE_END = 120.0
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
    def in_init_list(self) -> bool:
        """Whether the pod's spec lists it among the init containers, as it does a sidecar, too."""
        return self.init or any(spec.name == self.spec.name for spec in self.pod.spec.init_containers)

    @property
    def ended_before(self) -> bool:
        """Whether its last end was that of the run before the present one, and not its present state."""
        return self.status.state.terminated is None and self.status.last_state.terminated is not None

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


def container_events(index: Index, container: PodContainer) -> list[Event]:
    """Events about one container, newest first: those whose field path names it, and those that name none."""
    wanted = f"{{{container.spec.name}}}"
    events = index.events("Pod", container.pod.metadata)
    return [e for e in events if not e.involved.field_path or e.involved.field_path.endswith(wanted)]


def ended_ago(index: Index, container: PodContainer) -> float | None:
    """Seconds since the container last ended, None when that cannot be told.

    Where the clock is inferred, the restart of a container that is well again may be the newest thing in the data, and
    as old as one likes. Only an event of its pod as new as the end tells that it is fresh, since events are kept for
    about an hour (kube-apiserver --event-ttl).
    """
    ended = container.last_exit
    if ended is None or ended.finished_at is None:
        return None
    if index.snapshot.clock == "inferred" and container.status.ready and container.status.state.running is not None:
        newest = max((e.last for e in index.events("Pod", container.pod.metadata) if e.last), default=None)
        if newest is None or (ended.finished_at - newest).total_seconds() > BEFORE_END:
            return None
    return index.age(ended.finished_at)


def recovered(index: Index, container: PodContainer) -> bool:
    """Whether the container is well since it last ended: ready for ten minutes and twice as long as it ran before.

    A container that has ended is well when it ended with code 0 and will not be started again.
    """
    status = container.status
    if status.state.terminated is not None:
        return status.state.terminated.exit_code == 0 and not _needed(container)
    if status.state.running is None or not status.ready:
        return False
    before = status.last_state.terminated
    stable_for = index.age(status.state.running.started_at)
    if before is None or stable_for is None:
        return before is None
    return stable_for >= max(RECOVERED_AFTER, 2 * (run_length(before) or 0.0))


def _needed(container: PodContainer) -> bool:
    """Whether a container that ended well is missed: it will be started again, or its pod failed."""
    if container.init:
        return False
    policy = container.spec.restart_policy or container.pod.spec.restart_policy
    return container.pod.status.phase == "Failed" or policy not in ("Never", "OnFailure")


def running_for(index: Index, container: PodContainer) -> float | None:
    """Seconds since the container started to run, None when it does not run or its start is not known.

    Of a healthy pod the start is not kept; without a restart it is that of the pod.
    """
    running = container.status.state.running
    if running is None:
        return None
    if running.started_at is None and container.pod.quiet and container.status.restart_count == 0:
        return index.age(container.pod.metadata.creation_timestamp)
    return index.age(running.started_at)


def run_length(ended: Terminated) -> float | None:
    """Seconds from start to end of a run; None when the runtime did not know the start (1970)."""
    if ended.started_at is None or ended.finished_at is None or ended.started_at.year < 2000:
        return None
    return max(0.0, (ended.finished_at - ended.started_at).total_seconds())


def memory_limit(container: PodContainer) -> str | None:
    """The memory limit in force as written: the container's own, else that of the whole pod (KEP-2837)."""
    return own_memory_limit(container) or limit_of(container.pod.spec.resources)


def own_memory_limit(container: PodContainer) -> str | None:
    """The container's own memory limit as written, None when it has none."""
    return limit_of(container.spec.resources)


def limit_of(resources: Resources) -> str | None:
    """The memory limit among resources as written; None when there is none, which 0 means as well."""
    written = own_quantity(resources.limits, "memory")
    return written if written is not None and parse_quantity(written) > 0 else None


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
