"""Fields of `container`."""

from typing import Any

from diag.facts import containers, images
from diag.facts.containers import PodContainer
from diag.facts.images import Pull
from diag.facts.index import Index
from diag.model.pods import Terminated
from diag.playbook.fields.field import Field


def _state(index: Index, c: PodContainer) -> str | None:
    state = c.status.state
    if state.waiting is not None:
        return "waiting"
    if state.running is not None:
        return "running"
    return "terminated" if state.terminated is not None else None


def _exit(index: Index, c: PodContainer, attribute: str) -> Any:
    ended = c.last_exit
    return getattr(ended, attribute) if ended is not None else None


def _exit_age(index: Index, c: PodContainer) -> float | None:
    ended: Terminated | None = c.last_exit
    return index.age(ended.finished_at) if ended else None


def _pull(index: Index, c: PodContainer) -> Pull | None:
    return images.failed_pull(index, c)


def _reference(index: Index, c: PodContainer, part: str) -> str | None:
    pull = _pull(index, c)
    return getattr(images.parse_reference(pull.image), part) or None if pull and pull.image else None


def _account_secrets(index: Index, c: PodContainer) -> tuple[str, ...] | None:
    namespace = c.pod.metadata.namespace
    if not index.snapshot.saw("serviceaccounts", namespace):
        return None
    account = index.get("serviceaccounts", namespace, c.pod.spec.service_account_name or "default")
    return tuple(secret.name for secret in account.image_pull_secrets) if account else ()


def _credentials(index: Index, c: PodContainer) -> str | None:
    pull = _pull(index, c)
    return images.credentials(c, pull, _account_secrets(index, c)) if pull else None


def _nearest_tag(index: Index, c: PodContainer) -> str | None:
    pull = _pull(index, c)
    if pull is None:
        return None
    reference = images.parse_reference(pull.image)
    return images.nearest(reference.tag, images.known_tags(index).get(reference.name, set()))


def _registry_known(index: Index, c: PodContainer) -> bool | None:
    registry = _reference(index, c, "registry")
    return None if registry is None else any(name.startswith(f"{registry}/") for name in images.known_tags(index))


def _memory_mount(index: Index, c: PodContainer) -> str | None:
    in_memory = {v.name for v in c.pod.spec.volumes if v.empty_dir is not None and v.empty_dir.medium == "Memory"}
    return next((m.mount_path for m in c.spec.volume_mounts if m.name in in_memory), None)


def _probe(index: Index, c: PodContainer) -> str | None:
    event = containers.probe_kill(index, c)
    if event is None:
        return None
    return "startup" if "startup probe" in event.message else "liveness"


