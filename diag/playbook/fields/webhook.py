"""Fields of `webhook`: one webhook of a ValidatingWebhookConfiguration or MutatingWebhookConfiguration."""

from diag.facts import services, webhooks
from diag.facts.index import Index
from diag.facts.webhooks import NamedWebhook
from diag.playbook.fields.field import Field

_SERVICES = ("services",)
_EVENTS = ("events",)


def _service(index: Index, found: NamedWebhook) -> str | None:
    ref = found.webhook.client_config.service
    return f"{ref.namespace}/{ref.name}" if ref is not None else None


def _service_missing(index: Index, found: NamedWebhook) -> bool | None:
    ref = found.webhook.client_config.service
    if ref is None:
        return False
    if not index.saw("services", ref.namespace):
        return None
    return index.get("services", ref.namespace, ref.name) is None


def _service_empty(index: Index, found: NamedWebhook) -> bool | None:
    ref = found.webhook.client_config.service
    service = index.get("services", ref.namespace, ref.name) if ref is not None else None
    return services.is_empty(index, service) if service is not None else None


def _failure(index: Index, found: NamedWebhook) -> str | None:
    failure = webhooks.failure(index, found.webhook.name)
    return failure.why if failure is not None else None


def _failure_age(index: Index, found: NamedWebhook) -> float | None:
    failure = webhooks.failure(index, found.webhook.name)
    return index.age(failure.event.last) if failure is not None else None


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the webhook.", lambda i, w: w.webhook.name),
    "object": Field("text", "The webhook as `Webhook name`.", lambda i, w: f"Webhook {w.webhook.name}"),
    "configuration": Field("text", "Configuration that it stands in.", lambda i, w: w.configuration.metadata.name),
    "configuration_kind": Field(
        "text", "Kind of that configuration, as kubectl takes it.", lambda i, w: type(w.configuration).__name__.lower()
    ),
    "age": Field(
        "duration",
        "Time since its configuration was made.",
        lambda i, w: i.age(w.configuration.metadata.creation_timestamp),
    ),
    "failure_policy": Field(
        "text", "Fail: requests fail without its answer; or Ignore.", lambda i, w: w.webhook.failure_policy or "Fail"
    ),
    "service": Field("text", "Service that is called for it, as namespace/name.", _service),
    "service_missing": Field("bool", "Whether that service does not exist.", _service_missing, _SERVICES),
    "service_empty": Field("bool", "Whether nothing serves that service.", _service_empty, _SERVICES),
    "failure": Field("text", "Why the API server could not call it, the newest time.", _failure, _EVENTS),
    "failure.age": Field("duration", "Time since that.", _failure_age, _EVENTS),
}
