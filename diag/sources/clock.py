"""The newest time found in objects: the least that the time of a recording can have been."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from diag.model.meta import Base, Metadata


def newest(objects: dict[str, list[Any]]) -> datetime | None:
    """The newest time in any field of the records, None when there is none.

    When an object is to be gone lies ahead (grace periods are added to it), and does not count.
    """
    return max(
        (moment for records in objects.values() for record in records for moment in _times(record)), default=None
    )


def _times(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, Metadata):
        if value.creation_timestamp:
            yield value.creation_timestamp
    elif isinstance(value, msgspec.Struct):
        for item in msgspec.structs.astuple(value):
            if isinstance(item, datetime | tuple | Base):
                yield from _times(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _times(item)
