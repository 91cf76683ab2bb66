"""Image references, and what a registry, the network or the runtime answered to a pull."""

import difflib
import re
from functools import lru_cache
from typing import NamedTuple

from diag.facts.containers import PULL_REASONS, PodContainer, container_events
from diag.facts.index import Index, Key
from diag.facts.owners import controller, pod_workload
from diag.model.cluster import Event
from diag.model.workloads import ReplicaSet

DOCKER_HUB = "docker.io"
REVISION = "deployment.kubernetes.io/revision"

# Waiting reasons that are about the image (kubelet pkg/kubelet/images/types.go, cri-api pkg/errors).
IMAGE_REASONS = PULL_REASONS | {
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
    "ImageVolumeMountFailed",
}

# What each answer looks like, in the order in which they are tried: an error often wraps another, and the first
# expression that is found is the one nearest to the cause. Texts of containerd 1.4 to 2.3 (core/remotes/docker,
# client/pull.go), CRI-O with containers/image (docker/errors.go, pkg/shortnames), moby (distribution/errors.go), and
# the kubelet (images/image_manager.go, util/parsers).
ANSWERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(expression))
    for name, expression in (
        ("disk-full", r"no space left on device|Insufficient free disk space"),
        (
            "invalid-name",
            r"invalid reference format|couldn't parse image (?:name|reference)|InvalidImageName"
            r"|repository name \([^)]*\) must be lowercase",
        ),
        ("never-pull", r"is not present with pull policy of Never|ErrImageNeverPull"),
        (
            "wrong-arch",
            r"no match for platform in manifest|no matching manifest for|does not support platform"
            r"|no image found in (?:manifest list|image index) for architecture"
            r"|cannot download image with operating system",
        ),
        (
            "rate-limited",
            r"429 Too Many Requests|(?i:toomanyrequests)|too many requests to registry|pull rate limit",
        ),
        ("kubelet-qps", r"pull QPS exceeded"),
        (
            "signature-rejected",
            r"SignatureValidationFailed|signature validation failed|Source image rejected"
            r"|image verifier .* blocked pull",
        ),
        (
            "legacy-manifest",
            r"no longer supported since containerd|schema 1 image manifests are no longer supported"
            r"|unsupported manifest media type|[Mm]anifest[. ]v1.* (?:is|are) (?:deprecated|not supported)",
        ),
        (
            "short-name",
            r"short-name .* did not resolve|short-name resolution enforced|short name mode is enforcing",
        ),
        (
            "registry-tls",
            r"x509: |tls: (?!handshake timeout)|server gave HTTP response to HTTPS client"
            r"|malformed HTTP response|certificate signed by unknown authority",
        ),
        (
            "registry-dns",
            r"no such host|Temporary failure in name resolution|server misbehaving|dial tcp: (?:.*)lookup ",
        ),
        (
            "registry-unreachable",
            r"connection refused|no route to host|network is unreachable|i/o timeout|TLS handshake timeout"
            r"|context deadline exceeded|code = DeadlineExceeded|Client\.Timeout exceeded"
            r"|connection reset by peer|unexpected EOF|proxyconnect|RegistryUnavailable|registry is unavailable"
            r"|\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)",
        ),
        (
            "auth",
            r"pull access denied|insufficient_scope|authorization failed|(?i:unauthorized)|403 Forbidden"
            r"|denied: |no basic auth credentials|authentication required|invalid username/password"
            r"|access to the resource is denied|failed to fetch (?:oauth|anonymous) token|token has expired",
        ),
        (
            "not-found",
            r"manifest unknown|name unknown|NAME_UNKNOWN|MANIFEST_UNKNOWN|404 Not Found|manifest for .* not found"
            r"|(?:repository|artifact|content at) .* not found|: not found\b|code = NotFound",
        ),
        ("inspect-error", r"ImageInspectError|[Ff]ailed to inspect image"),
    )
)
# With several credentials the kubelet lists the error of each attempt in brackets; the most telling one counts.
_AGGREGATE = ("wrong-arch", "rate-limited", "auth", "not-found", "registry-tls", "registry-dns", "registry-unreachable")

