"""Fields of `budget`."""

from diag.facts import budgets, rollouts
from diag.facts.index import Index
from diag.model.workloads import PodDisruptionBudget
from diag.playbook.fields.field import Field

_PODS = ("pods",)


def _condition(index: Index, budget: PodDisruptionBudget) -> str | None:
    found = rollouts.condition(budget, "DisruptionAllowed")
    return found.reason or None if found is not None else None


def _message(index: Index, budget: PodDisruptionBudget) -> str | None:
    found = rollouts.condition(budget, "DisruptionAllowed")
    return found.message or None if found is not None else None


def _unhealthy_age(index: Index, budget: PodDisruptionBudget) -> float | None:
    times = [time for pod in budgets.unhealthy(index, budget) if (time := rollouts.unready_since(pod)) is not None]
    return index.age(min(times, default=None))


def _rule(index: Index, budget: PodDisruptionBudget) -> str | None:
    spec = budget.spec
    if spec.max_unavailable is not None:
        return f"maxUnavailable: {spec.max_unavailable}"
    return f"minAvailable: {spec.min_available}" if spec.min_available is not None else None


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the disruption budget.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the disruption budget.", lambda i, o: o.metadata.namespace or None),
    "in_namespace": Field(
        "text",
        "Its namespace, as `Namespace NAME`, for what all its budgets have in common.",
        lambda i, o: f"Namespace {o.metadata.namespace}" if o.metadata.namespace else None,
    ),
    "age": Field("duration", "Time since the budget was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
    "terminating": Field(
        "bool", "Whether it is being deleted.", lambda i, o: o.metadata.deletion_timestamp is not None
    ),
    "rule": Field("text", "What it demands, as written: `maxUnavailable: 1`.", _rule),
    "allowed": Field("number", "How many pods may be evicted now.", lambda i, o: o.status.disruptions_allowed),
    "expected": Field("number", "How many pods it is for.", lambda i, o: o.status.expected_pods),
    "healthy": Field("number", "How many of them are healthy.", lambda i, o: o.status.current_healthy),
    "must_be_healthy": Field("number", "How many of them must be healthy.", lambda i, o: o.status.desired_healthy),
    "lacking": Field(
        "number",
        "How many healthy pods it lacks.",
        lambda i, o: max(0, o.status.desired_healthy - o.status.current_healthy),
    ),
    "observed": Field(
        "bool", "Whether its controller has seen its newest change.", lambda i, o: rollouts.is_current(o)
    ),
    "forbids_all": Field(
        "bool", "Whether it allows no eviction even while all pods are healthy.", lambda i, o: budgets.forbids_all(o)
    ),
    "evicts_unhealthy": Field(
        "bool",
        "Whether pods that are not ready may always be evicted (unhealthyPodEvictionPolicy AlwaysAllow).",
        lambda i, o: o.spec.unhealthy_pod_eviction_policy == "AlwaysAllow",
    ),
    "state": Field("text", "Reason of its condition DisruptionAllowed.", _condition),
    "state.message": Field("text", "Message of that condition.", _message),
    "unhealthy_pods": Field(
        "texts",
        "Its pods that are not ready, with their state.",
        lambda i, o: rollouts.described(budgets.unhealthy(i, o)) or None,
        _PODS,
    ),
    "unhealthy.age": Field("duration", "Time since the first of them is not ready.", _unhealthy_age, _PODS),
    "pods": Field("number", "How many pods it picks that have not ended.", lambda i, o: len(budgets.pods(i, o)), _PODS),
    "templates": Field(
        "number",
        "How many workloads make pods that it picks.",
        lambda i, o: budgets.templates(i, o),
        ("deployments", "statefulsets", "daemonsets"),
    ),
    "draining_nodes": Field(
        "texts",
        "Cordoned nodes that have pods of it.",
        lambda i, o: budgets.draining(i, o) or None,
        ("pods", "nodes"),
    ),
    "others": Field(
        "texts", "Other budgets for some of the same pods.", lambda i, o: budgets.others(i, o) or None, _PODS
    ),
}
