"""Webhooks one by one, since a configuration may have several, and what the API server says of those it cannot call."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from diag.facts.index import Index, joined
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
    return _failures(index).get(webhook)


@joined
def _failures(index: Index) -> dict[str, Failure]:
    found: dict[str, Failure] = {}
    for event in index.snapshot.all("events"):
        said = _FAILED.search(event.message) if "failed calling webhook" in event.message else None
        if said and (said["name"] not in found or _newer(event, found[said["name"]].event)):
            found[said["name"]] = Failure(said["why"], event)
    return found


def _newer(one: Event, other: Event) -> bool:
    return one.last is not None and (other.last is None or one.last > other.last)
