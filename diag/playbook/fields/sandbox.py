"""Fields of `pod` about its sandbox and network."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {}
