"""A container that waits for its image: which one, what the pull failed with, since when, with which credentials."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from diag.facts.containers import PULL_REASONS, PodContainer, container_events
from diag.facts.images import parse_reference, wanted_images
from diag.facts.index import Index
from diag.facts.pull_answers import classify
from diag.model.cluster import Event

# Waiting reasons that are about the image (kubelet pkg/kubelet/images/types.go, cri-api pkg/errors).
IMAGE_REASONS = PULL_REASONS | {
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
    "ImageVolumeMountFailed",
}
# Reasons that leave nothing to classify.
_CONCLUSIVE = {
    "ErrImageNeverPull": "never-pull",
    "InvalidImageName": "invalid-name",
    "SignatureValidationFailed": "signature-rejected",
    "ImageVolumeMountFailed": "volume-mount",
}
# What a runtime may fail with while it looks for an image; anything else is the runtime's own trouble.
_INSPECT_ANSWERS = ("short-name", "invalid-name", "disk-full")
_NETWORK = ("registry-tls", "registry-dns", "registry-unreachable")
# Answers that another account of the same failure may improve upon: they say nothing about image or registry.
_VAGUE = ("untold", "unknown", "kubelet-qps")

_BACK_OFF = re.compile(r'^Back-off pulling image(?: "[^"]*")?(?:: (?:ErrImagePull: )?|$)')
_FAILED = re.compile(
    r'^Failed to (?:pull|inspect|apply default image tag) (?:image )?"(?P<image>[^"]*)":? ?(?P<error>.*)$', re.S
)
_QUOTED = re.compile(r'(?:image|reference|tag) "(?P<image>[^"]+)"')
_LATE = 20.0
_MISSING = re.compile(r"image pull secrets \(([^)]*)\)")
_ANONYMOUS = re.compile(r"no basic auth credentials|anonymous token")
_WITH_CREDENTIALS = re.compile(r"fetch oauth token|token (?:has )?expired")


class Pull(NamedTuple):
    """A pull that fails. `error` is empty when nothing told it; `since` is when it is first known to have failed."""

    image: str
    error: str
    answer: str
    failures: int
    since: datetime | None


def failed_pull(index: Index, container: PodContainer) -> Pull | None:
    """Why the container waits for its image, or None when it does not.

    The status tells the error while it is new, and always since Kubernetes 1.32; before, only events do. A pod whose
    containers have no status at all yet is judged by its events alone.
    """
    waiting = container.status.state.waiting
    reason = waiting.reason if waiting else ""
    if reason not in IMAGE_REASONS and not _unreported(container):
        return None
    message = waiting.message if waiting else ""
    image = _image(container, message)
    events = list(_failures(index, container, image if waiting else ""))
    if waiting is None:
        if not events:
            return None
        image = _image(container, events[0].message)
    told = [_BACK_OFF.sub("", message), *(_error(event) for event in events)]
    error, answer = _most_telling(reason, [text for text in told if text.strip()], image)
    since = min((event.first for event in events if event.first), default=None) or _not_ready_since(container)
    return Pull(image, error, answer, max(1, sum(event.count for event in events)), since)


def _unreported(container: PodContainer) -> bool:
    state = container.status.state
    pending = container.pod.status.phase == "Pending"
    return pending and state.waiting is None and state.running is None and state.terminated is None


def _image(container: PodContainer, message: str) -> str:
    """The image that a message is about, spelt as in the spec. Image volumes fail in the name of their container."""
    wanted = wanted_images(container)
    quoted = _QUOTED.search(message)
    if quoted:
        return next((image for image in wanted if _same(image, quoted["image"])), quoted["image"])
    for image in wanted:
        name = re.escape(parse_reference(image).name)
        if re.search(rf"(?<![\w.-]){name}(?![\w/-])", message):
            return image
    return wanted[0] if wanted else ""


def _same(one: str, other: str) -> bool:
    return one == other or parse_reference(one) == parse_reference(other)


def _failures(index: Index, container: PodContainer, image: str) -> Iterable[Event]:
    """Events that tell why a pull failed, newest first, up to the last that went well.

    `image` is the image that they must be about; any that the container wants, when it is empty.
    """
    images = [image] if image else wanted_images(container)
    for event in container_events(index, container):
        quoted = _QUOTED.search(event.message)
        if event.reason == "Pulled" and quoted and any(_same(quoted["image"], each) for each in images):
            return
        found = _FAILED.match(event.message) if event.reason in ("Failed", "InspectFailed") else None
        # Kubernetes 1.32 to 1.36 leave the name out when an inspection fails (kubernetes#141571).
        if found and (not found["image"] or any(_same(found["image"], each) for each in images)):
            yield event


def _error(event: Event) -> str:
    found = _FAILED.match(event.message)
    return found["error"] if found else ""


def _most_telling(reason: str, told: list[str], image: str) -> tuple[str, str]:
    """The newest error that says something of image or registry, else the newest, each with its answer."""
    accounts = [(text, _answer(reason, text, image)) for text in told] or [("", _answer(reason, "", image))]
    return next((account for account in accounts if account[1] not in _VAGUE), accounts[0])


def _answer(reason: str, error: str, image: str) -> str:
    if reason in _CONCLUSIVE:
        return _CONCLUSIVE[reason]
    answer = classify(error, image)
    if reason == "ImageInspectError":
        return answer if answer in _INSPECT_ANSWERS else "runtime-error"
    if reason == "RegistryUnavailable":
        return answer if answer in _NETWORK else "registry-unreachable"
    return answer


def _not_ready_since(container: PodContainer) -> datetime | None:
    conditions = {c.type: c for c in container.pod.status.conditions if c.status != "True"}
    ready = conditions.get("Ready")
    return (ready.last_transition_time if ready else None) or container.pod.metadata.creation_timestamp


def pulling(index: Index, container: PodContainer) -> bool:
    """Whether the newest word of the kubelet on the container's image is that it is being pulled."""
    for event in container_events(index, container):
        if event.reason in ("Pulled", "Failed", "BackOff", "InspectFailed"):
            return False
        quoted = _QUOTED.search(event.message) if event.reason == "Pulling" else None
        if quoted and _same(quoted["image"], container.spec.image):
            return True
    return False


