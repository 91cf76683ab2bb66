"""The lab: a real API server, scheduler, controllers, kubelet and containers, with everything in it broken at once."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.expected import EXPECTED, FAULTS, HEALTHY, SICK, told

LAB = Path(__file__).resolve().parents[3] / "shared" / "lab" / "lab"
HOME = Path(os.environ.get("LAB_HOME", "/tmp/mondiag-lab"))
READER = Path(__file__).parents[2] / "deploy" / "reader.yaml"
SCAN = ("scan", "--json", "--max-logs", "100")  # more containers end by themselves here than are read of by default
PATIENCE = 180.0  # seconds; crash loops, and what is only told of after some minutes, take their time


def lab(*arguments: str) -> str:
    """Run a lab command; its output."""
    done = subprocess.run(
        [sys.executable, str(LAB), *arguments], capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, f"lab {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def kubectl(*arguments: str) -> str:
    """Run kubectl on the lab; its output."""
    return lab("kubectl", *arguments)


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
    """The lab with every scenario and fault applied. Not all of them show yet."""
    if not LAB.exists():
        pytest.skip("the lab is not beside this checkout")
    if os.geteuid() != 0:
        pytest.skip("the lab's node needs root")
    if shutil.which("containerd") is None:
        pytest.skip("the lab's node needs containerd: run `lab deps`")
    lab("down")
    try:
        lab("up", "--node")
        _break()
        yield
    finally:
        lab("down")


def _break() -> None:
    lab("break", "finalizer-stuck", *SICK, *HEALTHY)
    kubectl("apply", "-f", str(READER))
    kubectl("create", "clusterrolebinding", "reader", "--clusterrole=mondiag-reader", "--user=reader")
    kubectl("apply", "-f", str(FAULTS))
    kubectl("-n", "faults-workloads", "wait", "--for=condition=Ready", "pod/held", "--timeout=60s")
    kubectl("-n", "faults-workloads", "delete", "pod", "held", "--wait=false")
    kubectl("-n", "faults", "rollout", "status", "deploy/roll", "--timeout=60s")
    kubectl("-n", "faults", "set", "image", "deploy/roll", "app=127.0.0.1:5000/busybox:1.53")


def until(wanted: dict[str, list[str]], patience: float, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A scan that tells just this, or the last one when patience ends."""
    end = time.monotonic() + patience
    while True:
        done = mondiag(*SCAN, *arguments)
        if told(report(done)) == wanted or time.monotonic() > end:
            return done


@pytest.fixture(scope="session")
def admin(scenarios: None) -> dict[str, Any]:
    """The report of an administrator's scan once all faults show, or once patience ends."""
    done = until(EXPECTED, PATIENCE)
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    return report(done)
