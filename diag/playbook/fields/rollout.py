"""Fields of `workload` that say how far it is: replicas, the rollout of a template, what it waits for."""

from collections.abc import Callable
from typing import Any

from diag.facts import overlaps, rollouts
from diag.facts.index import Index, Key
from diag.model.meta import Condition
from diag.model.workloads import DaemonSet, Deployment, ReplicaSet, StatefulSet
from diag.playbook.fields.field import Field

_DEADLINE = 600  # of a Deployment that does not say (apps/v1 progressDeadlineSeconds)
_SETS = ("replicasets",)
_PODS = ("pods", "replicasets")
Get = Callable[[Index, Key], Any]


def _of(get: Callable[[Index, Key, Any], Any]) -> Get:
    """A field that only what has replicas has."""

    def of(index: Index, key: Key) -> Any:
        found = rollouts.record(index, key)
        known = isinstance(found, Deployment | StatefulSet | DaemonSet | ReplicaSet)
        return get(index, key, found) if known else None

    return of


def _settled(index: Index, key: Key) -> bool | None:
    found = rollouts.record(index, key)
    return rollouts.settled(found) if found is not None else None


def _terminating(index: Index, key: Key) -> bool | None:
    found = rollouts.record(index, key)
    return found.metadata.deletion_timestamp is not None if found is not None else None


def _age(index: Index, key: Key) -> float | None:
    found = rollouts.record(index, key)
    return index.age(found.metadata.creation_timestamp) if found is not None else None


def _condition(kind: str, get: Callable[[Index, Condition], Any]) -> Get:
    def of(index: Index, key: Key, found: Any) -> Any:
        one = rollouts.condition(found, kind)
        return get(index, one) if one is not None else None

    return _of(of)


def _newest(get: Callable[[ReplicaSet], Any]) -> Get:
    def of(index: Index, key: Key) -> Any:
        found = rollouts.replica_sets(index, key)
        return get(found[0]) if found else None

    return of


def _earlier_ready(index: Index, key: Key) -> int | None:
    earlier = rollouts.replica_sets(index, key)[1:]
    return sum(one.status.ready_replicas for one in earlier) if earlier else None


def _unready(index: Index, key: Key, found: Any) -> list[str] | None:
    return rollouts.described(rollouts.unready_pods(index, key)) or None


def _waits_for(index: Index, key: Key, found: Any) -> str | None:
    pod = rollouts.waits_for(index, key, found)
    return pod.metadata.name if pod is not None else None


def _stale(index: Index, key: Key, found: Any) -> str | None:
    pod = rollouts.stale_pod(index, key, found)
    return pod.metadata.name if pod is not None else None


def _stale_age(index: Index, key: Key, found: Any) -> float | None:
    pod = rollouts.stale_pod(index, key, found)
    return index.age(rollouts.unready_since(pod)) if pod is not None else None


def _overlapping(index: Index, key: Key, found: Any) -> list[str] | None:
    return [f"{one.kind} {one.name}" for one in overlaps.others(index, found)] or None


