"""Whether labels satisfy a selector (apimachinery pkg/labels; component-helpers nodeaffinity)."""

from collections.abc import Mapping

from diag.model.cluster import Node
from diag.model.meta import LabelSelector, LabelSelectorRequirement
from diag.model.pods import NodeSelector


def matches(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Whether every label and every expression of the selector holds; an empty selector matches everything."""
    return all(labels.get(key) == value for key, value in selector.match_labels.items()) and all(
        holds(requirement, labels) for requirement in selector.match_expressions
    )


def node_matches(selector: NodeSelector, node: Node) -> bool:
    """Whether one of the terms holds for the node; a selector without terms matches none."""
    fields = {"metadata.name": node.metadata.name}
    return any(
        (term.match_expressions or term.match_fields)
        and all(holds(requirement, node.metadata.labels) for requirement in term.match_expressions)
        and all(holds(requirement, fields) for requirement in term.match_fields)
        for term in selector.node_selector_terms
    )


def holds(requirement: LabelSelectorRequirement, labels: Mapping[str, str]) -> bool:
    """Whether one expression holds. An operator that is not known holds for nothing."""
    value = labels.get(requirement.key)
    match requirement.operator:
        case "In":
            return value in requirement.values
        case "NotIn":
            return value not in requirement.values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt":
            return _compares(requirement, value)
        case _:
            return False


def _compares(requirement: LabelSelectorRequirement, value: str | None) -> bool:
    try:
        have, want = int(value or ""), int(requirement.values[0])
    except (ValueError, IndexError):
        return False
    return have > want if requirement.operator == "Gt" else have < want
