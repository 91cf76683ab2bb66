"""Whether a pod still waits for its claims, as the scheduler said."""

from diag.facts.index import Index, claim_names
from diag.facts.placement import bound_volumes, missing_claims
from diag.facts.refusals import said
from diag.facts.unplaced import refusal
from diag.model.pods import Pod
from diag.model.storage import PersistentVolumeClaim

# Making a volume takes minutes at most; until then a claim without one is in order.
_MAKING = 300.0


def over(index: Index, pod: Pod) -> bool:
    """Whether its claims have by now what the scheduler missed, or are so new that they are about to get it.

    The scheduler looks at a pod again soon after its claims have changed. Claims that were not read tell nothing.
    """
    found = refusal(index, pod)
    if found is None or not index.saw("persistentvolumeclaims", pod.metadata.namespace):
        return False
    if found.kind == "claim-missing":
        return not missing_claims(index, pod) and not _lacks_volume(index, pod)
    return found.kind == "claim-unbound" and all(_is_coming(index, claim) for claim in _claims(index, pod))


def _claims(index: Index, pod: Pod) -> list[PersistentVolumeClaim | None]:
    namespace = pod.metadata.namespace
    return [index.get("persistentvolumeclaims", namespace, name) for name in claim_names(pod)]


def _lacks_volume(index: Index, pod: Pod) -> bool:
    """Whether a claim names a volume that does not exist, as the scheduler said; it is right where none were read."""
    word = said(index, pod)
    if word is None or "non-existent" not in word.message:
        return False
    return not index.saw("persistentvolumes") or len(bound_volumes(index, pod)) < len(claim_names(pod))


def _is_coming(index: Index, claim: PersistentVolumeClaim | None) -> bool:
    if claim is None:
        return False
    age = index.age(claim.metadata.creation_timestamp)
    is_new = index.snapshot.clock == "exact" and age is not None and age < _MAKING
    return claim.status.phase == "Bound" or is_new
