"""What a report holds, in plain words on one line. Text of the cluster is neutralised on the way."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from diag.facts.top import Unit
from diag.facts.usage import mebibytes
from diag.finding import Evidence, FailedTerm, Finding, Report, Severity, Subject
from diag.model.snapshot import Scope
from diag.model.text import one_line
from diag.model.units import format_duration

# The word says it, the symbol catches the eye; colour only helps.
SYMBOLS: dict[Severity, str] = {"critical": "!", "high": "▲", "medium": "●", "low": "·", "info": "i"}

_QUOTING = frozenset({"contains", "startswith", "matches"})
_COMPARING = {"gt": "more than", "gte": "at least", "lt": "less than", "lte": "at most"}
_QUOTE = 200  # letters that must agree for one text to quote another
_LONGEST_WANTED = 80  # letters; regular expressions grow
_LARGE = 10 * 2**30  # bytes from which on nobody counts mebibytes
# What people count first; the rest of what was read is one number.
_COUNTED = {
    "pods": "pods",
    "nodes": "nodes",
    "persistentvolumeclaims": "claims",
    "deployments": "deployments",
    "statefulsets": "statefulsets",
    "jobs": "jobs",
    "events": "events",
}


def where(finding: Finding) -> str:
    """The workload, or else the subject, as `namespace/name`; with its kind when it is outside namespaces."""
    place = finding.workload or finding.subject
    return one_line(f"{place.namespace}/{place.name}" if place.namespace else f"{place.kind.lower()}/{place.name}")


def subject_words(subject: Subject) -> str:
    """A subject in full: `Pod shop/web-1, container app`."""
    name = f"{subject.namespace}/{subject.name}" if subject.namespace else subject.name
    return one_line(f"{subject.kind} {name}" + (f", container {subject.container}" if subject.container else ""))


def age(since: datetime | None, now: datetime) -> str:
    """How long ago that was, as kubectl shows ages; empty when unknown."""
    return format_duration((now - since).total_seconds()) if since else ""


def value_words(field: str, value: Any) -> str:
    """A value of a field as people write it; `field` is the playbooks' name for it, like `container.last_exit.age`.

    A container may be named behind it: `container.last_exit.age (app)`.
    """
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)) and _is_duration(field):
        return format_duration(value)
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(value_words(field, item) for item in value) or "none"
    return one_line(str(value)) or '""'


def _is_duration(field: str) -> bool:
    from diag.playbook.fields import FIELDS  # all facts behind it, which the first screen can do without

    kind, _, name = field.partition(" ")[0].partition(".")
    found = FIELDS.get(kind, {}).get(name)
    return found is not None and found.type == "duration"


def evidence_words(evidence: Evidence) -> str:
    """One fact: the field, and what it was found to be."""
    field, value = one_line(evidence.field), value_words(evidence.field, evidence.value)
    if evidence.operator in _QUOTING:
        return f"{field}: {value}"
    wanted = f" ({wanted_words(evidence)})" if evidence.operator in _COMPARING else ""
    return f"{field} is {value}{wanted}"


def fact_words(evidence: Evidence, subject: Subject) -> str:
    """One fact, with the object it was seen in where that is not the subject and its name tells something."""
    origin = evidence.origin
    known = origin.kind in (subject.kind, "Event", "Log") or not origin.name
    return evidence_words(evidence) + ("" if known else f" ({one_line(f'{origin.kind} {origin.name}')})")


def failed_words(term: FailedTerm) -> str:
    """One fact that did not fit: the field, what it is, and what would have fitted."""
    return f"{one_line(term.field)} is {value_words(term.field, term.value)}, wanted {wanted_words(term)}"


def wanted_words(term: Evidence | FailedTerm) -> str:
    """What a term asks of its field; of several wanted values one is enough. `not` before the operator is a veto's."""
    negated = term.operator.startswith("not")
    operator = term.operator.removeprefix("not").strip() or "is"
    choices = term.wanted if isinstance(term.wanted, (list, tuple)) else [term.wanted]
    if operator == "exists":
        return "any value" if all(choices) != negated else "none"
    choice = shortened(" or ".join(value_words(term.field, item) for item in choices), _LONGEST_WANTED)
    verb = "" if operator == "is" else f"{_COMPARING.get(operator, operator)} "
    return f"{'not ' if negated else ''}{verb}{choice}"


def shortened(text: str, most: int) -> str:
    """The text, cut with an ellipsis to at most so many letters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def telling(evidence: Iterable[Evidence], most: int) -> list[Evidence]:
    """The `most` facts that say most to a reader, in their order: messages, then values, then mere states."""
    distinct = list({evidence_words(item): item for item in evidence}.values())
    ranked = sorted(range(len(distinct)), key=lambda i: _rank(distinct[i]))[:most]
    return [distinct[i] for i in sorted(ranked)]


def quoted(evidence: Evidence, text: str) -> bool:
    """Whether the text quotes the value already, at length."""
    value = one_line(str(evidence.value))[:_QUOTE]
    return len(value) > 40 and value in text


def _rank(evidence: Evidence) -> int:
    if evidence.operator in _QUOTING:
        return 0
    if evidence.operator == "exists" or isinstance(evidence.value, bool):
        return 3
    return 2 if evidence.operator in _COMPARING else 1


def amount_words(amount: float, unit: Unit) -> str:
    """A measured amount: `250m` cores, `87Mi`, `92%`."""
    if unit == "share":
        return f"{amount:.0%}"
    if unit == "cores":
        return f"{amount * 1000:,.0f}m" if amount < 10 else f"{amount:,.1f}"
    return mebibytes(amount) if amount < _LARGE else f"{amount / 2**30:,.1f}Gi"


def scope_words(scope: Scope) -> str:
    """What was asked for: the namespaces, and the selector if there was one."""
    named = ", ".join(map(one_line, scope.namespaces))
    places = f"namespace {named}" if len(scope.namespaces) == 1 else f"namespaces {named}"
    if not scope.namespaces:
        places = "all namespaces"
    return f"{places}, pods with {one_line(scope.selector)}" if scope.selector else places


def source_words(report: Report) -> str:
    """Where the facts came from: the recording if it was one, and the context of the cluster where it is known."""
    recording = report.source if report.source.startswith("recording") else ""
    context = f"context {report.context}" if report.context else ""
    return one_line(" of ".join(filter(None, (recording, context))) or report.source)


def counted(number: int, plural: str) -> str:
    """`1 pod`, `1,204 pods`."""
    return f"{number:,} {plural.removesuffix('s') if number == 1 else plural}"


def objects_words(objects: Mapping[str, int]) -> str:
    """How many objects were read, the best known kinds by name."""
    known = [counted(objects[plural], word) for plural, word in _COUNTED.items() if objects.get(plural)]
    others = sum(number for plural, number in objects.items() if plural not in _COUNTED)
    return ", ".join(known + ([counted(others, "other objects")] if others else [])) or "no objects"
