"""On which volume of a container a path lies."""

from typing import NamedTuple

from diag.facts.containers import PodContainer
from diag.model.containers import SecurityContext, VolumeMount
from diag.model.pods import Volume


class Mounted(NamedTuple):
    """The mount that a path lies on, and the volume behind it, None where the pod does not list it."""

    mount: VolumeMount
    volume: Volume | None


def mounted(container: PodContainer, path: str) -> Mounted | None:
    """The mount nearest to a path; None when the path is one of the image, or not absolute."""
    inside = [m for m in container.spec.volume_mounts if m.mount_path and _lies_in(path, m.mount_path)]
    mount = max(inside, key=lambda m: len(m.mount_path), default=None)
    if mount is None:
        return None
    return Mounted(mount, next((v for v in container.pod.spec.volumes if v.name == mount.name), None))


def _lies_in(path: str, folder: str) -> bool:
    folder = folder.rstrip("/")
    return path == folder or path.startswith(f"{folder}/")


def description(found: Mounted) -> str:
    """The volume in words: `claim data`, `ConfigMap settings`, `the node's folder /srv`."""
    volume = found.volume
    if volume is None:
        return f"volume {found.mount.name}"
    named = (
        (volume.persistent_volume_claim, "claim", "claim_name"),
        (volume.config_map, "ConfigMap", "name"),
        (volume.secret, "Secret", "secret_name"),
        (volume.host_path, "the node's folder", "path"),
        (volume.nfs, "the NFS folder", "path"),
    )
    for source, what, name in named:
        if source is not None:
            return f"{what} {getattr(source, name)}"
    return f"volume {volume.name}" if volume.empty_dir is None else f"emptyDir {volume.name}"


def never_writable(found: Mounted) -> str | None:
    """Why the volume can never be written to, whoever tries; None when it can be."""
    volume = found.volume
    if found.mount.read_only:
        return "It is mounted read-only"
    if volume is not None and (volume.config_map or volume.secret or volume.projected):
        return "Volumes of ConfigMaps and Secrets are always read-only"
    return None


def user(container: PodContainer) -> str | None:
    """As whom the container runs, in words, as far as its spec says: `user 1000, group 3000, fsGroup 2000`."""
    pod = container.pod.spec.security_context or SecurityContext()
    own = container.spec.security_context or SecurityContext()
    pairs = (
        ("user", pod.run_as_user if own.run_as_user is None else own.run_as_user),
        ("group", pod.run_as_group if own.run_as_group is None else own.run_as_group),
        ("fsGroup", pod.fs_group),
    )
    said = [f"{name} {number}" for name, number in pairs if number is not None]
    return ", ".join(said) or None
