"""Whole commands against a server that speaks Kubernetes' API."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from diag.report.json import report_schema
from tests.cli.run import mondiag
from tests.fake_api import FakeApi, forbidden, unauthorized

POD: dict[str, Any] = {
    "metadata": {
        "name": "web-7d4b9c-x2x4z",
        "namespace": "shop",
        "creationTimestamp": "2026-01-10T10:00:00Z",
        "labels": {"app": "web"},
    },
    "spec": {
        "nodeName": "worker-1",
        "containers": [{"name": "app", "image": "shop/web:1", "resources": {"limits": {"memory": "128Mi"}}}],
    },
    "status": {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-10T11:50:00Z"}],
        "containerStatuses": [
            {
                "name": "app",
                "image": "shop/web:1",
                "ready": False,
                "started": False,
                "restartCount": 6,
                "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 2m40s"}},
                "lastState": {
                    "terminated": {
                        "exitCode": 137,
                        "reason": "OOMKilled",
                        "startedAt": "2026-01-10T11:55:00Z",
                        "finishedAt": "2026-01-10T11:58:00Z",
                    }
                },
            }
        ],
    },
}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as started:
        started.add("namespaces", {"metadata": {"name": "shop"}}, {"metadata": {"name": "quiet"}})
        yield started


@pytest.fixture
def flags(api: FakeApi, tmp_path: Path) -> list[str]:
    return ["--kubeconfig", str(api.kubeconfig(tmp_path / "kubeconfig"))]


def test_a_scan_finds_what_is_broken(api: FakeApi, tmp_path: Path, flags: list[str]) -> None:
    api.add("pods", POD)
    done = mondiag(tmp_path, "scan", "--json", *flags)
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert [finding["playbook"] for finding in document["findings"]] == ["oom-killed"]
    assert document["findings"][0]["subject"]["name"] == "web-7d4b9c-x2x4z"


def test_an_alert_is_answered_on_the_objects_that_it_names(api: FakeApi, tmp_path: Path, flags: list[str]) -> None:
    api.add("pods", POD, {**POD, "metadata": {**POD["metadata"], "name": "other"}})
    labels = ("namespace=shop", "pod=web-7d4b9c-x2x4z", "container=app")
    done = mondiag(tmp_path, "alert", "KubePodCrashLooping", *labels, "--json", *flags)
    assert (done.returncode, done.stderr) == (1, "")
    findings = json.loads(done.stdout)["report"]["findings"]
    assert "oom-killed" in {finding["playbook"] for finding in findings}
    assert {finding["subject"]["name"] for finding in findings} == {"web-7d4b9c-x2x4z"}


def test_a_healthy_cluster_is_said_to_be_healthy(tmp_path: Path, flags: list[str]) -> None:
    done = mondiag(tmp_path, "scan", "--strict", *flags)
    assert (done.returncode, done.stderr) == (0, "")
    assert "✔         Nothing unhealthy" in done.stdout


def test_what_is_forbidden_is_a_gap(api: FakeApi, tmp_path: Path, flags: list[str]) -> None:
    api.fail("events", forbidden())
    done = mondiag(tmp_path, "scan", *flags)
    assert done.returncode == 0
    assert "? " in done.stdout
    assert "kubectl auth can-i list events" in done.stdout
    assert mondiag(tmp_path, "scan", "--strict", *flags).returncode == 4


def test_a_refused_login_is_one_line_and_3(api: FakeApi, tmp_path: Path, flags: list[str]) -> None:
    api.fail("/version", unauthorized())
    done = mondiag(tmp_path, "scan", *flags)
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1


def test_no_server_is_one_line_and_3(tmp_path: Path) -> None:
    with FakeApi() as api:
        flags = ["--kubeconfig", str(api.kubeconfig(tmp_path / "kubeconfig"))]
    done = mondiag(tmp_path, "scan", *flags)
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1


def test_explain_tells_of_one_pod(api: FakeApi, tmp_path: Path, flags: list[str]) -> None:
    api.add("pods", POD)
    for name in (["web-7d4b9c-x2x4z"], ["po/web-7d4b9c-x2x4z", "-n", "shop"], ["shop/pod/web-7d4b9c-x2x4z"]):
        done = mondiag(tmp_path, "explain", *name, *flags)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Pod shop/web-7d4b9c-x2x4z")
        assert "128Mi" in done.stdout
    document = json.loads(mondiag(tmp_path, "why", "web-7d4b9c-x2x4z", "--json", *flags).stdout)
    assert document["findings"][0]["playbook"] == "oom-killed"


def test_explain_of_nothing_is_one_line_and_2(api: FakeApi, tmp_path: Path, flags: list[str]) -> None:
    api.add("pods", POD)
    done = mondiag(tmp_path, "explain", "web", *flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no Pod web" in done.stderr


def test_a_namespace_that_does_not_exist_is_no_comfort(tmp_path: Path, flags: list[str]) -> None:
    done = mondiag(tmp_path, "scan", "-n", "shopp", *flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "mondiag: -n shopp: there is no such namespace; did you mean 'shop'?\n"
    assert mondiag(tmp_path, "scan", "-n", "shopp", "-A", *flags).returncode == 0


def test_a_recording_gives_the_same_findings(api: FakeApi, tmp_path: Path, flags: list[str]) -> None:
    api.add("pods", POD)
    recorded = mondiag(tmp_path, "record", "here", *flags)
    assert (recorded.returncode, recorded.stdout) == (0, "")
    assert recorded.stderr.startswith("recorded in here: 1 pod, 2 other objects")
    live = json.loads(mondiag(tmp_path, "scan", "--json", *flags).stdout)
    again = json.loads(mondiag(tmp_path, "scan", "--json", "--recording", "here").stdout)
    assert [finding["id"] for finding in again["findings"]] == [finding["id"] for finding in live["findings"]]
    assert again["gaps"] == live["gaps"]


def test_the_demo_shows_findings_without_any_cluster(tmp_path: Path) -> None:
    done = mondiag(tmp_path, "demo", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads(report_schema()))
    assert len(document["findings"]) >= 3
