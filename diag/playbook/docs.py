"""Pages made from the tables and from playbooks: the reference of fields, and the runbook page of a playbook."""

import re
from collections.abc import Callable, Iterable, Iterator

from diag.playbook.actions import ACTIONS
from diag.playbook.build import PLACEHOLDER
from diag.playbook.fields import FIELDS, RELATIONS, SUBJECTS
from diag.playbook.fields.field import OPERATORS_OF, Type
from diag.playbook.format import OPERATORS, Cause, Group, Leaf, Playbook, Term

OPERATOR_MEANINGS = {
    "is": "Equal to the value, or to one of a list of values. It is not written: `ready: false`.",
    "contains": "A text that has the value in it, or a list of texts with that very text among them.",
    "startswith": "A text that begins with the value.",
    "matches": "A regular expression that is found in the text; `(?P<name>…)` makes a placeholder `{match.name}`.",
    "gt": "More than the value.",
    "gte": "At least the value.",
    "lt": "Less than the value.",
    "lte": "At most the value.",
    "exists": "`true`: there is a value; `false`: there is none.",
}
_TYPES: dict[Type, str] = {
    "text": 'Text, in quotes where YAML would take it for something else (`"True"`, `"1.30"`).',
    "texts": "A list of texts; a term holds when it holds for one of them.",
    "number": "A number.",
    "duration": "Time, written `90s`, `10m`, `1h30m` or `2d`.",
    "quantity": "An amount as Kubernetes writes it: `128Mi`, `500m`, `2`.",
    "bool": "`true` or `false`.",
}
_HEAD = """\
# Fields, operators and actions of playbooks

This page is made from the program's own tables: `mondiag playbook docs`.
How to write a playbook is told in [writing-playbooks.md](writing-playbooks.md)."""


def field_reference() -> str:
    """The page `docs/fields.md`, as Markdown."""
    sections = [
        [_HEAD],
        ["## Operators\n", *_table(("operator", "meaning", "types"), _operators())],
        ["## Types\n", *_table(("type", "meaning"), ((f"`{name}`", meaning) for name, meaning in _TYPES.items()))],
        ["## Kinds\n", *_table(("kind", "can be a subject", "related kinds"), _kinds())],
        *(_fields(kind) for kind in FIELDS),
        ["## Actions\n", *_table(("action", "meaning", "least risk", "with"), _actions())],
    ]
    return "\n".join(f"{line}" for section in sections for line in (*section, "")).rstrip("\n") + "\n"


def _operators() -> Iterator[tuple[str, ...]]:
    for name in OPERATORS:
        types = ", ".join(type_ for type_, operators in OPERATORS_OF.items() if name in operators)
        yield f"`{name}`", OPERATOR_MEANINGS[name], types


def _kinds() -> Iterator[tuple[str, ...]]:
    for kind in FIELDS:
        related = sorted(f"`{to}`" for start, to in RELATIONS if start == kind)
        yield f"[`{kind}`](#{kind})", "yes" if kind in SUBJECTS else "", ", ".join(related)


def _fields(kind: str) -> list[str]:
    rows = ((f"`{name}`", field.type, field.meaning) for name, field in FIELDS[kind].items())
    return [f"## {kind}\n", *_table(("field", "type", "meaning"), rows)]


def _actions() -> Iterator[tuple[str, ...]]:
    for name, action in ACTIONS.items():
        parameters = [f"`{each}`" for each in action.parameters] + [f"`{each}` (optional)" for each in action.optional]
        yield f"`{name}`", action.meaning, action.least_risk, ", ".join(parameters)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def page(playbook: Playbook) -> str:
    """The runbook page of a playbook, as Markdown, under the headings that runbooks of alerts have."""
    sections = (
        ("Meaning", _of_causes(playbook, lambda cause: [_prose(cause.meaning)])),
        ("Impact", _of_causes(playbook, lambda cause: [_prose(cause.impact)] if cause.impact else [])),
        ("Diagnosis", _diagnosis(playbook)),
        ("Mitigation", _of_causes(playbook, _fixes)),
    )
    lines = [*_head(playbook), *(line for name, body in sections for line in (f"## {name}", "", *body))]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(playbook: Playbook) -> Iterator[str]:
    yield f"# {playbook.title}\n"
    yield f"Playbook `{playbook.id}`, severity {playbook.severity}, {playbook.status}.\n"
    if playbook.alerts:
        yield f"Answers {', '.join(f'`{name}`' for name in playbook.alerts)}.\n"
    if playbook.references:
        yield "\n".join(f"- <{address}>" for address in playbook.references) + "\n"


def _of_causes(playbook: Playbook, body: Callable[[Cause], list[str]]) -> Iterator[str]:
    """What there is to say of each cause, under its title where there are several."""
    for cause in playbook.causes:
        lines = body(cause)
        if lines and len(playbook.causes) > 1:
            yield f"### {_prose(cause.title)}\n"
        for line in lines:
            yield f"{line}\n"


def _diagnosis(playbook: Playbook) -> Iterator[str]:
    yield f"A {playbook.subject.replace('_', ' ')} is concerned when {_joined(playbook.match)}:\n"
    yield from _conditions(playbook.match)
    if playbook.not_when:
        yield "But not when one of these holds:\n"
        yield from _conditions(playbook.not_when)
    for cause in playbook.causes:
        if cause.when is not None:
            yield f"The cause is *{_prose(cause.title)}* when {_joined(cause.when)}:\n"
            yield from _conditions(cause.when)
    for item in playbook.diagnose:
        yield f"{_prose(item.title)}:\n"
        yield _code(item.command)


def _joined(group: Group) -> str:
    return "all of these hold" if group.mode == "all" else "one of these holds"


def _conditions(group: Group, indent: str = "") -> Iterator[str]:
    """The terms of a group as a list, groups inside of it as lists within."""
    for item in group.items:
        if isinstance(item, Leaf):
            yield f"{indent}- {' and '.join(map(_condition, item.terms))}"
        else:
            yield f"{indent}- {_joined(item)}:"
            yield from _conditions(item, indent + "  ")
    if not indent:
        yield ""


def _condition(term: Term) -> str:
    if term.operator == "exists":
        return f"`{term.name}` is {'there' if all(term.wanted) else 'absent'}"
    return f"`{term.name}` {OPERATORS[term.operator]} {' or '.join(map(_value, term.wanted))}"


def _value(wanted: str | float | bool) -> str:
    text = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
    fence = "``" if "`" in text else "`"
    return f"{fence}{text or ' '}{fence}"


def _fixes(cause: Cause) -> list[str]:
    lines = []
    for fix in cause.fix:
        risk = "" if fix.risk == "none" else f" ({fix.risk})"
        lines.append(f"**{_prose(fix.title)}**{risk}. {_prose(fix.manual) or ACTIONS[fix.do].meaning}")
        if fix.command:
            lines.append(_code(fix.command).rstrip("\n"))
    return lines


def _prose(template: str) -> str:
    """A text in which placeholders stand out."""
    return PLACEHOLDER.sub(r"`\1`", template)


def _code(command: str) -> str:
    return f"```sh\n{PLACEHOLDER.sub(_capital, command)}\n```\n"


def _capital(found: re.Match[str]) -> str:
    return found[1].replace(".", "_").upper()
