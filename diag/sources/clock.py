"""The newest time found in objects: the least that the time of a recording can have been."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from diag.model.meta import Base, Metadata

_TICKS = timedelta(minutes=1)
_FEWEST = 2


def newest(objects: dict[str, list[Any]]) -> datetime | None:
    """The newest time in any field of the records, None when there is none.

    When an object is to be gone lies ahead (grace periods are added to it), and does not count.
    """
    return max(
        (moment for records in objects.values() for record in records for moment in _times(record)), default=None
    )


def ticked(objects: dict[str, list[Any]], latest: datetime | None) -> datetime | None:
    """The newest time, where leases show that it is that of the recording: several were renewed shortly before.

    Every kubelet and every leader renews its own each few seconds (KEP-589, client-go leaderelection). One alone may
    have been the last to stop.
    """
    renewed = [one.spec.renew_time for one in objects.get("leases", ()) if one.spec.renew_time is not None]
    fresh = [time for time in renewed if latest is not None and latest - time <= _TICKS]
    return latest if len(fresh) >= _FEWEST else None


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
