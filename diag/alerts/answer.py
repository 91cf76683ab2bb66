"""Alerts held against a snapshot: what the playbooks that answer them find on their objects, and what explains it."""

from collections.abc import Iterable, Sequence

import msgspec

from diag.alerts.objects import Objects, objects, own_labels
from diag.alerts.payload import Alert, Payload
from diag.facts.index import Index
from diag.finding import Finding, Report, Subject
from diag.model.near import hint
from diag.model.snapshot import Snapshot
from diag.playbook.format import Playbook
from diag.scan import scan
from diag.scan.concern import Concerns, only, with_reasons

SCHEMA = "mondiag.alert/v1"


class Answer(msgspec.Struct, frozen=True):
    """What there is to say to one alert.

    `playbooks` answer it; `unanswered` says so in words where there are none. `subjects` are the objects that its
    labels name, and those in `gone` do not exist any more. `unseen` are kinds that could not be looked at for them.
    `findings` are ids, each cause before its symptoms.
    """

    alert: str
    labels: dict[str, str]
    playbooks: tuple[str, ...]
    subjects: tuple[Subject, ...]
    gone: tuple[Subject, ...]
    unseen: tuple[str, ...]
    findings: tuple[str, ...]
    unanswered: str = ""


class AlertReport(msgspec.Struct, frozen=True):
    """The answers to all alerts that fire. `report` has their findings, and no others; nothing was read for `resolved`.

    `left_out` is how many alerts Alertmanager cut off.
    """

    schema: str
    answers: tuple[Answer, ...]
    resolved: tuple[Alert, ...]
    left_out: int
    report: Report


def answer(snapshot: Snapshot, playbooks: Sequence[Playbook], payload: Payload) -> AlertReport:
    """Scan with the playbooks that the alerts need (see `needed`), and say to each alert what was found."""
    index = Index(snapshot)
    report = scan(snapshot, needed(playbooks, payload.firing))
    concerns = Concerns(index, report.findings)
    answers = tuple(_answer(index, alert, playbooks, report, concerns) for alert in payload.firing)
    chosen = {name for each in answers for name in each.findings}
    return AlertReport(SCHEMA, answers, payload.resolved, payload.left_out, only(report, chosen))


def needed(playbooks: Sequence[Playbook], alerts: Iterable[Alert]) -> tuple[Playbook, ...]:
    """The playbooks that answer one of the alerts, and all that may explain what those find."""
    names = {alert.name for alert in alerts}
    chosen = {playbook.id for playbook in playbooks if not names.isdisjoint(playbook.alerts)}
    before: set[str] = set()
    while chosen != before:
        before = set(chosen)
        found = [playbook for playbook in playbooks if playbook.id in chosen]
        if any(playbook.symptom for playbook in found):
            return tuple(playbooks)
        explained = chosen | {cause.id for playbook in found for cause in playbook.causes}
        chosen |= {playbook.id for playbook in playbooks if not explained.isdisjoint(playbook.explains)}
    return tuple(playbook for playbook in playbooks if playbook.id in chosen)


def _answer(index: Index, alert: Alert, playbooks: Iterable[Playbook], report: Report, concerns: Concerns) -> Answer:
    answering = tuple(playbook.id for playbook in playbooks if alert.name in playbook.alerts)
    about = objects(index, alert.labels)
    near = concerns.of(about.own, about.around)
    chosen = {
        finding.id
        for finding in report.findings
        if finding.playbook in answering and _is_meant(finding, alert, about, near)
    }
    return Answer(
        alert=alert.name,
        labels=alert.labels,
        playbooks=answering,
        subjects=about.named,
        gone=about.gone,
        unseen=about.unseen,
        findings=tuple(finding.id for finding in with_reasons(report.findings, chosen)),
        unanswered="" if answering else unanswered(playbooks, alert.name),
    )


def _is_meant(finding: Finding, alert: Alert, about: Objects, near: set[str]) -> bool:
    """Whether the finding concerns the objects that the alert names; where it names none, anything in its namespace."""
    if not about.named:
        namespace = own_labels(alert.labels).get("namespace", "")
        return not namespace or finding.subject.namespace in ("", namespace)
    container = about.named[0].container
    return finding.id in near and (not container or finding.subject.container in ("", container))


def unanswered(playbooks: Iterable[Playbook], name: str) -> str:
    """That no playbook answers an alert, and which one may be meant."""
    return f"no playbook answers '{name}'{hint(name, {known for playbook in playbooks for known in playbook.alerts})}"
