"""A small cluster, and ways to read it."""

import copy
import json
from pathlib import Path
from typing import Any

import yaml

from diag.kube.deadline import Deadline
from diag.kube.session import Session
from diag.model.kinds import BY_PLURAL
from diag.model.snapshot import Scope, Snapshot
from diag.sources.cluster import ClusterSource
from diag.sources.recording import load_recording
from tests.bench.data import pods
from tests.fake_api import FakeApi

EVERYWHERE = Scope()
CREATED = "2026-01-10T12:00:00Z"


def item(name: str, namespace: str = "", **fields: Any) -> dict[str, Any]:
    meta = {"name": name, "uid": f"{namespace}/{name}", "creationTimestamp": CREATED}
    return {"metadata": meta | ({"namespace": namespace} if namespace else {}), **fields}


def _pods() -> list[dict[str, Any]]:
    found = copy.deepcopy([next(pods(1)), list(pods(41))[40]])
    for number, pod in enumerate(found):
        pod["metadata"] |= {
            "name": f"web-{number}",
            "namespace": ("ops", "shop")[number],
            "labels": {"app": f"a{number}"},
        }
    return found


OBJECTS: dict[str, list[dict[str, Any]]] = {
    "namespaces": [item("ops"), item("shop")],
    "pods": _pods(),
    "events": [item("web-1.1", "shop", reason="BackOff", message="Back-off", lastTimestamp="2026-01-10T12:30:00Z")],
    "persistentvolumeclaims": [item("data", "shop", status={"phase": "Pending"})],
    "storageclasses": [item("fast", provisioner="example.com/fast")],
    "deployments": [item("web", "shop", spec={"replicas": 2})],
    "cronjobs": [item("nightly", "ops", spec={"schedule": "@daily"})],
}


def typed(plural: str, objects: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """The objects of a kind as `kubectl` prints them, each with its kind."""
    kind = BY_PLURAL[plural]
    version = f"{kind.group}/{kind.version}".lstrip("/")
    return [
        {"apiVersion": version, "kind": kind.kind, **one} for one in (OBJECTS[plural] if objects is None else objects)
    ]


def all_typed() -> list[dict[str, Any]]:
    return [one for plural in OBJECTS for one in typed(plural)]


def listed(objects: list[dict[str, Any]], kind: str = "List") -> dict[str, Any]:
    return {"apiVersion": "v1", "items": objects, "kind": kind, "metadata": {"resourceVersion": ""}}


def fill(api: FakeApi) -> None:
    for plural, objects in OBJECTS.items():
        api.add(plural, *objects)


def dump_yaml(value: Any) -> str:
    """YAML as kubectl prints it, keys in order and without aliases."""
    return yaml.dump(json.loads(json.dumps(value)), Dumper=_Plain, allow_unicode=True)


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def read(session: Session, scope: Scope = EVERYWHERE, **more: Any) -> Snapshot:
    sink = more.pop("sink", None)
    return ClusterSource(session, scope, more.pop("deadline", Deadline(20)), **more).read(sink)


def load(path: Path | str, scope: Scope = EVERYWHERE) -> Snapshot:
    return load_recording(str(path), None, scope)


def written(path: Path, value: Any) -> Path:
    """A file with the value as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
    return path


def names(snapshot: Snapshot, plural: str) -> list[str]:
    return [record.metadata.name for record in snapshot.all(plural)]


def gaps(snapshot: Snapshot, *why: str) -> list[tuple[str, str]]:
    """What is missing and where, for these reasons."""
    return [(gap.what, gap.scope) for gap in snapshot.gaps if gap.why in why]
