"""Fields of `container` about how and why its program ended."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {}
