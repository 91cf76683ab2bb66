"""Fields of `budget`."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the disruption budget.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the disruption budget.", lambda i, o: o.metadata.namespace or None),
    "age": Field("duration", "Time since the budget was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
}
