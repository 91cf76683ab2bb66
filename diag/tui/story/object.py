"""What can be said of one object: what is found about it, what was ruled out, what could not be looked at."""

from collections.abc import Sequence

from diag.finding import Explanation, Finding
from diag.report import words
from diag.report.gaps import gap_lines, in_doubt
from diag.tui.story.line import BLANK, Line, Page, commands, item, said, section, span
from diag.tui.story.why import misses, severity_style
from diag.tui.summary import Section

_LABEL = 22  # cells of a label


def findings_page(explanation: Explanation) -> Page:
    """The verdict, each finding in short, and what was ruled out or not seen."""
    lines: Page = []
    for finding in explanation.findings:
        lines += [*([BLANK] if lines else []), *_finding(finding, explanation)]
    lines = lines or _nothing(explanation)
    unseen = [line for text in explanation.unseen for line in item("?", text, "warning", "warning")]
    for gap in gap_lines(explanation.gaps):
        unseen += [*item("?", f"{gap.what}: {gap.why}", "warning", "warning"), *commands(gap.command)]
    return [*lines, *misses(explanation), *section("Could not be looked at", unseen)]


def _nothing(explanation: Explanation) -> Page:
    if explanation.unseen or in_doubt(explanation.gaps):
        return item("?", "No playbook finds anything wrong with it in what could be seen.", "medium", "medium")
    return item("✔", "No playbook finds anything wrong with it.", "good", "good")


def _finding(finding: Finding, explanation: Explanation) -> Page:
    mark = f"{words.SYMBOLS[finding.severity]} {finding.severity}"
    age = words.age(finding.since, explanation.taken_at)
    head = Line(((mark, severity_style(finding)), ("  ", ""), span(finding.title, "bold"), (f"  {age}", "dim")), "  ")
    facts = [line for fact in finding.evidence for line in item("·", words.fact_words(fact, finding.subject))]
    role = "a symptom of another finding" if finding.symptom_of else ""
    return [
        head,
        *said(words.subject_words(finding.subject), "dim"),
        *said(role, "dim"),
        *said(finding.meaning),
        *facts,
    ]


def summary_page(sections: Sequence[Section]) -> Page:
    """A summary as a page; that it was not read, where there is none."""
    if not sections:
        return said("It does not exist, or it was not read.", "dim")
    lines: Page = []
    for one in sections:
        rows = [_row(label, text, style) for label, text, style in one.lines]
        lines += section(one.title, rows)
    return lines[1:]


def _row(label: str, text: str, style: str) -> Line:
    return Line(((f"  {label:<{_LABEL}} ", "dim"), (text, style)), " " * (_LABEL + 3))
