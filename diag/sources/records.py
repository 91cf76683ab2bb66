"""What both kinds of source do with decoded records."""

from collections.abc import Iterable
from typing import Any

from diag.model.decode import LeftOut
from diag.model.kinds import BY_PLURAL
from diag.model.snapshot import Gap


def in_order(records: Iterable[Any]) -> list[Any]:
    """By namespace and name; an object that came twice (a list that had to be read anew) counts once, the later one."""
    unique = {_identity(record): record for record in records}
    return sorted(unique.values(), key=lambda record: (record.metadata.namespace, record.metadata.name))


def _identity(record: Any) -> object:
    meta = record.metadata
    return (meta.uid, meta.namespace, meta.name) if meta.uid else id(record)


def unreadable(left_out: LeftOut) -> Gap:
    """The gap that an object leaves which could not be decoded."""
    return Gap(BY_PLURAL[left_out.plural].resource, left_out.namespace, "unreadable", left_out.text)
