"""`mondiag scan` on a real cluster."""

from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import HEALTHY, HOME, SICK, mondiag, report

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("lab"), pytest.mark.usefixtures("scenarios")]


def in_namespace(found: dict[str, Any], scenario: str) -> list[dict[str, Any]]:
    return [f for f in found["findings"] if f["subject"]["namespace"] == f"lab-{scenario}"]


@pytest.fixture(scope="module")
def admin() -> dict[str, Any]:
    """The report of an administrator's scan."""
    done = mondiag("scan", "--json")
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    return report(done)


@pytest.mark.parametrize(("scenario", "cause"), SICK.items())
def test_each_fault_is_told_by_its_cause(admin: dict[str, Any], scenario: str, cause: str) -> None:
    assert [f["cause"] for f in in_namespace(admin, scenario)] == [cause]


@pytest.mark.parametrize("scenario", HEALTHY)
def test_nothing_is_said_of_what_is_healthy(admin: dict[str, Any], scenario: str) -> None:
    assert in_namespace(admin, scenario) == []


def test_an_administrator_sees_everything(admin: dict[str, Any]) -> None:
    assert [gap for gap in admin["gaps"] if gap["why"] != "not-asked"] == []


def test_a_viewer_gets_the_same_findings_and_is_told_what_was_not_seen(admin: dict[str, Any]) -> None:
    seen = report(mondiag("scan", "--json", context="lab-viewer"))
    assert {f["cause"] for f in seen["findings"]} == {f["cause"] for f in admin["findings"]}
    assert {gap["why"] for gap in seen["gaps"]} <= {"forbidden", "not-asked"}


def test_a_viewer_of_one_namespace_gets_it_in_full() -> None:
    seen = report(mondiag("scan", "--json", "-n", "lab-oom-killed", context="lab-viewer"))
    assert [f["cause"] for f in seen["findings"] if f["subject"]["namespace"]] == ["oom-container-limit"]


def test_who_may_nothing_is_told_so() -> None:
    done = mondiag("scan", "--json", context="lab-nobody")
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "forbidden" in done.stderr.lower()


def test_a_recording_gives_the_same_findings(tmp_path: Path) -> None:
    place = tmp_path / "recorded"
    assert mondiag("record", str(place)).returncode == 0
    again = [report(mondiag_on(place)) for _ in range(2)]
    assert again[0]["findings"] == again[1]["findings"]
    assert {f["cause"] for f in again[0]["findings"]} >= set(SICK.values())


def mondiag_on(place: Path) -> Any:
    """Scan a recording, without the flags of a live cluster."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "diag", "scan", "--json", "--recording", str(place)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_nothing_is_written_to_the_cluster(admin: dict[str, Any]) -> None:
    lines = [line for line in (HOME / "audit.log").read_text().splitlines() if '"userAgent":"mondiag' in line]
    assert lines
    assert not [line for line in lines if '"verb":"get"' not in line and '"verb":"list"' not in line]
    assert len(lines) < 60 * 8


def test_explain_names_the_cause_of_one_object() -> None:
    done = mondiag("explain", "-n", "lab-pvc-no-storageclass", "pvc/data")
    assert done.returncode in (0, 1), done.stderr
    assert "fast-ssd" in done.stdout
