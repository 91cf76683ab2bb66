"""The JSON Schema of a playbook, made from the tables of fields, operators and actions, for editors and for CI."""

import json
from typing import Any

from diag.finding import RISKS, SEVERITIES
from diag.playbook.actions import ACTIONS, Action
from diag.playbook.build import ID, STATUSES
from diag.playbook.fields import FIELDS, SUBJECTS
from diag.playbook.fields.field import OPERATORS_OF, Field, Type
from diag.playbook.format import OPERATORS, SCHEMA

FILE = "schema/playbook.v1.json"
_Schema = dict[str, Any]
_TEXT: _Schema = {"type": "string", "pattern": r"\S"}
_TEXTS: _Schema = {"type": "array", "items": {"type": "string"}}
_DURATION: _Schema = {"type": "string", "pattern": r"^(\d+(\.\d+)?(ms|d|h|m|s))+$"}
_VALUES: dict[Type, _Schema] = {
    "text": {"type": "string"},
    "texts": {"type": "string"},
    "number": {"type": "number"},
    "duration": _DURATION,
    "quantity": {
        "type": ["string", "number"],
        "pattern": r"^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]?|[eE][+-]?\d+)$",
    },
    "bool": {"type": "boolean"},
}


def schema() -> bytes:
    """The schema as JSON text (draft 2020-12), the same bytes each time."""
    return json.dumps(_document(), indent=1, ensure_ascii=False).encode() + b"\n"


def _document() -> _Schema:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A playbook of mondiag",
        **_object(
            {
                "schema": {"const": SCHEMA},
                "id": {**_ID, "description": "Equals the file's name; never renamed."},
                "title": {**_TEXT, "description": "What is seen, for people."},
                "severity": {"enum": list(SEVERITIES)},
                "status": {"enum": list(STATUSES), "default": "stable"},
                "tags": _TEXTS,
                "references": {**_TEXTS, "description": "Pages that the knowledge comes from."},
                "alerts": {**_TEXTS, "description": "Names of alerts that this playbook answers."},
                "subject": {"enum": list(SUBJECTS), "description": "The kind of object it is tried on."},
                "match": {**_ref("group"), "description": "What must hold for the subject."},
                "not_when": {**_list("item"), "description": "What must not hold: any of these vetoes."},
                "explains": {**_TEXTS, "description": "Playbooks or causes that are symptoms of this one."},
                "symptom": {
                    "type": "boolean",
                    "description": "Says that something does not work and not why: anything else found explains it.",
                },
                "causes": {**_list("cause"), "description": "Tried in order; the first that holds is the cause."},
                "diagnose": {"type": "array", "items": _ref("command"), "description": "Commands that only read."},
                "show": {**_TEXTS, "description": "Fields to show beside what matched."},
            },
            ("schema", "id", "title", "severity", "subject", "match", "causes"),
        ),
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, _Schema]:
    leaves = {kind: {**_object(_terms(fields)), "minProperties": 1} for kind, fields in FIELDS.items()}
    groups = {mode: _list("item") for mode in ("all", "any")}
    return {
        "group": _one_of_keys(groups),
        "item": _one_of_keys({**groups, **{kind: _ref(f"kind.{kind}") for kind in FIELDS}}),
        "cause": _object(
            {
                "id": _ID,
                "title": _TEXT,
                "when": _ref("group"),
                "severity": {"enum": list(SEVERITIES), "description": "Takes the place of the playbook's."},
                "common": {
                    "type": "string",
                    "description": "Field with the object that subjects of several workloads have in common.",
                },
                "meaning": _TEXT,
                "impact": {"type": "string"},
                "fix": {"type": "array", "items": _ref("fix")},
            },
            ("id", "title", "meaning"),
        ),
        "fix": _fix(),
        "command": _object({"title": _TEXT, "command": _TEXT}, ("title", "command")),
        "verify": _object(
            {"within": _DURATION, "expect": _one_of_keys({kind: _ref(f"kind.{kind}") for kind in FIELDS})},
            ("within", "expect"),
        ),
        **{f"kind.{kind}": leaf for kind, leaf in leaves.items()},
        **{type_: _one_or_more(value) for type_, value in _VALUES.items()},
    }


def _fix() -> _Schema:
    keys = {
        "id": _ID,
        "title": _TEXT,
        "risk": {"enum": list(RISKS)},
        "do": {"enum": list(ACTIONS)},
        "with": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "manual": _TEXT,
        "command": {"type": "string"},
        "verify": _ref("verify"),
    }
    return {
        **_object(keys, ("id", "title", "risk")),
        "oneOf": [{"required": ["do"]}, {"required": ["manual"]}],
        "dependentRequired": {"with": ["do"]},
        "allOf": [_action(name, action) for name, action in ACTIONS.items()],
    }


def _action(name: str, action: Action) -> _Schema:
    """What a fix must have when it does the action."""
    parameters = _object(dict.fromkeys((*action.parameters, *action.optional), True), action.parameters)
    then: _Schema = {
        "properties": {"risk": {"enum": list(RISKS[RISKS.index(action.least_risk) :])}, "with": parameters}
    }
    if action.parameters:
        then["required"] = ["with"]
    return {"if": {"properties": {"do": {"const": name}}, "required": ["do"]}, "then": then}


def _terms(fields: dict[str, Field]) -> dict[str, _Schema]:
    terms = {}
    for name, field in fields.items():
        for operator in OPERATORS_OF[field.type]:
            key = name if operator == "is" else f"{name}|{operator}"
            described = (
                field.meaning if operator == "is" else f"{field.meaning} What is wanted: it {OPERATORS[operator]} …"
            )
            terms[key] = {"description": described, **_ref("bool" if operator == "exists" else field.type)}
    return terms


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> _Schema:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def _one_of_keys(properties: dict[str, Any]) -> _Schema:
    return {**_object(properties), "minProperties": 1, "maxProperties": 1}


def _one_or_more(value: _Schema) -> _Schema:
    return {"anyOf": [value, {"type": "array", "items": value, "minItems": 1}]}


def _list(definition: str) -> _Schema:
    return {"type": "array", "items": _ref(definition), "minItems": 1}


def _ref(definition: str) -> _Schema:
    return {"$ref": f"#/$defs/{definition}"}


_ID: _Schema = {"type": "string", "pattern": f"^{ID.pattern}$"}
