"""What a pod asks of its node (component-helpers resource PodRequests)."""

from collections import defaultdict

from diag.facts.index import Index
from diag.model.containers import Container
from diag.model.pods import PodSpec
from diag.model.units import parse_quantity

Amounts = dict[str, float]


def requests(index: Index, spec: PodSpec) -> Amounts:
    """By resource what a pod with this spec asks for; worked out once for the pods that share it."""
    return index.remember(("requests", id(spec)), lambda: summed(spec))


def summed(spec: PodSpec) -> Amounts:
    """What the containers ask for together.

    An init container counts with the sidecars started before it where that is more than all that run later. Requests
    of the whole pod (KEP-2837) take the place of these; the overhead of its RuntimeClass comes on top.
    """
    running: defaultdict[str, float] = defaultdict(float)
    peaks: Amounts = {}
    for container in spec.init_containers:
        asked = _asked(container)
        if container.restart_policy == "Always":
            add(running, asked)
            asked = {}
        for name in {*running, *asked}:
            peaks[name] = max(peaks.get(name, 0.0), running[name] + asked.get(name, 0.0))
    for container in spec.containers:
        add(running, _asked(container))
    total = defaultdict(float, {name: max(running[name], peaks.get(name, 0.0)) for name in {*running, *peaks}})
    total.update(amounts(spec.resources.requests))
    add(total, amounts(spec.overhead))
    return {name: amount for name, amount in total.items() if amount > 0}


def amounts(written: dict[str, str | int | float]) -> Amounts:
    """Quantities as numbers in base units; what is no quantity is left out."""
    found = {}
    for name, text in written.items():
        try:
            found[name] = parse_quantity(text)
        except ValueError:
            continue
    return found


def add(sums: defaultdict[str, float], more: Amounts) -> None:
    """Add amounts to sums, resource by resource."""
    for name, amount in more.items():
        sums[name] += amount


def _asked(container: Container) -> Amounts:
    """Where only a limit is written, the API takes it for the request, too."""
    return {**amounts(container.resources.limits), **amounts(container.resources.requests)}
