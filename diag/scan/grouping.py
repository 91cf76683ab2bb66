"""From verdicts to findings: one for each workload and cause, with all its members."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from diag.facts.index import Index, Key
from diag.finding import Diagnosis, Evidence, Finding, Fix, Origin, Subject
from diag.playbook.fields import SUBJECTS, origin_name
from diag.playbook.format import FixSpec
from diag.playbook.match import plain
from diag.playbook.render import Renderer
from diag.scan.fixes import render_fix
from diag.scan.severity import severity
from diag.scan.verdict import Verdict

_FIXED = 5  # workloads whose fixes one finding shows
_GroupKey = tuple[str, str, Key, str]


def findings(index: Index, verdicts: Iterable[Verdict]) -> list[tuple[Finding, list[Verdict]]]:
    """One finding for each playbook, cause, workload and container, with the verdicts behind it.

    Where the cause names an object that its subjects have in common, that takes the workload's place.
    """
    groups: dict[_GroupKey, list[Verdict]] = defaultdict(list)
    for found in verdicts:
        groups[_group(found)].append(found)
    return [(_finding(index, key, members), members) for key, members in groups.items()]


def _group(found: Verdict) -> _GroupKey:
    assert found.cause is not None
    subject, common = found.facts.subject, found.common
    if common is not None:
        return found.playbook.id, found.cause.id, common, ""
    key = found.facts.workload or Key(subject.kind, subject.namespace, subject.name)
    return found.playbook.id, found.cause.id, key, subject.container


def _finding(index: Index, key: _GroupKey, members: list[Verdict]) -> Finding:
    members.sort(key=lambda member: member.facts.subject)
    first = members[0]
    cause = first.cause
    assert cause is not None
    facts, playbook = first.facts, first.playbook
    render = _renderer(first)
    subjects = tuple(dict.fromkeys(member.facts.subject for member in members))
    workload = _workload(members)
    return Finding(
        id=_fingerprint(key),
        playbook=playbook.id,
        cause=cause.id,
        severity=severity(index, members),
        title=render.line(cause.title),
        subject=facts.subject,
        workload=Subject(workload.kind, workload.namespace, workload.name) if workload else None,
        members=subjects,
        since=_since(index, members),
        last_seen=_last_seen(index, members),
        meaning=render.text(cause.meaning),
        impact=render.text(cause.impact),
        evidence=(*first.evidence, *_shown(first, render)),
        fixes=_fixes(index, members),
        diagnose=tuple(
            Diagnosis(render.line(item.title), command)
            for item in playbook.diagnose
            if (command := render.command(item.command)) is not None
        ),
        references=playbook.references,
        file=playbook.file,
        undecided=tuple(f"{name}: not seen: {why}" for name, why in first.undecided),
    )


def _workload(members: list[Verdict]) -> Key | None:
    """The workload that all members belong to, None when there are several or none."""
    found = {member.facts.workload for member in members}
    return found.pop() if len(found) == 1 else None


def _fixes(index: Index, members: list[Verdict]) -> tuple[Fix, ...]:
    """The fixes of the cause; what must be done to several workloads is there for the first few of them."""
    by_workload = {one.facts.workload: one for one in reversed(members)}
    chosen = [(key, member) for key, member in reversed(by_workload.items())][:_FIXED]
    cause = members[0].cause
    assert cause is not None
    fixes = (_fix(index, spec, member, workload) for spec in cause.fix for workload, member in chosen)
    unique = {(fix.id, fix.title, fix.text, fix.kubectl): fix for fix in fixes if fix is not None}
    return tuple(unique.values())


def _fix(index: Index, spec: FixSpec, member: Verdict, workload: Key | None) -> Fix | None:
    subject = member.facts.subject
    key = Key(subject.kind, subject.namespace, subject.name)
    return render_fix(index, spec, _renderer(member), key, workload)


def _renderer(member: Verdict) -> Renderer:
    groups = {**member.match.groups, **(member.reason.groups if member.reason else {})}
    return Renderer(member.facts, member.bound, groups)


def _fingerprint(key: _GroupKey) -> str:
    """Stable from scan to scan: it names the workload, not the pod that happens to run."""
    playbook, cause, owner, container = key
    text = "\0".join((playbook, cause, *owner, container))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _shown(found: Verdict, render: Renderer) -> list[Evidence]:
    """The fields that the playbook wants shown beside what matched."""
    have = {item.field for item in found.evidence}
    shown = []
    for name in found.playbook.show:
        kind, _, field = name.partition(".")
        related = found.match.bound.get(kind) or next(iter(found.facts.related(kind)), None)
        value = found.facts.value(kind, related, field) if related is not None else None
        if value is not None and name not in have:
            shown.append(Evidence(name, "shown", None, plain(value), Origin(*origin_name(kind, related), name)))
    return shown


def _since(index: Index, members: list[Verdict]) -> datetime | None:
    times = [SUBJECTS[m.facts.kind].since(index, m.facts.found) for m in members]
    return min((time for time in times if time is not None), default=None)


def _last_seen(index: Index, members: list[Verdict]) -> datetime | None:
    """The newest event behind the finding, or the time of the snapshot: the objects are in that state now."""
    events = [m.match.bound["event"] for m in members if "event" in m.match.bound]
    times = [event.last for event in events if event.last is not None]
    return max(times) if times and len(events) == len(members) else index.now
