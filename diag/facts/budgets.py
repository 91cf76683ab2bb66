"""What a disruption budget forbids, and whether anything wants to evict its pods now."""

from collections import defaultdict

from diag.facts.index import Index, joined
from diag.facts.labels import matches
from diag.facts.rollouts import has_ended, is_ready
from diag.facts.selection import selected
from diag.model.pods import Pod
from diag.model.workloads import PodDisruptionBudget


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
    shared = _by_labels(index)
    names = {name for labels in _labels(index, budget) for name in shared[labels]}
    return sorted(names - {budget.metadata.name})


def templates(index: Index, budget: PodDisruptionBudget) -> int:
    """How many workloads make pods that a budget picks, whether they have some at the moment or not."""
    selector = budget.spec.selector
    if selector is None:
        return 0
    return sum(matches(selector, labels) for labels in _templates(index).get(budget.metadata.namespace, ()))


@joined
def _templates(index: Index) -> dict[str, list[dict[str, str]]]:
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for plural in ("deployments", "statefulsets", "daemonsets"):
        for one in index.snapshot.all(plural):
            found[one.metadata.namespace].append(one.spec.template.metadata.labels)
    return found


def _labels(index: Index, budget: PodDisruptionBudget) -> set[int]:
    """The sets of labels of its pods: those of one template share one record of labels (`model.lean`)."""
    return {id(pod.metadata.labels) for pod in pods(index, budget)}


@joined
def _by_labels(index: Index) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for budget in index.snapshot.all("poddisruptionbudgets"):
        for labels in _labels(index, budget):
            found[labels].append(budget.metadata.name)
    return found


@joined
def _cordoned(index: Index) -> frozenset[str]:
    return frozenset(node.metadata.name for node in index.snapshot.all("nodes") if node.spec.unschedulable)
