"""How bad a finding is at the moment."""

from diag.facts import rollouts
from diag.facts.index import Index, Key
from diag.finding import Severity
from diag.model.pods import Pod
from diag.model.workloads import Deployment
from diag.scan.verdict import Verdict


def severity(index: Index, members: list[Verdict]) -> Severity:
    """What playbook and cause say; medium instead of high where nobody misses the pods that it is about.

    So it is with the new pods of a rollout that do not get ready, while those before serve in full number.
    """
    first = members[0]
    said = (first.cause.severity if first.cause is not None else None) or first.playbook.severity
    return "medium" if said == "high" and all(_is_spare(index, one) for one in members) else said


def _is_spare(index: Index, member: Verdict) -> bool:
    """Whether it is about a pod that is not ready, of a Deployment that has all the ready pods that it wants."""
    found = member.facts.found
    pod = found if isinstance(found, Pod) else getattr(found, "pod", None)
    key = member.facts.workload
    if pod is None or key is None or rollouts.is_ready(pod):
        return False
    return _is_complete(index, key)


def _is_complete(index: Index, key: Key) -> bool:
    found = rollouts.record(index, key)
    return isinstance(found, Deployment) and 0 < (rollouts.wanted(found) or 0) <= rollouts.ready(found)
