"""How a Job went: why it failed, whether that was made good since, and what keeps one from ending."""

from datetime import datetime

from diag.facts.containers import containers
from diag.facts.index import Index, Key
from diag.facts.owners import controller, owned, pods_of
from diag.facts.rollouts import condition
from diag.model.meta import Condition
from diag.model.pods import Pod
from diag.model.workloads import Job

# The failure is known from the first of these on, which is set while pods still end (KEP-3998, from 1.31 on).
_FAILED = ("Failed", "FailureTarget")
_DONE = ("Complete", "SuccessCriteriaMet")


def failure(job: Job) -> Condition | None:
    """The condition that says that a Job has failed, and why."""
    found = (condition(job, kind) for kind in _FAILED)
    return next((one for one in found if one is not None and one.status == "True"), None)


def succeeded(job: Job) -> bool:
    """Whether a Job has done its work; its time of completion is set then only (batch/v1 JobStatus)."""
    done = (condition(job, kind) for kind in _DONE)
    if any(one is not None and one.status == "True" for one in done):
        return True
    return job.status.completion_time is not None and failure(job) is None


def made_good(index: Index, job: Job) -> bool:
    """Whether a later run of the same CronJob has succeeded since a Job was made."""
    owner, made = controller(job.metadata), job.metadata.creation_timestamp
    if owner is None or owner.kind != "CronJob" or made is None:
        return False
    key = Key("CronJob", job.metadata.namespace, owner.name)
    cron = index.get("cronjobs", key.namespace, key.name)
    last = cron.status.last_successful_time if cron is not None else None
    return (last is not None and last > made) or any(
        succeeded(other) and _after(other.metadata.creation_timestamp, made) for other in owned(index, "jobs", key)
    )


def last_failed_pod(index: Index, key: Key) -> Pod | None:
    """The pod of a Job that failed last, if it still exists: with restartPolicy OnFailure it is deleted."""
    failed = [pod for pod in pods_of(index, key) if pod.status.phase == "Failed"]
    return max(failed, key=lambda pod: (_seconds(pod.metadata.creation_timestamp), pod.metadata.name), default=None)


def ending(pod: Pod) -> str | None:
    """How the containers of a failed pod ended: `main: Error, exit code 3`; else the reason of the pod itself."""
    ends = [
        f"{one.spec.name}: {ended.reason or 'ended'}, exit code {ended.exit_code}"
        for one in containers(pod)
        if (ended := one.status.state.terminated) is not None and ended.exit_code
    ]
    return "; ".join(ends) or pod.status.reason or None


def kept_open(index: Index, key: Key) -> str | None:
    """The containers that still run in a pod of a Job whose other containers have ended well, so that it never ends.

    A sidecar that is no init container with restartPolicy Always holds a Job open for ever (KEP-753).
    """
    for pod in pods_of(index, key):
        if pod.status.phase == "Running" and pod.metadata.deletion_timestamp is None:
            main = [one for one in containers(pod) if not one.in_init_list]
            ended = [one for one in main if (end := one.status.state.terminated) is not None and end.exit_code == 0]
            running = [one for one in main if one.status.state.running is not None]
            if ended and running and len(ended) + len(running) == len(main):
                return ", ".join(one.spec.name for one in running)
    return None


def open_since(index: Index, key: Key) -> datetime | None:
    """When the last of the containers ended that such a pod does not need any more."""
    ends = [
        end.finished_at
        for pod in pods_of(index, key)
        if pod.status.phase == "Running"
        for one in containers(pod)
        if not one.in_init_list and (end := one.status.state.terminated) is not None and end.finished_at is not None
    ]
    return max(ends, default=None)


def _after(time: datetime | None, other: datetime) -> bool:
    return time is not None and time > other


def _seconds(time: datetime | None) -> float:
    return time.timestamp() if time is not None else 0.0
