"""Fields of `container` about its start: configuration, image made into a process, hooks."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {}
