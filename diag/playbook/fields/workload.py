"""Fields of `workload`: a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob, or what else owns pods."""

from collections.abc import Callable

from diag.facts import claims
from diag.facts.index import Index, Key
from diag.facts.owners import manager
from diag.model.kinds import BY_KIND
from diag.playbook.fields.field import Field


def _short(index: Index, key: Key) -> bool | None:
    known = BY_KIND.get(key.kind)
    found = index.get(known.plural, key.namespace, key.name) if known else None
    if found is None or not hasattr(found.status, "ready_replicas"):
        return None
    wanted = 1 if found.spec.replicas is None else found.spec.replicas
    return bool(found.status.replicas < wanted)


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
}
