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
    index = Index(snapshot)
    alike: dict[object, list[Event]] = defaultdict(list)
    for event in snapshot.all("events"):
        if wanted.picks(event, snapshot.taken_at):
            alike[event.involved, event.type, event.reason, event.source, event.message].append(event)
    found = sorted((_shown(index, group) for group in alike.values()), key=_order, reverse=newest_first)
    gaps = [gap for gap in snapshot.gaps if gap.what == "events" and _concerns(gap, wanted.namespaces)]
    return Events(SCHEMA, snapshot.taken_at, snapshot.context, tuple(found), tuple(gaps))


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
    if not index.snapshot.saw(kind.plural, involved.namespace):
        return None
    found = index.get(kind.plural, involved.namespace, involved.name)
    # the kubelet writes a node's name where its uid belongs
    return found is None or involved.uid not in ("", found.metadata.uid, involved.name)


def _order(event: Shown) -> tuple[float, str, str, str]:
    return (event.last.timestamp() if event.last else 0.0), event.namespace, event.name, event.message
