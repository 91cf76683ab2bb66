"""One playbook held against one subject: no match, not judged, or a match with its cause."""

from typing import Any

import msgspec

from diag.facts.index import Key
from diag.finding import Evidence
from diag.model.snapshot import LogKey
from diag.playbook.format import Cause, Playbook
from diag.playbook.match import Facts, Outcome, judge

# What is no object of a namespace and may have a slash in its name.
_SLASHED = frozenset({"Image"})


class Verdict(msgspec.Struct, frozen=True):
    """What came of it. `cause` is None when the playbook does not match or no cause of it holds.

    `undecided` are the causes that could not be judged, `logs` the logs that would tell.
    """

    playbook: Playbook
    facts: Facts
    match: Outcome
    vetoed: Outcome | None = None
    cause: Cause | None = None
    reason: Outcome | None = None
    undecided: tuple[tuple[str, str], ...] = ()
    logs: tuple[LogKey, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The terms of match and cause that held, each fact once."""
        both = (*self.match.evidence, *(self.reason.evidence if self.reason else ()))
        unique: dict[tuple[str, str], Evidence] = {}
        for item in both:
            unique.setdefault((item.field, item.origin.name), item)
        return tuple(unique.values())

    @property
    def bound(self) -> dict[str, Any]:
        """The objects that held, by kind: those of the cause, then those of the match."""
        return {**self.match.bound, **(self.reason.bound if self.reason else {})}

    @property
    def common(self) -> Key | None:
        """The object that all subjects with this cause have in common, where the playbook names one."""
        if self.cause is None or not self.cause.common:
            return None
        kind, _, field = self.cause.common.partition(".")
        found = self.bound.get(kind) or next(iter(self.facts.related(kind)), None)
        value = self.facts.value(kind, found, field) if found is not None else None
        return _key(str(value)) if value is not None else None


def _key(text: str) -> Key:
    """The object in `Kind namespace/name`, or `Kind name` for one outside of namespaces."""
    kind, _, name = text.partition(" ")
    namespace, _, last = name.partition("/") if kind not in _SLASHED else ("", "", name)
    return Key(kind, namespace, last) if last else Key(kind, "", namespace)


def verdict(facts: Facts, playbook: Playbook) -> Verdict:
    """Hold the playbook against the subject: its match, its vetoes, then its causes in order."""
    match = judge(facts, playbook.match)
    if match.state != "held":
        return Verdict(playbook, facts, match, logs=match.logs if match.state == "unknown" else ())
    if playbook.not_when is not None:
        veto = judge(facts, playbook.not_when)
        if veto.state == "held":
            return Verdict(playbook, facts, match, vetoed=veto)
    undecided: list[tuple[str, str]] = []
    logs: tuple[LogKey, ...] = ()
    for cause in playbook.causes:
        reason = judge(facts, cause.when) if cause.when is not None else Outcome("held")
        if reason.state == "held":
            return Verdict(playbook, facts, match, None, cause, reason, tuple(undecided), logs)
        if reason.state == "unknown":
            undecided.append((cause.id, ", ".join(reason.unseen)))
            logs += reason.logs
    return Verdict(playbook, facts, match, undecided=tuple(undecided), logs=logs)
