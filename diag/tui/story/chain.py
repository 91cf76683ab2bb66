"""The chain from a cause to its symptoms: what stands behind what."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from diag.facts import chains, owners
from diag.facts.containers import containers
from diag.facts.index import Index, Key
from diag.finding import Finding, Report, Subject
from diag.model.kinds import BY_KIND
from diag.playbook.fields import FIELDS

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
    symptoms = sorted((one for one in report.findings if one.symptom_of == root.id), key=_place)
    own = {one.id: _own(index, one) for one in symptoms}
    above: dict[str, str] = {}
    for one in symptoms:
        lower = [other for other in symptoms if _place(other) < _place(one)]
        above[one.id] = _nearest(concerned(index, one), lower, own) or root.id
    for one in symptoms:
        reason = _nearest(_unreached(index, one), symptoms, own)
        if reason is not None and one.id not in _upward(reason, above):
            above[one.id] = reason
    below: dict[str, list[Finding]] = defaultdict(list)
    for one in symptoms:
        below[above[one.id]].append(one)
    return Step((root,), _steps([root], below))


def concerned(index: Index, finding: Finding) -> set[Key]:
    """The members of a finding and the objects that their fault can run along."""
    return {key for member in finding.members[:_FIRST] for key in _reach(index, _key(member))} | _own(index, finding)


def _place(finding: Finding) -> int:
    return _PLACES.get(finding.subject.kind, 0)


def _own(index: Index, finding: Finding) -> set[Key]:
    """The members and what owns them."""
    workload = {_key(finding.workload)} if finding.workload is not None else set()
    members = {_key(member) for member in finding.members}
    return {owner for key in members for owner in owners.owners_of(index, key)} | members | workload


def _nearest(chain: set[Key], among: Iterable[Finding], own: Mapping[str, set[Key]]) -> str | None:
    """The one farthest from the cause of those that are about objects of the chain; among equals the worst."""
    found = [one for one in among if not chain.isdisjoint(own[one.id])]
    return max(found, key=_place).id if found else None


def _unreached(index: Index, finding: Finding) -> set[Key]:
    """The Service that the subject could not reach, by what its log says, and all that concerns its pods."""
    subject = finding.subject
    pod = index.pod(subject.namespace, subject.name) if subject.kind == "Pod" else None
    for container in containers(pod) if pod is not None else ():
        named = FIELDS["container"]["dependency.object"].get(index, container)
        if named is not None and container.spec.name == subject.container:
            kind, _, place = named.partition(" ")
            namespace, _, name = place.partition("/")
            return chains.of_named_service(index, namespace, name) if kind == "Service" else set()
    return set()


def _upward(name: str, above: Mapping[str, str]) -> Iterator[str]:
    yield name
    while name in above:
        name = above[name]
        yield name


def _steps(parents: Iterable[Finding], below: dict[str, list[Finding]]) -> tuple[Step, ...]:
    alike: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for parent in parents:
        for finding in below.get(parent.id, ()):
            alike[finding.playbook, finding.cause, finding.subject.kind].append(finding)
    return tuple(Step(tuple(findings), _steps(findings, below)) for findings in alike.values())


def _key(subject: Subject) -> Key:
    return Key(subject.kind, subject.namespace, subject.name)


def _reach(index: Index, key: Key) -> set[Key]:
    known = BY_KIND.get(key.kind)
    found = index.get(known.plural, key.namespace, key.name) if known is not None else None
    if found is None:
        return {key}
    return _CHAINS[key.kind](index, found) if key.kind in _CHAINS else chains.of_workload(index, key)
