"""The tables of what scales pods and keeps them: autoscalers, budgets, quotas."""

from diag.facts import quotas
from diag.facts.index import Index
from diag.model.cluster import ResourceQuota
from diag.model.workloads import HorizontalPodAutoscaler, PodDisruptionBudget
from diag.tui.tables.column import Cell, Column
from diag.tui.tables.field import AGE, NAME, NAMESPACE, Field, KindTable, number, text


def _target(_: Index, scaler: HorizontalPodAutoscaler) -> str:
    target = scaler.spec.scale_target_ref
    return f"{target.kind}/{target.name}"


def _least(_: Index, scaler: HorizontalPodAutoscaler) -> int:
    return 1 if scaler.spec.min_replicas is None else scaler.spec.min_replicas


def _amount(value: str | int | None) -> str:
    return "N/A" if value is None else str(value)


def _allowed(_: Index, budget: PodDisruptionBudget, __: object) -> Cell:
    allowed = budget.status.disruptions_allowed
    return str(allowed), "" if allowed else "medium"


def _evictions(_: Index, budget: PodDisruptionBudget, __: object) -> int:
    return budget.status.disruptions_allowed


def _used(_: Index, quota: ResourceQuota, __: object) -> Cell:
    """The fullest resources first, as a quota without room is what one looks for."""
    uses = quotas.uses(quota)
    full = uses[0].ratio if uses else 0.0
    style = "high" if full >= 1 else "medium" if full >= quotas.NEARLY else ""
    return ", ".join(f"{use.resource} {use.used}/{use.hard}" for use in uses), style


def _fullest(_: Index, quota: ResourceQuota, __: object) -> float | None:
    return max((use.ratio for use in quotas.uses(quota)), default=None)


TABLES = (
    KindTable(
        "horizontalpodautoscalers",
        NAMESPACE,
        NAME,
        text("reference", "REFERENCE", 24, _target),
        number("minimum", "MINPODS", 7, _least),
        number("maximum", "MAXPODS", 7, lambda _, scaler: scaler.spec.max_replicas),
        number("replicas", "REPLICAS", 8, lambda _, scaler: scaler.status.current_replicas),
        AGE,
    ),
    KindTable(
        "poddisruptionbudgets",
        NAMESPACE,
        NAME,
        text("min-available", "MIN AVAILABLE", 13, lambda _, budget: _amount(budget.spec.min_available)),
        text("max-unavailable", "MAX UNAVAILABLE", 15, lambda _, budget: _amount(budget.spec.max_unavailable)),
        number("healthy", "HEALTHY", 7, lambda _, budget: budget.status.current_healthy),
        Field(
            Column("allowed", "ALLOWED", 7, right=True),
            _allowed,
            lambda _, budget, __: budget.status.disruptions_allowed,
        ),
        AGE,
    ),
    KindTable("resourcequotas", NAMESPACE, NAME, Field(Column("used", "USED", 40, grows=True), _used, _fullest), AGE),
)
