"""A pod that waits for a volume: which volume, at which step, what it fails with, since when."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from diag.facts import attachments, starting
from diag.facts.index import Index
from diag.facts.mount_answers import NAMES, UNKNOWN, VAGUE, Told, missing_object, named_driver, read
from diag.model.cluster import Event
from diag.model.pods import Pod, Volume

_REASONS = frozenset({"FailedMount", "FailedMapVolume", "FailedAttachVolume"})
_BEYOND = ("FailedCreatePodSandBox",)  # the kubelet mounts volumes before it makes the sandbox
_DONE = ("SuccessfulAttachVolume", "SuccessfulMountVolume")
_ORDER = {name: place for place, name in enumerate((*NAMES, UNKNOWN))}
_READ_PLURALS = {"ConfigMap": "configmaps", "ServiceAccount": "serviceaccounts"}
_NO_DRIVER = "driver name {} not found in the list of registered CSI drivers"


class Missing(NamedTuple):
    """An object that a volume is made from and that does not exist."""

    kind: str
    namespace: str
    name: str


class Trouble(NamedTuple):
    """What keeps a volume from a pod. `failures` is 0 where no event told it and the objects show it."""

    told: Told
    since: datetime | None
    last: datetime | None
    failures: int


def trouble(index: Index, pod: Pod) -> Trouble | None:
    """What keeps the pod's volumes from it now, the most telling failure where there are several; None for nothing.

    Only for a pod that waits for its volumes: a pod that runs has had them, whatever events say.
    """
    if not starting.starting(pod):
        return None
    return index.remember(("mounts.trouble", id(pod)), lambda: _trouble(index, pod))


def _trouble(index: Index, pod: Pod) -> Trouble | None:
    told = list(_told(index, pod))
    current = [one for one in told if not _over(index, pod, one, told)]
    if any(one.told.answer not in VAGUE for one in current):
        return min(current, key=_rank)
    return next(_shown(index, pod), None) or min(current, key=_rank, default=None)


def _rank(found: Trouble) -> tuple[int, float, str]:
    vague = len(_ORDER) if found.told.answer in VAGUE else 0
    newest = -(found.last.timestamp() if found.last else 0.0)
    return vague + _ORDER[found.told.answer], newest, found.told.volume


def _told(index: Index, pod: Pod) -> Iterator[Trouble]:
    """What events tell, each failure once."""
    same: dict[tuple[str, str, str], list[tuple[Event, Told]]] = {}
    for event in starting.told(index, pod, _REASONS, _BEYOND):
        told = read(event.reason, event.message)
        same.setdefault((told.stage, told.volume, told.answer), []).append((event, told))
    for found in same.values():
        first = min((event.first for event, _ in found if event.first), default=None)
        newest, told = found[0]
        yield Trouble(told, first, newest.last, max(1, sum(event.count for event, _ in found)))


def _over(index: Index, pod: Pod, one: Trouble, all_told: list[Trouble]) -> bool:
    """Whether the failure is known to be behind the pod."""
    volume, stage = one.told.volume, one.told.stage
    if not volume:
        return False
    if _done_since(index, pod, one) or _not_waited_for(index, pod, one, all_told):
        return True
    if stage == "attach":
        attachment = attachments.here(index, pod, volume)
        mounting = [t for t in all_told if t.told.volume == volume and t.told.stage == "mount"]
        return (attachment is not None and attachment.status.attached) or any(_newer(t, one) for t in mounting)
    wanted = missing(index, pod, one)
    return wanted is not None and exists(index, wanted) is True


def _done_since(index: Index, pod: Pod, one: Trouble) -> bool:
    quoted = f'"{one.told.volume}"'
    events = (e for e in index.events("Pod", pod.metadata) if e.reason in _DONE and quoted in e.message)
    return any(e.last and one.last and e.last >= one.last for e in events)


def _not_waited_for(index: Index, pod: Pod, one: Trouble, all_told: list[Trouble]) -> bool:
    """Whether the kubelet, in a later summary, does not name the volume among those that are not mounted."""
    name = attachments.pod_volumes(index, pod).get(one.told.volume, one.told.volume)
    if all(volume.name != name for volume in pod.spec.volumes):
        return False
    summaries = [t for t in all_told if t.told.stage == "wait" and _newer(t, one)]
    return bool(summaries) and all(name not in t.told.unmounted for t in summaries)


def _newer(one: Trouble, other: Trouble) -> bool:
    return one.last is not None and other.last is not None and one.last > other.last


def _shown(index: Index, pod: Pod) -> Iterator[Trouble]:
    """What the objects show without any event: these expire, and are not always read.

    Of a pod with an event about one of its containers the volumes are there.
    """
    if starting.reached(index, pod):
        return
    for volume in pod.spec.volumes:
        for name in _config_maps(volume):
            if exists(index, Missing("ConfigMap", pod.metadata.namespace, name)) is False:
                yield _silent(pod, Told("mount", volume.name, "object-missing", f'configmap "{name}" not found'))
    if not pod.node_name:
        return
    for persistent in attachments.pod_volumes(index, pod):
        yield from _attachment(index, pod, persistent)
    registered = attachments.drivers(index, pod.node_name)
    for name, driver in _drivers(index, pod):
        if registered is not None and driver not in registered:
            yield _silent(pod, Told("mount", name, "driver-missing", _NO_DRIVER.format(driver)))


def _silent(pod: Pod, told: Told) -> Trouble:
    return Trouble(told, starting.since(pod), None, 0)


def _config_maps(volume: Volume) -> Iterator[str]:
    if volume.config_map is not None and not volume.config_map.optional:
        yield volume.config_map.name
    for item in volume.projected.sources if volume.projected is not None else ():
        if item.config_map is not None and not item.config_map.optional:
            yield item.config_map.name


def _attachment(index: Index, pod: Pod, name: str) -> Iterator[Trouble]:
    """A PersistentVolume that cannot be attached, or that is on another node and may be on one only."""
    wanted = attachments.here(index, pod, name)
    if wanted is not None and wanted.status.attached:
        return
    error = wanted.status.attach_error if wanted is not None else None
    if error is not None and error.message:
        message = f'AttachVolume.Attach failed for volume "{name}" : {error.message}'
        yield _silent(pod, read("FailedAttachVolume", message))
    volume, other = index.get("persistentvolumes", "", name), attachments.elsewhere(index, pod, name)
    if volume is not None and attachments.on_one_node(volume) and other is not None and other.status.attached:
        yield _silent(pod, Told("attach", name, "multi-attach", f"it is attached to node {other.spec.node_name}"))


def _drivers(index: Index, pod: Pod) -> Iterator[tuple[str, str]]:
    """The pod's volumes with the storage drivers behind them."""
    for volume in pod.spec.volumes:
        if volume.csi is not None:
            yield volume.name, volume.csi.driver
    for name in attachments.pod_volumes(index, pod):
        found = index.get("persistentvolumes", "", name)
        if found is not None and found.spec.csi is not None:
            yield name, found.spec.csi.driver


