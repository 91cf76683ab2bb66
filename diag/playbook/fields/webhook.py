"""Fields of `webhook`: one webhook of a ValidatingWebhookConfiguration or MutatingWebhookConfiguration."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the webhook.", lambda i, w: w.webhook.name),
    "configuration": Field("text", "Configuration that it stands in.", lambda i, w: w.configuration.metadata.name),
}
