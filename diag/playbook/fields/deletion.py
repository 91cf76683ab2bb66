"""Fields of `pod` about its deletion."""

from diag.facts import deletions
from diag.playbook.fields.field import Field

FIELDS: dict[str, Field] = {
    "deletion.overdue": Field(
        "duration", "Time by which it has outlived its deletion and grace period.", deletions.overdue
    ),
    "deletion.age": Field(
        "duration",
        "Time since it should have been gone, by the time of deletion that it was given.",
        lambda i, p: i.age(p.metadata.deletion_timestamp),
    ),
    "deletion.grace": Field(
        "duration",
        "Grace period of its deletion.",
        lambda i, p: deletions.grace(p) if p.metadata.deletion_timestamp is not None else None,
    ),
    "deletion.running": Field(
        "texts",
        "Containers that still run though it is being deleted.",
        lambda i, p: deletions.running(p) or None if p.metadata.deletion_timestamp is not None else None,
    ),
    "deletion.kill_error": Field(
        "text", "What the kubelet last said of its failure to end it.", deletions.kill_error, ("events",)
    ),
    "finalizers": Field("texts", "Its finalizers.", lambda i, p: list(p.metadata.finalizers) or None),
    "finalizer_owner": Field(
        "text", "Who takes the first of them off, in words.", lambda i, p: deletions.finalizer_owner(p)
    ),
}
