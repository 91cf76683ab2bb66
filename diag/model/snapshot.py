"""One reading of a cluster: what was seen, when, and what could not be seen."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from diag.model.kinds import BY_PLURAL
from diag.model.meta import Time

GapReason = Literal[
    "forbidden", "timeout", "not-served", "expired", "truncated", "unreadable", "not-asked", "skipped", "reading"
]


class Scope(msgspec.Struct, frozen=True):
    """What was asked for. No namespaces means all of them; `selector` is a label selector for pods."""

    namespaces: tuple[str, ...] = ()
    selector: str = ""


class Gap(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that was asked for and could not be looked at.

    `what` is a resource (`pods`, `storageclasses.storage.k8s.io`), `logs` or `metrics`; `scope` a namespace, an
    object or empty for everywhere; `detail` the reason in words. `playbooks` are those not evaluated because of it.
    `read` are namespaces that were read all the same, where the gap is all others.
    """

    what: str
    scope: str
    why: GapReason
    detail: str = ""
    playbooks: tuple[str, ...] = ()
    read: tuple[str, ...] = ()


class LogKey(msgspec.Struct, frozen=True, order=True):
    """One log: of a container's present run, or of the one before (`previous`)."""

    namespace: str
    pod: str
    container: str
    previous: bool = False


class Sample(msgspec.Struct, frozen=True):
    """One measured value. `name` is a metric field of the playbook language; labels that do not apply are empty."""

    name: str
    value: float
    namespace: str = ""
    pod: str = ""
    container: str = ""
    claim: str = ""
    node: str = ""


class Metrics(msgspec.Struct, frozen=True):
    """What one source of metrics answered. `names` are the metrics it was asked for and could answer.

    `at` is the time that its samples are of, the oldest where they differ; None when it is not known.
    """

    source: str
    names: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    at: Time | None = None


class Snapshot(msgspec.Struct, frozen=True):
    """What is true of a cluster at `taken_at`, the only clock there is.

    `objects` maps the plural of each kind that was read to its records, sorted by namespace and name; a kind that
    was not read is absent and named in `gaps`. `clock` is `inferred` when the time was taken from the data itself,
    so that the true age of everything is at least what it seems.
    """

    taken_at: Time
    source: str = ""
    context: str = ""
    server_version: str = ""
    scope: Scope = Scope()
    clock: Literal["exact", "inferred"] = "exact"
    objects: Mapping[str, Sequence[Any]] = {}
    gaps: tuple[Gap, ...] = ()
    logs: dict[LogKey, str] = {}
    metrics: tuple[Metrics, ...] = ()

    def all(self, plural: str) -> Sequence[Any]:
        """The records of a kind; empty when it was not read, which `saw` tells apart."""
        return self.objects.get(plural, ())

    def saw(self, plural: str, namespace: str = "") -> bool:
        """Whether the kind was read wholly, in that namespace where it has namespaces.

        `plural@namespace` names a namespace of its own: events about nodes stand in `default`, whoever asks.
        """
        plural, _, fixed = plural.partition("@")
        namespace = fixed or namespace
        if plural not in self.objects:
            return False
        asked = self.scope.namespaces
        if asked and not fixed and BY_PLURAL[plural].namespaced and namespace not in asked:
            return False
        resource = BY_PLURAL[plural].resource
        return not any(
            gap.what == resource and (gap.scope == namespace or (not gap.scope and namespace not in gap.read))
            for gap in self.gaps
        )
