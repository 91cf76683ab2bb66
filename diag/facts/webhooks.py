"""Webhooks one by one: a configuration may have several."""

from collections.abc import Iterator
from typing import NamedTuple

from diag.model.access import Webhook, WebhookConfiguration


class NamedWebhook(NamedTuple):
    """One webhook of a configuration."""

    configuration: WebhookConfiguration
    webhook: Webhook


def webhooks(configuration: WebhookConfiguration) -> Iterator[NamedWebhook]:
    """The webhooks of a configuration."""
    return (NamedWebhook(configuration, webhook) for webhook in configuration.webhooks)
