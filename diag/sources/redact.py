"""What neither a snapshot nor a recording shows: what looks like a credential, and what nobody needs for a diagnosis.

What has the shape of a credential goes by `model.text`; here are the places where a name gives the value away.
"""

import re
from collections.abc import Iterator
from typing import Any

from diag.model.meta import Metadata
from diag.model.text import SECRET_NAME, SECRET_WORDS, WITHHELD, withhold

# All that follows the name in a command goes: nobody needs it, and where the value ends only a shell could tell.
_ARGUMENT = re.compile(rf"(.*?(?:{SECRET_WORDS})[\w.-]{{0,100}}(?:[=:]|\s+))(.+)", re.IGNORECASE | re.DOTALL)
_FLAG = re.compile(rf"--?[\w.-]{{0,100}}(?:{SECRET_WORDS})[\w.-]{{0,100}}", re.IGNORECASE)
_SHORTEST_TOKEN = 20
# Whole manifests in an annotation, with everything that was in them.
_MANIFESTS = (
    "kubectl.kubernetes.io/last-applied-configuration",
    "kapp.k14s.io/original",
    "objectset.rio.cattle.io/applied",
)
_ANNOTATIONS = "annotations that may hold credentials"
_VALUES = "values that may hold credentials"
_ARGUMENTS = "arguments that may hold credentials"


class Redactor:
    """Redacts objects and remembers, in words, what kinds of things it withheld."""

    def __init__(self) -> None:
        self.withheld: set[str] = set()

    def object(self, value: dict[str, Any]) -> dict[str, Any]:
        """The object without managed fields and without what looks like a credential; changed in place."""
        meta = value.get("metadata")
        if isinstance(meta, dict):
            meta.pop("managedFields", None)
        self._walk(value)
        return value

    def annotations(self, annotations: dict[str, Any]) -> None:
        """Redact annotations, in place."""
        for key in _MANIFESTS:
            if annotations.pop(key, None) is not None:
                self.withheld.add("manifests as last applied")
        self._named(annotations, _ANNOTATIONS)

    def _walk(self, value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                self._walk(item)
        elif isinstance(value, dict):
            self._mapping(value)
            for item in value.values():
                self._walk(item)

    def _mapping(self, value: dict[str, Any]) -> None:
        if isinstance(value.get("annotations"), dict):
            self.annotations(value["annotations"])
        for key in ("volumeAttributes", "options"):
            if isinstance(value.get(key), dict):
                self._named(value[key], _VALUES)
        for key in ("env", "httpHeaders"):
            if isinstance(value.get(key), list):
                for entry in value[key]:
                    self._entry(entry)
        for key in ("args", "command"):
            if isinstance(value.get(key), list):
                value[key] = list(self._arguments(value[key]))

    def _named(self, mapping: dict[str, Any], what: str) -> None:
        for key in mapping:
            if SECRET_NAME.search(key):
                mapping[key] = self._hidden(what)

    def _entry(self, entry: Any) -> None:
        if isinstance(entry, dict) and "value" in entry and SECRET_NAME.search(str(entry.get("name", ""))):
            entry["value"] = self._hidden(_VALUES)

    def _arguments(self, arguments: list[Any]) -> Iterator[Any]:
        """Arguments like `--token=X`, `--token X` in one or two, and `TOKEN=X` within a script."""
        flag = False
        for item in arguments:
            found = _ARGUMENT.fullmatch(item) if isinstance(item, str) else None
            if flag:
                yield self._hidden(_ARGUMENTS)
            elif found:
                yield found[1] + self._hidden(_ARGUMENTS)
            else:
                yield item
            flag = not flag and isinstance(item, str) and _FLAG.fullmatch(item) is not None

    def _hidden(self, what: str) -> str:
        self.withheld.add(what)
        return WITHHELD


def redacted(plural: str, records: list[Any]) -> list[Any]:
    """The records of one kind, their annotations redacted as those of a recording are."""
    if plural == "pods":  # nothing of their annotations is decoded
        return records
    redactor = Redactor()
    for record in records:
        for meta in _metadata(record):
            if meta.annotations:
                redactor.annotations(meta.annotations)
                _hide_tokens(meta.annotations)
    return records


def _hide_tokens(annotations: dict[str, str]) -> None:
    for key, value in annotations.items():
        if len(value) >= _SHORTEST_TOKEN:
            annotations[key] = withhold(value.encode()).decode()


def _metadata(record: Any) -> Iterator[Metadata]:
    """An object's own metadata, and those of the templates that it makes others from."""
    yield record.metadata
    spec = getattr(record, "spec", None)
    template = getattr(spec, "template", None)
    if template is not None:
        yield template.metadata
    for template in getattr(spec, "volume_claim_templates", ()):
        yield template.metadata
