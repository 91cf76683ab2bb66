"""`mondiag scan` on a real cluster."""

import json
from pathlib import Path
from typing import Any

import pytest

from diag.model.kinds import KINDS
from tests.live.conftest import HOME, SCAN, kubectl, mondiag, report
from tests.live.expected import SICK, told

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("lab"), pytest.mark.usefixtures("admin")]


def is_lost_log(gap: dict[str, Any]) -> bool:
    """The runtime may drop the log of a container that restarts all the time between the list and the read.

    Where that one spoke for the replicas of a workload, theirs were not read either.
    """
    return bool(gap["what"] == "logs" and gap["why"] in ("expired", "not-served", "skipped"))


def test_an_administrator_sees_everything(admin: dict[str, Any]) -> None:
    assert [gap for gap in admin["gaps"] if gap["why"] != "not-asked" and not is_lost_log(gap)] == []


def test_a_viewer_gets_the_same_findings_and_is_told_what_was_not_seen() -> None:
    seen = report(mondiag(*SCAN, context="lab-viewer"))
    ours = {place: causes for place, causes in told(seen).items() if place.startswith("lab-")}
    assert ours == {f"lab-{scenario}/": [cause] for scenario, cause in SICK.items()}
    assert {gap["why"] for gap in seen["gaps"] if not is_lost_log(gap)} <= {"forbidden", "not-asked"}


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


def audited() -> dict[str, dict[str, Any]]:
    """Every request that mondiag has made of the server so far, by its audit id."""
    lines = [line for line in (HOME / "audit.log").read_text().splitlines() if '"userAgent":"mondiag' in line]
    return {entry["auditID"]: entry for entry in map(json.loads, lines)}


def is_measure(entry: dict[str, Any]) -> bool:
    """Whether a request was for what pods and nodes use, which the lab does not serve by itself."""
    return bool(entry["verb"] == "list" and entry["objectRef"].get("apiGroup") == "metrics.k8s.io")


def test_one_scan_lists_each_kind_once_and_writes_nothing() -> None:
    before = audited()
    assert mondiag("scan", "--json").returncode == 1
    made = [entry for key, entry in audited().items() if key not in before and not is_measure(entry)]
    lists = [entry["objectRef"]["resource"] for entry in made if entry["verb"] == "list"]
    assert sorted(lists) == sorted(kind.plural for kind in KINDS)
    others = {(entry["verb"], entry["requestURI"].partition("?")[0].rpartition("/")[2]) for entry in made}
    assert others - {("list", plural) for plural in lists} <= {("get", "version"), ("get", "log")}


def test_a_user_with_rights_in_one_namespace_gets_it_in_full() -> None:
    binding = ["--clusterrole=mondiag-reader", "--user=one-namespace", "-n", "lab-oom-killed"]
    kubectl("create", "rolebinding", "one-namespace", *binding)
    done = mondiag("scan", "--json", "-n", "lab-oom-killed", "--as", "one-namespace")
    assert done.returncode == 1, done.stderr
    seen = report(done)
    assert [f["cause"] for f in seen["findings"]] == ["oom-container-limit"]
    refused = {gap["what"] for gap in seen["gaps"] if gap["why"] == "forbidden" and not gap["scope"]}
    assert refused == {kind.resource for kind in KINDS if not kind.namespaced}


def test_explain_names_the_cause_of_one_object() -> None:
    done = mondiag("explain", "-n", "lab-pvc-no-storageclass", "pvc/data")
    assert done.returncode in (0, 1), done.stderr
    assert "fast-ssd" in done.stdout
