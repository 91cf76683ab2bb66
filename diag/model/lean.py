"""Pods, kept lean: a cluster has a hundred thousand of them, and most are alike.

The decoder leaves the parts that pods of one template share as raw bytes; equal bytes become one shared record.
"""

import sys
from typing import TypeVar

import msgspec

from diag.model.containers import ContainerState, ContainerStatus, Running
from diag.model.meta import Base, Condition, Metadata, OwnerReference, Time
from diag.model.pods import Pod, PodSpec, PodStatus

T = TypeVar("T")
_EMPTY = msgspec.Raw(b"")
_NO_STATE = ContainerState()
_RUNS = ContainerState(running=Running())
_FEW = 1000  # parts, beside what was seen in the first place
# The name of the volume with the service account's token differs in each pod of a template.
_TOKEN_VOLUME = b"kube-api-access-"
# Conditions for which True is the noteworthy value (k8s.io/api/core/v1 PodConditionType).
_NOTABLE_WHEN_TRUE = frozenset({"DisruptionTarget", "PodResizePending", "PodResizeInProgress"})


class _PodMetadata(Base, frozen=True):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = None
    labels: msgspec.Raw = _EMPTY
    owner_references: msgspec.Raw = _EMPTY
    finalizers: tuple[str, ...] = ()


class _PodSpec(Base, frozen=True):
    node_name: str = ""
    containers: msgspec.Raw = _EMPTY
    init_containers: msgspec.Raw = _EMPTY
    volumes: msgspec.Raw = _EMPTY
    image_pull_secrets: msgspec.Raw = _EMPTY
    node_selector: msgspec.Raw = _EMPTY
    affinity: msgspec.Raw = _EMPTY
    tolerations: msgspec.Raw = _EMPTY
    resources: msgspec.Raw = _EMPTY
    service_account_name: msgspec.Raw = _EMPTY
    restart_policy: msgspec.Raw = _EMPTY
    scheduler_name: msgspec.Raw = _EMPTY
    priority_class_name: msgspec.Raw = _EMPTY
    termination_grace_period_seconds: msgspec.Raw = _EMPTY
    active_deadline_seconds: msgspec.Raw = _EMPTY
    host_network: msgspec.Raw = _EMPTY
    security_context: msgspec.Raw = _EMPTY
    topology_spread_constraints: msgspec.Raw = _EMPTY
    scheduling_gates: msgspec.Raw = _EMPTY
    readiness_gates: msgspec.Raw = _EMPTY
    runtime_class_name: msgspec.Raw = _EMPTY
    overhead: msgspec.Raw = _EMPTY


class _Pod(Base, frozen=True):
    metadata: _PodMetadata = _PodMetadata()
    spec: _PodSpec = _PodSpec()
    status: PodStatus = PodStatus()


# JSON names of the shared fields, in the order of the struct, without node_name which is each pod's own.
_SPEC_KEYS = tuple(
    b'"%s":' % field.encode_name.encode() for field in msgspec.structs.fields(_PodSpec) if field.name != "node_name"
)


