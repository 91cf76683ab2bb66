"""Fields of `container` about its probes."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {}
