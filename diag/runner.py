"""Runs the tests beside playbooks: each case is decoded, scanned with all playbooks, and held against its `expect`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from diag.errors import PlaybookError
from diag.facts.index import Index
from diag.finding import Evidence, FailedTerm, Finding, Fix, NearMiss, Report, Subject
from diag.playbook.cases import Case, Expected, read_cases, snapshot
from diag.playbook.format import Playbook
from diag.playbook.load import built_in, load, shown, tests
from diag.playbook.match import Facts
from diag.scan import scan
from diag.scan.candidates import subjects
from diag.scan.near import closeness, near_miss
from diag.scan.verdict import verdict


class Result(NamedTuple):
    """What came of one case; `message` says in lines what differs, empty when all is as expected."""

    playbook: str
    case: str
    place: str
    ok: bool
    message: str


def run(directories: Sequence[Path] = ()) -> list[Result]:
    """Run all cases below the directories, or the built-in ones where none is named, with all playbooks there are.

    Raises PlaybookError with every fault when playbooks or test files do not hold together.
    """
    playbooks = load(directories)
    return [try_case(case, playbooks) for case in cases(directories or [built_in()])]


def cases(directories: Iterable[Path]) -> list[Case]:
    """All cases below the directories. Raises PlaybookError with every fault of the test files."""
    faults: list[str] = []
    found = [case for where in directories for file in tests(where) for case in read_cases(file, shown(file), faults)]
    if faults:
        raise PlaybookError(tuple(faults))
    return found


def try_case(case: Case, playbooks: Sequence[Playbook]) -> Result:
    """Hold one case against the playbooks."""
    try:
        seen = snapshot(case)
    except ValueError as error:
        lines = [str(error)]
    else:
        report = scan(seen, playbooks)
        lines = _differences(case, report)
        if lines:
            lines += _misses(case, Index(seen), playbooks)
    return Result(case.playbook, case.name, f"{case.file}:{case.line}", not lines, "\n".join(lines))


def _differences(case: Case, report: Report) -> list[str]:
    found = [finding for finding in report.findings if finding.playbook == case.playbook]
    lines: list[str] = []
    for expected in case.findings:
        match = next((finding for finding in found if _is_meant(expected, finding)), None)
        if match is None:
            lines.append(f"expected {expected.cause}{f' on {expected.subject}' if expected.subject else ''}")
            continue
        found.remove(match)
        lines += _unequal(expected, match, report)
    lines += [line for finding in found for line in _unexpected(finding)]
    if case.outcome == "unseen" and not any(case.playbook in gap.playbooks for gap in report.gaps):
        lines.append(f"no gap names {case.playbook} as not evaluated")
    return lines


def _is_meant(expected: Expected, finding: Finding) -> bool:
    return expected.cause == finding.cause and expected.subject in (None, *map(_path, finding.members))


def _unequal(expected: Expected, finding: Finding, report: Report) -> list[str]:
    action = next((fix for fix in finding.fixes if fix.kind == "action"), None)
    folded = [other.playbook for other in report.findings if other.id in finding.symptoms]
    pairs = (
        ("severity", expected.severity, finding.severity),
        ("members", expected.members, len(finding.members)),
        ("fixes", expected.fixes, tuple(fix.id for fix in finding.fixes)),
        ("kubectl", expected.kubectl, action and action.kubectl),
        ("patch", expected.patch, action and action.patch),
        ("undecided", expected.undecided, tuple(text.partition(":")[0] for text in finding.undecided)),
        ("symptoms", expected.symptoms and tuple(sorted(expected.symptoms)), tuple(sorted(set(folded)))),
    )
    lines = [f"{name}: expected {want!r}, found {have!r}" for name, want, have in pairs if want not in (None, have)]
    said = _said(finding)
    for part in expected.text:
        if not any(part in text for text in said):
            lines += [f"text: expected {part!r} in", *(f"  {text}" for text in said)]
    return lines


def _said(finding: Finding) -> list[str]:
    fixes = [text for fix in finding.fixes for text in _fix_texts(fix)]
    return [text for text in (finding.title, finding.meaning, finding.impact, *fixes) if text]


def _fix_texts(fix: Fix) -> tuple[str, str, str]:
    return fix.title, fix.text, fix.blocked or ""


def _unexpected(finding: Finding) -> list[str]:
    return [f"found {finding.cause} on {_path(finding.subject)}", *(f"  {_fact(item)}" for item in finding.evidence)]


def _misses(case: Case, index: Index, playbooks: Iterable[Playbook]) -> list[str]:
    """The nearest misses of the playbook, which tell why nothing was found."""
    playbook = next((one for one in playbooks if one.id == case.playbook), None)
    if playbook is None:
        return [f"there is no playbook {case.playbook}"]
    verdicts = [verdict(Facts(index, playbook.subject, one), playbook) for one in subjects(index, playbook.subject)]
    lines = [line for found in verdicts for line in _state(found.match.unseen, found.undecided)]
    misses = sorted(filter(None, map(near_miss, verdicts)), key=closeness)
    return lines + [line for miss in misses[:2] for line in _near(miss)]


def _state(unseen: Iterable[str], undecided: Iterable[tuple[str, str]]) -> list[str]:
    return [f"not seen: {what}" for what in unseen] + [f"{cause} undecided: {why} not seen" for cause, why in undecided]


def _near(miss: NearMiss) -> list[str]:
    held = [f"  held:   {_fact(item)}" for item in miss.held]
    return [f"almost on {_path(miss.subject)}", *held, *(f"  failed: {_fact(item)}" for item in miss.failed)]


def _fact(item: Evidence | FailedTerm) -> str:
    return f"{item.field} is {item.value!r}, wanted {item.operator} {item.wanted!r}"


def _path(subject: Subject) -> str:
    return "/".join(part for part in (subject.namespace, subject.name, subject.container) if part)
