"""Fields of `signing_request`."""

from diag.facts import nodes
from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the request.", lambda i, o: o.metadata.name),
    "age": Field("duration", "Time since the request was made.", lambda i, o: i.age(o.metadata.creation_timestamp)),
    "signer": Field("text", "Who is asked to sign.", lambda i, o: o.spec.signer_name or None),
    "requestor": Field("text", "User who asks.", lambda i, o: o.spec.username or None),
    "waiting": Field(
        "bool",
        "Whether it is a kubelet's and neither approved nor denied nor failed.",
        lambda i, o: nodes.is_waiting(o),
    ),
}
