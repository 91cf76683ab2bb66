"""Fields of `workload` that Jobs and CronJobs alone have."""

from collections.abc import Callable
from typing import Any

from diag.facts import jobs, schedules
from diag.facts.index import Index, Key
from diag.facts.rollouts import record
from diag.model.workloads import CronJob, Job
from diag.playbook.fields.field import Field

Get = Callable[[Index, Key], Any]


def _job(get: Callable[[Index, Key, Job], Any]) -> Get:
    def of(index: Index, key: Key) -> Any:
        found = record(index, key)
        return get(index, key, found) if isinstance(found, Job) else None

    return of


def _cron(get: Callable[[Index, Key, CronJob], Any]) -> Get:
    def of(index: Index, key: Key) -> Any:
        found = record(index, key)
        return get(index, key, found) if isinstance(found, CronJob) else None

    return of


def _failed(part: str) -> Get:
    def get(index: Index, key: Key, job: Job) -> Any:
        failure = jobs.failure(job)
        return (getattr(failure, part) or None) if failure is not None else None

    return _job(get)


def _failed_reason(index: Index, key: Key, job: Job) -> str | None:
    failure = jobs.failure(job)
    return failure.reason or failure.type if failure is not None else None


def _failed_age(index: Index, key: Key, job: Job) -> float | None:
    failure = jobs.failure(job)
    return index.age(failure.last_transition_time) if failure is not None else None


def _failed_pod(index: Index, key: Key, job: Job) -> str | None:
    pod = jobs.last_failed_pod(index, key)
    return pod.metadata.name if pod is not None else None


def _failed_how(index: Index, key: Key, job: Job) -> str | None:
    pod = jobs.last_failed_pod(index, key)
    return jobs.ending(pod) if pod is not None else None


def _running(index: Index, key: Key, cron: CronJob) -> list[str] | None:
    return schedules.running(index, key, cron) or None


FIELDS: dict[str, Field] = {
    "suspended": Field("bool", "Whether a Job or CronJob is held back (spec.suspend).", lambda i, w: _suspended(i, w)),
    "failed": Field("text", "Reason for which a Job has failed: BackoffLimitExceeded….", _job(_failed_reason)),
    "failed.message": Field("text", "What the Job says about it.", _failed("message")),
    "failed.age": Field("duration", "Time since it failed.", _job(_failed_age)),
    "failed_pods": Field("number", "How many pods of a Job have failed.", _job(lambda i, w, j: j.status.failed)),
    "failed_pod": Field("text", "Pod of a Job that failed last, if it still exists.", _job(_failed_pod), ("pods",)),
    "failed_pod.ending": Field("text", "How its containers ended.", _job(_failed_how), ("pods",)),
    "succeeded": Field("bool", "Whether a Job has done its work.", _job(lambda i, w, j: jobs.succeeded(j))),
    "made_good": Field(
        "bool",
        "Whether a later run of the same CronJob has succeeded.",
        _job(lambda i, w, j: jobs.made_good(i, j)),
    ),
    "active": Field("number", "How many pods of a Job are at work.", _job(lambda i, w, j: j.status.active)),
    "backoff_limit": Field(
        "number",
        "How many failures a Job bears, 6 unless it says otherwise.",
        _job(lambda i, w, j: 6 if j.spec.backoff_limit is None else j.spec.backoff_limit),
    ),
    "deadline": Field(
        "duration",
        "How long a Job may take (activeDeadlineSeconds).",
        _job(lambda i, w, j: j.spec.active_deadline_seconds),
    ),
    "started.age": Field("duration", "Time since a Job was started.", _job(lambda i, w, j: i.age(j.status.start_time))),
    "kept_open": Field(
        "text",
        "Containers that still run in a pod of a Job whose others have ended well.",
        _job(lambda i, w, j: jobs.kept_open(i, w)),
        ("pods",),
    ),
    "kept_open.age": Field(
        "duration",
        "Time since the last of the others ended.",
        _job(lambda i, w, j: i.age(jobs.open_since(i, w))),
        ("pods",),
    ),
    "schedule": Field("text", "When a CronJob runs.", _cron(lambda i, w, c: c.spec.schedule or None)),
    "schedule.readable": Field(
        "bool",
        "Whether the schedule of a CronJob can be read.",
        _cron(lambda i, w, c: schedules.is_readable(c.spec.schedule) if c.spec.schedule else None),
    ),
    "schedule.fault": Field(
        "text",
        "What the controller says is wrong with the present schedule or time zone.",
        _cron(lambda i, w, c: schedules.fault(i, c)),
        ("events",),
    ),
    "schedule.names_zone": Field(
        "bool",
        "Whether the schedule names its time zone within itself.",
        _cron(lambda i, w, c: schedules.names_zone(c.spec.schedule)),
    ),
    "schedule.longest_break": Field(
        "duration",
        "The longest time between two runs that the schedule allows.",
        _cron(lambda i, w, c: schedules.longest_break(c.spec.schedule)),
    ),
    "time_zone": Field("text", "Time zone of its schedule.", _cron(lambda i, w, c: c.spec.time_zone or None)),
    "overdue.age": Field(
        "duration",
        "Time since a CronJob last ran, where that is more than twice the longest break of its schedule.",
        _cron(lambda i, w, c: i.age(schedules.overdue_since(i, c))),
    ),
    "never_ran": Field(
        "bool", "Whether a CronJob has never run.", _cron(lambda i, w, c: c.status.last_schedule_time is None)
    ),
    "last_success.age": Field(
        "duration",
        "Time since a run of a CronJob last succeeded.",
        _cron(lambda i, w, c: i.age(c.status.last_successful_time)),
    ),
    "concurrency": Field(
        "text",
        "What a CronJob does while a run is still on: Allow, Forbid or Replace.",
        _cron(lambda i, w, c: c.spec.concurrency_policy or "Allow"),
    ),
    "running_jobs": Field("texts", "Jobs of a CronJob that have not ended.", _cron(_running)),
    "starting_deadline": Field(
        "duration",
        "How late a CronJob may start a run (startingDeadlineSeconds).",
        _cron(lambda i, w, c: c.spec.starting_deadline_seconds),
    ),
}


def _suspended(index: Index, key: Key) -> bool | None:
    found = record(index, key)
    return found.spec.suspend if isinstance(found, Job | CronJob) else None
