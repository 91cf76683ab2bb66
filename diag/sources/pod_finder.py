"""The pods of one object of a live cluster, found again as they come and go."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from diag.errors import AnswerError
from diag.facts.index import Key
from diag.kube.deadline import Deadline
from diag.kube.session import Session
from diag.model.kinds import BY_KIND, BY_PLURAL, Kind
from diag.model.meta import LabelSelector, LabelSelectorRequirement
from diag.model.pods import Pod
from diag.model.snapshot import Scope, Snapshot
from diag.sources.one_kind import OneKind
from diag.sources.pods import find, pods_of

_FINAL = ("Succeeded", "Failed")


class Seen(NamedTuple):
    """The pods of a target at one moment; `over` when none of them will write any more and no others will come."""

    pods: Sequence[Pod]
    over: bool


class PodFinder:
    """Finds the pods of one object of a live cluster, as often as it is asked; each time within `seconds`."""

    def __init__(self, session: Session, scope: Scope, kind: Kind, namespace: str, name: str, seconds: float | None):
        """Look for the object. Raises UsageError when there is not just one, ClusterError."""
        self._session = session
        self._seconds = seconds
        self._kind = kind
        self._named = f"metadata.name={name}"
        found = find(self._read(kind, scope, self._named), kind, namespace, name)
        self._key = Key(kind.kind, found.metadata.namespace, name)
        self._selector = ",".join(filter(None, (_pod_selector(kind, found), scope.selector)))

    def __call__(self) -> Seen:
        """The pods as they are now. Raises ClusterError."""
        pods = BY_PLURAL["pods"]
        scope = Scope((self._key.namespace,), self._selector)
        if self._kind == pods:
            found: Sequence[Pod] = self._read(pods, scope, self._named).all("pods")
        else:
            found = pods_of(self._with_jobs(self._read(pods, scope)), self._key)
        return Seen(found, all(pod.status.phase in _FINAL for pod in found) and self._is_over())

    def _with_jobs(self, snapshot: Snapshot) -> Snapshot:
        """Between a CronJob and its pods are Jobs; from other pods their owner can be told."""
        if self._kind.kind == "CronJob":
            jobs = BY_KIND["Job"]
            read = self._read(jobs, Scope((self._key.namespace,))).all(jobs.plural)
            return msgspec.structs.replace(snapshot, objects={**snapshot.objects, jobs.plural: read})
        return snapshot

    def _is_over(self) -> bool:
        """Whether no other pods will come: a Job makes them until it is complete or has failed."""
        if self._kind.kind != "Job":
            return self._kind.kind == "Pod"
        jobs = self._read(self._kind, Scope((self._key.namespace,)), self._named).all(self._kind.plural)
        return all(
            any(condition.type in ("Complete", "Failed") and condition.status == "True" for condition in conditions)
            for conditions in (job.status.conditions for job in jobs)
        )

    def _read(self, kind: Kind, scope: Scope, fields: str = "") -> Snapshot:
        snapshot = OneKind(self._session, scope, Deadline(self._seconds), fields).read_kind(kind)
        for gap in snapshot.gaps:
            if gap.why in ("timeout", "truncated"):
                raise AnswerError(f"{kind.plural}: {gap.detail}")
        return snapshot


def _pod_selector(kind: Kind, record: Any) -> str:
    """The labels that all pods of the object have."""
    if kind.kind == "Pod":
        return ""
    if kind.kind == "Job":
        return f"job-name={record.metadata.name}"  # set by the job controller, beside batch.kubernetes.io/job-name
    if kind.kind == "CronJob":
        return "job-name"
    return selector_text(record.spec.selector or LabelSelector())


def selector_text(selector: LabelSelector) -> str:
    """A label selector as the API's query parameter has it (apimachinery pkg/labels, Selector.String)."""
    labels = [f"{key}={value}" for key, value in selector.match_labels.items()]
    return ",".join([*labels, *map(_requirement, selector.match_expressions)])


_FORMS: dict[str, Callable[[str, str], str]] = {
    "In": lambda key, values: f"{key} in ({values})",
    "NotIn": lambda key, values: f"{key} notin ({values})",
    "Exists": lambda key, _: key,
    "DoesNotExist": lambda key, _: f"!{key}",
}


def _requirement(requirement: LabelSelectorRequirement) -> str:
    form = _FORMS.get(requirement.operator)
    return form(requirement.key, ",".join(requirement.values)) if form else requirement.key
