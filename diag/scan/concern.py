"""Which findings of a report concern an object."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from diag.facts import owners
from diag.facts.chains import of_pod
from diag.facts.index import Index, Key
from diag.finding import SEVERITIES, Finding, Report, Severity
from diag.scan import count


def around(index: Index, kind: str, found: Any) -> set[Key]:
    """An object of a kind (as in the API) with its owners, and the claims that a pod mounts."""
    return of_pod(index, found) if kind == "Pod" else set(owners.chain(index, kind, found.metadata))


class Concerns:
    """Findings by the objects that they are about, and by those that their pods belong to or mount."""

    def __init__(self, index: Index, findings: Iterable[Finding]) -> None:
        self._about: dict[Key, set[str]] = defaultdict(set)
        self._of_pods: dict[Key, set[str]] = defaultdict(set)
        for finding in findings:
            for member in finding.members:
                self._about[Key(member.kind, member.namespace, member.name)].add(finding.id)
                pod = index.pod(member.namespace, member.name) if member.kind == "Pod" else None
                for key in of_pod(index, pod) if pod is not None else ():
                    self._of_pods[key].add(finding.id)

    def of(self, own: Iterable[Key], around: Iterable[Key]) -> set[str]:
        """Ids of the findings about something in `around`, or about pods of something in `own`."""
        about = {name for key in around for name in self._about.get(key, ())}
        return about | {name for key in own for name in self._of_pods.get(key, ())}


def with_reasons(findings: Iterable[Finding], chosen: set[str]) -> tuple[Finding, ...]:
    """The findings with these ids and those that explain them, in their order."""
    findings = tuple(findings)
    reasons = {finding.symptom_of for finding in findings if finding.id in chosen}
    return tuple(finding for finding in findings if finding.id in chosen or finding.id in reasons)


def only(report: Report, chosen: set[str]) -> Report:
    """The report with just these findings."""
    findings = tuple(
        msgspec.structs.replace(finding, symptoms=tuple(name for name in finding.symptoms if name in chosen))
        for finding in report.findings
        if finding.id in chosen
    )
    summary = msgspec.structs.replace(report.summary, **count(findings))
    return msgspec.structs.replace(report, findings=findings, summary=summary)


def marks(index: Index, findings: Iterable[Finding]) -> dict[Key, Severity]:
    """The worst severity of what is found about each object; a finding also concerns the workload, the owners and the
    claims of its members."""
    found: dict[Key, Severity] = {}
    for finding in sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)):
        for key in _concerned(index, finding):
            found.setdefault(key, finding.severity)
    return found


def _concerned(index: Index, finding: Finding) -> Iterable[Key]:
    for member in finding.members:
        yield Key(member.kind, member.namespace, member.name)
        pod = index.pod(member.namespace, member.name) if member.kind == "Pod" else None
        yield from of_pod(index, pod) if pod is not None else ()
    if finding.workload is not None:
        yield Key(finding.workload.kind, finding.workload.namespace, finding.workload.name)