class PodDecoder:
    """Decodes lists of pods. One decoder for one read: it remembers the parts it has seen."""

    def __init__(self) -> None:
        self._pods = msgspec.json.Decoder(list[_Pod])
        self._labels = msgspec.json.Decoder(dict[str, str])
        self._owners = msgspec.json.Decoder(tuple[OwnerReference, ...])
        self._spec = msgspec.json.Decoder(PodSpec)
        self._seen: dict[object, object] = {}
        self._most = sys.maxsize

    def decode(self, items: bytes) -> list[Pod]:
        """The pods of a JSON array. Raises msgspec.DecodeError when a field has the wrong type."""
        if len(self._seen) > self._most:
            self._seen = {}
        return [self._pod(pod) for pod in self._pods.decode(items)]

    def settle(self) -> None:
        """All pods have come: from now on only what changes does, and what was seen is forgotten when it grows twofold.

        Parts of pods that are long gone would otherwise stay for ever.
        """
        self._most = 2 * len(self._seen) + _FEW

    def _pod(self, pod: _Pod) -> Pod:
        meta, status = pod.metadata, pod.status
        conditions = tuple([c for c in status.conditions if _notable(c)])
        quiet = (
            not conditions
            and meta.deletion_timestamp is None
            and (status.phase == "Succeeded" or (status.phase == "Running" and _all_well(status)))
        )
        return Pod(
            metadata=Metadata(
                name=meta.name,
                namespace=sys.intern(meta.namespace),
                uid=meta.uid,
                creation_timestamp=meta.creation_timestamp,
                deletion_timestamp=meta.deletion_timestamp,
                deletion_grace_period_seconds=meta.deletion_grace_period_seconds,
                labels=self._part(meta.labels, self._labels, {}),
                owner_references=self._part(meta.owner_references, self._owners, ()),
                finalizers=self._same(meta.finalizers),
            ),
            spec=self._shared_spec(pod.spec),
            status=self._shared_status(status) if quiet else _with_conditions(status, conditions),
            node_name=sys.intern(pod.spec.node_name),
            quiet=quiet,
        )

    def _part(self, raw: msgspec.Raw, decoder: msgspec.json.Decoder[T], absent: T) -> T:
        key = bytes(raw)
        if not key:
            return absent
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = decoder.decode(key)
        return found  # type: ignore[return-value]  # each key is decoded by one decoder: labels are objects, owners arrays

    def _same(self, value: T) -> T:
        return self._seen.setdefault(value, value)  # type: ignore[return-value]

    def _shared_spec(self, spec: _PodSpec) -> PodSpec:
        volumes = bytes(spec.volumes)
        mounting = [bytes(spec.containers), bytes(spec.init_containers), volumes]
        start = volumes.find(_TOKEN_VOLUME)
        if start >= 0:
            name = volumes[start : volumes.find(b'"', start)]
            mounting = [part.replace(name, _TOKEN_VOLUME) for part in mounting]
        parts = (
            *mounting,
            bytes(spec.image_pull_secrets),
            bytes(spec.node_selector),
            bytes(spec.affinity),
            bytes(spec.tolerations),
            bytes(spec.resources),
            bytes(spec.service_account_name),
            bytes(spec.restart_policy),
            bytes(spec.scheduler_name),
            bytes(spec.priority_class_name),
            bytes(spec.termination_grace_period_seconds),
            bytes(spec.active_deadline_seconds),
            bytes(spec.host_network),
            bytes(spec.security_context),
            bytes(spec.topology_spread_constraints),
            bytes(spec.scheduling_gates),
            bytes(spec.readiness_gates),
            bytes(spec.runtime_class_name),
            bytes(spec.overhead),
        )
        found = self._seen.get(parts)
        if found is None:
            text = b",".join([key + part for key, part in zip(_SPEC_KEYS, parts, strict=True) if part])
            found = self._seen[parts] = self._spec.decode(b"{" + text + b"}")
        return found  # type: ignore[return-value]

    def _shared_status(self, status: PodStatus) -> PodStatus:
        key = (
            status.phase,
            status.qos_class,
            tuple([_healthy_key(c) for c in status.init_container_statuses]),
            tuple([_healthy_key(c) for c in status.container_statuses]),
        )
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = msgspec.structs.replace(
                status,
                conditions=(),
                reason="",
                message="",
                nominated_node_name="",
                init_container_statuses=tuple([_timeless(c) for c in status.init_container_statuses]),
                container_statuses=tuple([_timeless(c) for c in status.container_statuses]),
            )
        return found  # type: ignore[return-value]


def _notable(condition: Condition) -> bool:
    if condition.type in _NOTABLE_WHEN_TRUE:
        return condition.status == "True"
    return condition.status != "True"


def _all_well(status: PodStatus) -> bool:
    for container in status.container_statuses:
        if not container.ready or container.state.running is None or container.last_state != _NO_STATE:
            return False
    for container in status.init_container_statuses:
        ended = container.state.terminated
        if not (container.ready and (ended is None or ended.exit_code == 0)) or container.last_state != _NO_STATE:
            return False
    return bool(status.container_statuses)


def _with_conditions(status: PodStatus, conditions: tuple[Condition, ...]) -> PodStatus:
    return msgspec.structs.replace(status, conditions=conditions)


def _healthy_key(container: ContainerStatus) -> tuple[object, ...]:
    """All of a container that the shared record tells."""
    running = container.state.running is not None
    return container.name, container.image, container.restart_count, container.ready, container.started, running


def _timeless(container: ContainerStatus) -> ContainerStatus:
    """The record that all healthy containers of a template share: it cannot hold the time each one started."""
    state = _RUNS if container.state.running else _NO_STATE
    return msgspec.structs.replace(container, state=state, last_state=_NO_STATE)
