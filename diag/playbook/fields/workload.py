"""Fields of `workload`: a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob, or what else owns pods."""

from collections.abc import Callable

from diag.facts import claims, rollouts
from diag.facts.index import Index, Key
from diag.facts.owners import manager
from diag.playbook.fields import job, refused, rollout
from diag.playbook.fields.field import Field


def _short(index: Index, key: Key) -> bool | None:
    found = rollouts.record(index, key)
    return rollouts.lacks_pods(found) if rollouts.wanted(found) is not None else None


def _refused(part: str) -> Callable[[Index, Key], str | None]:
    def get(index: Index, key: Key) -> str | None:
        found = claims.refusal(index, key)
        return getattr(found, part) if found is not None else None

    return get


# A workload is known by its key alone: it may be of a kind that is not read (a custom resource).
FIELDS: dict[str, Field] = {
    "kind": Field("text", "Kind of the workload.", lambda i, w: w.kind),
    "name": Field("text", "Name of the workload.", lambda i, w: w.name),
    "namespace": Field("text", "Namespace of the workload.", lambda i, w: w.namespace),
    "short_of_replicas": Field("bool", "Whether it has fewer pods than it asks for.", _short),
    "manager": Field("text", "Tool that writes the workload: Helm, Argo CD, Flux, an operator.", manager),
    "refused_claim": Field(
        "text", "Claim of a StatefulSet that the API refused and that does not exist.", _refused("claim"), ("events",)
    ),
    "refused_claim.pod": Field("text", "Pod that the claim was for.", _refused("pod"), ("events",)),
    "refused_claim.error": Field("text", "Why the API refused it.", _refused("error"), ("events",)),
    **rollout.FIELDS,
    **refused.FIELDS,
    **job.FIELDS,
}
