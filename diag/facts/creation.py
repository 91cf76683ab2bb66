"""Why a controller cannot create what it should: what it said of the API's refusal, or what the API would say."""

from typing import Any

from diag.facts import quotas
from diag.facts.creation_answers import Refusal, read
from diag.facts.images import nearest
from diag.facts.index import Index, Key
from diag.facts.rollouts import condition, lacks_pods, record, replica_sets, settled, stands_alone
from diag.model.cluster import Event, ResourceQuota
from diag.model.meta import Condition
from diag.model.workloads import CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet

_EVENTS = ("FailedCreate", "ReplicaSetCreateError")
_CREATED = ("SuccessfulCreate", "ScalingReplicaSet")
# Claims of a StatefulSet are told elsewhere (`facts.claims.refusal`).
_CLAIM = "create Claim "
# Controllers try again with growing breaks, of 1000 seconds at most (client-go DefaultTypedControllerRateLimiter).
_FRESH = 1200.0
_OBJECTS = {
    "quota-exceeded": "ResourceQuota",
    "quota-missing-resources": "ResourceQuota",
    "serviceaccount-missing": "ServiceAccount",
}
_CLUSTER_OBJECTS = {
    "namespace-terminating-create": "Namespace",
    "runtimeclass-missing": "RuntimeClass",
    "priorityclass-missing": "PriorityClass",
    "policy-denied": "ValidatingAdmissionPolicy",
    "webhook-denied": "Webhook",
    "webhook-unavailable": "Webhook",
}
_PLURALS = ("deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs")


def refusal(index: Index, key: Key) -> Refusal | None:
    """Why the API refuses what a workload should create: pods, ReplicaSets of a Deployment, Jobs of a CronJob.

    None while it lacks nothing, for a ReplicaSet whose Deployment is looked at itself, and for a workload that is being
    deleted. The newest event speaks, then the condition ReplicaFailure, which keeps the first message; where neither
    tells, what the template asks for is held against what the namespace has.
    """
    found = record(index, key)
    if found is None or found.metadata.deletion_timestamp is not None or not _looked_at(index, key, found):
        return None
    holders = [found, *replica_sets(index, key)]
    told = (_told(index, one) for one in holders)
    return next((one for one in told if one is not None), None) or _worked_out(index, found)


def at_fault(key: Key, found: Refusal) -> str | None:
    """The object behind a refusal, as `Kind namespace/name` or `Kind name`, where one is known by name."""
    if not found.name:
        return None
    if found.answer in _OBJECTS:
        return f"{_OBJECTS[found.answer]} {key.namespace}/{found.name}"
    kind = _CLUSTER_OBJECTS.get(found.answer)
    return f"{kind} {found.name}" if kind is not None else None


def made_good(index: Index, key: Key, found: Refusal) -> bool:
    """Whether the account that was missing is there by now, so that the controller's next try will succeed."""
    missing = found.answer == "serviceaccount-missing" and bool(found.name)
    return missing and index.get("serviceaccounts", key.namespace, found.name) is not None


def nearest_account(index: Index, key: Key, found: Refusal) -> str | None:
    """The service account of the namespace that is spelt most like a missing one."""
    if found.answer != "serviceaccount-missing":
        return None
    return nearest(found.name, index.names("serviceaccounts", key.namespace))


def refused_by(index: Index, quota: ResourceQuota) -> list[str]:
    """The workloads that cannot create what they should because of a quota, as `Kind name`."""
    namespace, name = quota.metadata.namespace, quota.metadata.name
    return index.keep(("creation.by quota", namespace), lambda: _by_quota(index, namespace)).get(name, [])


def _by_quota(index: Index, namespace: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for plural in _PLURALS:
        for one in index.within(plural, namespace):
            key = Key(type(one).__name__, namespace, one.metadata.name)
            refused = refusal(index, key) if not settled(one) else None
            if refused is not None and refused.answer.startswith("quota-"):
                found.setdefault(refused.name, []).append(f"{key.kind} {key.name}")
    return found


def _looked_at(index: Index, key: Key, found: Any) -> bool:
    if isinstance(found, CronJob):
        return not found.spec.suspend
    if isinstance(found, Job):
        return _wants_pods(found)
    return isinstance(found, Deployment | StatefulSet | DaemonSet) or (
        isinstance(found, ReplicaSet) and stands_alone(index, key, found)
    )


def _wants_pods(job: Job) -> bool:
    """Whether a Job has not ended and has no pod at work, though nothing holds it back."""
    ended = {"Complete", "Failed", "FailureTarget", "SuccessCriteriaMet", "Suspended"}
    held = any(one.type in ended and one.status == "True" for one in job.status.conditions)
    return not held and not job.spec.suspend and not job.status.active and job.status.completion_time is None


def _told(index: Index, found: Any) -> Refusal | None:
    kept = _condition(index, found)
    if kept is not None and kept.reason == "FailedDelete":
        return Refusal("not-deleted", kept.message, kept.last_transition_time)
    event = _event(index, found)
    if event is not None:
        return read(event.message, kept.last_transition_time if kept is not None else event.first)
    return read(kept.message, kept.last_transition_time) if kept is not None else None


def _condition(index: Index, found: Any) -> Condition | None:
    """The condition that keeps a refusal. A Deployment has a copy of its ReplicaSet's, which tells where it was read;
    its own says that not even the ReplicaSet could be made (pkg/controller/deployment sync.go)."""
    if isinstance(found, Deployment):
        progressing = condition(found, "Progressing")
        if progressing is not None and progressing.reason == "ReplicaSetCreateError":
            return progressing
        if index.saw("replicasets", found.metadata.namespace):
            return None
    kept = condition(found, "ReplicaFailure")
    if kept is None or kept.status != "True":
        return None
    return kept if lacks_pods(found) or isinstance(found, Deployment) or kept.reason == "FailedDelete" else None


def _event(index: Index, found: Any) -> Event | None:
    """The newest event of a refusal that still holds: nothing was created since, and the next try is not long due."""
    if not (lacks_pods(found) or isinstance(found, Deployment | Job | CronJob)):
        return None
    events = index.events(type(found).__name__, found.metadata)
    refused = (event for event in events if event.reason in _EVENTS and not event.message.startswith(_CLAIM))
    newest = next(refused, None)
    if newest is None or (index.age(newest.last) or 0) > _FRESH:
        return None
    told = newest.last  # of an event without a time, in data that was cut, nothing is known to be newer
    since = [one for one in events if one.reason in _CREATED and one.last and told and one.last > told]
    return None if since else newest


def _worked_out(index: Index, found: Any) -> Refusal | None:
    """What the API would say, where events have expired and no condition keeps its words.

    A ReplicaSet keeps them, so that one without them is just about to create its pods.
    """
    if not (lacks_pods(found) or isinstance(found, Job)) or isinstance(found, Deployment | ReplicaSet):
        return None
    namespace, spec = found.metadata.namespace, found.spec.template.spec
    account = spec.service_account_name or "default"
    missing = index.get("serviceaccounts", namespace, account) is None
    if missing and spec.containers and index.saw("serviceaccounts", namespace):
        return Refusal("serviceaccount-missing", "", None, account)
    full = quotas.refusing(index, namespace, spec)
    if full is not None:
        return Refusal("quota-exceeded", "", None, full.name, "", full.requested, full.used, full.hard)
    return None
