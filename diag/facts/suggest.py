"""Values for fixes, worked out from what was seen; never invented."""

from diag.facts.containers import PodContainer, memory_limit
from diag.model.units import format_bytes, parse_quantity

_MIB = 2**20
# A process in a container needs a few MiB before it does anything; below this no limit makes sense.
FLOOR = 16 * _MIB


def memory(container: PodContainer, peak: float | None) -> str | None:
    """A memory limit to try: 1.25 times the observed peak and at least 1.5 times the present limit, in whole 16Mi steps.

    The peak of a container that reached its limit is cut off there, so a peak near it, or none, doubles the limit.
    None when the container has no limit.
    """
    written = memory_limit(container)
    if written is None:
        return None
    try:
        limit = parse_quantity(written)
    except ValueError:
        return None
    wanted = 2 * limit if peak is None or peak >= 0.95 * limit else max(1.5 * limit, 1.25 * peak)
    step = 16 * _MIB if wanted < 1024 * _MIB else 64 * _MIB
    return format_bytes(max(FLOOR, -(-wanted // step) * step))
