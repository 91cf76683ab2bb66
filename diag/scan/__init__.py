"""The scan: a snapshot and playbooks in, a report out. Pure: it reads no cluster and can change none."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from diag.facts.index import Index
from diag.finding import SCHEMA, SEVERITIES, Finding, Report, Summary
from diag.model.kinds import BY_PLURAL
from diag.model.snapshot import Gap, LogKey, Snapshot
from diag.playbook.fields import FIELDS, KINDS
from diag.playbook.format import Playbook, leaves
from diag.scan.candidates import candidates
from diag.scan.folding import fold
from diag.scan.grouping import findings
from diag.scan.verdict import Verdict, verdict

__all__ = ["count", "logs_for", "report", "scan", "verdicts", "wanted_logs"]


def scan(snapshot: Snapshot, playbooks: Sequence[Playbook]) -> Report:
    """Everything unhealthy in the snapshot, with its cause, folded and in order."""
    index = Index(snapshot)
    return report(index, playbooks, verdicts(index, playbooks))


def report(index: Index, playbooks: Sequence[Playbook], judged: Iterable[Verdict]) -> Report:
    """What the verdicts come to, in whatever order they are."""
    snapshot = index.snapshot
    matched: list[Verdict] = []
    unread: set[tuple[object, str]] = set()
    for found in judged:
        if found.cause is not None:
            matched.append(found)
        if found.logs:
            unread.add(_speaker(found))
    result = fold(index, findings(index, matched))
    return Report(
        schema=SCHEMA,
        taken_at=snapshot.taken_at,
        source=snapshot.source,
        context=snapshot.context,
        server_version=snapshot.server_version,
        scope=snapshot.scope,
        summary=_summary(snapshot, result),
        findings=result,
        gaps=_gaps(snapshot, playbooks, unread),
        checked={"playbooks": len(playbooks)},
    )


def verdicts(index: Index, playbooks: Sequence[Playbook]) -> Iterator[Verdict]:
    """Each playbook held against each subject that it may concern."""
    for facts, chosen in candidates(index, playbooks):
        for playbook in chosen:
            yield verdict(facts, playbook)


def wanted_logs(snapshot: Snapshot, playbooks: Sequence[Playbook], limit: int) -> tuple[LogKey, ...]:
    """The logs that would decide something, severest playbooks first; one for each playbook, workload and container."""
    return logs_for(verdicts(Index(snapshot), playbooks), limit)


def logs_for(judged: Iterable[Verdict], limit: int) -> tuple[LogKey, ...]:
    """As `wanted_logs`, of what was judged already."""
    asking = [found for found in judged if found.logs]
    asking.sort(key=lambda found: (SEVERITIES.index(found.playbook.severity), found.facts.subject))
    chosen: dict[LogKey, None] = {}
    served: set[tuple[object, ...]] = set()
    for found in asking:
        group = (found.playbook.id, *_speaker(found))
        if group not in served:
            served.add(group)
            chosen.update(dict.fromkeys(found.logs))
    return tuple(chosen)[:limit]


def _speaker(found: Verdict) -> tuple[object, str]:
    """Whose log it is: one of a workload's replicas speaks for all of them."""
    subject = found.facts.subject
    return found.facts.workload or subject, subject.container


def _summary(snapshot: Snapshot, result: Iterable[Finding]) -> Summary:
    objects = {plural: len(records) for plural, records in snapshot.objects.items()}
    return Summary(**count(result), objects=objects, duration_ms=0)


def count(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each severity, symptoms not counted."""
    roots = [finding.severity for finding in findings if finding.symptom_of is None]
    return {severity: roots.count(severity) for severity in SEVERITIES}


def _gaps(snapshot: Snapshot, playbooks: Sequence[Playbook], unread: set[tuple[object, str]]) -> tuple[Gap, ...]:
    """The snapshot's gaps, each with the playbooks that could not be judged because of it, and the logs left unread."""
    needs = {playbook.id: _needs(playbook) for playbook in playbooks}
    known = {*BY_PLURAL, "logs"}
    answered = {f"metric {name}" for metrics in snapshot.metrics for name in metrics.names}
    gaps = []
    for gap in snapshot.gaps:
        lacking = {gap.what.partition(".")[0]} & known
        if gap.what == "metrics":
            lacking = {f"metric {name}" for name in FIELDS["metric"]} - answered
        concerned = tuple(name for name, wanted in needs.items() if lacking & wanted)
        gaps.append(msgspec.structs.replace(gap, playbooks=concerned))
    if unread:
        concerned = tuple(name for name, wanted in needs.items() if "logs" in wanted)
        which = "the log of a container" if len(unread) == 1 else f"the logs of {len(unread)} containers"
        detail = f"{which} that could tell more, not read"
        gaps.append(Gap("logs", "", "skipped", detail, concerned))
    return tuple(gaps)


def _needs(playbook: Playbook) -> frozenset[str]:
    """What must have been read for the playbook's match to be judged: plurals, `logs`, and each `metric NAME`."""
    found = set(KINDS[playbook.subject])
    for leaf in leaves(playbook.match):
        found.update(KINDS[leaf.kind])
        if leaf.kind == "log":
            found.add("logs")
        for term in leaf.terms:
            if leaf.kind == "metric":
                found.add(f"metric {term.field}")
            found.update(need.partition("@")[0] for need in FIELDS[leaf.kind][term.field].needs)
    return frozenset(found)
