import json
from pathlib import Path
from typing import Any

import pytest

from diag.cli.demo import RECORDING
from diag.cli.main import main
from diag.finding import SEVERITIES

PLACE = Path(RECORDING)


@pytest.fixture
def demo(built_in: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["demo", "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_it_begins_with_a_cause_and_what_suffers_from_it(demo: dict[str, Any]) -> None:
    first, *others = demo["findings"]
    told = {one["cause"] for one in others if one["symptom_of"] == first["id"]}
    assert (first["cause"], first["severity"]) == ("pvc-lost", "critical")
    assert {"sched-pvc-missing", "service-no-endpoints", "dependency-refused", "ingress-backend-empty"} <= told


def test_it_has_findings_of_every_severity_in_their_order(demo: dict[str, Any]) -> None:
    causes = [one["severity"] for one in demo["findings"] if one["symptom_of"] is None]
    assert sorted(causes, key=SEVERITIES.index) == causes
    assert set(causes) == set(SEVERITIES)


def test_it_could_look_at_nearly_everything(demo: dict[str, Any]) -> None:
    assert [gap["what"] for gap in demo["gaps"]] == ["certificatesigningrequests.certificates.k8s.io"]


def test_it_names_no_machine_and_stays_small() -> None:
    files = [file for file in PLACE.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 1_500_000
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [word for word in ("127.0.0.1", "localhost", "/tmp/", "/home/", "busybox") if word in text] == []