_BACK_OFF = re.compile(r'^Back-off pulling image "[^"]*"(?:: (?:ErrImagePull: )?)?')
_FAILED = re.compile(
    r'^Failed to (?:pull|inspect|apply default image tag) (?:image )?"(?P<image>[^"]*)":? ?(?P<error>.*)$', re.S
)
_IMAGE_IN_TEXT = re.compile(r'(?:image|reference|tag|name) "(?P<image>[^"]+)"')
_NO_CREDENTIALS = re.compile(r"no basic auth credentials|anonymous token")
_REJECTED = re.compile(r"invalid username/password|401 |(?i:unauthorized)|token has expired|authentication required")


class Reference(NamedTuple):
    """An image reference taken apart. Docker Hub's defaults are filled in: `nginx` is docker.io/library/nginx:latest."""

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """Registry and repository, without tag and digest."""
        return f"{self.registry}/{self.repository}"


@lru_cache(maxsize=4096)
def parse_reference(image: str) -> Reference:
    """Registry, repository, tag and digest of a reference (distribution/reference), without judging whether it is valid."""
    rest, _, digest = image.partition("@")
    first, slash, path = rest.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        registry, rest = first, path
    else:
        registry = DOCKER_HUB
    repository, _, tag = rest.partition(":")
    if registry == DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    return Reference(registry, repository, tag or ("" if digest else "latest"), digest)


class Pull(NamedTuple):
    """A pull that failed: which image, the error as it was told (empty when nothing told it), and what it means."""

    image: str
    error: str
    answer: str
    event: Event | None


def failed_pull(index: Index, container: PodContainer) -> Pull | None:
    """Why the container waits for its image, or None when it does not.

    The status tells the error while it is new, and always since Kubernetes 1.32; before, the newest event does.
    Image volumes fail in the name of the container that mounts them (KEP-4639): the message names the image.
    """
    waiting = container.status.state.waiting
    if waiting is None or waiting.reason not in IMAGE_REASONS:
        return None
    told = _BACK_OFF.sub("", waiting.message) if waiting.reason == "ImagePullBackOff" else waiting.message
    named = _IMAGE_IN_TEXT.search(waiting.message)
    image = named["image"] if named else container.spec.image or container.status.image
    event = _pull_event(index, container, image)
    if not told and event is not None:
        told = _FAILED.sub(lambda found: found["error"], event.message)
    if waiting.reason in PULL_REASONS:
        answer = classify(told, image)
    else:
        answer = classify(f"{waiting.reason}: {told}", image)
    return Pull(image, told, answer, event)


def _pull_event(index: Index, container: PodContainer, image: str) -> Event | None:
    for event in container_events(index, container):
        found = _FAILED.match(event.message) if event.reason in ("Failed", "InspectFailed") else None
        if found and found["image"] in (image, container.spec.image):
            return event
    return None


@lru_cache(maxsize=4096)
def classify(error: str, image: str) -> str:
    """What an error of a pull means, as a name of ANSWERS; `unknown` when it matches none, `untold` when it is empty."""
    if not error.strip():
        return "untold"
    reference = parse_reference(image)
    plain = error.replace(image, "IMAGE") if image else error
    for part in (reference.name, reference.repository):  # a repository may be called anything, `unauthorized` too
        plain = plain.replace(part, "IMAGE") if len(part) > 3 else plain
    found = [name for name, expression in ANSWERS if expression.search(plain)]
    if not found:
        return "unknown"
    if plain.lstrip().startswith("["):
        return next((name for name in _AGGREGATE if name in found), found[0])
    return found[0]


def pulling(index: Index, container: PodContainer) -> bool:
    """Whether the newest word of the kubelet on the container's image is that it is being pulled."""
    for event in container_events(index, container):
        if event.reason in ("Pulled", "Failed", "BackOff", "InspectFailed"):
            return False
        if event.reason == "Pulling" and f'"{container.spec.image}"' in event.message:
            return True
    return False


