"""What Alertmanager says: the payload of its webhook, or the list of its API."""

from typing import Any, NamedTuple

import msgspec

from diag.errors import UsageError
from diag.model.text import clean_json

_VERSION = "4"  # of webhook payloads since Alertmanager 0.6 (prometheus.io/docs/alerting/latest/configuration)
_WANTED = "pipe what Alertmanager's webhook sends or what `amtool alert query -o json` prints"


class Alert(msgspec.Struct, frozen=True):
    """One alert: its name and its other labels."""

    name: str
    labels: dict[str, str]


class Payload(NamedTuple):
    """Alerts that fire, alerts that are over, and how many Alertmanager left out (its `max_alerts`)."""

    firing: tuple[Alert, ...]
    resolved: tuple[Alert, ...] = ()
    left_out: int = 0


class _Written(msgspec.Struct, frozen=True):
    """An alert as it is written: `status` is a word in a webhook and an object in the API."""

    labels: dict[str, str]
    status: Any = None


class _Webhook(msgspec.Struct, frozen=True):
    alerts: list[_Written]
    version: str = _VERSION
    left_out: int = msgspec.field(default=0, name="truncatedAlerts")


def read_payload(document: bytes) -> Payload:
    """The alerts of a webhook payload (version 4), or of a list as `/api/v2/alerts` gives it. Raises UsageError."""
    if not document.strip():
        raise UsageError(f"there was nothing on standard input: {_WANTED}")
    try:
        read: _Webhook | list[_Written] = msgspec.json.decode(clean_json(document), type=_Webhook | list[_Written])
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise UsageError(f"standard input holds no alerts of Alertmanager ({error}): {_WANTED}") from error
    if isinstance(read, list):
        read = _Webhook(read)
    if read.version != _VERSION:
        raise UsageError(f"the payload has version {read.version!r}, and only {_VERSION!r} is known: {_WANTED}")
    resolved = [written for written in read.alerts if written.status == "resolved"]
    firing = [written for written in read.alerts if written.status != "resolved"]
    return Payload(tuple(map(_alert, firing)), tuple(map(_alert, resolved)), read.left_out)


def _alert(written: _Written) -> Alert:
    rest = {label: value for label, value in written.labels.items() if label != "alertname"}
    return Alert(written.labels.get("alertname", ""), rest)
