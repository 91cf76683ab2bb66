"""`mondiag.recording/v1` as it lies on disk: others read it, too."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from diag.kube.deadline import Deadline
from diag.kube.session import Session
from diag.model.kinds import BY_PLURAL, KINDS
from diag.sources.cluster import ClusterSource
from diag.sources.recorder import Recorder
from tests.fake_api import FakeApi, forbidden, not_served
from tests.sources.samples import EVERYWHERE, OBJECTS, fill
from tests.sources.test_cluster_logs import APP, PREVIOUS, put
from tests.sources.test_recorder import METRICS, files

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
WHY = ["forbidden", "timeout", "not-served", "expired", "truncated", "unreadable", "not-asked", "skipped"]
GAP = {
    "type": "object",
    "required": ["what", "scope", "why"],
    "properties": {
        "what": TEXT,
        "scope": TEXT,
        "why": {"enum": WHY},
        "detail": TEXT,
        "read": TEXTS,
        "playbooks": TEXTS,
    },
    "additionalProperties": False,
}
DESCRIPTION = {
    "type": "object",
    "required": ["schema", "taken_at", "context", "server_version", "scope", "gaps", "withheld"],
    "properties": {
        "schema": {"const": "mondiag.recording/v1"},
        "taken_at": TEXT,
        "context": TEXT,
        "server_version": TEXT,
        "scope": {
            "type": "object",
            "required": ["namespaces", "selector"],
            "properties": {"namespaces": TEXTS, "selector": TEXT},
            "additionalProperties": False,
        },
        "gaps": {"type": "array", "items": GAP},
        "withheld": TEXTS,
    },
    "additionalProperties": False,
}
LIST = {
    "type": "object",
    "required": ["kind", "apiVersion", "items"],
    "properties": {
        "kind": {"const": "List"},
        "apiVersion": {"const": "v1"},
        "items": {"type": "array", "items": {"type": "object", "required": ["kind", "apiVersion", "metadata"]}},
    },
    "additionalProperties": False,
}


@pytest.fixture
def place(api: FakeApi, session: Session, tmp_path: Path) -> Path:
    """A recording of a small cluster: two kinds are missing, most are empty, there are logs and metrics."""

    fill(api)
    api.fail("nodes", forbidden())
    api.fail("csidrivers", not_served())
    for key in (APP, PREVIOUS):
        put(api, key, b"said\n")
    recorder = Recorder(str(tmp_path / "r"))
    source = ClusterSource(session, EVERYWHERE, Deadline(20))
    snapshot = source.read_logs(source.read(recorder.add), [APP, PREVIOUS])
    recorder.finish(msgspec.structs.replace(snapshot, metrics=METRICS))
    return tmp_path / "r"


def content(path: Path) -> Any:
    return json.loads(path.read_bytes())


def test_the_description(place: Path) -> None:
    description = content(place / "recording.json")
    jsonschema.validate(description, DESCRIPTION)
    assert datetime.fromisoformat(description["taken_at"]).tzinfo is not None
    assert [gap["what"] for gap in description["gaps"]] == ["nodes", "csidrivers.storage.k8s.io"]
    assert next(iter(description)) == "schema"


def test_a_list_for_each_kind_that_was_asked_empty_ones_included(place: Path) -> None:
    asked = {kind.resource for kind in KINDS} - {"nodes", "csidrivers.storage.k8s.io"}
    assert {path.name for path in (place / "objects").iterdir()} == {f"{resource}.json" for resource in asked}
    for plural in (plural for plural, kind in BY_PLURAL.items() if kind.resource in asked):
        kind = BY_PLURAL[plural]
        listed = content(place / "objects" / f"{kind.resource}.json")
        jsonschema.validate(listed, LIST)
        assert len(listed["items"]) == len(OBJECTS.get(plural, []))
        version = f"{kind.group}/{kind.version}" if kind.group else kind.version
        assert all((one["kind"], one["apiVersion"]) == (kind.kind, version) for one in listed["items"])


def test_logs_and_metrics_lie_where_they_should(place: Path) -> None:
    others = {str(path.relative_to(place)) for path in files(place)}
    assert {name for name in others if not name.startswith("objects/")} == {
        "recording.json",
        "logs/shop/web-1/app.log",
        "logs/shop/web-1/app.previous.log",
        "metrics/prometheus.json",
    }
    assert (place / "logs/shop/web-1/app.log").read_text() == "said\n"
    assert content(place / "metrics/prometheus.json")["samples"][0]["value"] == 0.93