FIELDS: dict[str, Field] = {
    "age": Field("duration", "Time since the workload was made.", _age),
    "terminating": Field("bool", "Whether it is being deleted.", _terminating),
    "settled": Field("bool", "Whether it has all that it wants and reports no trouble; of a Job: completed.", _settled),
    "seen": Field(
        "bool", "Whether its controller has filled in its status at all.", _of(lambda i, w, o: rollouts.is_seen(o))
    ),
    "observed": Field(
        "bool", "Whether its controller has seen its newest change.", _of(lambda i, w, o: rollouts.is_current(o))
    ),
    "stands_alone": Field(
        "bool",
        "Whether nothing that was read manages it, as a Deployment its ReplicaSets.",
        _of(lambda i, w, o: rollouts.stands_alone(i, w, o)),
    ),
    "paused": Field(
        "bool",
        "Whether the rollout of a Deployment is paused.",
        _of(lambda i, w, o: o.spec.paused),
    ),
    "replicas": Field("number", "How many pods it wants.", _of(lambda i, w, o: rollouts.wanted(o))),
    "made": Field("number", "How many pods it has, ready or not.", _of(lambda i, w, o: rollouts.made(o))),
    "ready": Field("number", "How many of its pods are ready.", _of(lambda i, w, o: rollouts.ready(o))),
    "lacking": Field(
        "number",
        "How many ready pods it lacks.",
        _of(lambda i, w, o: max(0, (rollouts.wanted(o) or 0) - rollouts.ready(o))),
    ),
    "short.age": Field(
        "duration",
        "Time since it has had fewer ready pods than it wants, where that is known; a DaemonSet has `uncovered`.",
        _of(lambda i, w, o: i.age(rollouts.short_since(i, w, o))),
    ),
    "unready_pods": Field("texts", "Its pods that are not ready, with their state.", _of(_unready), _PODS),
    "progress": Field(
        "text",
        "Reason of a Deployment's condition Progressing.",
        _condition("Progressing", lambda i, c: c.reason or None),
    ),
    "progress.message": Field(
        "text", "Message of that condition.", _condition("Progressing", lambda i, c: c.message or None)
    ),
    "progress.age": Field(
        "duration",
        "Time since that condition last changed.",
        _condition("Progressing", lambda i, c: i.age(c.last_transition_time)),
    ),
    "progress.deadline": Field(
        "duration",
        "How long the rollout of a Deployment may stand still (progressDeadlineSeconds).",
        _of(
            lambda i, w, o: (
                (_DEADLINE if o.spec.progress_deadline_seconds is None else o.spec.progress_deadline_seconds)
                if isinstance(o, Deployment)
                else None
            )
        ),
    ),
    "newest": Field("text", "Newest ReplicaSet of a Deployment.", _newest(lambda r: r.metadata.name), _SETS),
    "newest.ready": Field(
        "text",
        "How many of its pods are ready, of those that it wants: `0 of 3`.",
        _newest(lambda r: f"{rollouts.ready(r)} of {rollouts.wanted(r)}"),
        _SETS,
    ),
    "earlier.ready": Field(
        "number", "How many ready pods are left of earlier revisions of a Deployment.", _earlier_ready, _SETS
    ),
    "waits_for": Field(
        "text",
        "Unready pod that a StatefulSet waits for before it goes on with the others.",
        _of(_waits_for),
        ("pods",),
    ),
    "stale_pod": Field(
        "text",
        "Unready pod of a StatefulSet that was made from an earlier template and is not replaced by itself.",
        _of(_stale),
        ("pods",),
    ),
    "stale_pod.age": Field("duration", "Time since that pod is not ready.", _of(_stale_age), ("pods",)),
    "uncovered": Field(
        "number",
        "On how many ready nodes a DaemonSet has no ready pod.",
        _of(rollouts.uncovered),
    ),
    "uncovered.age": Field(
        "duration",
        "Time since the first of its pods there is not ready.",
        _of(lambda i, w, o: i.age(rollouts.uncovered_since(i, w, o))),
    ),
    "misscheduled": Field(
        "number",
        "How many nodes run a pod of a DaemonSet that they should not.",
        _of(lambda i, w, o: o.status.number_misscheduled if isinstance(o, DaemonSet) else None),
    ),
    "picks_all": Field(
        "bool", "Whether its selector is empty and picks all pods.", _of(lambda i, w, o: overlaps.picks_all(o))
    ),
    "selects_others": Field(
        "bool",
        "Whether its selector picks pods of other workloads as well: `picks_all` or `overlapping`.",
        _of(lambda i, w, o: overlaps.picks_all(o) or bool(overlaps.others(i, o))),
    ),
    "overlapping": Field("texts", "Other workloads: each selects the other's pods, too.", _of(_overlapping)),
}
