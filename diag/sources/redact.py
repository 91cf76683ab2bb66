"""What a recording withholds: whatever looks like a credential, and what nobody needs for a diagnosis."""

import re
from typing import Any

WITHHELD = "withheld"
_SECRET_NAME = re.compile(
    r"pass(?:word|wd|phrase)?$|password|secret|token|api_?key|access_?key|private|credential|(?:^|[_-])auth|dsn$|connection_?string|cookie",
    re.IGNORECASE,
)
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_ARGUMENT = re.compile(
    r"(?i)^(-{0,2}[\w.-]*(?:password|passwd|secret|token|api-?key|access-?key|credential)[\w.-]*[=:])(.+)$", re.S
)


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

    def _walk(self, value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                self._walk(item)
        elif isinstance(value, dict):
            self._mapping(value)
            for item in value.values():
                self._walk(item)

    def _mapping(self, value: dict[str, Any]) -> None:
        annotations = value.get("annotations")
        if isinstance(annotations, dict):
            self._annotations(annotations)
        if isinstance(value.get("env"), list):
            for entry in value["env"]:
                self._variable(entry)
        for key in ("args", "command"):
            if isinstance(value.get(key), list):
                value[key] = [self._argument(item) for item in value[key]]

    def _annotations(self, annotations: dict[str, Any]) -> None:
        if annotations.pop(_LAST_APPLIED, None) is not None:
            self.withheld.add("last applied configurations")
        for key in annotations:
            if _SECRET_NAME.search(key):
                annotations[key] = self._hide("annotations that may hold credentials")

    def _variable(self, entry: Any) -> None:
        if isinstance(entry, dict) and "value" in entry and _SECRET_NAME.search(str(entry.get("name", ""))):
            entry["value"] = self._hide("environment values that may hold credentials")

    def _argument(self, item: Any) -> Any:
        found = _ARGUMENT.match(item) if isinstance(item, str) else None
        return found[1] + self._hide("arguments that may hold credentials") if found else item

    def _hide(self, what: str) -> str:
        self.withheld.add(what)
        return WITHHELD
