"""Folding symptoms under the finding that explains them."""

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
    owner.
    """
    ordered = sorted(found, key=lambda pair: _rank(pair[0]))
    chains = {
        finding.id: _chain(index, verdicts) for finding, verdicts in ordered if _related(finding, ordered, explains)
    }
    root_of: dict[str, str] = {}
    for finding, _ in ordered:
        root = _root(finding, ordered, chains, explains)
        if root is not None and root_of.get(root.id) is None:
            root_of[finding.id] = root.id
    return _in_order([finding for finding, _ in ordered], root_of)


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
        finding.id,
    )


def _root(
    finding: Finding,
    found: list[tuple[Finding, list[Verdict]]],
    chains: dict[str, set[Key]],
    explains: dict[str, tuple[str, ...]],
) -> Finding | None:
    for other, _ in found:
        if other.id == finding.id or not _explains(explains.get(other.playbook, ()), finding):
            continue
        if not chains[other.id].isdisjoint(chains[finding.id]):
            return other
    return None


def _explains(ids: tuple[str, ...], finding: Finding) -> bool:
    return finding.playbook in ids or finding.cause in ids


def _related(
    finding: Finding, found: list[tuple[Finding, list[Verdict]]], explains: dict[str, tuple[str, ...]]
) -> bool:
    """Whether the finding could explain another one or be explained: only then its chain is worth building."""
    own = explains.get(finding.playbook, ())
    return any(_explains(own, other) or _explains(explains.get(other.playbook, ()), finding) for other, _ in found)


def _chain(index: Index, verdicts: list[Verdict]) -> set[Key]:
    """Everything that the finding concerns: its subjects, their owners, the claims of its pods, the pods of its claims."""
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
