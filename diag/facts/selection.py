"""Which pods a selector picks, and the other way round; joined once for a snapshot."""

from collections.abc import Mapping

from diag.facts.index import Index, grouped
from diag.facts.labels import matches
from diag.model.meta import LabelSelector
from diag.model.pods import Pod


def selected(index: Index, namespace: str, selector: LabelSelector | Mapping[str, str]) -> list[Pod]:
    """The pods of a namespace that a selector picks, those being deleted included; an empty selector picks all."""
    wanted = selector if isinstance(selector, LabelSelector) else LabelSelector(match_labels=dict(selector))
    labels = [(namespace, *label) for label in wanted.match_labels.items()]
    # No pod can be picked that lacks the rarest of the labels.
    near = min((_by_label(index).get(label) for label in labels), key=len, default=None)
    candidates = index.within("pods", namespace) if near is None else near
    return [pod for pod in candidates if matches(wanted, pod.metadata.labels)]


@grouped("pods")
def _by_label(pod: Pod) -> list[tuple[str, str, str]]:
    return [(pod.metadata.namespace, *label) for label in pod.metadata.labels.items()]
