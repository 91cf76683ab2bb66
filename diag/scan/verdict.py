"""One playbook held against one subject: no match, not judged, or a match with its cause."""

import msgspec

from diag.finding import Evidence
from diag.model.snapshot import LogKey
from diag.playbook.format import Cause, Playbook
from diag.playbook.match import Facts, Outcome, judge


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
