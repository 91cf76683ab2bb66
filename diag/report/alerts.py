"""Answers to alerts, for eyes: each cause once, under all the alerts that it explains."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from diag.alerts.answer import AlertReport, Answer
from diag.finding import Finding, Subject
from diag.model.snapshot import Gap
from diag.model.text import one_line
from diag.report import words
from diag.report.console import open_console, row, rows, verbatim
from diag.report.gaps import in_doubt
from diag.report.table import explain_command, print_finding, print_gaps, print_header

MOST = 4  # objects named for one alert


def print_alerts(result: AlertReport, stream: TextIO) -> None:
    """Write the answers as text: the alerts with the same causes together, those without by their names."""
    console = open_console(stream)
    report = result.report
    by_id = {finding.id: finding for finding in report.findings}
    print_header(console, report)
    for (roots, _), answers in _groups(result.answers, by_id).items():
        console.print()
        _print_alerts(console, answers)
        for number, name in enumerate(roots):
            if number:
                console.print()
            print_finding(console, by_id[name], report, by_id)
        if not roots:
            _print_nothing(console, answers, report.gaps)
    console.print()
    if not result.answers:
        row(console, "✔", "No alert fires.", "bold green")
    rows(console, "resolved", dict.fromkeys(one_line(alert.name) for alert in result.resolved), "dim")
    if result.left_out:
        row(console, "left out", f"{words.counted(result.left_out, 'alerts')}, by Alertmanager", "yellow")
    print_gaps(console, report.gaps)


def _groups(answers: Iterable[Answer], by_id: dict[str, Finding]) -> dict[tuple[tuple[str, ...], str], list[Answer]]:
    """The answers by the causes that were found for them, or else by the name of the alert."""
    groups: dict[tuple[tuple[str, ...], str], list[Answer]] = defaultdict(list)
    for answer in answers:
        roots = tuple(name for name in answer.findings if by_id[name].symptom_of not in by_id)
        groups[roots, "" if roots else answer.alert].append(answer)
    return groups


def _print_alerts(console: Console, answers: list[Answer]) -> None:
    """Each alert by name, with the objects it is about and those of them that are gone."""
    about: dict[str, dict[Subject, None]] = defaultdict(dict)
    for answer in answers:
        about[answer.alert].update(dict.fromkeys(answer.subjects))
    for number, (name, subjects) in enumerate(about.items()):
        line = Text.assemble((one_line(name) or "(without a name)", "bold"), "  ", (_few(subjects), "cyan"))
        line.rstrip()
        row(console, "" if number else "alert", line)
    gone = _few({subject: None for answer in answers for subject in answer.gone})
    row(console, "gone", f"{gone}: not there any more" if gone else "", "yellow")


def _few(subjects: Iterable[Subject]) -> str:
    named = [words.subject_words(subject) for subject in subjects]
    more = [f"and {len(named) - MOST:,} more"] if len(named) > MOST else []
    return "; ".join([*named[:MOST], *more])


def _print_nothing(console: Console, answers: list[Answer], gaps: Iterable[Gap]) -> None:
    first = answers[0]
    unseen = dict.fromkeys(what for answer in answers for what in answer.unseen)
    number = words.counted(len(first.playbooks), "playbooks")
    by = f"the {number} that {'answers' if len(first.playbooks) == 1 else 'answer'} it"
    if first.unanswered:
        row(console, "?", one_line(first.unanswered), "bold yellow")
    elif unseen or in_doubt(gaps):
        row(console, "?", f"Nothing found in what could be seen, by {by}.", "bold yellow")
    else:
        row(console, "✔", f"Nothing found by {by}.", "bold green")
    rows(console, "not seen", map(one_line, unseen), "yellow")
    there = [subject for answer in answers for subject in answer.subjects if subject not in answer.gone]
    if there and not unseen:
        verbatim(console, "more", explain_command(there[0]))
