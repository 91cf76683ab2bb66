"""Fields of `signing_request`."""

from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the signing request.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the signing request.", lambda i, o: o.metadata.namespace or None),
    "age": Field("duration", "Time since the request was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
}