def failures(index: Index, container: PodContainer, pull: Pull) -> int:
    """How often the pull is known to have failed: at least once, and in back-off at least twice."""
    counted = pull.event.count if pull.event else 0
    waiting = container.status.state.waiting
    return max(counted, 2 if waiting and waiting.reason == "ImagePullBackOff" else 1)


def missing_pull_secrets(index: Index, container: PodContainer) -> str | None:
    """Names of pull secrets that the kubelet could not read, as its event lists them (>= 1.28), or None."""
    for event in index.events("Pod", container.pod.metadata):
        if event.reason == "FailedToRetrieveImagePullSecret":
            found = re.search(r"\(([^)]*)\)", event.message)
            return found[1] if found else "unnamed"
    return None


def credentials(container: PodContainer, pull: Pull, account_secrets: tuple[str, ...] | None) -> str:
    """Which credentials the pull had, as a sentence. `account_secrets` are the service account's, None if not seen."""
    names = [secret.name for secret in container.pod.spec.image_pull_secrets]
    account = container.pod.spec.service_account_name or "default"
    if not names and account_secrets:
        return (
            f"The pod names no pull secret. Its service account {account} names {', '.join(account_secrets)}, but only "
            "pods made after that get them: recreate the pod."
        )
    if not names:
        seen = "" if account_secrets is None else f", and neither does its service account {account}"
        return f"The pod names no pull secret{seen}."
    listed = ", ".join(names)
    if not_offered(container, pull):
        return f"The pod names {listed}, but no credentials reached the registry."
    if _REJECTED.search(pull.error):
        return f"The pod names {listed}; the registry did not accept those credentials."
    return f"The pod names {listed}; the registry refused access with those credentials."


def not_offered(container: PodContainer, pull: Pull) -> bool:
    """Whether the pod names pull secrets and the runtime still asked without credentials."""
    return bool(container.pod.spec.image_pull_secrets) and bool(_NO_CREDENTIALS.search(pull.error))


def known_tags(index: Index) -> dict[str, set[str]]:
    """Tags by registry/repository of all images whose containers run somewhere in the cluster."""
    tags: dict[str, set[str]] = {}
    seen: set[int] = set()
    for pod in index.snapshot.all("pods"):
        if id(pod.status) in seen:
            continue
        seen.add(id(pod.status))
        for status in pod.status.container_statuses:
            if status.state.running is not None and status.image:
                reference = parse_reference(status.image)
                tags.setdefault(reference.name, set()).add(reference.tag)
    return tags


def nearest(name: str, known: set[str]) -> str | None:
    """The known name most like this one, if one is close enough for a typing slip; never an invented one."""
    close = difflib.get_close_matches(name, sorted(known - {name, ""}), n=1, cutoff=0.6)
    return close[0] if close else None


def previous_image(index: Index, container: PodContainer) -> str | None:
    """The image that the revision before gave this container, when a Deployment owns the pod and still keeps it."""
    key: Key | None = pod_workload(index, container.pod)
    owner = controller(container.pod.metadata)
    if key is None or key.kind != "Deployment" or owner is None:
        return None
    current = index.get("replicasets", key.namespace, owner.name)
    if current is None:
        return None
    before = [
        replica_set
        for replica_set in index.snapshot.all("replicasets")
        if replica_set.metadata.namespace == key.namespace
        and (found := controller(replica_set.metadata)) is not None
        and (found.kind, found.name) == ("Deployment", key.name)
        and _revision(replica_set) < _revision(current)
    ]
    for replica_set in sorted(before, key=_revision, reverse=True):
        for spec in replica_set.spec.template.spec.containers:
            if spec.name == container.spec.name and spec.image != container.spec.image:
                return str(spec.image)
    return None


def _revision(replica_set: ReplicaSet) -> int:
    text = replica_set.metadata.annotations.get(REVISION, "0")
    return int(text) if text.isdecimal() else 0
