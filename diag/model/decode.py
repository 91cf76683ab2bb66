"""From the JSON of the API to records: strict and fast for what is well formed, forgiving one object at a time.

A field of the wrong type (`null` where a list belongs, a number where a name does) is dropped as if absent; an object
that cannot be made sense of is left out and named in `Decoder.left_out`, never silently.
"""

import json
import math
import re
from typing import Any, NamedTuple

import msgspec

from diag.model import access, cluster, pods, storage, workloads
from diag.model.cluster import Event
from diag.model.lean import PodDecoder
from diag.model.meta import Base, Metadata, ObjectReference, Time
from diag.model.text import withhold

COMBINED = "(combined from similar events): "
_REPAIRS = 40
_PLACE = re.compile(r" - at `(?:key in )?\$(.*)`")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


class _PodSpec(pods.PodSpec, frozen=True):
    node_name: str = ""


class _Pod(Base, frozen=True):
    metadata: Metadata = Metadata()
    spec: _PodSpec = _PodSpec()
    status: pods.PodStatus = pods.PodStatus()


class _Series(Base, frozen=True):
    count: int | None = None
    last_observed_time: Any = None


class _Source(Base, frozen=True):
    component: str = ""


class _Event(Base, frozen=True):
    """core/v1 and events.k8s.io/v1 at once: the second calls some fields by other names. Times are checked later."""

    metadata: Metadata = Metadata()
    involved_object: ObjectReference | None = None
    regarding: ObjectReference | None = None
    type: str = ""
    reason: str = ""
    message: str = ""
    note: str = ""
    count: int | None = None
    deprecated_count: int | None = None
    source: _Source | None = None
    deprecated_source: _Source | None = None
    reporting_component: str = ""
    reporting_controller: str = ""
    first_timestamp: Any = None
    last_timestamp: Any = None
    deprecated_first_timestamp: Any = None
    deprecated_last_timestamp: Any = None
    event_time: Any = None
    series: _Series | None = None


TYPES: dict[str, type[Base]] = {
    "pods": _Pod,
    "events": _Event,
    "nodes": cluster.Node,
    "namespaces": cluster.Namespace,
    "services": cluster.Service,
    "endpointslices": cluster.EndpointSlice,
    "resourcequotas": cluster.ResourceQuota,
    "limitranges": cluster.LimitRange,
    "serviceaccounts": cluster.ServiceAccount,
    "persistentvolumeclaims": storage.PersistentVolumeClaim,
    "persistentvolumes": storage.PersistentVolume,
    "storageclasses": storage.StorageClass,
    "csidrivers": storage.CSIDriver,
    "csinodes": storage.CSINode,
    "volumeattachments": storage.VolumeAttachment,
    "deployments": workloads.Deployment,
    "replicasets": workloads.ReplicaSet,
    "statefulsets": workloads.StatefulSet,
    "daemonsets": workloads.DaemonSet,
    "jobs": workloads.Job,
    "cronjobs": workloads.CronJob,
    "horizontalpodautoscalers": workloads.HorizontalPodAutoscaler,
    "poddisruptionbudgets": workloads.PodDisruptionBudget,
    "configmaps": cluster.ConfigMap,
    "ingresses": access.Ingress,
    "ingressclasses": access.IngressClass,
    "leases": access.Lease,
    "apiservices": access.APIService,
    "mutatingwebhookconfigurations": access.MutatingWebhookConfiguration,
    "validatingwebhookconfigurations": access.ValidatingWebhookConfiguration,
    "certificatesigningrequests": access.CertificateSigningRequest,
}


class LeftOut(NamedTuple):
    """An object that was left out: its kind's plural, its namespace if it has one, and in words which and why."""

    plural: str
    namespace: str
    text: str


