"""The reference of fields, operators and actions, made from the tables."""

from collections.abc import Iterable, Iterator

from diag.playbook.actions import ACTIONS
from diag.playbook.fields import FIELDS, RELATIONS, SUBJECTS
from diag.playbook.fields.field import OPERATORS_OF, Type
from diag.playbook.format import OPERATORS

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
