"""Playbooks and snapshots made by hand, as small as a test needs them."""

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import msgspec

from diag.model.snapshot import LogKey, Sample, Snapshot
from diag.playbook.build import Builder
from diag.playbook.cases import Case
from diag.playbook.cases import snapshot as case_snapshot
from diag.playbook.format import Playbook
from diag.playbook.source import Source

NOW = datetime(2026, 1, 10, 12, 0, 0, tzinfo=UTC)
CAUSE = {"id": "some-cause", "title": "Some cause", "meaning": "It is so."}
NOT_READY = {"all": [{"container": {"ready": False}}]}


def playbook(id: str = "one", subject: str = "container", match: Any = NOT_READY, **more: Any) -> Playbook:
    """A playbook that holds together; keys as in a file."""
    required = {"schema": "mondiag/v1", "title": "One", "severity": "high", "causes": [CAUSE]}
    builder = Builder(
        Source(f"{id}.yaml", {**required, "id": id, "subject": subject, "match": match, **more}, {}, ()), False
    )
    built = builder.build()
    assert built is not None, builder.faults
    return built


def snapshot(*objects: dict[str, Any], clock: str = "exact", **more: Any) -> Snapshot:
    """What is seen of raw objects; `logs`, `metrics` and `unseen` as in a Case."""
    rest: dict[str, Any] = {"logs": {}, "metrics": None, "unseen": (), **more}
    case = Case("", "", "", 1, NOW, "none", (), objects, **rest)
    return msgspec.structs.replace(case_snapshot(case), clock=clock)


def pod(name: str = "web-1", owner: str = "", **status: Any) -> dict[str, Any]:
    """A pod with one container `app`, whose status has these keys; `owner` is `Kind/name`."""
    kind, _, owner_name = owner.partition("/")
    owners = [{"kind": kind, "name": owner_name, "controller": True}] if owner else []
    container = {"name": "app", "image": "web:1", "ready": False, "restartCount": 0, **status}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid-{name}", "ownerReferences": owners},
        "spec": {"nodeName": "worker-1", "containers": [{"name": "app", "image": "web:1"}]},
        "status": {"phase": "Running", "containerStatuses": [container]},
    }


def crashing(name: str = "web-1", owner: str = "", reason: str = "Error", code: int = 1) -> dict[str, Any]:
    """A pod whose container ended a minute ago and waits to be started again."""
    ended = {"reason": reason, "exitCode": code, "finishedAt": "2026-01-10T11:59:00Z"}
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    return pod(name, owner, state=waiting, lastState={"terminated": ended}, restartCount=3)


def claim(name: str = "data", phase: str = "Pending", **spec: Any) -> dict[str, Any]:
    """A claim with these keys in its spec."""
    return {
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": spec,
        "status": {"phase": phase},
    }


def log(text: str, pod: str = "web-1", previous: bool = False) -> dict[LogKey, str]:
    """The log of a pod's container `app`."""
    return {LogKey("shop", pod, "app", previous): text}


def sample(name: str, value: float, pod: str = "web-1") -> Sample:
    """A metric of a pod's container `app`."""
    return Sample(name, value, namespace="shop", pod=pod, container="app")


def write(directory: Path, **texts: str) -> Path:
    """Write YAML files; `a_b__test` becomes `a-b.test.yaml`."""
    for name, text in texts.items():
        file = directory / f"{name.replace('__', '.').replace('_', '-')}.yaml"
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return directory
