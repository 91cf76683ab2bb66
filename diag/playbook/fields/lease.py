"""Fields of `lease`."""

from diag.facts import leases
from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the lease.", lambda i, o: o.metadata.name),
    "namespace": Field("text", "Namespace of the lease.", lambda i, o: o.metadata.namespace or None),
    "holder": Field("text", "Who held it last.", lambda i, o: o.spec.holder_identity or None),
    "leader": Field(
        "text",
        "Part of the control plane whose leader holds it, in words.",
        lambda i, o: leases.LEADERS.get(o.metadata.name) if o.metadata.namespace == leases.CONTROL_PLANE else None,
    ),
    "stopped": Field("bool", "Whether it is the lease of such a leader and nobody renews it any more.", leases.stopped),
    "behind": Field("duration", "By how much its last renewal is older than the newest of any lease.", leases.behind),
}
