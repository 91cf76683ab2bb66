"""What containers use against what they may use, and how the memory of one run went."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from statistics import StatisticsError, correlation, linear_regression, median
from typing import NamedTuple

from diag.facts.containers import PodContainer, containers, own_memory_limit, own_quantity, recovered
from diag.facts.index import Index
from diag.model.snapshot import Sample
from diag.model.units import parse_quantity

Points = Sequence[tuple[float, float]]  # time in seconds since 1970 and a value, in order of time

NEAR = 0.9  # of a limit: from here on a container counts as close to it
HIGH = 0.7  # ratios below it are of no interest to a diagnosis
# Fewer points than these make no course.
_FEWEST = 8
_HOUR = 3600.0
_SIGKILL = 137


class Run(NamedTuple):
    """One run of a container: from when until when, in seconds since 1970, and whether it has ended."""

    start: float
    end: float
    ended: bool


def ratios(index: Index, samples: Sequence[Sample]) -> list[Sample]:
    """`memory_ratio` and `cpu_ratio` above `HIGH`, of samples of use by containers with a limit of their own."""
    found = []
    for sample in samples:
        limit = _limit(index, sample)
        if limit and sample.value / limit > HIGH:
            name = sample.name.replace("_usage", "_ratio")
            found.append(Sample(name, sample.value / limit, sample.namespace, sample.pod, sample.container))
    return found


def _limit(index: Index, sample: Sample) -> float | None:
    pod = index.pod(sample.namespace, sample.pod)
    resource = sample.name.partition("_")[0]
    specs = (*pod.spec.containers, *pod.spec.init_containers) if pod else ()
    written = [own_quantity(c.resources.limits, resource) for c in specs if c.name == sample.container]
    return parse_quantity(written[0]) if written and written[0] is not None else None


def any_limit(index: Index, resource: str) -> bool:
    """Whether any container has a limit of its own for the resource."""
    return any(
        own_quantity(container.resources.limits, resource) is not None
        for pod in index.all("pods")
        for container in pod.spec.containers
    )


def suspects(index: Index, near: Sequence[Sample]) -> list[PodContainer]:
    """Containers whose memory is worth a closer look: killed and not well since, or among the samples `near` a limit.

    All have a memory limit of their own. Those that ended last come first.
    """
    close = {(s.namespace, s.pod, s.container) for s in near if s.name == "memory_ratio"}
    close_pods = {key[:2] for key in close}
    found = [
        container
        for pod in index.all("pods")
        if not pod.quiet or (pod.metadata.namespace, pod.metadata.name) in close_pods
        for container in containers(pod)
        if own_memory_limit(container) is not None
        and ((pod.metadata.namespace, pod.metadata.name, container.spec.name) in close or _killed(index, container))
    ]
    return sorted(found, key=lambda c: -(_stamp(c.last_exit.finished_at if c.last_exit else None) or 0.0))


def _killed(index: Index, container: PodContainer) -> bool:
    ended = container.last_exit
    killed = ended is not None and (ended.reason == "OOMKilled" or ended.exit_code == _SIGKILL)
    return killed and not recovered(index, container)


def telling_run(index: Index, container: PodContainer) -> Run | None:
    """The run whose memory tells most: that which ended in a kill, until the container is well again, else the present.

    None when its start is not known.
    """
    running, ended = container.status.state.running, container.last_exit
    if ended is not None and (running is None or _killed(index, container)):
        start, end = _stamp(ended.started_at), _stamp(ended.finished_at)
        return Run(start, end, True) if start and end else None
    start = _stamp(running.started_at) if running else None
    if start is None and container.pod.quiet and container.status.restart_count == 0:
        start = _stamp(container.pod.metadata.creation_timestamp)
    return Run(start, index.now.timestamp(), False) if start else None


def _stamp(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment is not None and moment.year >= 2000 else None


def of_run(lines: Sequence[Points], run: Run, step: float) -> Points:
    """The points of one run among those of all runs of a container.

    Each run has a line of its own where Prometheus keeps their ids. A line goes on for five minutes after its run has
    ended (the lookback of Prometheus), so one that began before this run is only taken for want of another.
    """
    own = [line for line in lines if line and line[0][0] >= run.start - step]
    inside = [[point for point in line if run.start <= point[0] <= run.end + step] for line in own or lines]
    return max(inside, key=len, default=[])


def course(points: Points, limit: float, run: Run) -> Iterator[tuple[str, float]]:
    """What the working set of one run tells, as metrics by name; nothing of what too few points cannot tell.

    `memory_last` and `memory_usual` are shares of the limit, `memory_slope` is in bytes an hour, `memory_near_for` in
    seconds, `memory_straight` between 0 and 1 (the square of the correlation with time) where memory climbed.
    """
    if points:
        yield "memory_last", round(points[-1][1] / limit, 3)
        yield from _near_for(points, limit, run)
    if len(points) < _FEWEST:
        return
    times, values = zip(*points, strict=True)
    yield "memory_usual", round(median(values) / limit, 3)
    try:
        slope, straight = linear_regression(times, values).slope, correlation(times, values)
    except StatisticsError:  # a flat line
        return
    if slope <= 0:
        return
    yield "memory_slope", slope * _HOUR
    yield "memory_straight", straight**2
    yield "memory_climb", slope * (times[-1] - times[0]) / limit
    if not run.ended and points[-1][1] < limit:
        yield "memory_limit_in", (limit - points[-1][1]) / slope


def _near_for(points: Points, limit: float, run: Run) -> Iterator[tuple[str, float]]:
    first = None
    for time, value in reversed(points):
        if value < NEAR * limit:
            break
        first = time
    if first is not None:
        yield "memory_near_for", max(0.0, run.end - first)


def lately(points: Points, limit: float, now: float) -> Iterator[tuple[str, float]]:
    """`memory_ratio_30m` and `memory_ratio_least`: most and least of the limit in the last 30 and 15 minutes."""
    most = [value for time, value in points if now - time <= _HOUR / 2]
    if most:
        yield "memory_ratio_30m", max(most) / limit
    least = [value for time, value in points if now - time <= _HOUR / 4]
    if least and points[0][0] <= now - _HOUR / 4:
        yield "memory_ratio_least", min(least) / limit


def mebibytes(amount: float) -> str:
    """Bytes as a quantity that people read: `87Mi`, `312Ki` below one."""
    return f"{amount / 2**20:.0f}Mi" if amount >= 2**20 else f"{amount / 2**10:.0f}Ki"
