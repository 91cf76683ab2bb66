"""Fields of `namespace`."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the namespace.", lambda i, n: n.metadata.name),
    "phase": Field("text", "Active or Terminating.", lambda i, n: n.status.phase or None),
}
