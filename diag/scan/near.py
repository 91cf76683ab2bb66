"""Near misses: playbooks that did not match, with what was missing."""

from diag.finding import Evidence, FailedTerm, NearMiss
from diag.scan.verdict import Verdict

# A playbook for workloads of another kind was never near.
_KIND = "workload.kind"


def near_miss(found: Verdict) -> NearMiss | None:
    """What kept the playbook from the subject; None when it matched or could not be judged.

    The terms of a `not_when` that held stand among `failed`, with the operator `not`.
    """
    if found.vetoed is not None:
        return _miss(found, tuple(_unwanted(item) for item in found.vetoed.evidence), vetoed=True)
    if found.match.state != "failed" or any(term.field == _KIND for term in found.match.failed):
        return None
    return _miss(found, found.match.failed, vetoed=False)


def closeness(miss: NearMiss) -> tuple[object, ...]:
    """Sorts near misses: those that only a veto kept away, then those that lack least, then those that hold most."""
    return not miss.vetoed, len(miss.failed), -len(miss.held), miss.playbook, miss.subject


def _miss(found: Verdict, failed: tuple[FailedTerm, ...], vetoed: bool) -> NearMiss:
    playbook = found.playbook
    return NearMiss(playbook.id, playbook.title, found.facts.subject, found.match.evidence, failed, vetoed)


def _unwanted(item: Evidence) -> FailedTerm:
    operator = "not" if item.operator == "is" else f"not {item.operator}"
    return FailedTerm(item.field, operator, item.wanted, item.value)
