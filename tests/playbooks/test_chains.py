"""One cause, one finding: whole clusters around a fault, and the findings that are to be left as roots."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from diag.finding import Finding, Report, Subject
from diag.model.snapshot import LogKey
from diag.playbook.cases import Case, snapshot
from diag.playbook.load import built_in, load_directory
from diag.scan import scan
from tests.playbooks.chain_objects import built

FILES = sorted((Path(__file__).parent / "chains").glob("*.yaml"))
PLAYBOOKS = load_directory(built_in(), [])
CLOCK = datetime.fromisoformat("2026-01-10T12:00:00Z")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_fault_is_one_finding_with_all_that_follows_from_it(file: Path) -> None:
    written = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    report = scan(snapshot(_case(file, written)), PLAYBOOKS)
    assert _roots(report) == [{"folds": [], **root} for root in written["expect"]]


def _case(file: Path, written: dict[str, Any]) -> Case:
    made = built(written["objects"])
    return Case(
        playbook="",
        name=file.stem,
        file=str(file),
        line=1,
        at=CLOCK,
        outcome="hit",
        findings=(),
        objects=tuple(made.objects),
        logs={_log_key(name): text for name, text in {**made.logs, **written.get("logs", {})}.items()},
        metrics=None,
        unseen=tuple(written.get("unseen", ())),
        server_version="v1.34.1",
    )


def _log_key(name: str) -> LogKey:
    namespace, pod, container = name.removesuffix(" (previous)").split("/")
    return LogKey(namespace, pod, container, name.endswith(" (previous)"))


def _roots(report: Report) -> list[dict[str, Any]]:
    """Each finding that nothing explains, in order, with what is folded under it."""
    return [_root(report, finding) for finding in report.findings if finding.symptom_of is None]


def _root(report: Report, finding: Finding) -> dict[str, Any]:
    folded = [one for one in report.findings if one.symptom_of == finding.id]
    return {
        "cause": f"{finding.playbook}/{finding.cause}",
        "severity": finding.severity,
        "subject": _name(finding.subject),
        "members": len(finding.members),
        "folds": sorted(f"{one.playbook} {_name(one.workload or one.subject)}" for one in folded),
    }


def _name(subject: Subject) -> str:
    parts = (subject.namespace, subject.name, subject.container)
    return f"{subject.kind} {'/'.join(part for part in parts if part)}"
