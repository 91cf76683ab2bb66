"""Image references, and what the cluster knows of an image: who runs it, and what was there before it."""

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from diag.facts.containers import PodContainer, containers
from diag.facts.index import Index, grouped
from diag.facts.owners import controller, pod_workload
from diag.facts.rollouts import condition, replica_sets, revision
from diag.model.pods import Pod, PodSpec
from diag.model.workloads import ReplicaSet

DOCKER_HUB = "docker.io"
# distribution/reference: what a name with its tag and digest may consist of, beyond Docker Hub's shorthands.
_VALID = re.compile(
    r"(?:[\w.-]+(?::\d+)?/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*"
    r"(?::\w[\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-f]{32,})?",
    re.ASCII,
)
_SCHEME = re.compile(r"^(?:https?|docker|oci)://")


class Reference(NamedTuple):
    """An image reference taken apart, Docker Hub's defaults filled in: `nginx` is docker.io/library/nginx:latest."""

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
    """Registry, repository, tag and digest of a reference (distribution/reference), whether it is valid or not."""
    rest, _, digest = image.partition("@")
    first, slash, path = rest.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        registry, rest = (DOCKER_HUB if first == "index.docker.io" else first), path
    else:
        registry = DOCKER_HUB
    repository, _, tag = rest.partition(":")
    if registry == DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    return Reference(registry, repository, tag or ("" if digest else "latest"), digest)


def corrected(image: str) -> str | None:
    """The name without a scheme, blanks around it, or a colon at its end, when that alone makes it valid."""
    plain = _SCHEME.sub("", image.strip()).removesuffix(":")
    return plain if plain != image and _VALID.fullmatch(plain) else None


def wanted_images(container: PodContainer) -> list[str]:
    """The images that the container waits for: its own, and those of the image volumes that it mounts (KEP-4639)."""
    mounted = {mount.name for mount in container.spec.volume_mounts}
    volumes = [v.image.reference for v in container.pod.spec.volumes if v.image is not None and v.name in mounted]
    return [image for image in (container.spec.image or container.status.image, *volumes) if image]


class Use(NamedTuple):
    """That an image runs: in which pod, to name one, and on nodes of which architectures."""

    pod: str
    architectures: frozenset[str]


def running(index: Index, name: str) -> dict[str, Use]:
    """The images of a registry/repository whose containers run and are ready, by tag (by digest without a tag)."""
    return index.gist(("images.running", name), lambda: _running(index, name))


def _running(index: Index, name: str) -> dict[str, Use]:
    found: dict[str, Use] = {}
    # Pods of one template share their spec and, while all is well, their status.
    seen: set[tuple[int, int, str]] = set()
    for pod in _by_image(index).get(name):
        here = architecture(index, pod) or ""
        kind = (id(pod.spec), id(pod.status), here)
        if kind in seen:
            continue
        seen.add(kind)
        for reference in _run_by(pod):
            if reference.name == name:
                tag = reference.tag or reference.digest
                before = found.get(tag) or Use(f"{pod.metadata.namespace}/{pod.metadata.name}", frozenset())
                found[tag] = Use(before.pod, before.architectures | ({here} - {""}))
    return found


def registry_user(index: Index, registry: str) -> str | None:
    """A pod that runs an image of the registry, as namespace/name; None when none is known."""
    return index.gist(("images.registry", registry), lambda: _registry_user(index, registry))


def _registry_user(index: Index, registry: str) -> str | None:
    users = (
        f"{pod.metadata.namespace}/{pod.metadata.name}"
        for pod in _by_image(index).get(registry)
        if any(reference.registry == registry for reference in _run_by(pod))
    )
    return next(users, None)


def _run_by(pod: Pod) -> Iterator[Reference]:
    for container in containers(pod):
        if container.status.ready and container.status.state.running is not None:
            yield parse_reference(container.spec.image or container.status.image)


