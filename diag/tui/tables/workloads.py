"""The tables of what makes pods, and of all workloads as one."""

from datetime import datetime
from typing import Any

from diag.facts import jobs, rollouts
from diag.facts.index import Index
from diag.facts.rollouts import condition
from diag.model.units import format_duration
from diag.model.workloads import CronJob, DaemonSet, Job
from diag.tui.tables.column import Cell, Column
from diag.tui.tables.field import AGE, NAME, NAMESPACE, Field, KindTable, number, since, spare, state, text


def _ready(_: Index, found: Any) -> tuple[int, int] | None:
    """How many pods are ready, or of a Job have ended well, and how many are wanted; None for a CronJob."""
    if isinstance(found, CronJob):
        return None
    if isinstance(found, Job):
        return found.status.succeeded, 1 if found.spec.completions is None else found.spec.completions
    return rollouts.ready(found), rollouts.wanted(found) or 0


def _ready_cell(index: Index, found: Any, _: datetime) -> Cell:
    counts = _ready(index, found)
    if counts is None:
        return "", ""
    have, want = counts
    lacking = have < want and not isinstance(found, Job)
    return f"{have}/{want}", "medium" if lacking else ""


def _ready_share(index: Index, found: Any, _: datetime) -> float | None:
    counts = _ready(index, found)
    return None if counts is None else counts[0] / (counts[1] or 1)


def _updated(_: Index, found: Any) -> int | None:
    if isinstance(found, Job | CronJob):
        return None
    status = found.status
    return int(status.updated_number_scheduled if isinstance(found, DaemonSet) else status.updated_replicas)


def _available(_: Index, found: Any) -> int:
    status = found.status
    return int(status.number_available if isinstance(found, DaemonSet) else status.available_replicas)


def _job_status(_: Index, job: Job) -> str:
    """The word of kubectl's column STATUS (printers.go printJob)."""
    if jobs.succeeded(job):
        return "Complete"
    if jobs.failure(job) is not None:
        return "Failed"
    if job.metadata.deletion_timestamp is not None:
        return "Terminating"
    suspended = condition(job, "Suspended")
    return "Suspended" if suspended is not None and suspended.status == "True" else "Running"


def _lasted(job: Job, now: datetime) -> float | None:
    """Seconds that a Job took, or has taken by now; None where it has not begun or did not complete."""
    begun, failed = job.status.start_time, jobs.failure(job)
    ended = job.status.completion_time or (failed.last_transition_time if failed is not None else now)
    return (ended - begun).total_seconds() if begun is not None and ended is not None else None


def _duration(_: Index, job: Job, now: datetime) -> Cell:
    seconds = _lasted(job, now)
    return (format_duration(seconds) if seconds is not None else ""), ""


def _kind(_: Index, found: Any) -> str:
    return type(found).__name__


_READY = Field(Column("ready", "READY", 7, right=True), _ready_cell, _ready_share)
_COMPLETIONS = Field(Column("completions", "COMPLETIONS", 11, right=True), _ready_cell, _ready_share)
_DURATION = Field(Column("duration", "DURATION", 8, right=True), _duration, lambda _, job, now: _lasted(job, now))
_UPDATED = number("up-to-date", "UP-TO-DATE", 10, _updated)
_AVAILABLE = number("available", "AVAILABLE", 9, _available)
_DESIRED = number("desired", "DESIRED", 7, lambda _, found: rollouts.wanted(found))
_CURRENT = number("current", "CURRENT", 7, lambda _, found: rollouts.made(found))
_HAS_READY = number("ready", "READY", 5, lambda _, found: rollouts.ready(found))

WORKLOADS = KindTable("workloads", NAMESPACE, text("kind", "KIND", 11, _kind), NAME, _READY, _UPDATED, AGE)
DEPLOYMENTS = KindTable("deployments", NAMESPACE, NAME, _READY, _UPDATED, _AVAILABLE, AGE)
STATEFUL_SETS = KindTable("statefulsets", NAMESPACE, NAME, _READY, _UPDATED, AGE)
DAEMON_SETS = KindTable("daemonsets", NAMESPACE, NAME, _DESIRED, _CURRENT, _HAS_READY, _UPDATED, _AVAILABLE, AGE)
REPLICA_SETS = KindTable("replicasets", NAMESPACE, NAME, _DESIRED, _CURRENT, _HAS_READY, AGE)
JOBS = KindTable(
    "jobs",
    NAMESPACE,
    NAME,
    state(_job_status),
    _COMPLETIONS,
    number("active", "ACTIVE", 6, lambda _, job: job.status.active),
    number("failed", "FAILED", 6, lambda _, job: job.status.failed),
    _DURATION,
    AGE,
)
CRON_JOBS = KindTable(
    "cronjobs",
    NAMESPACE,
    NAME,
    text("schedule", "SCHEDULE", 13, lambda _, found: found.spec.schedule),
    spare(3, text("time-zone", "TIMEZONE", 9, lambda _, found: found.spec.time_zone)),
    state(lambda _, found: "Suspended" if found.spec.suspend else "", 9),
    spare(2, number("active", "ACTIVE", 6, lambda _, found: len(found.status.active))),
    since("last", "LAST", 6, lambda _, found: found.status.last_schedule_time),
    AGE,
)
TABLES = (WORKLOADS, DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, REPLICA_SETS, JOBS, CRON_JOBS)
MERGED = ("deployments", "statefulsets", "daemonsets", "jobs", "cronjobs")
