"""The scan of a real cluster against one plain list of its pods: `python -m tests.bench.cluster KUBECONFIG [CONTEXT]`.

Prints the median of both in seconds, their ratio (budget 3), and the scan's largest memory.
"""

import os
import statistics
import subprocess
import sys
import time

REPEATS = 3


def plain(kubeconfig: str, context: str | None) -> float:
    """Seconds that one list of all pods takes, without a limit and without decoding it."""
    from diag.kube.config import load_access
    from diag.kube.deadline import Deadline
    from diag.kube.session import connect

    deadline = Deadline(300)
    with connect(load_access(kubeconfig, context, None, deadline), deadline) as session:
        began = time.perf_counter()
        for _ in session.stream("/api/v1/pods", deadline=deadline):
            pass
        return time.perf_counter() - began


def scan(kubeconfig: str, context: str | None) -> tuple[float, float]:
    """Seconds and megabytes of a whole `mondiag scan --json`, its start included."""
    named = ["--context", context] if context else []
    command = [sys.executable, "-m", "diag", "scan", "--json", "--fail-on", "never", "--kubeconfig", kubeconfig, *named]
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0
    return time.perf_counter() - began, used.ru_maxrss / 1024


def main() -> None:
    kubeconfig, context = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    plain(kubeconfig, context)  # the first list after a change fills the server's cache
    lists, scans = [], []
    for _ in range(REPEATS):
        lists.append(plain(kubeconfig, context))
        scans.append(scan(kubeconfig, context))
    listed, scanned = statistics.median(lists), statistics.median(seconds for seconds, _ in scans)
    memory = max(megabytes for _, megabytes in scans)
    print(f"plain list {listed:.2f} s, scan {scanned:.2f} s, ratio {scanned / listed:.2f} (budget 3), {memory:.0f} MB")


if __name__ == "__main__":
    main()
