"""What to do about a finding: each way as text, with its risk, who owns what it changes, and the command."""

from collections.abc import Iterator

import yaml

from diag.finding import Finding, Fix
from diag.model.text import clean_text, one_line
from diag.tui.story.line import Line, Page, commands, item, said, section, span
from diag.tui.story.subject import DetailSubject

_APPLY = "Nothing is applied from here: C copies the first command, to be run where you can look at it once more."


def page(subject: DetailSubject) -> Page:
    """Each fix, then the commands that show more, then how to have one carried out."""
    finding = subject.finding
    lines: Page = []
    for number, fix in enumerate(finding.fixes, 1):
        lines += [*([Line()] if lines else []), *_fix(number, fix)]
    if not lines:
        lines = said("The playbook knows no fix for this.", "dim")
    look = [line for one in finding.diagnose for line in (*item("·", one.title), *commands(one.command))]
    return [*lines, *section("To look closer", look), *section("To apply it", said(_APPLY, "dim"))]


def _fix(number: int, fix: Fix) -> Iterator[Line]:
    risk = "" if fix.risk == "none" else f"  risk: {fix.risk}"
    yield Line(((f"{number}. ", "bold"), span(fix.title, "bold"), (risk, "warning")), "   ")
    yield from said(fix.text)
    if fix.owner:
        yield from item("", f"managed by {fix.owner}", "dim")
    if fix.blocked:
        yield from item("!", f"would not last: {fix.blocked}", "warning", "warning")
    yield from commands(fix.kubectl)
    if fix.patch is not None:
        yield from item("", "as a patch:", "dim")
        yield from commands(_patch(fix))


def _patch(fix: Fix) -> str:
    return str(yaml.safe_dump(fix.patch, sort_keys=False, allow_unicode=True, width=4096))


def to_copy(finding: Finding) -> str:
    """The command that the copy key takes: that of the first fix that has one, else the first that shows more."""
    for fix in finding.fixes:
        if fix.kubectl:
            return clean_text(fix.kubectl)
    return clean_text(finding.diagnose[0].command) if finding.diagnose else one_line(finding.title)
