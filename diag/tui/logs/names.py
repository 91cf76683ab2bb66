"""Short names for the logs that are shown together."""

from collections.abc import Collection, Sequence
from itertools import takewhile

WIDEST = 24  # letters


def short_names(sources: Sequence[str]) -> dict[str, str]:
    """What tells each `pod/container` apart from the others: the end of the pod's name, the container, or both."""
    pairs = [source.partition("/")[::2] for source in sources]
    pods, containers = {pod for pod, _ in pairs}, {container for _, container in pairs}
    shared = _shared(pods)
    names = {}
    for source, (pod, container) in zip(sources, pairs, strict=True):
        parts = [pod[shared:]] if len(pods) > 1 else []
        parts += [container] if len(containers) > 1 or len(pods) == 1 else []
        names[source] = _shortened("/".join(parts))
    return names


def _shared(pods: Collection[str]) -> int:
    """How many letters of the names are the same, in whole words; the last word is never one of them."""
    words = [pod.split("-")[:-1] for pod in pods]
    same = takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False))
    return sum(len(column[0]) + 1 for column in same)


def _shortened(name: str) -> str:
    return name if len(name) <= WIDEST else "…" + name[1 - WIDEST :]
