"""The tables of nodes and namespaces."""

from diag.facts import nodes
from diag.facts.containers import own_quantity
from diag.facts.index import Index
from diag.facts.rollouts import condition
from diag.model.cluster import Node
from diag.model.units import parse_quantity
from diag.report.words import amount_words
from diag.tui.tables.column import Cell, Column
from diag.tui.tables.field import AGE, NAME, Field, KindTable, number, quantity, spare, state, text

_ROLE = "node-role.kubernetes.io/"
_OLD_ROLE = "kubernetes.io/role"


def node_status(_: Index, node: Node) -> str:
    """The word of kubectl's column STATUS (printers.go printNode)."""
    ready = condition(node, "Ready")
    said = "Unknown" if ready is None else "Ready" if ready.status == "True" else "NotReady"
    return f"{said},SchedulingDisabled" if node.spec.unschedulable else said


def roles(_: Index, node: Node) -> str:
    """The roles that the labels of a node name, as kubectl finds them (printers.go findNodeRoles)."""
    labels = node.metadata.labels
    found = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)} | {labels.get(_OLD_ROLE, "")}
    return ",".join(sorted(found - {""}))


def _bytes(_: Index, node: Node, __: object) -> float | None:
    written = own_quantity(node.status.allocatable, "memory")
    return parse_quantity(written) if written is not None else None


def _memory(index: Index, node: Node, now: object) -> Cell:
    amount = _bytes(index, node, now)
    return (amount_words(amount, "bytes") if amount is not None else ""), ""


TABLES = (
    KindTable(
        "nodes",
        NAME,
        state(node_status, 14),
        text("roles", "ROLES", 14, roles),
        number("pods", "PODS", 5, nodes.pods),
        spare(1, quantity("cpu", "CPU", 6, lambda _, node: node.status.allocatable.get("cpu"))),
        Field(Column("memory", "MEMORY", 8, right=True), _memory, _bytes),
        spare(2, text("version", "VERSION", 10, lambda _, node: node.status.node_info.kubelet_version)),
        spare(3, text("zone", "ZONE", 10, lambda _, node: nodes.zone(node))),
        AGE,
    ),
    KindTable("namespaces", NAME, state(lambda _, found: found.status.phase), AGE),
)
