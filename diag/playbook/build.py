"""From the values of a file to a Playbook. Every fault is collected with its line; nothing is read from elsewhere."""

import re
from collections.abc import Iterable
from typing import Any, get_args

import regex

from diag.finding import RISKS, SEVERITIES, Risk, Severity
from diag.model.near import hint
from diag.model.units import parse_duration, parse_quantity
from diag.playbook.actions import ACTIONS
from diag.playbook.fields import FIELDS, RELATIONS, SUBJECTS
from diag.playbook.fields.field import OPERATORS_OF, Field, Type
from diag.playbook.format import (
    OPERATORS,
    SCHEMA,
    Cause,
    Command,
    FixSpec,
    Group,
    Leaf,
    Playbook,
    Term,
    Verify,
    is_dear,
)
from diag.playbook.source import Path_, Source

PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z0-9_]+)+)\}")
_BARE = re.compile(r"(?<![$\w{])\{([a-z_]+)\}")  # a placeholder that lacks its kind
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
STATUSES = ("experimental", "stable", "deprecated")
_KEYS = {
    "playbook": {
        "schema", "id", "title", "severity", "status", "tags", "references", "alerts", "subject", "match", "not_when",
        "explains", "symptom", "causes", "diagnose", "show",
    },
    "cause": {"id", "title", "when", "severity", "common", "meaning", "impact", "fix"},
    "fix": {"id", "title", "risk", "do", "with", "manual", "command", "verify"},
    "command": {"title", "command"},
    "verify": {"within", "expect"},
}  # fmt: skip


def _field_hint(written: str, known: Iterable[str]) -> str:
    if set(written) & set("<>="):
        return "; operators stand behind |, such as last_exit.code|gt: 77"
    return hint(written, known) or "; `mondiag playbook docs` has all"


