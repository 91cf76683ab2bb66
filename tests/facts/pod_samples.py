"""Pods and events by hand, through the decoder as a scan reads them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from diag.facts.containers import PodContainer, containers
from diag.facts.index import Index
from diag.model.decode import Decoder
from diag.model.snapshot import Snapshot

NOW = datetime(2026, 1, 10, 12, 0, 0, tzinfo=UTC)


def ago(seconds: float) -> str:
    """The time some seconds before NOW, as the API writes it."""
    return (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def ended(seconds_ago: float | None = 60, ran: float | None = 30, **more: Any) -> dict[str, Any]:
    """A state of a container that ended; without a time where None is given."""
    times: dict[str, Any] = {}
    if seconds_ago is not None:
        times["finishedAt"] = ago(seconds_ago)
        if ran is not None:
            times["startedAt"] = ago(seconds_ago + ran)
    return {"terminated": {"exitCode": 137, "reason": "OOMKilled", **times, **more}}


def running(seconds: float | None = 55) -> dict[str, Any]:
    """A state of a container that runs for some seconds."""
    return {"running": {} if seconds is None else {"startedAt": ago(seconds)}}


def pod(
    status: dict[str, Any] | None = None,
    spec: dict[str, Any] | None = None,
    pod_spec: dict[str, Any] | None = None,
    **pod_status: Any,
) -> dict[str, Any]:
    """The pod shop/web-1 with the container `app`."""
    return {
        "metadata": {"name": "web-1", "namespace": "shop", "uid": "uid-1", "creationTimestamp": ago(86400)},
        "spec": {
            "nodeName": "node-a",
            "restartPolicy": "Always",
            "containers": [{"name": "app", "image": "web:1", **(spec or {})}],
            **(pod_spec or {}),
        },
        "status": {
            "phase": "Running",
            "containerStatuses": [{"name": "app", "ready": False, "restartCount": 1, **(status or {})}],
            **pod_status,
        },
    }


def event(reason: str, message: str, first: float = 60, last: float | None = None, **more: Any) -> dict[str, Any]:
    """An event about the pod of `pod`; `first` and `last` are seconds ago."""
    involved = {"kind": "Pod", "namespace": "shop", "name": "web-1", "uid": "uid-1", **more.pop("involved", {})}
    return {
        "metadata": {"name": f"{reason}.{message}", "namespace": "shop"},
        "involvedObject": involved,
        "reason": reason,
        "message": message,
        "firstTimestamp": ago(first),
        "lastTimestamp": ago(first if last is None else last),
        **more,
    }


def node_event(reason: str, message: str, first: float = 60, last: float | None = None, **more: Any) -> dict[str, Any]:
    """An event about the pod's node, as the kubelet writes it: with the node's name for its uid."""
    involved = {"kind": "Node", "namespace": "", "name": "node-a", "uid": "node-a"}
    return event(reason, message, first, last, involved=involved, **more)


def index(clock: Literal["exact", "inferred"] = "exact", **objects: list[dict[str, Any]]) -> Index:
    """An index of raw objects by plural."""
    decoder = Decoder()
    records = {plural: decoder.decode(plural, json.dumps(items).encode()) for plural, items in objects.items()}
    assert not decoder.faults
    return Index(Snapshot(taken_at=NOW, clock=clock, objects=records))


def only(index: Index, name: str = "app") -> PodContainer:
    """The container of that name in the first pod."""
    found = next((c for c in containers(index.snapshot.all("pods")[0]) if c.spec.name == name), None)
    assert found is not None
    return found