class Decoder:
    """Decodes the lists of one read. `left_out` tells of the objects that made no sense."""

    def __init__(self) -> None:
        self.left_out: list[LeftOut] = []
        self._pods = PodDecoder()
        self._lists = {plural: msgspec.json.Decoder(list[type_]) for plural, type_ in TYPES.items()}  # type: ignore[valid-type]

    @property
    def faults(self) -> list[str]:
        """The objects that were left out, one line each."""
        return [f"{plural}: {text}" for plural, _, text in self.left_out]

    def settle(self) -> None:
        """All lists have come: what follows are changes, for as long as they go on."""
        self._pods.settle()

    def decode(self, plural: str, items: bytes) -> list[Any]:
        """The records of a cleaned JSON array of objects of one kind (`plural` as in `model.kinds`), in its order.

        Raises ValueError when the text is not a JSON array.
        """
        try:
            return self._strict(plural, items)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._forgiving(plural, items)

    def _strict(self, plural: str, items: bytes) -> list[Any]:
        if plural == "pods":
            return self._pods.decode(items)
        records = self._lists[plural].decode(items)
        return [_event(event) for event in records] if plural == "events" else records

    def _forgiving(self, plural: str, items: bytes) -> list[Any]:
        try:
            objects = json.loads(items)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if not isinstance(objects, list):
            raise ValueError("not a list of objects")
        records: list[Any] = []
        for item in objects:
            repaired = _repaired(item, TYPES[plural])
            if repaired is None:
                self.left_out.append(_left_out(plural, item))
            else:
                records += self._strict(plural, b"[%b]" % repaired)
        return records


def _repaired(value: object, wanted: type) -> bytes | None:
    """The JSON of an object without the fields that do not fit the struct, or None when too little would be left."""
    if not isinstance(value, dict) or not isinstance(value.get("metadata"), dict):
        return None
    for _ in range(_REPAIRS):
        try:
            text = msgspec.json.encode(value)
            msgspec.json.decode(text, type=wanted)
        except msgspec.ValidationError as error:
            if not _drop(value, str(error)):
                return None
        else:
            return text
    return None


def _drop(value: dict[str, Any], complaint: str) -> bool:
    """Remove what the decoder complained about; false when the complaint names no place inside."""
    place = _PLACE.search(complaint)
    steps = [name or index for name, index in _STEP.findall(place.group(1))] if place else []
    if not steps:
        return False
    parent: Any = value
    for step in steps[:-1]:
        if step == "...":
            return _scalars_to_text(parent) or _clear(parent)
        parent = parent[int(step)] if isinstance(parent, list) else parent[step]
    last = steps[-1]
    if last == "...":
        return _scalars_to_text(parent) or _clear(parent)
    del parent[int(last) if isinstance(parent, list) else last]
    return True


def _scalars_to_text(mapping: object) -> bool:
    """Turn the numbers and booleans of a mapping of strings into text and drop the rest; false if nothing changed."""
    if not isinstance(mapping, dict):
        return False
    wrong = [key for key, item in mapping.items() if not isinstance(item, str)]
    for key in wrong:
        item = mapping.pop(key)
        if isinstance(item, int | float) and math.isfinite(item):
            mapping[key] = json.dumps(item)
    return bool(wrong)


def _clear(container: Any) -> bool:
    had = bool(container)
    container.clear()
    return had


def _left_out(plural: str, item: object) -> LeftOut:
    meta = item.get("metadata") if isinstance(item, dict) else None
    name, namespace = (meta.get("name"), meta.get("namespace")) if isinstance(meta, dict) else (None, None)
    which = repr(name) if isinstance(name, str) else "an entry without a name"
    text = f"{which} is not shaped like an object of this kind"
    return LeftOut(plural, namespace if isinstance(namespace, str) else "", text)


def _event(event: _Event) -> Event:
    involved = event.involved_object or event.regarding or ObjectReference()
    series = event.series or _Series()
    source = event.source or event.deprecated_source or _Source()
    # only recordings have events of this shape, so that no list of a cluster is searched for their notes
    message = event.message or withhold(event.note.encode()).decode()
    first = event.first_timestamp or event.deprecated_first_timestamp or event.event_time
    last = series.last_observed_time or event.last_timestamp or event.deprecated_last_timestamp or event.event_time
    created = event.metadata.creation_timestamp
    return Event(
        metadata=event.metadata,
        involved=involved,
        type=event.type,
        reason=event.reason,
        message=message.removeprefix(COMBINED),
        source=source.component or event.reporting_component or event.reporting_controller,
        count=series.count or event.count or event.deprecated_count or 1,
        first=_time(first) or _time(last) or created,
        last=_time(last) or _time(first) or created,
    )


def _time(value: object) -> Time | None:
    try:
        return msgspec.convert(value, Time) if value else None
    except msgspec.ValidationError:
        return None