class Builder:
    """Builds one playbook. `faults` has a complete line for each thing that is wrong."""

    def __init__(self, source: Source, built_in: bool) -> None:
        self.faults: list[str] = list(source.faults)
        self._source = source
        self._built_in = built_in
        self._subject = ""
        self._groups: set[str] = set()

    def build(self) -> Playbook | None:
        """The playbook, or None when there were faults."""
        value = self._source.value
        if value is None:
            return None
        if not isinstance(value, dict):
            self._fault((), "a playbook is a mapping of keys")
            return None
        if "cases" in value:
            self._fault((), "is a test by what is in it: name it ID.test.yaml, beside ID.yaml")
            return None
        if value.get("schema") != SCHEMA:
            self._fault(("schema",), f"schema must be {SCHEMA}, not {value.get('schema')!r}")
            return None
        self._known(value, (), "playbook")
        playbook = self._playbook(value)
        return None if self.faults else playbook

    def _playbook(self, value: dict[str, Any]) -> Playbook:
        self._subject = self._one_of(value, (), "subject", tuple(SUBJECTS))
        match = self._group(value.get("match"), ("match",))
        not_when = value.get("not_when")
        vetoes = self._group({"any": not_when}, (), shown=("not_when",)) if not_when is not None else None
        return Playbook(
            id=self._id(value, ()),
            title=self._text(value, (), "title"),
            severity=self._severity(value, ()),
            status=self._one_of(value, (), "status", STATUSES, default="stable"),
            subject=self._subject,
            match=match,
            not_when=vetoes,
            causes=tuple(self._list(value, (), "causes", self._cause, required=True)),
            tags=self._texts(value, "tags"),
            references=self._texts(value, "references"),
            alerts=self._texts(value, "alerts"),
            explains=self._texts(value, "explains"),
            symptom=self._bool(value, "symptom"),
            diagnose=tuple(self._list(value, (), "diagnose", self._command)),
            show=self._show(value),
            file=self._source.file,
            built_in=self._built_in,
        )

    # -- parts ---------------------------------------------------------------------------------------------------

    def _cause(self, value: dict[str, Any], path: Path_) -> Cause:
        self._known(value, path, "cause")
        groups = set(self._groups)
        when = self._group(value["when"], (*path, "when")) if value.get("when") is not None else None
        cause = Cause(
            id=self._id(value, path),
            title=self._text(value, path, "title"),
            meaning=self._text(value, path, "meaning"),
            impact=self._text(value, path, "impact", default=""),
            fix=tuple(self._list(value, path, "fix", self._fix)),
            when=when,
            severity=self._severity(value, path) if "severity" in value else None,
            common=self._common(value, path),
        )
        self._groups = groups
        return cause

    def _common(self, value: dict[str, Any], path: Path_) -> str:
        name = self._text(value, path, "common", default="")
        if name:
            self._placeholder(name, (*path, "common"))
        return name

    def _fix(self, value: dict[str, Any], path: Path_) -> FixSpec:
        self._known(value, path, "fix")
        do, manual = self._text(value, path, "do", default=""), self._text(value, path, "manual", default="")
        if bool(do) == bool(manual):
            self._fault(path, "a fix has exactly one of 'do' and 'manual'")
        parameters = {
            key: self._rendered(str(item), (*path, "with", key))
            for key, item in self._mapping(value, path, "with").items()
        }
        risk: Risk = self._one_of(value, path, "risk", RISKS)  # type: ignore[assignment]
        if do:
            self._action(do, parameters, risk, path)
        elif parameters:
            self._fault((*path, "with"), "'with' belongs to 'do'")
        return FixSpec(
            id=self._id(value, path),
            title=self._text(value, path, "title"),
            risk=risk,
            do=do,
            parameters=parameters,
            manual=manual,
            command=self._text(value, path, "command", default=""),
            verify=self._verify(value["verify"], (*path, "verify")) if value.get("verify") is not None else None,
        )

    def _action(self, name: str, parameters: dict[str, str], risk: Risk, path: Path_) -> None:
        action = ACTIONS.get(name)
        if action is None:
            self._fault((*path, "do"), f"there is no action '{name}'{hint(name, ACTIONS)}")
            return
        for lacking in sorted(set(action.parameters) - set(parameters)):
            self._fault(path, f"action '{name}' needs '{lacking}' under 'with'")
        for extra in sorted(set(parameters) - set(action.parameters) - set(action.optional)):
            self._fault((*path, "with", extra), f"action '{name}' takes no '{extra}'{hint(extra, action.parameters)}")
        if risk in RISKS and RISKS.index(risk) < RISKS.index(action.least_risk):
            self._fault((*path, "risk"), f"action '{name}' is at least {action.least_risk}, not {risk}")

    def _verify(self, value: Any, path: Path_) -> Verify | None:
        if not isinstance(value, dict):
            self._fault(path, "'verify' is a mapping with 'within' and 'expect'")
            return None
        self._known(value, path, "verify")
        expect = self._item(value.get("expect"), (*path, "expect"))
        try:
            within = parse_duration(str(value.get("within")))
        except ValueError as error:
            self._fault((*path, "within"), str(error))
            return None
        if not isinstance(expect, Leaf):
            self._fault((*path, "expect"), "'expect' is one leaf, such as container: {ready: true}")
            return None
        return Verify(within, expect)

    def _command(self, value: dict[str, Any], path: Path_) -> Command:
        self._known(value, path, "command")
        return Command(self._text(value, path, "title"), self._text(value, path, "command"))

    def _show(self, value: dict[str, Any]) -> tuple[str, ...]:
        names = self._texts(value, "show")
        for i, name in enumerate(names):
            self._placeholder(name, ("show", i))
        return names

    # -- match ---------------------------------------------------------------------------------------------------

    def _group(self, value: Any, path: Path_, shown: Path_ | None = None) -> Group:
        if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in ("all", "any"):
            self._fault(path, "expected 'all:' or 'any:' with a list")
            return Group("all", ())
        mode, items = next(iter(value.items()))
        place = shown if shown is not None else (*path, mode)
        if not isinstance(items, list) or not items:
            self._fault(place, f"'{place[-1]}' is a list with at least one entry")
            return Group(mode, ())
        built = [self._item(item, (*place, i)) for i, item in enumerate(items)]
        return Group(mode, tuple(sorted(built, key=is_dear)))

    def _item(self, value: Any, path: Path_) -> Group | Leaf:
        if not isinstance(value, dict) or len(value) != 1:
            self._fault(
                path, "expected one of 'all', 'any' or a kind with its terms, such as container: {ready: false}"
            )
            return Leaf("", ())
        kind, terms = next(iter(value.items()))
        if kind in ("all", "any"):
            return self._group(value, path)
        if kind not in FIELDS:
            self._fault((*path, kind), f"there is no kind '{kind}'{hint(kind, [*FIELDS, 'all', 'any'])}")
            return Leaf("", ())
        if self._subject in SUBJECTS and kind != self._subject and (self._subject, kind) not in RELATIONS:
            self._fault((*path, kind), f"a {self._subject} has no related {kind}")
        if not isinstance(terms, dict) or not terms:
            self._fault((*path, kind), f"'{kind}' needs terms, such as {kind}: {{{next(iter(FIELDS[kind]))}: …}}")
            return Leaf(kind, ())
        built = [self._term(kind, name, wanted, (*path, kind, name)) for name, wanted in terms.items()]
        return Leaf(kind, tuple(term for term in built if term is not None))

    def _term(self, kind: str, name: str, wanted: Any, path: Path_) -> Term | None:
        field_name, _, operator = name.partition("|")
        operator = operator or "is"
        field = FIELDS[kind].get(field_name)
        if field is None:
            self._fault(path, f"{kind} has no field '{field_name}'{_field_hint(field_name, FIELDS[kind])}")
            return None
        if operator not in OPERATORS:
            known = hint(operator, OPERATORS) or f"; there are {', '.join(list(OPERATORS)[1:])}"
            self._fault(path, f"there is no operator '{operator}'{known}")
            return None
        if operator not in OPERATORS_OF[field.type]:
            suiting = ", ".join(OPERATORS_OF[field.type])
            self._fault(path, f"'{operator}' does not suit a field of type {field.type}, which takes {suiting}")
            return None
        values = wanted if isinstance(wanted, list) else [wanted]
        if not values or any(isinstance(value, dict | list) or value is None for value in values):
            self._fault(path, f"'{name}' needs a value or a list of values")
            return None
        limits = [self._value(field, operator, value, path) for value in values]
        return Term(kind, field_name, operator, tuple(values), tuple(limit for limit in limits if limit is not None))

    def _value(self, field: Field, operator: str, value: Any, path: Path_) -> float | None:
        """Check a wanted value; for comparisons and for fields that measure give it in base units."""
        if operator == "exists" or field.type == "bool":
            if not isinstance(value, bool):
                self._fault(path, f"wants true or false, not {value!r}")
        elif field.type not in ("text", "texts"):
            return self._measure(field.type, value, path)
        elif not isinstance(value, str):
            self._fault(path, f"wants text: put {value!r} in quotes")
        elif operator == "matches":
            self._expression(value, path)
        return None

    def _measure(self, type_: Type, value: Any, path: Path_) -> float | None:
        try:
            if type_ == "duration":
                return parse_duration(str(value))
            if type_ == "quantity":
                return parse_quantity(value)
            return float(str(value))
        except ValueError:
            self._fault(path, f"{value!r} is not a {type_}")
            return None

    def _expression(self, text: str, path: Path_) -> None:
        try:
            self._groups |= set(regex.compile(text).groupindex)
        except regex.error as error:
            self._fault(path, f"is not a regular expression: {error}")

    # -- scalars -------------------------------------------------------------------------------------------------

    def _text(self, value: dict[str, Any], path: Path_, key: str, default: str | None = None) -> str:
        found = value.get(key, default)
        if not isinstance(found, str) or (default is None and not found.strip()):
            self._fault((*path, key), f"'{key}' is needed, as text" if default is None else f"'{key}' is text")
            return ""
        if key == "command":
            return self._rendered(found.strip(), (*path, key))
        for name in _BARE.findall(found):
            self._fault((*path, key), f"{{{name}}} says not of what: write it like {{{self._subject or 'pod'}.{name}}}")
        return self._rendered(" ".join(found.split()), (*path, key))

    def _rendered(self, text: str, path: Path_) -> str:
        for name in PLACEHOLDER.findall(text):
            self._placeholder(name, path)
        return text

    def _placeholder(self, name: str, path: Path_) -> None:
        kind, _, field = name.partition(".")
        if kind == "match":
            if field not in self._groups:
                self._fault(
                    path, f"no 'matches' term that holds here names a group '{field}'{hint(field, self._groups)}"
                )
            return
        if kind not in FIELDS:
            self._fault(path, f"'{name}': there is no kind '{kind}'{hint(kind, FIELDS)}")
        elif field not in FIELDS[kind]:
            self._fault(path, f"{kind} has no field '{field}'{hint(field, FIELDS[kind])}")
        elif self._subject in SUBJECTS and kind != self._subject and (self._subject, kind) not in RELATIONS:
            self._fault(path, f"'{name}': a {self._subject} has no related {kind}")

    def _id(self, value: dict[str, Any], path: Path_) -> str:
        found = value.get("id")
        if not isinstance(found, str) or not ID.fullmatch(found):
            self._fault((*path, "id"), "'id' is needed: lower-case words joined by '-'")
            return ""
        return found

    def _severity(self, value: dict[str, Any], path: Path_) -> Severity:
        found: Severity = self._one_of(value, path, "severity", SEVERITIES)  # type: ignore[assignment]
        return found if found in get_args(Severity) else "info"

    def _one_of(self, value: dict[str, Any], path: Path_, key: str, known: tuple[str, ...], default: str = "") -> str:
        found = value.get(key, default)
        if not isinstance(found, str) or found not in known:
            self._fault((*path, key), f"'{key}' is one of {', '.join(known)}{hint(str(found), known)}")
            return default
        return found

    def _bool(self, value: dict[str, Any], key: str) -> bool:
        found = value.get(key, False)
        if not isinstance(found, bool):
            self._fault((key,), f"'{key}' is true or false")
        return found is True

    def _texts(self, value: dict[str, Any], key: str) -> tuple[str, ...]:
        found = value.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            self._fault((key,), f"'{key}' is a list of texts")
            return ()
        return tuple(found)

    def _mapping(self, value: dict[str, Any], path: Path_, key: str) -> dict[str, Any]:
        found = value.get(key, {})
        if not isinstance(found, dict):
            self._fault((*path, key), f"'{key}' is a mapping")
            return {}
        return found

    def _list(self, value: dict[str, Any], path: Path_, key: str, build: Any, required: bool = False) -> list[Any]:
        found = value.get(key, [])
        if not isinstance(found, list) or (required and not found):
            self._fault(
                (*path, key), f"'{key}' is a list with at least one entry" if required else f"'{key}' is a list"
            )
            return []
        built = []
        for i, item in enumerate(found):
            if isinstance(item, dict):
                built.append(build(item, (*path, key, i)))
            else:
                self._fault((*path, key, i), f"an entry of '{key}' is a mapping")
        return built

    def _known(self, value: dict[str, Any], path: Path_, what: str) -> None:
        for key in value:
            if key not in _KEYS[what]:
                self._fault((*path, key), f"a {what} has no key '{key}'{hint(key, _KEYS[what])}")

    def _fault(self, path: Path_, text: str) -> None:
        self.faults.append(self._source.fault(path, text))
