"""Pods of a workload, for tests of logs."""

from typing import Any

from tests.fake_api import FakeApi

RUNNING = {"running": {}}
WAITING = {"waiting": {"reason": "ContainerCreating"}}
ENDED = {"terminated": {"exitCode": 0}}


def pod(
    name: str,
    state: dict[str, Any] = RUNNING,
    *,
    owner: tuple[str, str] = ("ReplicaSet", "web-abc"),
    restarts: int = 0,
    phase: str = "Running",
    containers: tuple[str, ...] = ("app",),
    **metadata: Any,
) -> dict[str, Any]:
    """A pod of the Deployment `web`, all of its containers in one state."""
    owners = [{"kind": owner[0], "name": owner[1], "controller": True}]
    labels = {"app": "web", "pod-template-hash": "abc"}
    statuses = [{"name": one, "restartCount": restarts, "state": state} for one in containers]
    return {
        "metadata": {"name": name, "namespace": "shop", "labels": labels, "ownerReferences": owners} | metadata,
        "spec": {"containers": [{"name": one} for one in containers]},
        "status": {"phase": phase, "containerStatuses": statuses},
    }


def deploy(api: FakeApi, *pods: dict[str, Any]) -> None:
    """The Deployment `web`, with these pods."""
    spec = {"selector": {"matchLabels": {"app": "web"}}}
    api.add("deployments", {"metadata": {"name": "web", "namespace": "shop"}, "spec": spec})
    api.add("pods", *pods)
