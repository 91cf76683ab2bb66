"""Values for fixes, worked out from what was seen; never invented."""

import math
import re
from collections.abc import Iterator

from diag.facts.containers import PodContainer, limit_of, own_memory_limit, own_quantity
from diag.facts.index import Index
from diag.facts.templates import newest_limit
from diag.facts.usage import HIGH, mebibytes
from diag.model.containers import Resources
from diag.model.units import parse_quantity

_MIB = 2**20
_GIB = 2**30
# A process in a container needs a few MiB before it does anything; below this no limit makes sense.
FLOOR = 16 * _MIB
# No process lives on less than this: such a limit is a slip of the unit.
_SLIP = _MIB
_WRITTEN_IN_MIB = range(16, 16385)
# More of a node's memory than this is not for one container.
_SHARE = 0.75


def memory(index: Index, container: PodContainer, peak: float | None) -> str | None:
    """A memory limit to try, in whole steps: one and a half times the present one, which is over 1.25 times a peak.

    The peak of a container that reached its limit is cut off there, and one far below it was missed between two
    measurements, so either doubles the limit, as does none.
    `128m` and a bare `128` meant 128Mi. None when the container has no limit of its own, when there is no room for the
    new one, and when the workload's template has as much already.
    """
    wanted = _wanted(container, peak)
    present = newest_limit(index, container)
    if wanted is None or no_room(index, container, peak) or (present is not None and parse_quantity(present) >= wanted):
        return None
    return _written(wanted)


def basis(index: Index, container: PodContainer, peak: float | None) -> str | None:
    """What the memory limit to try is worked out from; None when there is none to try."""
    limit = own_memory_limit(container)
    if limit is None or memory(index, container, peak) is None:
        return None
    if _meant(limit, parse_quantity(limit)):
        return "the number without the slip of its unit"
    if peak is None:
        return "twice the present limit, for want of metrics that show a peak"
    if _is_cut_off(parse_quantity(limit), peak):
        return f"twice the present limit, since the observed peak of {mebibytes(peak)} is cut off at it"
    if _was_missed(parse_quantity(limit), peak):
        return f"twice the present limit, since what went beyond the {mebibytes(peak)} that were measured was too quick"
    return f"one and a half times the present limit, as the observed peak is {mebibytes(peak)}"


def no_room(index: Index, container: PodContainer, peak: float | None) -> str | None:
    """What forbids the memory limit that would be tried, as a sentence; None when nothing does."""
    wanted = _wanted(container, peak)
    most, why = min(_ceilings(index, container), default=(math.inf, ""))
    return f"{_written(wanted)} would be next, but {why}" if wanted is not None and wanted > most else None


def _wanted(container: PodContainer, peak: float | None) -> int | None:
    written = own_memory_limit(container)
    limit = parse_quantity(written) if written is not None else math.inf
    if written is None or not math.isfinite(2 * limit):
        return None
    return _meant(written, limit) or _raised(limit, peak)


def _written(amount: int) -> str:
    return f"{amount // _GIB}Gi" if amount % _GIB == 0 else f"{amount // _MIB}Mi"


def _meant(written: str, limit: float) -> int | None:
    """The bytes that were meant where the unit of a limit was a slip."""
    found = re.fullmatch(r"(\d{1,12})m?", written)
    if found is None or limit >= _SLIP or int(found[1]) not in _WRITTEN_IN_MIB:
        return None
    return int(found[1]) * _MIB


def _raised(limit: float, peak: float | None) -> int:
    unknown = peak is None or _is_cut_off(limit, peak) or _was_missed(limit, peak)
    wanted = 2 * limit if unknown else 1.5 * limit
    step = 16 * _MIB if wanted < _GIB else 64 * _MIB
    return max(FLOOR, math.ceil(wanted / step) * step)


def _is_cut_off(limit: float, peak: float) -> bool:
    return peak >= 0.95 * limit


def _was_missed(limit: float, peak: float) -> bool:
    return peak < HIGH * limit


def _ceilings(index: Index, container: PodContainer) -> Iterator[tuple[float, str]]:
    """The most bytes that a container may have, sensibly on its node and in its namespace, each with the reason."""
    node = index.get("nodes", "", container.pod.node_name)
    allocatable = own_quantity(node.status.allocatable, "memory") if node else None
    if node is not None and allocatable is not None:
        yield _SHARE * parse_quantity(allocatable), f"all pods of node {node.metadata.name} share {allocatable}"
    for limit_range in index.all("limitranges"):
        if limit_range.metadata.namespace == container.pod.metadata.namespace:
            for item in limit_range.spec.limits:
                maximum = limit_of(Resources(limits=item.max)) if item.type == "Container" else None
                if maximum is not None:
                    yield parse_quantity(maximum), f"LimitRange {limit_range.metadata.name} allows {maximum} at most"
