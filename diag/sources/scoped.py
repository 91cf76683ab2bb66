"""Narrowing a snapshot to a scope."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from diag.errors import UsageError
from diag.facts.labels import matches
from diag.model.kinds import BY_PLURAL, KINDS
from diag.model.meta import LabelSelector, LabelSelectorRequirement
from diag.model.snapshot import Gap, Scope, Snapshot

_PART = re.compile(
    r"\s*(?:!\s*(?P<absent>[\w./-]+)|(?P<key>[\w./-]+)"
    r"(?:\s*(?P<comparison>==|=|!=)\s*(?P<value>[\w.-]*)|\s+(?P<operator>in|notin)\s*\((?P<values>[^()]*)\))?)\s*(?:,|$)"
)


def within(snapshot: Snapshot, scope: Scope) -> Snapshot:
    """What of a snapshot lies in the scope: its namespaces, and the pods that its selector picks.

    Objects without a namespace are kept. Raises UsageError for a selector that makes no sense.
    """
    if not scope.namespaces and not scope.selector:
        return snapshot
    selector = parse_selector(scope.selector)
    recorded = snapshot.scope
    selectors = dict.fromkeys(text for text in (recorded.selector, scope.selector) if text)
    return msgspec.structs.replace(
        snapshot,
        objects={plural: _kept(plural, records, scope, selector) for plural, records in snapshot.objects.items()},
        scope=Scope(scope.namespaces or recorded.namespaces, ",".join(selectors)),
        gaps=(*(gap for gap in snapshot.gaps if _concerns(gap, scope)), *_elsewhere(snapshot, scope)),
        logs={key: text for key, text in snapshot.logs.items() if _inside(key.namespace, scope)},
    )


def _inside(namespace: str, scope: Scope) -> bool:
    return not scope.namespaces or namespace in scope.namespaces


def _concerns(gap: Gap, scope: Scope) -> bool:
    """Whether a gap hides something of the scope: those of other namespaces do not, nor those around its own."""
    if gap.scope:
        return _inside(gap.scope.partition("/")[0], scope)
    return not (gap.read and scope.namespaces and set(scope.namespaces) <= set(gap.read))


def _elsewhere(snapshot: Snapshot, scope: Scope) -> list[Gap]:
    """Gaps for the namespaces that are asked for but were not recorded, which hold nothing unhealthy only by looks."""
    recorded = snapshot.scope.namespaces
    return [
        Gap(kind.resource, namespace, "not-asked", "it was not recorded")
        for namespace in scope.namespaces
        if recorded and namespace not in recorded
        for kind in KINDS
        if kind.namespaced and kind.plural in snapshot.objects
    ]


def _kept(plural: str, records: Sequence[Any], scope: Scope, selector: LabelSelector) -> Sequence[Any]:
    if plural == "events":
        records = [
            event for event in records if event.involved.kind == "Node" or _inside(event.metadata.namespace, scope)
        ]
    elif BY_PLURAL[plural].namespaced:
        records = [record for record in records if _inside(record.metadata.namespace, scope)]
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
        expressions.append(_requirement(**found.groupdict()))
    return LabelSelector(match_expressions=tuple(expressions))


def _requirement(
    absent: str | None,
    key: str,
    comparison: str | None,
    value: str,
    operator: str | None,
    values: str,
) -> LabelSelectorRequirement:
    if absent:
        return LabelSelectorRequirement(absent, "DoesNotExist")
    if comparison:
        return LabelSelectorRequirement(key, "NotIn" if comparison == "!=" else "In", (value,))
    if operator:
        listed = tuple(item.strip() for item in values.split(","))
        return LabelSelectorRequirement(key, "In" if operator == "in" else "NotIn", listed)
    return LabelSelectorRequirement(key, "Exists")
