"""What a disruption budget forbids, and whether anything wants to evict its pods now."""

from collections.abc import Iterator

from diag.facts.index import Index, grouped, joined
from diag.facts.labels import matches
from diag.facts.rollouts import has_ended, is_ready
from diag.facts.selection import selected
from diag.model.meta import Metadata
from diag.model.pods import Pod
from diag.model.workloads import PodDisruptionBudget

_MAKING = ("deployments", "statefulsets", "daemonsets")
_ANY = ("", "")


def pods(index: Index, budget: PodDisruptionBudget) -> list[Pod]:
    """The pods that a budget is for and that have not ended; without a selector there are none."""
    selector = budget.spec.selector
    found = selected(index, budget.metadata.namespace, selector) if selector is not None else []
    return [pod for pod in found if not has_ended(pod)]


def forbids_all(budget: PodDisruptionBudget) -> bool:
    """Whether a budget allows no eviction even while all its pods are healthy.

    That is so where as many must be healthy as there are pods: minAvailable as many or 100%, maxUnavailable 0.
    """
    status = budget.status
    return 0 < status.expected_pods <= status.desired_healthy


def unhealthy(index: Index, budget: PodDisruptionBudget) -> list[Pod]:
    """The pods of a budget that are not ready, by name."""
    found = [pod for pod in pods(index, budget) if pod.metadata.deletion_timestamp is None and not is_ready(pod)]
    return sorted(found, key=lambda pod: pod.metadata.name)


def draining(index: Index, budget: PodDisruptionBudget) -> list[str]:
    """The cordoned nodes that have pods of a budget: somebody wants these pods away."""
    return sorted({pod.node_name for pod in pods(index, budget)} & _cordoned(index))


def others(index: Index, budget: PodDisruptionBudget) -> list[str]:
    """Other budgets for some of the same pods; the API refuses to evict those (registry/core/pod/storage/eviction)."""
    # Pods of one template share one record of labels (`model.lean`).
    alike = {id(pod.metadata.labels): pod.metadata for pod in pods(index, budget)}
    names = {other.metadata.name for meta in alike.values() for other in _picking(index, meta)}
    return sorted(names - {budget.metadata.name})


def templates(index: Index, budget: PodDisruptionBudget) -> int:
    """How many workloads make pods that a budget picks, whether they have some at the moment or not."""
    selector = budget.spec.selector
    if selector is None:
        return 0
    made = (one for plural in _MAKING for one in index.within(plural, budget.metadata.namespace))
    return sum(matches(selector, one.spec.template.metadata.labels) for one in made)


def _picking(index: Index, pod: Metadata) -> Iterator[PodDisruptionBudget]:
    """The budgets that pick a pod."""
    for label in (_ANY, *pod.labels.items()):
        for budget in _by_label(index).get((pod.namespace, *label)):
            if matches(budget.spec.selector, pod.labels):
                yield budget


@grouped("poddisruptionbudgets")
def _by_label(budget: PodDisruptionBudget) -> tuple[tuple[str, str, str], ...]:
    """Budgets by one of the labels that they want; `_ANY` stands for none."""
    selector = budget.spec.selector
    if selector is None:
        return ()
    return ((budget.metadata.namespace, *min(selector.match_labels.items(), default=_ANY)),)


@joined
def _cordoned(index: Index) -> frozenset[str]:
    return frozenset(node.metadata.name for node in index.all("nodes") if node.spec.unschedulable)
