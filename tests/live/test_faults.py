"""Faults that are not among the lab's scenarios: each must be told by its cause, and by nothing else."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import LAB, mondiag, report

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("lab"), pytest.mark.usefixtures("scenarios")]

MANIFEST = Path(__file__).with_name("faults.yaml")
PATIENCE = 150.0  # seconds; crash loops and second pulls take their time

# Cause by the workload, or by the object where it has none.
EXPECTED = {
    "initoom": "oom-init-container",
    "oomjob": "oom-container-limit",
    "childoom": "oom-child-process",
    "onceoom": "oom-container-limit",
    "tinylimit": "oom-limit-below-minimum",
    "exit137": "exit-137-unknown",
    "never": "image-never-pull",
    "nosecret": "image-pull-secret-missing",
    "wronghost": "image-auth",
    "badpass": "image-auth",
    "baddns": "image-registry-dns",
    "digest": "image-not-found",
    "roll": "image-not-found",
    "prebound": "pvc-prebound-missing",
    "wantsrwx": "pvc-static-no-match",
    "noclaim": "pvc-never-created",
    "extclaim": "pvc-provisioner-missing",
    "intree": "pvc-intree-removed",
    "nodenamed": "pvc-wffc-no-consumer",
    "sts3": "pvc-class-missing",
    "db": "pvc-never-created",
}


def kubectl(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, str(LAB), "kubectl", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def told() -> dict[str, list[str]]:
    """The causes that a scan of the two namespaces names, by workload or object; symptoms left out."""
    found: dict[str, list[str]] = {}
    seen: dict[str, Any] = report(mondiag("scan", "--json", "-n", "faults", "-n", "faults-quota"))
    for finding in seen["findings"]:
        if finding.get("symptom_of") is None and finding["subject"]["namespace"]:
            owner = finding["workload"] or finding["subject"]
            found.setdefault(owner["name"], []).append(finding["cause"])
    return found


@pytest.fixture(scope="module")
def causes() -> dict[str, list[str]]:
    """What is told of the faults once all of them show, or once patience ends."""
    kubectl("apply", "-f", str(MANIFEST))
    kubectl("-n", "faults", "rollout", "status", "deploy/roll", "--timeout=60s")
    kubectl("-n", "faults", "set", "image", "deploy/roll", "app=127.0.0.1:5000/busybox:1.53")
    end = time.monotonic() + PATIENCE
    found = told()
    while found != {name: [cause] for name, cause in EXPECTED.items()} and time.monotonic() < end:
        found = told()
    return found


@pytest.mark.parametrize(("name", "cause"), EXPECTED.items())
def test_each_fault_is_told_by_its_cause(causes: dict[str, list[str]], name: str, cause: str) -> None:
    assert causes.get(name) == [cause]


def test_nothing_else_is_told(causes: dict[str, list[str]]) -> None:
    assert set(causes) <= set(EXPECTED)
