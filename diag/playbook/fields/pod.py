"""Fields of `pod` and `service_account`; what each stage of a pod's life adds stands in modules of its own."""

from diag.facts import jobs, placement
from diag.facts.images import nearest
from diag.facts.index import Index, claim_names
from diag.facts.owners import controller
from diag.model.pods import Pod
from diag.playbook.fields import deletion, ending, mounts, probe, sandbox, scheduling, start
from diag.playbook.fields.field import Field


def _condition(pod: Pod, kind: str) -> str | None:
    return next((c.reason for c in pod.status.conditions if c.type == kind and c.status == "True"), None)


def _job_succeeded(index: Index, pod: Pod) -> bool:
    """A Job of a CronJob has succeeded, too, when a later run did: the failed one is kept for its history."""
    owner = controller(pod.metadata)
    job = index.get("jobs", pod.metadata.namespace, owner.name) if owner and owner.kind == "Job" else None
    return job is not None and (jobs.succeeded(job) or jobs.made_good(index, job))


def _missing_claims(index: Index, pod: Pod) -> list[str] | None:
    return placement.missing_claims(index, pod) or None


def _nearest_claim(index: Index, pod: Pod) -> str | None:
    """Not one that the pod mounts, too: that would be another volume of it."""
    known = index.names("persistentvolumeclaims", pod.metadata.namespace) - set(claim_names(pod))
    found = (nearest(name, known) for name in placement.missing_claims(index, pod))
    return next((name for name in found if name is not None), None)


def _namesakes(index: Index, pod: Pod) -> list[str] | None:
    missing = placement.missing_claims(index, pod)
    claims = index.all("persistentvolumeclaims") if missing else []
    return [f"{c.metadata.namespace}/{c.metadata.name}" for c in claims if c.metadata.name in missing] or None


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the pod.", lambda i, p: p.metadata.name),
    "namespace": Field("text", "Namespace of the pod.", lambda i, p: p.metadata.namespace),
    "phase": Field("text", "Pending, Running, Succeeded, Failed or Unknown.", lambda i, p: p.status.phase or None),
    "reason": Field("text", "Reason in the pod's status: Evicted, NodeLost….", lambda i, p: p.status.reason or None),
    "message": Field("text", "Message in the pod's status.", lambda i, p: p.status.message or None),
    "age": Field("duration", "Time since the pod was made.", lambda i, p: i.age(p.metadata.creation_timestamp)),
    "terminating": Field(
        "bool", "Whether the pod is being deleted.", lambda i, p: p.metadata.deletion_timestamp is not None
    ),
    "node": Field("text", "Node that the pod is on.", lambda i, p: p.node_name or None),
    "qos_class": Field("text", "Guaranteed, Burstable or BestEffort.", lambda i, p: p.status.qos_class or None),
    "restart_policy": Field("text", "Always, OnFailure or Never.", lambda i, p: p.spec.restart_policy or None),
    "service_account": Field("text", "Service account of the pod.", lambda i, p: p.spec.service_account_name or None),
    "disruption": Field(
        "text",
        "Why the pod is taken away: preemption, taint, eviction (KEP-3329).",
        lambda i, p: _condition(p, "DisruptionTarget"),
    ),
    "job_succeeded": Field(
        "bool",
        "Whether its Job, or a later run of the same CronJob, has succeeded since.",
        _job_succeeded,
        needs=("jobs", "cronjobs"),
    ),
    "unschedulable": Field(
        "text", "What the scheduler says keeps the pod off every node.", lambda i, p: placement.unschedulable_message(p)
    ),
    "claims": Field("texts", "Claims that the pod mounts.", lambda i, p: claim_names(p) or None),
    "missing_claims": Field(
        "texts", "Claims that the pod mounts and that do not exist.", _missing_claims, needs=("persistentvolumeclaims",)
    ),
    "foreign_claims": Field(
        "texts",
        "Claims named as the pod's own ephemeral volumes want theirs, made for something else.",
        lambda i, p: placement.foreign_claims(i, p) or None,
        ("persistentvolumeclaims",),
    ),
    "nearest_claim": Field(
        "text", "Claim of its namespace that is spelt like a missing one.", _nearest_claim, ("persistentvolumeclaims",)
    ),
    "claim_namesakes": Field(
        "texts",
        "Claims of other namespaces, as namespace/name, that are named like a missing one.",
        _namesakes,
        ("persistentvolumeclaims",),
    ),
    "volume_reach": Field(
        "text",
        "Where the pod's volumes can be reached and why no node there takes the pod.",
        lambda i, p: placement.volume_reach(i, p),
        needs=("persistentvolumeclaims", "persistentvolumes", "nodes"),
    ),
    **deletion.FIELDS,
    **ending.FIELDS,
    **mounts.FIELDS,
    **sandbox.FIELDS,
    **start.POD,
    **probe.POD,
    **scheduling.FIELDS,
}


SERVICE_ACCOUNT: dict[str, Field] = {
    "name": Field("text", "Name of the service account.", lambda i, a: a.metadata.name),
    "pull_secrets": Field(
        "texts",
        "Pull secrets that new pods get.",
        lambda i, a: [secret.name for secret in a.image_pull_secrets] or None,
    ),
}
