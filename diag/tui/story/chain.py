"""The chain from a cause to its symptoms: what stands behind what."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from diag.facts import chains
from diag.facts.index import Index, Key
from diag.finding import Finding, Report, Subject
from diag.model.kinds import BY_KIND

# How far a kind stands from the first cause: pods wait for claims, workloads lack pods, services lack both.
_PLACES = {
    "Pod": 1,
    "ReplicaSet": 2,
    "Deployment": 2,
    "StatefulSet": 2,
    "DaemonSet": 2,
    "Job": 2,
    "CronJob": 3,
    "HorizontalPodAutoscaler": 3,
    "PodDisruptionBudget": 3,
    "Service": 3,
    "Ingress": 4,
    "APIService": 4,
    "MutatingWebhookConfiguration": 4,
    "ValidatingWebhookConfiguration": 4,
}
_CHAINS: dict[str, Callable[[Index, Any], set[Key]]] = {
    "Pod": chains.of_pod,
    "PersistentVolumeClaim": chains.of_claim,
    "Service": chains.of_service,
    "Ingress": chains.of_ingress,
    "PodDisruptionBudget": chains.of_budget,
    "HorizontalPodAutoscaler": chains.of_autoscaler,
    "APIService": chains.of_api_service,
}
# Many members are of one workload, and those after the first few lead to the same objects.
_FIRST = 100


class Step(NamedTuple):
    """Findings that say the same of objects of one kind, the worst first, and what they lead to."""

    findings: tuple[Finding, ...]
    below: tuple["Step", ...] = ()


def root_of(finding: Finding, report: Report) -> Finding:
    """What explains the finding; itself when nothing does."""
    return next((one for one in report.findings if one.id == finding.symptom_of), finding)


def tree(index: Index, root: Finding, report: Report) -> Step:
    """A finding at the top, and its symptoms in the order in which one leads to the next."""
    symptoms = [one for one in report.findings if one.symptom_of == root.id]
    symptoms.sort(key=_place)
    below: dict[str, list[Finding]] = defaultdict(list)
    for number, symptom in enumerate(symptoms):
        below[_reason(index, root, symptom, symptoms[:number]).id].append(symptom)
    return Step((root,), _steps([root], below))


def concerned(index: Index, finding: Finding) -> set[Key]:
    """The members of a finding and the objects that their fault can run along."""
    return {key for member in finding.members[:_FIRST] for key in _reach(index, _key(member))} | _own(finding)


def _place(finding: Finding) -> int:
    return _PLACES.get(finding.subject.kind, 0)


def _reason(index: Index, root: Finding, symptom: Finding, before: Sequence[Finding]) -> Finding:
    """The nearest finding before it whose objects lie on its chain, else the root."""
    chain = concerned(index, symptom)
    nearer = [one for one in before if _place(one) < _place(symptom) and not chain.isdisjoint(_own(one))]
    return nearer[-1] if nearer else root


def _steps(parents: Iterable[Finding], below: dict[str, list[Finding]]) -> tuple[Step, ...]:
    alike: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for parent in parents:
        for finding in below.get(parent.id, ()):
            alike[finding.playbook, finding.cause, finding.subject.kind].append(finding)
    return tuple(Step(tuple(findings), _steps(findings, below)) for findings in alike.values())


def _own(finding: Finding) -> set[Key]:
    workload = {_key(finding.workload)} if finding.workload is not None else set()
    return {_key(member) for member in finding.members} | workload


def _key(subject: Subject) -> Key:
    return Key(subject.kind, subject.namespace, subject.name)


def _reach(index: Index, key: Key) -> set[Key]:
    known = BY_KIND.get(key.kind)
    found = index.get(known.plural, key.namespace, key.name) if known is not None else None
    if found is None:
        return {key}
    return _CHAINS[key.kind](index, found) if key.kind in _CHAINS else chains.of_workload(index, key)
