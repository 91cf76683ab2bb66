"""One object as YAML, whole, clean and without credentials."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from diag.errors import AnswerError, NotServedError, RecordingError, RefusedError
from diag.kube.session import Session
from diag.model.kinds import BY_PLURAL
from diag.sources.document import read_document, recorded_document
from tests import fake_api
from tests.fake_api import FakeApi
from tests.sources.samples import item, listed, typed, written

DEPLOYMENTS, NODES, PODS = (BY_PLURAL[plural] for plural in ("deployments", "nodes", "pods"))
ENV = [{"name": "DB_PASSWORD", "value": "hunter2-hunter2"}, {"name": "MODE", "value": "fast"}]
POD = item(
    "web-1",
    "shop",
    spec={"containers": [{"name": "app", "env": ENV, "args": ["a\x1b[2Jb", "x" * 300]}], "odd": {"a": 1}},
)


def test_all_of_an_object_is_there_in_its_order(api: FakeApi, session: Session) -> None:
    api.add("pods", POD)
    text = read_document(session, PODS, "shop", "web-1")
    found = yaml.safe_load(text)
    assert list(found) == ["kind", "apiVersion", "metadata", "spec"]
    assert (found["kind"], found["metadata"]["name"], found["spec"]["odd"]) == ("Pod", "web-1", {"a": 1})
    assert "x" * 300 in text


def test_credentials_and_control_characters_are_not(api: FakeApi, session: Session) -> None:
    api.add("pods", POD)
    text = read_document(session, PODS, "shop", "web-1")
    assert "hunter2" not in text
    assert "value: fast" in text
    assert "\x1b" not in text
    assert "\\e" not in text


def test_objects_outside_of_namespaces_and_of_groups(api: FakeApi, session: Session) -> None:
    api.add("nodes", item("n"))
    api.add("deployments", item("web", "shop"))
    assert "kind: Node" in read_document(session, NODES, "", "n")
    assert "apiVersion: apps/v1" in read_document(session, DEPLOYMENTS, "shop", "web")


def test_an_odd_name_stays_a_name(api: FakeApi, session: Session) -> None:
    with pytest.raises(NotServedError):
        read_document(session, PODS, "shop", "../../nodes?x=")
    assert api.requests[-1].path.startswith("/api/v1/namespaces/shop/pods/")


def test_what_cannot_be_read(api: FakeApi, session: Session) -> None:
    with pytest.raises(NotServedError, match="not found"):
        read_document(session, PODS, "shop", "nope")
    api.add("pods", POD)
    api.fail("pods", fake_api.forbidden(), times=1)
    with pytest.raises(RefusedError, match="forbidden"):
        read_document(session, PODS, "shop", "web-1")
    api.fail("pods", fake_api.truncated_json(), times=1)
    with pytest.raises(AnswerError, match="sent no object for Pod web-1"):
        read_document(session, PODS, "shop", "web-1")


def test_a_recorded_object(tmp_path: Path) -> None:
    others: list[Any] = [7, {"metadata": 7}]
    written(tmp_path / "pods.json", listed([*others, *typed("pods", [item("web-1", "ops"), POD])]))
    found = yaml.safe_load(recorded_document(str(tmp_path), PODS, "shop", "web-1"))
    assert (found["metadata"]["namespace"], found["spec"]["odd"]) == ("shop", {"a": 1})
    assert "hunter2" not in json.dumps(found)
    with pytest.raises(RecordingError, match="has no Pod web-2"):
        recorded_document(str(tmp_path), PODS, "shop", "web-2")
    with pytest.raises(RecordingError, match="has no Node n"):
        recorded_document(str(tmp_path), NODES, "", "n")
