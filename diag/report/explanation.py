"""What can be said of one object, for eyes: its state, what is wrong with it, what was ruled out and by which fact."""

from typing import TextIO

from rich.console import Console
from rich.text import Text

from diag.finding import Explanation, Finding, NearMiss
from diag.model.text import one_line
from diag.report import words
from diag.report.console import INDENT, open_console, row, rows, verbatim
from diag.report.gaps import in_doubt
from diag.report.table import print_fix, print_gaps, print_headline


def print_explanation(explanation: Explanation, stream: TextIO) -> None:
    """Write the explanation as text: state, findings in full, near misses, what could not be looked at."""
    console = open_console(stream)
    taken = explanation.taken_at.strftime("%Y-%m-%d %H:%M:%S %Z")
    console.print(Text.assemble((words.subject_words(explanation.subject), "bold"), (f"  {taken}", "dim")))
    _print_facts(console, explanation)
    if not explanation.findings:
        console.print()
        _print_verdict(console, explanation)
    for finding in explanation.findings:
        console.print()
        _print_in_full(console, finding, explanation)
    if explanation.near_misses or explanation.unseen or explanation.gaps:
        console.print()
    for near_miss in explanation.near_misses:
        row(console, "ruled out" if near_miss.vetoed else "almost", _near_miss_words(near_miss))
    rows(console, "unsure", map(one_line, explanation.unseen), "yellow")
    print_gaps(console, explanation.gaps)


def _print_facts(console: Console, explanation: Explanation) -> None:
    width = min(32, max(map(len, explanation.facts), default=0))
    for field, value in explanation.facts.items():
        name = Text(f"{one_line(field):<{width}}  ", "dim")
        room = max(20, console.width - INDENT - name.cell_len)
        for number, line in enumerate(Text(words.value_words(field, value)).wrap(console, room)):
            row(console, "", Text.assemble(Text(" " * name.cell_len) if number else name, line))


def _print_verdict(console: Console, explanation: Explanation) -> None:
    if explanation.unseen or in_doubt(explanation.gaps):
        row(console, "?", "No playbook finds anything wrong with it in what could be seen.", "bold yellow")
    else:
        row(console, "✔", "No playbook finds anything wrong with it.", "bold green")


def _print_in_full(console: Console, finding: Finding, explanation: Explanation) -> None:
    print_headline(console, finding, words.age(finding.since, explanation.taken_at))
    row(console, "", one_line(finding.meaning))
    row(console, "impact", one_line(finding.impact))
    rows(console, "because", [words.fact_words(fact, finding.subject) for fact in finding.evidence])
    rows(console, "unsure", map(one_line, finding.undecided), "yellow")
    for number, fix in enumerate(finding.fixes):
        print_fix(console, "or" if number else "fix", fix, full=True)
    for diagnosis in finding.diagnose:
        row(console, "look", one_line(diagnosis.title))
        verbatim(console, "", diagnosis.command)
    for number, reference in enumerate(finding.references):
        verbatim(console, "" if number else "read", reference, "")
    row(console, "playbook", f"{finding.playbook}, cause {finding.cause}, from {finding.file}", "dim")


def _near_miss_words(near_miss: NearMiss) -> str:
    held = "; ".join(words.evidence_words(fact) for fact in near_miss.held)
    failed = "; ".join(words.failed_words(term) for term in near_miss.failed)
    title = f"{near_miss.playbook} ({one_line(near_miss.title)})"
    return f"{title}: held {held or 'nothing'}; but {failed or 'it is excepted'}"
