"""Fields of `pod` about how it ended or is ended: eviction, rejection, preemption, deletion, its node."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {}
