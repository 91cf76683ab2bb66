"""A report for eyes: what is broken and why in two seconds, and below it what to do."""

import shlex
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from diag.finding import SEVERITIES, Finding, Fix, Report, Subject
from diag.model.snapshot import Gap
from diag.model.text import one_line
from diag.report import words
from diag.report.console import INDENT, STYLES, open_console, row, rows, verbatim
from diag.report.gaps import gap_lines, in_doubt

BUILT_IN = "playbooks/"  # where the files of the playbooks that come with the program seem to lie
FACTS = 4  # lines of evidence
UNDECIDED = 2  # causes that could not be judged
LONGEST = 160  # letters of one of them


def print_report(report: Report, stream: TextIO) -> None:
    """Write the report as text: a header, the findings worst first, what was looked at, the gaps."""
    _print(open_console(stream), report)


def _print(console: Console, report: Report) -> None:
    by_id = {finding.id: finding for finding in report.findings}
    roots = [finding for finding in report.findings if finding.symptom_of not in by_id]
    print_header(console, report)
    for finding in roots:
        console.print()
        print_finding(console, finding, report, by_id)
    console.print()
    _print_summary(console, report, roots)
    print_gaps(console, report.gaps)


def print_header(console: Console, report: Report) -> None:
    """Where the facts are from, of when, and how many findings there are of each severity."""
    taken = report.taken_at.strftime("%Y-%m-%d %H:%M:%S %Z")
    parts = [words.source_words(report), one_line(report.server_version), words.scope_words(report.scope), taken]
    row(console, "mondiag", " · ".join(filter(None, parts)))
    found = [
        Text(f"{words.SYMBOLS[severity]} {count} {severity}", STYLES[severity])
        for severity in SEVERITIES
        if (count := getattr(report.summary, severity))
    ]
    row(console, "", Text("   ").join(found))


def print_finding(console: Console, finding: Finding, report: Report, by_id: dict[str, Finding]) -> None:
    """A finding: what, why, on what evidence, what to do first, and which findings of the report it explains."""
    print_headline(console, finding, words.age(finding.since, report.taken_at))
    if finding.workload or finding.subject.container:
        others = len(finding.members) - 1
        more = f", and {others:,} more" if others > 0 else ""
        row(console, "", words.subject_words(finding.subject) + more, "dim")
    row(console, "", one_line(finding.meaning))
    meaning = one_line(finding.meaning)
    facts = words.telling([fact for fact in finding.evidence if not words.quoted(fact, meaning)], FACTS)
    rows(console, "because", [words.shortened(words.fact_words(fact, finding.subject), LONGEST) for fact in facts])
    if not finding.file.startswith(BUILT_IN):
        row(console, "playbook", one_line(finding.file), "dim")
    _print_undecided(console, finding)
    _print_first_fix(console, finding)
    symptoms = [by_id[symptom].title for symptom in finding.symptoms if symptom in by_id]
    if symptoms:
        row(console, "also", "; ".join(one_line(title) for title in dict.fromkeys(symptoms)), "dim")


def _print_undecided(console: Console, finding: Finding) -> None:
    more = len(finding.undecided) - UNDECIDED
    rest = [f"and {words.counted(more, 'causes')} more"] if more > 0 else []
    rows(console, "unsure", [*map(one_line, finding.undecided[:UNDECIDED]), *rest], "yellow")


def print_headline(console: Console, finding: Finding, age: str) -> None:
    """Severity, title, where, how many and how long, on one row; where is on its own when there is no room for it."""
    severity = Text(f"{words.SYMBOLS[finding.severity]} {finding.severity}", STYLES[finding.severity])
    many = f"×{len(finding.members)}" if len(finding.members) > 1 else ""
    place = Text(words.where(finding), "cyan")
    tail = Text(f"{many:>5}{age:>7}")
    beside = place.cell_len <= (console.width - INDENT) // 2 - tail.cell_len
    if beside:
        tail = Text.assemble("  ", place, tail)
    lines = Text(one_line(finding.title), "bold").wrap(console, max(10, console.width - INDENT - tail.cell_len))
    lines[0].rstrip()
    gap = " " * (console.width - INDENT - lines[0].cell_len - tail.cell_len)
    headline = Text.assemble(severity, " " * (INDENT - severity.cell_len), lines[0], gap, tail)
    headline.rstrip()
    console.print(headline, soft_wrap=True)
    for line in [*lines[1:], *([] if beside else [place])]:
        console.print(Text.assemble(" " * INDENT, line), soft_wrap=True)


def _print_first_fix(console: Console, finding: Finding) -> None:
    """The first fix; where it comes without a command, the first command that shows more."""
    for fix in finding.fixes[:1]:
        print_fix(console, "fix", fix, full=False)
    if finding.diagnose and not any(fix.kubectl for fix in finding.fixes[:1]):
        verbatim(console, "look", finding.diagnose[0].command)


def print_fix(console: Console, label: str, fix: Fix, full: bool) -> None:
    """A fix: its title and risk, who owns what it changes and why it would not last, and only then the command.

    What a manual fix says is always there; what an action does is told by its title unless `full`.
    """
    risk = "" if fix.risk == "none" else f"  ({fix.risk})"
    row(console, label, Text(one_line(fix.title)).append(risk, "yellow"))
    if full or fix.kind == "manual":
        row(console, "", one_line(fix.text))
    if fix.owner:
        row(console, "", f"managed by {one_line(fix.owner)}")
    if fix.blocked:
        row(console, "", f"blocked: {one_line(fix.blocked)}", "yellow")
    if fix.kubectl:
        verbatim(console, "", fix.kubectl)


def _print_summary(console: Console, report: Report, roots: list[Finding]) -> None:
    objects = words.objects_words(report.summary.objects)
    playbooks = words.counted(report.checked.get("playbooks", 0), "playbooks")
    looked = f"{objects} with {playbooks} in {report.summary.duration_ms / 1000:.1f} s"
    if roots:
        row(console, "looked at", looked)
        verbatim(console, "more", explain_command(roots[0].subject))
    elif not any(report.summary.objects.values()):
        row(console, "?", "There was nothing to look at, so nothing can be said.", "bold yellow")
    elif in_doubt(report.gaps):
        row(console, "?", f"Nothing unhealthy in what could be seen: {looked}.", "bold yellow")
    else:
        row(console, "✔", f"Nothing unhealthy: looked at {looked}.", "bold green")


def explain_command(subject: Subject) -> str:
    """The command that tells everything about an object."""
    place = ["-n", subject.namespace] if subject.namespace else []
    return shlex.join(["mondiag", "explain", f"{subject.kind.lower()}/{subject.name}", *place])


def print_gaps(console: Console, gaps: Iterable[Gap]) -> None:
    """What could not be seen, a line for each place and reason, and the command that asks who may see it."""
    for number, gap in enumerate(gap_lines(gaps)):
        text = Text.assemble((f"{gap.what}: {gap.why}", "yellow"))
        if gap.playbooks:
            text.append(f"; {words.counted(len(gap.playbooks), 'playbooks')} not evaluated")
        row(console, "" if number else "not seen", text)
        verbatim(console, "", gap.command)