@grouped("pods")
def _by_image(pod: Pod) -> set[str]:
    """Pods by the registries of their images, and by registry/repository."""
    images = [one.image for one in (*pod.spec.containers, *pod.spec.init_containers)]
    if "" in images or not images:
        images = [container.spec.image or container.status.image for container in containers(pod)]
    references = [parse_reference(image) for image in images]
    return {name for one in references for name in (one.registry, one.name)}


def use(index: Index, image: str) -> Use | None:
    """Who runs this very image, or None."""
    reference = parse_reference(image)
    return running(index, reference.name).get(reference.tag or reference.digest)


def architecture(index: Index, pod: Pod) -> str | None:
    """Architecture of the pod's node."""
    node = index.get("nodes", "", pod.node_name)
    return (node.status.node_info.architecture or None) if node else None


def runs_here(index: Index, container: PodContainer) -> bool | None:
    """Whether the container's image runs on some node of the same architecture as its own.

    None when it runs nowhere, or when the architectures are not known.
    """
    own = architecture(index, container.pod)
    used = use(index, container.spec.image)
    return own in used.architectures if own and used and used.architectures else None


def nearest(name: str, known: set[str]) -> str | None:
    """The known name most like this one, if one is close enough for a typing slip; never an invented one."""
    close = difflib.get_close_matches(name, sorted(known - {name, ""}), n=1, cutoff=0.6)
    return close[0] if close else None


def nearest_tag(index: Index, image: str) -> str | None:
    """The tag of the same repository that runs in the cluster and is spelt most like this one."""
    reference = parse_reference(image)
    return nearest(reference.tag, {tag for tag in running(index, reference.name) if ":" not in tag})


def previous_image(index: Index, container: PodContainer) -> str | None:
    """The image of this container in an earlier revision of the Deployment that owns the pod.

    The newest revision that has ready pods counts; if none has, the newest that is scaled down, of which nothing bad
    is known.
    """
    key = pod_workload(index, container.pod)
    current = _replica_set(index, container.pod)
    if key is None or key.kind != "Deployment" or current is None:
        return None
    newest = revision(current.metadata)
    earlier = [r for r in replica_sets(index, key) if revision(r.metadata) < newest]
    earlier.sort(key=lambda r: r.status.ready_replicas > 0, reverse=True)
    for replica_set in earlier:
        image = _image_of(replica_set.spec.template.spec, container.spec.name)
        if image not in (None, container.spec.image) and (
            replica_set.status.ready_replicas > 0 or not replica_set.status.replicas
        ):
            return image
    return None


def template_image(index: Index, container: PodContainer) -> str | None:
    """The image that the template of the pod's StatefulSet or DaemonSet names by now, when the pod has another one.

    Neither replaces a pod that never became ready by itself (StatefulSet: known limitation of rolling updates).
    """
    owner = controller(container.pod.metadata)
    plural = {"StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}.get(owner.kind) if owner else None
    found = index.get(plural, container.pod.metadata.namespace, owner.name) if plural and owner else None
    image = _image_of(found.spec.template.spec, container.spec.name) if found else None
    return image if image != container.spec.image else None


def superseded(index: Index, pod: Pod) -> bool:
    """Whether the Deployment of the pod is on its way to a newer revision, so that the pod will go by itself.

    deployment/progress.go: Progressing is True for other reasons than that the new ReplicaSet is available, until its
    deadline passes.
    """
    key = pod_workload(index, pod)
    own = _replica_set(index, pod)
    deployment = index.get("deployments", key.namespace, key.name) if key and key.kind == "Deployment" else None
    if own is None or deployment is None or revision(own.metadata) >= revision(deployment.metadata):
        return False
    progress = condition(deployment, "Progressing")
    return progress is not None and progress.status == "True" and progress.reason != "NewReplicaSetAvailable"


def _replica_set(index: Index, pod: Pod) -> ReplicaSet | None:
    owner = controller(pod.metadata)
    found: ReplicaSet | None = (
        index.get("replicasets", pod.metadata.namespace, owner.name) if owner and owner.kind == "ReplicaSet" else None
    )
    return found


def _image_of(spec: PodSpec, container: str) -> str | None:
    return next((c.image for c in spec.containers if c.name == container), None)
