"""Folding symptoms under the finding that explains them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from diag.facts import chains
from diag.facts.index import Index, Key
from diag.finding import SEVERITIES, Finding
from diag.playbook.format import Playbook
from diag.scan.chains import around, chain
from diag.scan.verdict import Verdict

# Findings of less than this explain nothing unasked, and neither do warnings of what may come (tag `predictive`).
_EXPLAINING = frozenset(SEVERITIES[: SEVERITIES.index("medium") + 1])
_PREDICTIVE = "predictive"
# What stands before pods: its chain leads to them, but it is no reason for what they do.
_BEFORE_PODS = frozenset(
    {
        "APIService",
        "HorizontalPodAutoscaler",
        "Ingress",
        "MutatingWebhookConfiguration",
        "PodDisruptionBudget",
        "Service",
        "ValidatingWebhookConfiguration",
    }
)


class _Found(NamedTuple):
    """A finding with what it concerns.

    `chain` are its subjects and what belongs to them, `own` the subjects themselves with what they have in common,
    `around` what may be at fault besides, `blamed` the pods behind the service or DaemonSet that they have in common.
    `containers` are empty unless it is about containers.
    """

    finding: Finding
    playbook: Playbook
    chain: set[Key]
    own: set[Key]
    around: set[Key]
    blamed: set[Key]
    containers: set[str]


def fold(index: Index, found: list[tuple[Finding, list[Verdict]]]) -> tuple[Finding, ...]:
    """The findings in their order, each followed by its symptoms and as severe as the worst of them: worst first, among
    equals those that most objects suffer from.

    A finding is a symptom of another whose playbook says so (`explains`), or whatever it is when its own playbook says
    that it is but a `symptom`; and only where both lie on one chain, or the one is about an object that stands around
    the other. Whatever is wrong with pods that others name as their trouble explains those. What explains a symptom
    may be one itself: all stand under the first cause.
    """
    ordered = sorted(found, key=lambda pair: _rank(pair[0]))
    parents = _parents([_concerns(index, finding, verdicts) for finding, verdicts in ordered])
    root_of = {name: _top(name, parents) for name in parents}
    return _in_order([finding for finding, _ in ordered], root_of)


def _concerns(index: Index, finding: Finding, verdicts: list[Verdict]) -> _Found:
    on: set[Key] = set()
    own: set[Key] = set()
    near: set[Key] = set()
    for verdict in verdicts:
        kind, subject = verdict.facts.kind, verdict.facts.subject
        key = Key(subject.kind, subject.namespace, subject.name)
        own.add(key)
        on |= chain(index, kind, verdict.facts.found, key)
        near |= around(index, kind, verdict.facts.found, key)
    shared = {common for verdict in verdicts if (common := verdict.common) is not None}
    own |= shared
    near |= shared
    blamed = {key for one in shared for key in chains.behind(index, one)}
    containers = {subject.container for subject in finding.members if subject.container}
    return _Found(finding, verdicts[0].playbook, on, own, near, blamed, containers)


def _parents(found: list[_Found]) -> dict[str, str]:
    """By the id of each symptom that of what explains it: the first finding in order, and never round in a circle."""
    on_chain: dict[Key, list[int]] = defaultdict(list)
    about: dict[Key, list[int]] = defaultdict(list)
    for place, one in enumerate(found):
        if one.playbook.explains or _may_explain(one):
            for key in one.chain:
                on_chain[key].append(place)
            for key in one.own:
                about[key].append(place)
    parents: dict[str, str] = {}
    for one in found:
        near = _places(on_chain, one.chain) | _places(about, one.around | one.blamed)
        for place in sorted(near):
            other = found[place]
            if _explains(other, one) and _top(other.finding.id, parents) != one.finding.id:
                parents[one.finding.id] = other.finding.id
                break
    return parents


def _places(by_key: dict[Key, list[int]], keys: Iterable[Key]) -> set[int]:
    return {place for key in keys for place in by_key.get(key, ())}


def _explains(other: _Found, one: _Found) -> bool:
    if other.finding.id == one.finding.id:
        return False
    if other.finding.subject.kind in _BEFORE_PODS and other.own.isdisjoint(one.chain | one.around):
        return False
    if not one.blamed.isdisjoint(other.own) and _may_explain(other):
        return True
    if other.containers and one.containers and not other.containers & one.containers:
        return False  # one container's end says nothing of its neighbour's
    if not {one.finding.playbook, one.finding.cause}.isdisjoint(other.playbook.explains):
        return True
    return one.playbook.symptom and _may_explain(other)


def _may_explain(one: _Found) -> bool:
    """Whether it explains any symptom on its chain."""
    predictive = _PREDICTIVE in one.playbook.tags
    return not one.playbook.symptom and not predictive and one.finding.severity in _EXPLAINING


def _top(name: str, parents: dict[str, str]) -> str:
    while name in parents:
        name = parents[name]
    return name


def _in_order(findings: list[Finding], root_of: dict[str, str]) -> tuple[Finding, ...]:
    symptoms: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.id in root_of:
            root = root_of[finding.id]
            symptoms[root].append(msgspec.structs.replace(finding, symptom_of=root))
    roots = [_with_symptoms(finding, symptoms[finding.id]) for finding in findings if finding.id not in root_of]
    roots.sort(key=lambda root: (SEVERITIES.index(root.severity), -_reach([root, *symptoms[root.id]]), _rank(root)))
    return tuple(one for root in roots for one in (root, *symptoms[root.id]))


def _reach(findings: list[Finding]) -> int:
    """How many objects the findings are about."""
    return len({subject for finding in findings for subject in finding.members})


def _with_symptoms(finding: Finding, symptoms: list[Finding]) -> Finding:
    """What a cause does to others is part of how bad it is."""
    severity = min((finding.severity, *(one.severity for one in symptoms)), key=SEVERITIES.index)
    return msgspec.structs.replace(finding, severity=severity, symptoms=tuple(one.id for one in symptoms))


def _rank(finding: Finding) -> tuple[object, ...]:
    owner = finding.workload or finding.subject
    return (
        SEVERITIES.index(finding.severity),
        -len(finding.members),
        owner.namespace,
        owner.kind,
        owner.name,
        finding.playbook,
        finding.cause,
        finding.subject,
        finding.id,
    )
