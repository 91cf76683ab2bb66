"""Fields of `quota`."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the quota.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the quota.", lambda i, o: o.metadata.namespace or None),
    "age": Field("duration", "Time since the quota was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
}
