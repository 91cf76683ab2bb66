"""Webhooks one by one, since a configuration may have several, and what the API server says of those it cannot call."""

import re
from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

from diag.facts.index import Index, grouped
from diag.model.access import Webhook, WebhookConfiguration
from diag.model.cluster import Event

_FAILED = re.compile(r'failed calling webhook "(?P<name>[^"]+)": (?P<why>.*)', re.S)


class NamedWebhook(NamedTuple):
    """One webhook of a configuration."""

    configuration: WebhookConfiguration
    webhook: Webhook


def webhooks(configuration: WebhookConfiguration) -> Iterator[NamedWebhook]:
    """The webhooks of a configuration."""
    return (NamedWebhook(configuration, webhook) for webhook in configuration.webhooks)


class Failure(NamedTuple):
    """What the API server said when it could not call a webhook, and when it last said so."""

    why: str
    event: Event


def failure(index: Index, webhook: str) -> Failure | None:
    """The newest failure to call a webhook that a controller met (apiserver admission plugin webhook errors)."""
    events = _failures(index).get(webhook)
    newest = reduce(lambda one, other: other if _newer(other, one) else one, events) if events else None
    said = _said(newest) if newest is not None else None
    return Failure(said["why"], newest) if newest is not None and said else None


@grouped("events")
def _failures(event: Event) -> tuple[str, ...]:
    said = _said(event)
    return (said["name"],) if said else ()


def _said(event: Event) -> re.Match[str] | None:
    return _FAILED.search(event.message) if "failed calling webhook" in event.message else None


def _newer(one: Event, other: Event) -> bool:
    return one.last is not None and (other.last is None or one.last > other.last)
