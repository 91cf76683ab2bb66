"""`mondiag top`, from a cluster and from a recording."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from diag.cli.main import main
from tests.fake_api import FakeApi, not_served

NODE = {
    "metadata": {"name": "node-a"},
    "status": {"allocatable": {"cpu": "4", "memory": "8Gi"}},
}


def metrics(name: str, **fields: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return {"metadata": {"name": name, "namespace": "shop"}, "timestamp": now, "window": "15s", **fields}


def pod(name: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"containers": [{"name": "app", "image": "web:1", "resources": {"limits": {"memory": "100Mi"}}}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": "app", "ready": True, "state": {"running": {}}}]},
    }


def use(name: str, cpu: str, memory: str) -> dict[str, Any]:
    return metrics(name, containers=[{"name": "app", "usage": {"cpu": cpu, "memory": memory}}])


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    with FakeApi() as api:
        api.add("namespaces", {"metadata": {"name": "shop"}})
        api.add("pods", pod("web-1"), pod("web-2"))
        api.add("nodes", NODE)
        api.add("pods.metrics.k8s.io", use("web-1", "250m", "95Mi"), use("web-2", "750m", "20Mi"))
        api.add("nodes.metrics.k8s.io", metrics("node-a", usage={"cpu": "1", "memory": "2Gi"}))
        monkeypatch.setenv("KUBECONFIG", str(api.kubeconfig(tmp_path / "config")))
        yield api


def top(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["top", *arguments]) == 0
    return capsys.readouterr().out


def test_pods(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    text = top(capsys)
    assert [line.split()[0] for line in text.splitlines() if "shop/" in line] == ["shop/web-1", "shop/web-2"]
    assert "95%" in text
    assert "metrics.k8s.io" in text
    assert "no Prometheus was found" in text


def test_the_order_that_is_asked_for(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    text = top(capsys, "containers", "--sort", "cpu", "-n", "shop")
    assert [line.split()[0] for line in text.splitlines() if "shop/" in line] == ["shop/web-2", "shop/web-1"]


def test_nodes_as_json(api: FakeApi, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["top", "nodes", "-o", "json"]) == 0
    value = json.loads(capsysbinary.readouterr().out)
    assert (value["schema"], value["what"]) == ("mondiag.usage/v1", "nodes")
    assert [row["values"]["memory-ratio"] for row in value["rows"]] == [0.25]


def test_a_recording_shows_the_same(api: FakeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = top(capsys, "containers")
    assert main(["record", str(tmp_path / "rec")]) == 0
    capsys.readouterr()
    recorded = top(capsys, "containers", "--recording", str(tmp_path / "rec"))
    assert [line for line in recorded.splitlines() if "shop/" in line] == [
        line for line in live.splitlines() if "shop/" in line
    ]


def test_no_metrics_at_all(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.fail("pods.metrics.k8s.io", not_served())
    assert main(["top"]) == 3
    [line] = capsys.readouterr().err.splitlines()
    assert "there are no metrics to show: the cluster has no metrics.k8s.io: install metrics-server" in line
    assert "give --prometheus URL" in line


def test_a_recording_without_metrics(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pods.json"
    file.write_text(json.dumps({"kind": "PodList", "apiVersion": "v1", "items": [pod("web-1")]}))
    assert main(["top", "--recording", str(file)]) == 2
    assert "the recording holds no metrics" in capsys.readouterr().err


def test_a_column_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["top", "nodes", "--sort", "memory-limit"]) == 2
    assert "nodes have no such column; they have cpu, cpu-allocatable" in capsys.readouterr().err
