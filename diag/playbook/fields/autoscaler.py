"""Fields of `autoscaler`."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the autoscaler.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the autoscaler.", lambda i, o: o.metadata.namespace or None),
    "age": Field("duration", "Time since the autoscaler was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
}
