"""All facts behind a finding, and the facts that other playbooks lacked."""

from collections.abc import Iterator

from diag.finding import Evidence, NearMiss
from diag.model.text import one_line
from diag.report import words
from diag.tui.story.line import BLANK, Line, Page, item, said, span
from diag.tui.story.subject import DetailSubject

_SHOWN = "shown"  # operator of a value that is told but was no condition


def page(subject: DetailSubject) -> Page:
    """Every fact with what was wanted and where it was seen; then the playbooks that nearly matched."""
    finding = subject.finding
    told = [line for fact in finding.evidence for line in _fact(fact)]
    lines = told or said("This playbook gives no evidence.", "dim")
    for miss in subject.explanation.near_misses if subject.explanation is not None else ():
        lines += [BLANK, *_miss(miss)]
    return lines


def _fact(fact: Evidence) -> Iterator[Line]:
    value = words.value_words(fact.field, fact.value)
    mark = "·" if fact.operator == _SHOWN else "✔"
    yield Line(((f"{mark} ", "good"), span(fact.field, "bold"), ("  ", ""), span(value)), "  ")
    wanted = "" if fact.operator == _SHOWN else f"wanted {words.wanted_words(fact)}; "
    yield from item("", f"{wanted}seen in {_place(fact)}", "dim")


def _place(fact: Evidence) -> str:
    origin = fact.origin
    path = f", {origin.path}" if origin.path != fact.field else ""
    return one_line(f"{origin.kind} {origin.name}{path}")


def _miss(miss: NearMiss) -> Iterator[Line]:
    verdict = "ruled out" if miss.vetoed else "almost"
    yield Line(((f"{verdict}: ", "heading"), span(miss.title, "bold"), (f"  {miss.playbook}", "dim")), "  ")
    yield from said(words.subject_words(miss.subject), "dim")
    for fact in miss.held:
        yield from item("✔", words.evidence_words(fact), mark_style="good")
    for term in miss.failed:
        yield from item("×", words.failed_words(term), mark_style="high")
    if not miss.failed:
        yield from item("×", "it is excepted", mark_style="high")
