"""Events in the order of their last time, those that say the same as one, for eyes and for programs."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from diag.facts.index import Index
from diag.model.cluster import Event
from diag.model.kinds import BY_KIND
from diag.model.meta import ObjectReference
from diag.model.snapshot import Gap, Snapshot
from diag.model.text import one_line
from diag.model.units import format_duration

SCHEMA = "mondiag.events/v1"


class Shown(msgspec.Struct, frozen=True):
    """What was said of one object, `count` times between `first` and `last`; all texts on one line.

    `part` is what of the object it is about (`spec.containers{app}`). `gone` says that the object of that uid does
    not exist any more; null when the kind was not read.
    """

    last: datetime | None
    first: datetime | None
    count: int
    type: str
    reason: str
    kind: str
    namespace: str
    name: str
    part: str
    source: str
    message: str
    gone: bool | None


class Events(msgspec.Struct, frozen=True):
    """What `mondiag events --json` prints: events within a scope, in the order that was asked for."""

    schema: str
    taken_at: datetime
    context: str
    events: tuple[Shown, ...]
    gaps: tuple[Gap, ...]


class Filter(msgspec.Struct, frozen=True):
    """Which events: of a type, with one of the reasons (in small letters), about an object, of the last `since` s."""

    type: str = ""
    reasons: tuple[str, ...] = ()
    kind: str = ""
    name: str = ""
    since: float | None = None
    namespaces: tuple[str, ...] = ()

    def picks(self, event: Event, now: datetime) -> bool:
        """Whether the event is one of them; one without any time is never left out for its age."""
        involved = event.involved
        age = (now - event.last).total_seconds() if event.last else 0.0
        return (
            self.type in ("", event.type)
            and (not self.reasons or event.reason.lower() in self.reasons)
            and self.kind in ("", involved.kind)
            and self.name in ("", involved.name)
            and (self.since is None or age <= self.since)
            and (not self.namespaces or event.metadata.namespace in self.namespaces)
        )

    @property
    def words(self) -> str:
        """What is asked for, as it follows `no events`."""
        reasons = f" with reason {' or '.join(self.reasons)}" if self.reasons else ""
        about = f" about {self.kind} {self.name}" if self.name else ""
        return f"{f' of type {self.type}' if self.type else ''}{reasons}{about}"


def events(snapshot: Snapshot, wanted: Filter, newest_first: bool) -> Events:
    """The events that the filter picks; what one object was told twice in the same words counts together."""
    picked = (event for event in snapshot.all("events") if wanted.picks(event, snapshot.taken_at))
    found = folded(Index(snapshot), picked, newest_first)
    gaps = [gap for gap in snapshot.gaps if gap.what == "events" and _concerns(gap, wanted.namespaces)]
    return Events(SCHEMA, snapshot.taken_at, snapshot.context, tuple(found), tuple(gaps))


def folded(index: Index, picked: Iterable[Event], newest_first: bool) -> list[Shown]:
    """The events in order of their last time, those that say the same of one object as one."""
    alike: dict[object, list[Event]] = defaultdict(list)
    for event in picked:
        alike[event.involved, event.type, event.reason, event.source, event.message].append(event)
    return sorted((_shown(index, group) for group in alike.values()), key=_order, reverse=newest_first)


def object_words(event: Shown) -> str:
    """The object that it is about, as `shop/pod/web-1`, and whether that is gone."""
    place = f"{event.namespace}/" if event.namespace else ""
    gone = " (gone)" if event.gone else ""
    return f"{place}{event.kind.lower()}/{event.name}{gone}"


def times_words(event: Shown) -> str:
    """How often it was said, and in how long, as `x12 over 5m`; empty for once."""
    if event.count < 2:
        return ""
    seconds = (event.last - event.first).total_seconds() if event.last and event.first else 0.0
    return f"x{event.count}" + (f" over {format_duration(seconds)}" if seconds > 0 else "")


def message_words(event: Shown) -> str:
    """What was said, of which part of the object, and by whom."""
    source = f" ({event.source})" if event.source else ""
    part = event.part.rpartition("{")[2].removesuffix("}")  # spec.containers{app}
    return f"{part}: {event.message}{source}" if part else f"{event.message}{source}"


def _concerns(gap: Gap, namespaces: Collection[str]) -> bool:
    return not namespaces or gap.scope in ("", *namespaces)


def _shown(index: Index, alike: list[Event]) -> Shown:
    event = alike[0]
    involved = event.involved
    return Shown(
        last=max(_times(one.last for one in alike), default=None),
        first=min(_times(one.first for one in alike), default=None),
        count=sum(one.count for one in alike),
        type=one_line(event.type),
        reason=one_line(event.reason),
        kind=one_line(involved.kind),
        namespace=one_line(involved.namespace),
        name=one_line(involved.name),
        part=one_line(involved.field_path),
        source=one_line(event.source),
        message=one_line(event.message),
        gone=_gone(index, involved),
    )


def _times(times: Iterable[datetime | None]) -> list[datetime]:
    return [time for time in times if time is not None]


def _gone(index: Index, involved: ObjectReference) -> bool | None:
    """Whether there is no such object any more; one of that name with another uid is another one."""
    kind = BY_KIND.get(involved.kind)
    if kind is None or kind.group != involved.api_version.rpartition("/")[0]:
        return None
    if not index.saw(kind.plural, involved.namespace):
        return None
    found = index.get(kind.plural, involved.namespace, involved.name)
    # the kubelet writes a node's name where its uid belongs
    return found is None or involved.uid not in ("", found.metadata.uid, involved.name)


def _order(event: Shown) -> tuple[float, str, str, str]:
    return (event.last.timestamp() if event.last else 0.0), event.namespace, event.name, event.message
