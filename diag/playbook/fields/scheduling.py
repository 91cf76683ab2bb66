"""Fields of `pod` about the scheduler's search for a node."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {}
