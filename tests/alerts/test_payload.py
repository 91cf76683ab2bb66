import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.alerts.payload import Alert, read_payload
from diag.errors import UsageError

FIRING = {
    "status": "firing",
    "labels": {"alertname": "KubePodNotReady", "namespace": "shop", "pod": "web-1"},
    "annotations": {"summary": "Pod is not ready."},
    "startsAt": "2026-01-10T11:40:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus/graph",
    "fingerprint": "c2a1",
}
RESOLVED = {**FIRING, "status": "resolved", "labels": {"alertname": "KubeJobFailed"}}
ALERT = Alert("KubePodNotReady", {"namespace": "shop", "pod": "web-1"})


def webhook(*alerts: Any, **more: Any) -> bytes:
    return json.dumps({"version": "4", "status": "firing", "receiver": "on-call", "alerts": alerts, **more}).encode()


def test_a_webhook_tells_what_fires_what_is_over_and_what_was_left_out() -> None:
    read = read_payload(webhook(FIRING, RESOLVED, truncatedAlerts=3))
    assert read == ((ALERT,), (Alert("KubeJobFailed", {}),), 3)


def test_the_list_of_the_api_is_read_too() -> None:
    listed = {
        **FIRING,
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
        "receivers": [{"name": "x"}],
    }
    assert read_payload(json.dumps([listed]).encode()) == ((ALERT,), (), 0)


def test_an_alert_needs_no_name_and_no_status() -> None:
    assert read_payload(b'[{"labels": {"severity": "page"}}]').firing == (Alert("", {"severity": "page"}),)


def test_hostile_text_is_neutralised() -> None:
    (alert,) = read_payload(webhook({"labels": {"alertname": "A\x1b[2J", "pod": "‮x"}})).firing
    assert (alert.name, alert.labels) == ("A�[2J", {"pod": "�x"})


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (b"", "there was nothing on standard input: pipe what"),
        (b"  \n", "there was nothing on standard input: pipe what"),
        (b"Alertname  Starts At", "JSON is malformed"),
        (b'[{"labels": {}, "status": ' + b"[" * 100_000, "recursion depth"),
        (b'{"status": "success"}', "missing required field `alerts`"),
        (b'{"alerts": null}', "$.alerts"),
        (webhook({"labels": {"alertname": 5}}), "$.alerts[0].labels[...]"),
        (webhook({"annotations": {}}), "missing required field `labels`"),
        (b"5", "Expected `object | array`"),
        (webhook(version="3"), "the payload has version '3', and only '4' is known"),
    ],
)
def test_what_is_no_payload_is_one_plain_line(document: bytes, told: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_payload(document)
    assert told in str(raised.value)
    assert "amtool alert query -o json" in str(raised.value)
    assert "\n" not in str(raised.value)


VALUES = st.recursive(st.none() | st.text() | st.integers(), st.lists)


@given(st.binary(max_size=60) | VALUES.map(json.dumps).map(str.encode))
def test_whatever_comes_is_read_or_is_an_error_of_usage(document: bytes) -> None:
    with suppress(UsageError):
        assert read_payload(document).left_out == 0
