"""Fields of `pod` about its volumes on their way into it."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {}
