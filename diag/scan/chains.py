"""Which objects a subject of each kind belongs to, and which stand around it."""

from collections.abc import Callable
from typing import Any

from diag.facts import chains
from diag.facts.index import Index, Key

_CHAINS: dict[str, Callable[[Index, Any], set[Key]]] = {
    "pod": chains.of_pod,
    "container": lambda index, found: chains.of_pod(index, found.pod),
    "claim": chains.of_claim,
    "workload": chains.of_workload,
    "service": chains.of_service,
    "ingress": chains.of_ingress,
    "budget": chains.of_budget,
    "autoscaler": chains.of_autoscaler,
    "webhook": chains.of_webhook,
    "api_service": chains.of_api_service,
}
_AROUND: dict[str, Callable[[Index, Any], set[Key]]] = {
    "pod": chains.around_pod,
    "container": lambda index, found: chains.around_pod(index, found.pod),
}


def chain(index: Index, kind: str, found: Any, key: Key) -> set[Key]:
    """The objects that one fault can run along; at least the subject itself (`key`)."""
    return _CHAINS[kind](index, found) if kind in _CHAINS else {key}


def around(index: Index, kind: str, found: Any, key: Key) -> set[Key]:
    """Objects that may be at fault for the subject without being part of its chain; its namespace always."""
    near = _AROUND[kind](index, found) if kind in _AROUND else set()
    return near | {Key("Namespace", "", key.namespace)} if key.namespace else near