def pull_secrets(container: PodContainer) -> tuple[str, ...]:
    """Names of the pull secrets that the pod names."""
    return tuple(secret.name for secret in container.pod.spec.image_pull_secrets if secret.name)


def missing_pull_secret(index: Index, container: PodContainer) -> str | None:
    """The first of the pod's pull secrets that the kubelet cannot read, by its event (>= 1.28), or None."""
    events = index.events("Pod", container.pod.metadata)
    failed = next((event.last for event in events if event.reason == "Failed" and event.last), None)
    for event in events:
        if failed and event.last and event.count == 1 and (failed - event.last).total_seconds() > _LATE:
            continue  # it says so at every try; once, when the pod was new, is a secret that its cache did not have yet
        found = _MISSING.search(event.message) if event.reason == "FailedToRetrieveImagePullSecret" else None
        missing = {name.strip(" <>") for name in found[1].split(",")} if found else set()
        named = next((name for name in pull_secrets(container) if name in missing), None)
        if named:
            return named
    return None


def account_secrets(index: Index, container: PodContainer) -> tuple[str, ...] | None:
    """Names of the pull secrets that the pod's service account hands to new pods; None when it was not seen."""
    namespace = container.pod.metadata.namespace
    if not index.saw("serviceaccounts", namespace):
        return None
    account = index.get("serviceaccounts", namespace, _account(container))
    return tuple(secret.name for secret in account.image_pull_secrets) if account else ()


def credentials_sent(pull: Pull) -> bool | None:
    """Whether the registry was asked with credentials, the pod's or the node's; None when the error does not show it.

    containerd names the kind of token it asked for: `oauth` with credentials, `anonymous` without. CRI-O says `invalid
    username/password` of any 401, with credentials or without.
    """
    if _WITH_CREDENTIALS.search(pull.error):
        return True
    return False if _ANONYMOUS.search(pull.error) else None


def credentials(container: PodContainer, pull: Pull, account: tuple[str, ...] | None) -> str:
    """Which credentials the pull had, as a sentence. `account` is what `account_secrets` gives."""
    names = ", ".join(pull_secrets(container))
    sent = credentials_sent(pull)
    if names:
        return f"The pod names pull secret {names}{_WORDS[sent]}."
    if account:
        return f"The pod names no pull secret, its service account {_account(container)} names {', '.join(account)}."
    if account is None:
        return f"The pod names no pull secret{_WORDS[sent]}."
    both = f"Neither the pod nor its service account {_account(container)} names a pull secret"
    return f"{both}; the node's own credentials were refused." if sent else f"{both}."


_WORDS = {
    True: "; credentials were sent, and the registry did not accept them",
    False: ", but the registry was asked without credentials",
    None: "",
}


def _account(container: PodContainer) -> str:
    return container.pod.spec.service_account_name or "default"
