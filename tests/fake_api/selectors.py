"""Label and field selectors, as the API server understands them."""

import re
from collections.abc import Callable, Mapping
from operator import attrgetter

import msgspec

from .answers import Refused, status

_COMMA = re.compile(r",(?![^(]*\))")
_REQUIREMENT = re.compile(r"(?P<key>!?[\w./-]+)\s*(?:(?P<operator>==|=|!=|in\b|notin\b)\s*(?P<values>.*))?")

# The field labels that each kind can be selected by (pkg/apis/core/v1/conversion.go and pod/event strategies).
_EVERY_KIND = ("metadata.name", "metadata.namespace")
_FIELDS = {
    "pods": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    ),
    "events": (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "type",
    ),
    "namespaces": ("status.phase",),
}


class _Metadata(msgspec.Struct):
    name: str = ""
    namespace: str = ""
    labels: dict[str, str] | None = None


class _Spec(msgspec.Struct):
    nodeName: str = ""
    restartPolicy: str = ""
    schedulerName: str = ""
    serviceAccountName: str = ""


class _Status(msgspec.Struct):
    phase: str = ""
    podIP: str = ""
    nominatedNodeName: str = ""


class _Reference(msgspec.Struct):
    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    apiVersion: str = ""
    resourceVersion: str = ""
    fieldPath: str = ""


class Facts(msgspec.Struct):
    """What an object can be selected by; attributes are named as the field labels."""

    metadata: _Metadata
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)
    involvedObject: _Reference = msgspec.field(default_factory=_Reference)
    reason: str = ""
    reportingComponent: str = ""
    type: str = ""

    @property
    def key(self) -> str:
        """The order of lists: namespace, then name."""
        return f"{self.metadata.namespace}/{self.metadata.name}"


Condition = Callable[[Facts], bool]


def conditions(plural: str, namespace: str, labels: str, fields: str) -> list[Condition]:
    """What an object must pass to be in a list; raises `Refused` (400) for a selector the server rejects."""
    wanted: list[Condition] = [lambda facts: facts.metadata.namespace == namespace] if namespace else []
    wanted += [_label_condition(part) for part in _COMMA.split(labels) if part]
    wanted += [_field_condition(plural, part) for part in fields.split(",") if part]
    return wanted


def _label_condition(text: str) -> Condition:
    match = _REQUIREMENT.fullmatch(text.strip())
    if match is None:
        raise Refused(status(400, "BadRequest", f"unable to parse requirement: found '{text}'"))
    key, operator = match["key"], match["operator"]
    values = {value.strip() for value in (match["values"] or "").strip("()").split(",")}
    if operator is None:
        return lambda facts: (key.lstrip("!") in _labels(facts)) != key.startswith("!")
    if operator in ("!=", "notin"):
        return lambda facts: _labels(facts).get(key) not in values
    return lambda facts: _labels(facts).get(key) in values


def _labels(facts: Facts) -> Mapping[str, str]:
    return facts.metadata.labels or {}


def _field_condition(plural: str, text: str) -> Condition:
    label, operator, value = text.partition("!=") if "!=" in text else text.replace("==", "=").partition("=")
    if not operator or label not in (*_EVERY_KIND, *_FIELDS.get(plural, ())):
        raise Refused(status(400, "BadRequest", f"field label not supported: {label}"))
    read = attrgetter(label)
    return lambda facts: (read(facts) == value) == (operator != "!=")
