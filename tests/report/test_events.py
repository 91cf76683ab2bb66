from datetime import UTC, datetime, timedelta
from io import StringIO

import msgspec
import pytest

from diag.model.cluster import Event
from diag.model.meta import Metadata, ObjectReference
from diag.model.snapshot import Gap, Snapshot
from diag.report.event_table import print_events
from diag.report.events import Filter, events

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
POD = ObjectReference(kind="Pod", namespace="shop", name="web", uid="u-1", field_path="spec.containers{app}")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def event(minutes: float | None, message: str = "said", span: float = 0, count: int = 1, **more: object) -> Event:
    last = None if minutes is None else NOW - timedelta(minutes=minutes)
    first = last and last - timedelta(minutes=span)
    meta = Metadata(name="e", namespace="shop")
    made = Event(meta, POD, "Warning", "BackOff", message, "kubelet", count, first, last)
    return msgspec.structs.replace(made, **more)


def snapshot(*found: Event, gaps: tuple[Gap, ...] = ()) -> Snapshot:
    return Snapshot(NOW, objects={"events": list(found)}, gaps=gaps)


def shown(found: Snapshot, wanted: Filter = Filter(), stream: StringIO | None = None) -> list[str]:  # noqa: B008
    stream = stream or StringIO()
    print_events(events(found, wanted, False), wanted, stream)
    return stream.getvalue().splitlines()


def test_equal_events_are_one_with_their_count_and_span() -> None:
    found = events(snapshot(event(1, count=7), event(6, count=5), event(2, "other")), Filter(), False)
    assert [(one.message, one.count) for one in found.events] == [("other", 1), ("said", 12)]
    assert found.events[1].first == NOW - timedelta(minutes=6)
    assert shown(snapshot(event(1, count=7), event(6, count=5))) == [
        "60s  Warning  BackOff  shop/pod/web  x12 over 5m  app: said (kubelet)"
    ]


def test_events_without_any_time_come_first_and_are_not_left_out() -> None:
    found = events(snapshot(event(5), event(None, "timeless")), Filter(since=60), False)
    assert [one.message for one in found.events] == ["timeless"]


def test_hostile_text_stays_on_its_line() -> None:
    [line] = shown(snapshot(event(1, "a\x1b[2J\nb", reason="x\u202ey")))
    assert "a\ufffd[2J b" in line
    assert "x\ufffdy" in line


def test_long_messages_are_wrapped_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "word " * 60
    assert len(shown(snapshot(event(1, long)))) == 1
    monkeypatch.setenv("NO_COLOR", "1")
    for columns in ("60", "110"):
        monkeypatch.setenv("COLUMNS", columns)
        lines = shown(snapshot(event(1, long)), stream=Terminal())
        assert len(lines) > 1
        assert max(map(len, lines)) <= int(columns)
        assert all(line.startswith("    ") for line in lines[1:])


def test_whether_the_object_is_gone_is_known_only_where_it_was_looked_for() -> None:
    pods = {"pods": [], "events": [event(1)]}
    assert events(snapshot(event(1)), Filter(), False).events[0].gone is None
    assert events(Snapshot(NOW, objects=pods), Filter(), False).events[0].gone is True
    hidden = Snapshot(NOW, objects=pods, gaps=(Gap("pods", "shop", "forbidden"),))
    assert events(hidden, Filter(), False).events[0].gone is None


def test_an_object_of_another_group_is_not_ours() -> None:
    other = event(1, involved=ObjectReference(kind="Service", name="web", api_version="serving.knative.dev/v1"))
    found = Snapshot(NOW, objects={"services": [], "events": [other]})
    assert events(found, Filter(), False).events[0].gone is None


def test_gaps_of_other_namespaces_are_left_out() -> None:
    gaps = (Gap("events", "shop", "forbidden"), Gap("events", "default", "forbidden"), Gap("pods", "", "forbidden"))
    found = events(snapshot(gaps=gaps), Filter(namespaces=("shop",)), False)
    assert found.gaps == gaps[:1]


def test_none_are_said_to_be_none() -> None:
    [line] = shown(snapshot(), Filter(reasons=("backoff", "failed")))
    assert line.startswith("no events with reason backoff or failed in the last hour: ")
