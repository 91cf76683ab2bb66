"""Fields of `pod`, `workload`, `service_account` and `namespace`."""

from diag.facts import placement
from diag.facts.index import Index, Key, claim_names
from diag.facts.owners import controller, manager
from diag.model.kinds import BY_KIND
from diag.model.pods import Pod
from diag.playbook.fields.field import Field


def _condition(pod: Pod, kind: str) -> str | None:
    return next((c.reason for c in pod.status.conditions if c.type == kind and c.status == "True"), None)


def _job_succeeded(index: Index, pod: Pod) -> bool:
    owner = controller(pod.metadata)
    job = index.get("jobs", pod.metadata.namespace, owner.name) if owner and owner.kind == "Job" else None
    return job is not None and (job.status.succeeded > 0 or job.status.completion_time is not None)


def _missing_claims(index: Index, pod: Pod) -> list[str] | None:
    return placement.missing_claims(index, pod) or None


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
    "job_succeeded": Field("bool", "Whether it belongs to a Job that has succeeded since.", _job_succeeded, ("jobs",)),
    "unschedulable": Field(
        "text", "What the scheduler says keeps the pod off every node.", lambda i, p: placement.unschedulable_message(p)
    ),
    "claims": Field("texts", "Claims that the pod mounts.", lambda i, p: claim_names(p) or None),
    "missing_claims": Field(
        "texts", "Claims that the pod mounts and that do not exist.", _missing_claims, needs=("persistentvolumeclaims",)
    ),
    "volume_reach": Field(
        "text",
        "Where the pod's volumes can be reached and why no node there takes the pod.",
        lambda i, p: placement.volume_reach(i, p),
        needs=("persistentvolumeclaims", "persistentvolumes", "nodes"),
    ),
}


def _short(index: Index, key: Key) -> bool | None:
    known = BY_KIND.get(key.kind)
    found = index.get(known.plural, key.namespace, key.name) if known else None
    if found is None or not hasattr(found.status, "ready_replicas"):
        return None
    wanted = 1 if found.spec.replicas is None else found.spec.replicas
    return bool(found.status.replicas < wanted)


# A workload is known by its key alone: it may be of a kind that is not read (a custom resource).
WORKLOAD: dict[str, Field] = {
    "kind": Field("text", "Kind of the workload.", lambda i, w: w.kind),
    "name": Field("text", "Name of the workload.", lambda i, w: w.name),
    "namespace": Field("text", "Namespace of the workload.", lambda i, w: w.namespace),
    "short_of_replicas": Field("bool", "Whether it has fewer pods than it asks for.", _short),
    "manager": Field("text", "Tool that writes the workload: Helm, Argo CD, Flux, an operator.", manager),
}

SERVICE_ACCOUNT: dict[str, Field] = {
    "name": Field("text", "Name of the service account.", lambda i, a: a.metadata.name),
    "pull_secrets": Field(
        "texts",
        "Pull secrets that new pods get.",
        lambda i, a: [secret.name for secret in a.image_pull_secrets] or None,
    ),
}

NAMESPACE: dict[str, Field] = {
    "name": Field("text", "Name of the namespace.", lambda i, n: n.metadata.name),
    "phase": Field("text", "Active or Terminating.", lambda i, n: n.status.phase or None),
}
