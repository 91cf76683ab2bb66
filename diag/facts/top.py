"""Rows of use against requests and limits: one for each pod, container, node or claim."""

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

import msgspec

from diag.facts.containers import PodContainer, containers, own_quantity
from diag.facts.index import Index, joined
from diag.model.cluster import Node
from diag.model.pods import Pod
from diag.model.storage import PersistentVolumeClaim
from diag.model.units import parse_quantity

What = Literal["pods", "containers", "nodes", "claims"]
Key = tuple[str, str, str, str, str]  # namespace, pod, container, claim, node
Values = dict[str, float]
Unit = Literal["cores", "bytes", "share"]


class Column(NamedTuple):
    """One value of a row: its name, as in JSON and for sorting, its heading, and what it counts."""

    name: str
    heading: str
    unit: Unit


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """The use of one thing. `values` is by column; cores, bytes and shares of 1; what is not known is not in it."""

    namespace: str = ""
    name: str = ""
    container: str = ""
    values: Values = {}


_USE = (
    Column("cpu", "CPU", "cores"),
    Column("cpu-request", "REQUEST", "cores"),
    Column("cpu-limit", "LIMIT", "cores"),
    Column("cpu-ratio", "OF LIMIT", "share"),
    Column("memory", "MEMORY", "bytes"),
    Column("memory-request", "REQUEST", "bytes"),
    Column("memory-limit", "LIMIT", "bytes"),
    Column("memory-ratio", "OF LIMIT", "share"),
    Column("throttled", "THROTTLED", "share"),
)
COLUMNS: dict[What, tuple[Column, ...]] = {
    "pods": _USE[:-1],
    "containers": _USE,
    "nodes": (
        Column("cpu", "CPU", "cores"),
        Column("cpu-allocatable", "ALLOCATABLE", "cores"),
        Column("cpu-ratio", "USED", "share"),
        Column("memory", "MEMORY", "bytes"),
        Column("memory-allocatable", "ALLOCATABLE", "bytes"),
        Column("memory-ratio", "USED", "share"),
    ),
    "claims": (
        Column("capacity", "CAPACITY", "bytes"),
        Column("used-ratio", "USED", "share"),
        Column("inodes-ratio", "INODES USED", "share"),
    ),
}
_RESOURCES = ("cpu", "memory")


class _Measured:
    """All samples of a snapshot by what they are of; of two sources that measured the same, the first counts."""

    def __init__(self, index: Index) -> None:
        self._values: dict[Key, Values] = {}
        for metrics in index.snapshot.metrics:
            for s in metrics.samples:
                self._values.setdefault((s.namespace, s.pod, s.container, s.claim, s.node), {}).setdefault(
                    s.name, s.value
                )

    def of(self, namespace: str = "", pod: str = "", container: str = "", claim: str = "", node: str = "") -> Values:
        return self._values.get((namespace, pod, container, claim, node), {})


_measured = joined(_Measured)


def rows(index: Index, what: What, sort: str) -> list[Row]:
    """A row for each object, those with most of column `sort` first, and last those of which it is not known."""
    plural, make = _MAKERS[what]
    measured = _measured(index)
    found = [row for each in index.snapshot.all(plural) for row in make(measured, each)]
    return sorted(found, key=lambda row: (sort not in row.values, -row.values.get(sort, 0.0), *_place(row)))


def of_containers(index: Index, pod: Pod) -> list[Row]:
    """The rows of one running pod's containers."""
    return list(_of_containers(_measured(index), pod))


def _place(row: Row) -> tuple[str, str, str]:
    return row.namespace, row.name, row.container


def _of_containers(measured: _Measured, pod: Pod) -> Iterable[Row]:
    if pod.status.phase != "Running":
        return
    for container in containers(pod):
        if not container.init:
            yield _of_container(measured, container)


def _of_container(measured: _Measured, container: PodContainer) -> Row:
    meta, name = container.pod.metadata, container.spec.name
    used = measured.of(meta.namespace, meta.name, name)
    resources = container.spec.resources
    values: Values = {}
    for resource in _RESOURCES:
        _put(values, resource, used.get(f"{resource}_usage"))
        _put(values, f"{resource}-request", _amount(resources.requests, resource))
        _put(values, f"{resource}-limit", _amount(resources.limits, resource))
        _put_ratio(values, resource, f"{resource}-limit")
    _put(values, "throttled", used.get("cpu_throttled"))
    return Row(meta.namespace, meta.name, name, values)


def _of_pod(measured: _Measured, pod: Pod) -> Iterable[Row]:
    """Sums over the containers; a limit only where all have one."""
    parts = [row.values for row in _of_containers(measured, pod)]
    if not parts:
        return
    values: Values = {}
    for resource in _RESOURCES:
        for name in (resource, f"{resource}-request", f"{resource}-limit"):
            known = [part[name] for part in parts if name in part]
            if known and (len(known) == len(parts) or name.endswith("-request")):
                values[name] = sum(known)
        _put_ratio(values, resource, f"{resource}-limit")
    yield Row(pod.metadata.namespace, pod.metadata.name, values=values)


def _of_node(measured: _Measured, node: Node) -> Iterable[Row]:
    used = measured.of(node=node.metadata.name)
    values: Values = {}
    for resource in _RESOURCES:
        _put(values, resource, used.get(f"{resource}_usage"))
        _put(values, f"{resource}-allocatable", _amount(node.status.allocatable, resource))
        _put_ratio(values, resource, f"{resource}-allocatable")
    yield Row(name=node.metadata.name, values=values)


def _of_claim(measured: _Measured, claim: PersistentVolumeClaim) -> Iterable[Row]:
    if claim.status.phase != "Bound":
        return
    meta = claim.metadata
    used = measured.of(meta.namespace, claim=meta.name)
    values: Values = {}
    _put(values, "capacity", _amount(claim.status.capacity, "storage"))
    _put(values, "used-ratio", used.get("volume_ratio"))
    _put(values, "inodes-ratio", used.get("inodes_ratio"))
    yield Row(meta.namespace, meta.name, values=values)


_Maker = Callable[[_Measured, Any], Iterable[Row]]
_MAKERS: dict[What, tuple[str, _Maker]] = {
    "pods": ("pods", _of_pod),
    "containers": ("pods", _of_containers),
    "nodes": ("nodes", _of_node),
    "claims": ("persistentvolumeclaims", _of_claim),
}


def _amount(amounts: dict[str, str | int | float], resource: str) -> float | None:
    written = own_quantity(amounts, resource)
    return parse_quantity(written) if written is not None else None


def _put(values: Values, name: str, value: float | None) -> None:
    if value is not None:
        values[name] = value


def _put_ratio(values: Values, resource: str, of: str) -> None:
    if resource in values and values.get(of):
        values[f"{resource}-ratio"] = values[resource] / values[of]
