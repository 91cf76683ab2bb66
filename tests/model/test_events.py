import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diag.model.cluster import Event
from diag.model.decode import Decoder

CREATED = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    return (CREATED + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def event(**fields: Any) -> Event:
    item = {"metadata": {"name": "e", "namespace": "shop", "creationTimestamp": at(0)}, **fields}
    [record] = Decoder().decode("events", json.dumps([item]).encode())
    assert isinstance(record, Event)
    return record


def minutes(record: Event) -> list[float | None]:
    return [None if time is None else (time - CREATED).total_seconds() / 60 for time in (record.first, record.last)]


CORE = {
    "involvedObject": {
        "kind": "Pod",
        "namespace": "shop",
        "name": "web-1",
        "uid": "u",
        "fieldPath": "spec.containers{app}",
    },
    "type": "Warning",
    "reason": "BackOff",
    "message": "Back-off restarting failed container",
    "source": {"component": "kubelet", "host": "node-1"},
    "count": 7,
    "firstTimestamp": at(1),
    "lastTimestamp": at(9),
    "eventTime": None,
}
NEW = {
    "regarding": CORE["involvedObject"],
    "type": "Warning",
    "reason": "BackOff",
    "note": "Back-off restarting failed container",
    "reportingController": "kubelet",
    "eventTime": at(1) + "",
    "series": {"count": 7, "lastObservedTime": at(9)},
    "deprecatedCount": 3,
}


def test_both_shapes_of_an_event_say_the_same() -> None:
    assert event(**CORE) == event(**NEW)
    record = event(**CORE)
    assert (record.source, record.count, record.involved.field_path) == ("kubelet", 7, "spec.containers{app}")
    assert minutes(record) == [1, 9]


@pytest.mark.parametrize(
    ("fields", "first_and_last", "count"),
    [
        ({}, [0, 0], 1),
        ({"eventTime": at(3)}, [3, 3], 1),
        ({"lastTimestamp": at(5)}, [5, 5], 1),
        ({"firstTimestamp": at(2), "lastTimestamp": None}, [2, 2], 1),
        ({"deprecatedFirstTimestamp": at(2), "deprecatedLastTimestamp": at(4), "deprecatedCount": 5}, [2, 4], 5),
        ({"eventTime": at(3), "series": {"count": 9, "lastObservedTime": at(8)}, "count": 1}, [3, 8], 9),
        ({"firstTimestamp": "soon", "lastTimestamp": 7, "series": None, "count": None}, [0, 0], 1),
        ({"firstTimestamp": "2026-01-10T12:02:00", "count": "many"}, [0, 0], 1),
    ],
)
def test_times_and_counts(fields: dict[str, Any], first_and_last: list[float], count: int) -> None:
    record = event(**fields)
    assert minutes(record) == first_and_last
    assert record.count == count


def test_events_without_any_time_or_object_are_still_events() -> None:
    [record] = Decoder().decode("events", b'[{"metadata":{"name":"e"},"reason":"X"}]')
    assert (record.reason, record.first, record.last, record.involved.kind) == ("X", None, None, "")


def test_the_prefix_of_combined_events_is_not_part_of_what_they_say() -> None:
    assert event(message="(combined from similar events): no space left").message == "no space left"


def test_credentials_in_the_note_of_a_new_event_are_withheld() -> None:
    assert event(note="refused token ghp_" + "a" * 36).message == "refused token withheld"
