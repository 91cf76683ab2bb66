"""The lab: a real API server, scheduler, controllers, kubelet and containers."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LAB = Path(__file__).resolve().parents[3] / "shared" / "lab" / "lab"
HOME = Path(os.environ.get("LAB_HOME", "/tmp/mondiag-lab"))

# The cause that each scenario of the three families must be told by, and those that are healthy.
SICK = {
    "oom-killed": "oom-container-limit",
    "oom-slow-leak": "oom-container-limit",
    "image-name-invalid": "image-invalid-name",
    "image-registry-auth": "image-auth",
    "image-registry-unreachable": "image-registry-unreachable",
    "image-tag-missing": "image-not-found",
    "pvc-no-default-class": "pvc-no-default-class",
    "pvc-no-matching-pv": "pvc-static-no-match",
    "pvc-no-storageclass": "pvc-class-missing",
}
HEALTHY = ("healthy-deployment", "cronjob-suspended-ok", "pvc-wait-for-first-consumer")


def lab(*arguments: str) -> str:
    """Run a lab command; its output."""
    done = subprocess.run(
        [sys.executable, str(LAB), *arguments], capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, f"lab {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def mondiag(*arguments: str, context: str = "lab-admin") -> subprocess.CompletedProcess[str]:
    """Run mondiag on the lab."""
    command = [sys.executable, "-m", "diag", *arguments, "--kubeconfig", str(HOME / "kubeconfig"), "--context", context]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The report that a scan printed."""
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="session")
def scenarios() -> Iterator[None]:
    """The lab with every scenario of the three families applied and showing its symptom."""
    if not LAB.exists():
        pytest.skip("the lab is not beside this checkout")
    if os.geteuid() != 0:
        pytest.skip("the lab's node needs root")
    if shutil.which("containerd") is None:
        pytest.skip("the lab's node needs containerd: run `lab deps`")
    lab("down")
    try:
        lab("up", "--node")
        names = [*SICK, *HEALTHY]
        lab("break", *names)
        lab("wait", *names)
        yield
    finally:
        lab("down")
