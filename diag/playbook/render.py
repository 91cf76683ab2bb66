"""Filling placeholders: text for people, and commands in which nothing from the cluster can act."""

import re
import shlex
from typing import Any

from diag.model.text import one_line
from diag.model.units import format_duration
from diag.playbook.build import PLACEHOLDER
from diag.playbook.fields import FIELDS
from diag.playbook.match import Facts

UNKNOWN = "unknown"
_SENTENCE = re.compile(r"(?<=[.!?]) +(?=[A-Z{])")
_LONGEST = 600


class Renderer:
    """Fills the placeholders of one finding: from the objects that held, else from the first related one."""

    def __init__(self, facts: Facts, bound: dict[str, Any], groups: dict[str, str]) -> None:
        self._facts = facts
        self._bound = bound
        self._groups = groups

    def value(self, name: str) -> str | None:
        """The value of `kind.field` or `match.group` as text, None when it is absent."""
        kind, _, field = name.partition(".")
        if kind == "match":
            return self._groups.get(field)
        found = self._bound.get(kind) or next(iter(self._facts.related(kind)), None)
        value = self._facts.value(kind, found, field) if found is not None else None
        return None if value is None else show(value, FIELDS[kind][field].type)

    def line(self, template: str) -> str:
        """The text with every placeholder filled, `unknown` where there is no value."""
        return PLACEHOLDER.sub(lambda found: _short(self.value(found[1]) or UNKNOWN), template)

    def text(self, template: str) -> str:
        """The same for prose: a sentence with a placeholder without value is left out, unless none would be left."""
        sentences = _SENTENCE.split(template)
        known = [s for s in sentences if all(self.value(name) is not None for name in PLACEHOLDER.findall(s))]
        return self.line(" ".join(known or sentences))

    def command(self, template: str) -> str | None:
        """The command with every value quoted for a shell, None when a value is absent."""
        names = PLACEHOLDER.findall(template)
        values = {name: self.value(name) for name in names}
        if any(value is None or value.startswith("-") for value in values.values()):
            return None  # a value that is absent, or that kubectl would take for a flag
        return PLACEHOLDER.sub(lambda found: shlex.quote(one_line(values[found[1]] or "")), template)


def show(value: Any, type_: str) -> str:
    """A value in words: durations as `5m`, lists with commas, truth as yes and no."""
    if type_ == "duration":
        return format_duration(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return one_line(str(value))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
