"""Fields of `container` that tell of a pull that fails, and of the image behind it."""

from collections.abc import Callable
from typing import Any

from diag.facts import images, pull_answers, pulls, templates
from diag.facts.containers import PodContainer
from diag.facts.index import Index
from diag.facts.pulls import Pull
from diag.playbook.fields.field import Field, Type

_Get = Callable[[Index, PodContainer, Pull], Any]


def _field(type_: Type, meaning: str, get: _Get, needs: tuple[str, ...] = ()) -> Field:
    """A field that has a value only while the container waits for its image; what is empty counts as absent."""

    def value(index: Index, container: PodContainer) -> Any:
        pull = pulls.failed_pull(index, container)
        found = get(index, container, pull) if pull else None
        return None if found in ("", [], ()) else found

    return Field(type_, meaning, value, needs)


def _reference(part: str) -> _Get:
    return lambda index, container, pull: getattr(images.parse_reference(pull.image), part)


def _names_own_image(container: PodContainer, pull: Pull) -> bool:
    """Whether the container's own image fails, not that of a volume it mounts."""
    return pull.image == container.spec.image


def _previous(index: Index, container: PodContainer, pull: Pull) -> str | None:
    return images.previous_image(index, container) if _names_own_image(container, pull) else None


def _template(index: Index, container: PodContainer, pull: Pull) -> str | None:
    return images.template_image(index, container) if _names_own_image(container, pull) else None


def _corrected(index: Index, container: PodContainer, pull: Pull) -> str | None:
    """Only for containers that `set_image` reaches: those that the template lists, init containers not among them."""
    if not _names_own_image(container, pull) or container.in_init_list or templates.injected(index, container):
        return None
    return images.corrected(pull.image)


def _runs_in(index: Index, container: PodContainer, pull: Pull) -> str | None:
    used = images.use(index, pull.image)
    return used.pod if used else None


def _repository_runs_in(index: Index, container: PodContainer, pull: Pull) -> str | None:
    tags = images.running(index, images.parse_reference(pull.image).name)
    return next((used.pod for used in tags.values()), None)


def _registry_runs_in(index: Index, container: PodContainer, pull: Pull) -> str | None:
    """A pod or nothing known: what was read may be a part of the cluster."""
    return images.registry_user(index, images.parse_reference(pull.image).registry)


def _implied_registry(index: Index, container: PodContainer, pull: Pull) -> str | None:
    registry = images.parse_reference(pull.image).registry
    return None if pull.image.startswith(f"{registry}/") else registry


def _image_object(index: Index, container: PodContainer, pull: Pull) -> str:
    return f"Image {pull.image}"


def _registry_object(index: Index, container: PodContainer, pull: Pull) -> str:
    return f"Registry {images.parse_reference(pull.image).registry}"


def _architectures(index: Index, container: PodContainer) -> list[str] | None:
    used = images.use(index, container.spec.image)
    return sorted(used.architectures) or None if used else None


FIELDS: dict[str, Field] = {
    "pull.image_object": _field("text", "The image that it waits for, as `Image name`.", _image_object),
    "pull.registry_object": _field("text", "The registry of that image, as `Registry host`.", _registry_object),
    "pulling": Field(
        "bool",
        "Whether its image is being pulled, by the newest event on it.",
        lambda i, c: pulls.pulling(i, c),
        needs=("events",),
    ),
    "image_runs_on": Field(
        "texts",
        "Architectures of the nodes on which its image runs somewhere in the cluster.",
        _architectures,
        needs=("nodes",),
    ),
    "image_runs_here": Field(
        "bool",
        "Whether its image runs on some node of the same architecture; absent when it runs nowhere.",
        lambda i, c: images.runs_here(i, c),
        needs=("nodes",),
    ),
    "pull.image": _field("text", "Image whose pull fails, its own or that of a volume.", lambda i, c, p: p.image),
    "pull.answer": _field(
        "text",
        f"What the error means: {', '.join(pull_answers.NAMES)}, volume-mount, unknown, or untold where none was told.",
        lambda i, c, p: p.answer,
    ),
    "pull.error": _field("text", "What the pull failed with, in full.", lambda i, c, p: pull_answers.withheld(p.error)),
    "pull.core": _field(
        "text", "The same without what runtimes wrap around it.", lambda i, c, p: pull_answers.core(p.error)
    ),
    "pull.failures": _field("number", "How often the pull is known to have failed.", lambda i, c, p: p.failures),
    "pull.age": _field("duration", "Time since it is first known to have failed.", lambda i, c, p: i.age(p.since)),
    "pull.host": _field(
        "text",
        "Host that the error speaks of (a mirror, a proxy, a place for layers), else the registry.",
        lambda i, c, p: pull_answers.host(p.error, p.image),
    ),
    "pull.registry": _field("text", "Registry host of the image.", _reference("registry")),
    "pull.implied_registry": _field(
        "text", "Registry that the image does not name and that was asked all the same.", _implied_registry
    ),
    "pull.repository": _field("text", "Repository of the image, without registry.", _reference("repository")),
    "pull.tag": _field("text", "Tag of the image.", _reference("tag")),
    "pull.digest": _field("text", "Digest of the image, if it names one.", _reference("digest")),
    "pull.nearest_tag": _field(
        "text",
        "Tag of the same repository that runs in the cluster and is spelt alike.",
        lambda i, c, p: images.nearest_tag(i, p.image),
    ),
    "pull.runs_in": _field("text", "A pod that runs this very image.", _runs_in),
    "pull.repository_runs_in": _field("text", "A pod that runs an image of the same repository.", _repository_runs_in),
    "pull.registry_runs_in": _field(
        "text", "A pod that runs an image of the same registry, as namespace/name.", _registry_runs_in
    ),
    "pull.previous_image": _field(
        "text", "Image of an earlier revision of its Deployment that worked.", _previous, needs=("replicasets",)
    ),
    "pull.template_image": _field(
        "text", "Image that the template of its StatefulSet or DaemonSet names by now, if another.", _template
    ),
    "pull.corrected_image": _field(
        "text", "Its image without a scheme, blanks or a colon at the end, where that makes it valid.", _corrected
    ),
    "pull.secrets": _field("texts", "Pull secrets that the pod names.", lambda i, c, p: list(pulls.pull_secrets(c))),
    "pull.secret_missing": _field(
        "text",
        "First pull secret that the kubelet could not read (Kubernetes 1.28 and later).",
        lambda i, c, p: pulls.missing_pull_secret(i, c),
        needs=("events",),
    ),
    "pull.account_secrets": _field(
        "texts",
        "Pull secrets that the pod's service account hands to new pods.",
        lambda i, c, p: list(pulls.account_secrets(i, c) or ()),
        needs=("serviceaccounts",),
    ),
    "pull.credentials_sent": _field(
        "bool",
        "Whether the registry was asked with credentials, where the error shows it.",
        lambda i, c, p: pulls.credentials_sent(p),
    ),
    "pull.credentials": _field(
        "text",
        "Which credentials the pull had, in a sentence.",
        lambda i, c, p: pulls.credentials(c, p, pulls.account_secrets(i, c)),
    ),
}
