"""Folding symptoms under the finding that explains them."""

from collections import defaultdict
from collections.abc import Container

import msgspec

from diag.facts import claims, owners
from diag.facts.index import Index, Key, claim_names
from diag.finding import SEVERITIES, Finding
from diag.model.pods import Pod
from diag.scan.verdict import Verdict

# A shared volume may have thousands of consumers; their workloads are among the first few.
_CONSUMERS = 50


def fold(
    index: Index, found: list[tuple[Finding, list[Verdict]]], explains: dict[str, tuple[str, ...]]
) -> tuple[Finding, ...]:
    """The findings in their order: worst first, each followed by its symptoms.

    `explains` maps a playbook to the playbooks or causes that are its symptoms, where both concern a common object or
    owner. What explains a symptom may be one itself: all stand under the first cause.
    """
    ordered = sorted(found, key=lambda pair: _rank(pair[0]))
    parents = _parents(index, ordered, explains)
    root_of = {name: _top(name, parents) for name in parents}
    return _in_order([finding for finding, _ in ordered], root_of)


def _parents(
    index: Index, ordered: list[tuple[Finding, list[Verdict]]], explains: dict[str, tuple[str, ...]]
) -> dict[str, str]:
    """By the id of each symptom that of what explains it: the first finding in order, and never round in a circle."""
    symptoms = {name for names in explains.values() for name in names}
    chains: dict[str, set[Key]] = {}
    explaining: dict[Key, list[tuple[int, Finding]]] = defaultdict(list)
    for place, (finding, verdicts) in enumerate(ordered):
        if finding.playbook in explains or _is_one_of(finding, symptoms):
            chains[finding.id] = _chain(index, verdicts)
        if finding.playbook in explains:
            for key in chains[finding.id]:
                explaining[key].append((place, finding))
    parents: dict[str, str] = {}
    for finding, _ in ordered:
        common = (pair for key in chains.get(finding.id, ()) for pair in explaining.get(key, ()))
        reasons = {place: other.id for place, other in common if _is_one_of(finding, explains[other.playbook])}
        others = (reasons[place] for place in sorted(reasons) if _top(reasons[place], parents) != finding.id)
        parent = next(others, None)
        if parent is not None:
            parents[finding.id] = parent
    return parents


def _is_one_of(finding: Finding, names: Container[str]) -> bool:
    return finding.playbook in names or finding.cause in names


def _top(name: str, parents: dict[str, str]) -> str:
    while name in parents:
        name = parents[name]
    return name


def _in_order(findings: list[Finding], root_of: dict[str, str]) -> tuple[Finding, ...]:
    symptoms: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.id in root_of:
            root = root_of[finding.id]
            symptoms.setdefault(root, []).append(msgspec.structs.replace(finding, symptom_of=root))
    result: list[Finding] = []
    for finding in findings:
        if finding.id not in root_of:
            below = symptoms.get(finding.id, [])
            result += [msgspec.structs.replace(finding, symptoms=tuple(s.id for s in below)), *below]
    return tuple(result)


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


def _chain(index: Index, verdicts: list[Verdict]) -> set[Key]:
    """All that the finding concerns: its subjects, their owners, the claims of its pods, the pods of its claims."""
    keys: set[Key] = set()
    for verdict in verdicts:
        kind, found = verdict.facts.kind, verdict.facts.found
        if kind == "container":
            keys |= of_pod(index, found.pod)
        elif kind == "pod":
            keys |= of_pod(index, found)
        elif kind == "workload":
            keys.add(found)
        else:
            subject = verdict.facts.subject
            keys.add(Key(subject.kind, subject.namespace, subject.name))
        if kind == "claim":
            for pod in claims.consumers(index, found)[:_CONSUMERS]:
                keys |= of_pod(index, pod)
    return keys


def of_pod(index: Index, pod: Pod) -> set[Key]:
    """What a pod concerns: itself, its owners upward, the claims that it mounts."""
    keys = set(owners.chain(index, "Pod", pod.metadata))
    return keys | {Key(claims.KIND, pod.metadata.namespace, name) for name in claim_names(pod)}
