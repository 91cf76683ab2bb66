"""What the readers of YAML and of structs complain about, in the words of those who write playbooks."""

import re
from typing import Any

from diag.finding import SEVERITIES
from diag.model.near import hint

_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_LACKING = re.compile(r"Object missing required field `(.*)`")
_WRONG = re.compile(r"Expected `(.*)`, got `(.*)`")
_WORDS = {
    "array": "a list",
    "object": "a mapping",
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
}
_CHOICES = {"severity": ", ".join(SEVERITIES), "expect": "none, unseen, or a mapping with 'cause'"}


def plain(message: str, key: str, wanted: Any) -> str:
    """What msgspec says of a value (under `key`, as the struct `wanted`) in plain words."""
    if found := _UNKNOWN.fullmatch(message):
        return f"there is no key '{found[1]}' here{hint(found[1], wanted.__struct_encode_fields__)}"
    if found := _LACKING.fullmatch(message):
        return f"'{found[1]}' is needed"
    if found := _WRONG.fullmatch(message):
        return f"{_kinds(found[1])} is wanted here, not {_kinds(found[2])}"
    if message.startswith("Invalid enum value") and key in _CHOICES:
        return f"'{key}' is one of {_CHOICES[key]}"
    if message.startswith("Invalid RFC3339"):
        return f"'{key}' is a time in quotes, like \"2026-01-10T12:00:00Z\""
    return message


def _kinds(names: str) -> str:
    known = [name for name in names.split(" | ") if name != "null"] or ["null"]
    return " or ".join(_WORDS.get(name, name) for name in known)
