"""What the template of its workload says of a container."""

from diag.facts.containers import PodContainer, limit_of, own_memory_limit
from diag.facts.index import Index
from diag.facts.owners import chain, controller
from diag.model.containers import Container
from diag.model.kinds import BY_KIND
from diag.model.units import parse_quantity


def injected(index: Index, container: PodContainer) -> bool | None:
    """Whether the container came into the pod from elsewhere than its workload's template, as from a webhook.

    None when no template is known.
    """
    template = _template(index, container)
    return None if template is None else all(c.name != container.spec.name for c in template)


def newest_limit(index: Index, container: PodContainer) -> str | None:
    """The memory limit that the workload's template has for the container by now."""
    return _limit(_template(index, container, newest=True), container)


def raised_limit(index: Index, container: PodContainer) -> str | None:
    """The memory limit that the workload's template has for the container by now, where it is more than the pod's.

    Not when the pod's own revision has it already: then something else, as a VerticalPodAutoscaler, gave the pod less.
    """
    wanted, own = newest_limit(index, container), own_memory_limit(container)
    if wanted is None or own is None or parse_quantity(wanted) <= parse_quantity(own):
        return None
    owner = controller(container.pod.metadata)
    revised = owner is not None and owner.kind == "ReplicaSet"
    return None if revised and _limit(_template(index, container), container) == wanted else wanted


def _limit(template: tuple[Container, ...] | None, container: PodContainer) -> str | None:
    return next((limit_of(c.resources) for c in template or () if c.name == container.spec.name), None)


def _template(index: Index, container: PodContainer, newest: bool = False) -> tuple[Container, ...] | None:
    """All containers in the template that the pod was made from, or in that of its workload today (`newest`)."""
    meta = container.pod.metadata
    keys = chain(index, "Pod", meta)[1:]
    for key in reversed(keys) if newest else keys:
        known = BY_KIND.get(key.kind)
        found = index.get(known.plural, key.namespace, key.name) if known else None
        template = getattr(found.spec, "template", None) if found else None
        if template is not None and template.spec.containers:
            return (*template.spec.init_containers, *template.spec.containers)
    return None
