"""Fields of `lease`."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the lease.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the lease.", lambda i, o: o.metadata.namespace or None),
    "age": Field("duration", "Time since the lease was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
}
