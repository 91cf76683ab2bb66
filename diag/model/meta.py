"""What every Kubernetes object has: metadata, conditions, references to others (k8s.io/apimachinery meta/v1)."""

from datetime import datetime
from typing import Annotated

import msgspec

# RFC 3339 with an offset; a time without one means nothing across machines and is dropped.
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Base(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """A part of an API object. Only the fields that a diagnosis needs; the decoder skips all others.

    `gc=False`: none of these can be part of a reference cycle, and the collector would otherwise walk
    every object of the cluster again and again.
    """


class OwnerReference(Base, frozen=True):
    """Who owns an object; `controller` marks the one owner that manages it."""

    kind: str = ""
    name: str = ""
    uid: str = ""
    api_version: str = ""
    controller: bool = False


class Metadata(Base, frozen=True):
    """Name, identity and marks of an object. `deletion_timestamp` is set once it is being deleted."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = None
    generation: int = 0
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    owner_references: tuple[OwnerReference, ...] = ()
    finalizers: tuple[str, ...] = ()


class Condition(Base, frozen=True):
    """One entry of `status.conditions`; `status` is True, False or Unknown."""

    type: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    last_transition_time: Time | None = None


class LabelSelectorRequirement(Base, frozen=True):
    """One expression of a selector; `operator` is In, NotIn, Exists or DoesNotExist (Gt and Lt for nodes)."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class LabelSelector(Base, frozen=True):
    """Selects objects by label; every label and every expression must hold."""

    match_labels: dict[str, str] = {}
    match_expressions: tuple[LabelSelectorRequirement, ...] = ()


class ObjectReference(Base, frozen=True):
    """Points at an object, perhaps in another namespace."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    field_path: str = ""
    api_version: str = ""
