"""Narrowing a snapshot to a scope."""

import re
from typing import Any

import msgspec

from diag.errors import UsageError
from diag.facts.labels import matches
from diag.model.kinds import BY_PLURAL
from diag.model.meta import LabelSelector, LabelSelectorRequirement
from diag.model.snapshot import Scope, Snapshot

_PART = re.compile(r"\s*(!?)\s*([\w./-]+)\s*(?:(==|=|!=)\s*([\w.-]*)|(in|notin)\s*\(([^()]*)\))?\s*(?:,|$)")


def within(snapshot: Snapshot, scope: Scope) -> Snapshot:
    """What of a snapshot lies in the scope: its namespaces, and the pods that its selector picks.

    Objects without a namespace are kept. Raises UsageError for a selector that makes no sense.
    """
    if not scope.namespaces and not scope.selector:
        return snapshot
    selector = parse_selector(scope.selector)
    objects = {plural: _kept(plural, records, scope, selector) for plural, records in snapshot.objects.items()}
    namespaces = scope.namespaces or snapshot.scope.namespaces
    return msgspec.structs.replace(
        snapshot, objects=objects, scope=Scope(namespaces, scope.selector or snapshot.scope.selector)
    )


def _kept(plural: str, records: list[Any], scope: Scope, selector: LabelSelector) -> list[Any]:
    if BY_PLURAL[plural].namespaced and scope.namespaces:
        records = [record for record in records if record.metadata.namespace in scope.namespaces]
    if plural == "pods" and scope.selector:
        records = [record for record in records if matches(selector, record.metadata.labels)]
    return records


def parse_selector(text: str) -> LabelSelector:
    """A label selector as kubectl takes it: `a=b,c!=d,e in (f,g),!h`. Raises UsageError."""
    expressions = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None or found.end() == at:
            raise UsageError(f"-l {text}: not a label selector; write for instance app=web,tier!=cache")
        at = found.end()
        absent, key, comparison, value, operator, listed = found.groups()
        if comparison:
            expressions.append(LabelSelectorRequirement(key, "NotIn" if comparison == "!=" else "In", (value,)))
        elif operator:
            values = tuple(item.strip() for item in listed.split(","))
            expressions.append(LabelSelectorRequirement(key, "In" if operator == "in" else "NotIn", values))
        else:
            expressions.append(LabelSelectorRequirement(key, "DoesNotExist" if absent else "Exists"))
    return LabelSelector(match_expressions=tuple(expressions))