def permission_change(index: Index, pod: Pod) -> str | None:
    """What the kubelet says while it gives all files of a volume to the pod's group (>= 1.33); None when it is not."""
    events = starting.told(index, pod, ("VolumePermissionChangeInProgress",), _BEYOND) if starting.starting(pod) else []
    return next((event.message for event in events if event.message), None)


def driver(index: Index, pod: Pod, found: Trouble) -> str | None:
    """The storage driver of the volume in trouble: the one that the error names, else the one behind the volume."""
    return named_driver(found.told.error) or dict(_drivers(index, pod)).get(found.told.volume)


def missing(index: Index, pod: Pod, found: Trouble) -> Missing | None:
    """The object that the volume is made from and that does not exist, or lacks a key, as far as it is named."""
    if found.told.answer == "object-missing":
        named = missing_object(found.told.error, pod.metadata.namespace)
        return Missing(*named) if named else None
    return None


def keyless(pod: Pod, found: Trouble, kind: str) -> Missing | None:
    """The ConfigMap or Secret of the volume in trouble, where it is made from one of that kind alone."""
    names: list[str] = []
    for volume in pod.spec.volumes:
        if volume.name == found.told.volume:
            names += _sources(volume, kind)
    return Missing(kind, pod.metadata.namespace, names[0]) if len(names) == 1 else None


def _sources(volume: Volume, kind: str) -> list[str]:
    if kind == "ConfigMap":
        own = [volume.config_map.name] if volume.config_map is not None else []
        items = [item.config_map for item in volume.projected.sources] if volume.projected is not None else []
    else:
        own = [volume.secret.secret_name] if volume.secret is not None else []
        items = [item.secret for item in volume.projected.sources] if volume.projected is not None else []
    return own + [item.name for item in items if item is not None]


def exists(index: Index, wanted: Missing) -> bool | None:
    """Whether the object exists; None when its kind was not read, or only of other namespaces.

    Every namespace has a ConfigMap and a service account of its own (kube-controller-manager root-ca-cert-publisher,
    serviceaccount): without any, where others have some, those of the namespace were left out.
    """
    plural = _READ_PLURALS.get(wanted.kind)
    if plural is None or not index.saw(plural, wanted.namespace):
        return None
    spaces = index.namespaces(plural)
    if spaces and wanted.namespace not in spaces:
        return None
    return index.get(plural, wanted.namespace, wanted.name) is not None