def _near_system_oom(index: Index, c: PodContainer) -> str | None:
    """The SystemOOM event of the container's node within half a minute of its end (kubelet oom_watcher_linux.go)."""
    ended = c.last_exit
    node = index.get("nodes", "", c.pod.node_name)
    if ended is None or ended.finished_at is None or node is None:
        return None
    for event in index.events("Node", node.metadata):
        times = [t for t in (event.first, event.last) if t is not None]
        if event.reason == "SystemOOM" and any(abs((t - ended.finished_at).total_seconds()) <= 30 for t in times):
            return event.message
    return None


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the container.", lambda i, c: c.spec.name),
    "image": Field("text", "Image that the spec names.", lambda i, c: c.spec.image or c.status.image or None),
    "declared": Field(
        "bool", "Whether the pod's spec lists it, so that its limits are known.", lambda i, c: c.declared
    ),
    "init": Field(
        "bool", "Whether it is an init container that runs to its end (a sidecar is not).", lambda i, c: c.init
    ),
    "ready": Field("bool", "Whether the kubelet says it is ready.", lambda i, c: c.status.ready),
    "restart_count": Field("number", "How often it was restarted.", lambda i, c: c.status.restart_count),
    "state": Field("text", "waiting, running or terminated.", _state),
    "waiting.reason": Field(
        "text",
        "Why it waits, as the kubelet says.",
        lambda i, c: c.status.state.waiting and c.status.state.waiting.reason,
    ),
    "waiting.message": Field(
        "text", "The kubelet's sentence for it.", lambda i, c: c.status.state.waiting and c.status.state.waiting.message
    ),
    "running.age": Field(
        "duration",
        "Time since it started to run.",
        lambda i, c: i.age(c.status.state.running.started_at) if c.status.state.running else None,
    ),
    "last_exit.reason": Field(
        "text", "Why it last ended: OOMKilled, Error, Completed….", lambda i, c: _exit(i, c, "reason")
    ),
    "last_exit.code": Field(
        "number", "Exit code of its last end; above 128 a signal.", lambda i, c: _exit(i, c, "exit_code")
    ),
    "last_exit.message": Field(
        "text", "Termination message of its last end.", lambda i, c: _exit(i, c, "message") or None
    ),
    "last_exit.age": Field("duration", "Time since it last ended.", _exit_age),
    "last_run.length": Field(
        "duration",
        "How long its last run was.",
        lambda i, c: containers.run_length(c.last_exit) if c.last_exit else None,
    ),
    "recovered": Field(
        "bool",
        "Whether it runs and is ready again, for ten minutes and twice its last run.",
        lambda i, c: containers.recovered(i, c),
    ),
    "killed_by_probe": Field(
        "text", "liveness or startup, when the kubelet ended it over that probe.", _probe, needs=("events",)
    ),
    "system_oom": Field(
        "text", "SystemOOM event of its node within 30 s of its end.", _near_system_oom, needs=("events", "nodes")
    ),
    "memory_limit": Field(
        "quantity", "Memory limit in force: its own or the pod's.", lambda i, c: containers.memory_limit(c)
    ),
    "memory_request": Field(
        "quantity", "Memory request.", lambda i, c: containers.own_quantity(c.spec.resources.requests, "memory")
    ),
    "cpu_limit": Field("quantity", "CPU limit.", lambda i, c: containers.own_quantity(c.spec.resources.limits, "cpu")),
    "memory_volume": Field(
        "text", "Where it mounts a volume that lies in memory and counts against its limit.", _memory_mount
    ),
    "pulling": Field(
        "bool",
        "Whether its image is being pulled, by the newest event on it.",
        lambda i, c: images.pulling(i, c),
        needs=("events",),
    ),
    "pull.image": Field("text", "Image whose pull fails.", lambda i, c: (p := _pull(i, c)) and p.image),
    "pull.error": Field("text", "What the pull failed with.", lambda i, c: ((p := _pull(i, c)) and p.error) or None),
    "pull.answer": Field(
        "text",
        f"What the error means: {', '.join(name for name, _ in images.ANSWERS)}, unknown, or untold when none was recorded.",
        lambda i, c: (p := _pull(i, c)) and p.answer,
    ),
    "pull.failures": Field(
        "number",
        "How often the pull is known to have failed.",
        lambda i, c: images.failures(i, c, p) if (p := _pull(i, c)) else None,
    ),
    "pull.registry": Field("text", "Registry host of the image.", lambda i, c: _reference(i, c, "registry")),
    "pull.repository": Field(
        "text", "Repository of the image, without registry.", lambda i, c: _reference(i, c, "repository")
    ),
    "pull.tag": Field("text", "Tag of the image.", lambda i, c: _reference(i, c, "tag")),
    "pull.digest": Field("text", "Digest of the image, if it names one.", lambda i, c: _reference(i, c, "digest")),
    "pull.nearest_tag": Field(
        "text", "Tag of the same repository that runs in the cluster and is spelt alike.", _nearest_tag
    ),
    "pull.registry_known": Field(
        "bool", "Whether an image of the same registry runs somewhere in the cluster.", _registry_known
    ),
    "pull.previous_image": Field(
        "text",
        "Image of the Deployment's revision before.",
        lambda i, c: images.previous_image(i, c) if _pull(i, c) else None,
        needs=("replicasets",),
    ),
    "pull.credentials": Field("text", "Which credentials the pull had, in a sentence.", _credentials),
    "pull.secrets_missing": Field(
        "text",
        "Pull secrets that the kubelet could not read (Kubernetes 1.28 and later).",
        lambda i, c: images.missing_pull_secrets(i, c) if _pull(i, c) else None,
        needs=("events",),
    ),
    "pull.secrets_not_offered": Field(
        "bool",
        "Whether the pod names pull secrets and the runtime still asked without credentials.",
        lambda i, c: images.not_offered(c, p) if (p := _pull(i, c)) else None,
    ),
}
