"""Measure, and print each ratio beside its budget.

    python -m tests.bench                       # 50,000 pods, and growth up to 150,000
    python -m tests.bench --pods 4000           # small, as CI does

The server is a process of its own on loopback. Every ratio is of two medians of the same run. Exit code 1 when a
ratio is more than twice its budget.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.budgets import Table

GROWTH = (1_000, 10_000, 50_000, 150_000)


@contextmanager
def served(pods: int, place: Path) -> Iterator[str]:
    """A fake API server with so many pods; the path of its kubeconfig."""
    kubeconfig = place / f"kubeconfig-{pods}"
    command = [sys.executable, "-m", "tests.bench.server", str(pods), str(kubeconfig)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        server.stdout.readline()
        yield str(kubeconfig)
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait()


def child(what: str, kubeconfig: str) -> dict[str, Any]:
    """One measurement in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.child", what, kubeconfig], capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def median(runs: list[dict[str, Any]], key: str) -> float:
    return statistics.median(run[key] for run in runs)


def ingest(table: Table, pods: int, place: Path, repeats: int) -> None:
    with served(pods, place) as kubeconfig:
        floors, reads = [], []
        for _ in range(repeats):
            floors.append(child("floor", kubeconfig))
            reads.append(child("ingest", kubeconfig))
    floor, read, scan = median(floors, "seconds"), median(reads, "read_seconds"), median(reads, "scan_seconds")
    assert reads[0]["pods"] == floors[0]["pods"] == pods
    note = f"{pods:,} pods: floor {floor:.2f} s, read {read:.2f} s, playbooks {scan:.2f} s"
    table.line("read and decode / (read bytes + typed decode)", read / floor, 3.0, note=note)
    table.line("all playbooks / ingest", scan / read, 1 / 3)
    table.line(
        "memory kept per pod",
        median(reads, "bytes_kept") / pods / 1024,
        2.0,
        "KB",
        f"peak {median(reads, 'peak_mb'):.0f} MB",
    )


def growth(table: Table, sizes: tuple[int, ...], place: Path) -> None:
    cost = {}
    for pods in sizes:
        with served(pods, place) as kubeconfig:
            run = child("ingest", kubeconfig)
        cost[pods] = (run["read_seconds"] + run["scan_seconds"]) / pods * 1e6
        print(f"    {pods:>7,} pods: {cost[pods]:.0f} µs a pod, peak {run['peak_mb']:.0f} MB", flush=True)
    rest = [cost[pods] for pods in sizes[1:]]
    table.line("cost of a pod, most / least (above 1,000 pods)", max(rest) / min(rest), 1.4)


def start(table: Table, repeats: int) -> None:
    def timed(*command: str) -> float:
        times = []
        for _ in range(repeats * 5):
            began = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    bare = timed(sys.executable, "-c", "pass")
    version = timed(sys.executable, "-m", "diag", "--version")
    table.line(
        "mondiag --version / bare interpreter",
        version / bare,
        3.0,
        note=f"{bare * 1000:.0f} ms, {version * 1000:.0f} ms",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pods", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        start(table, arguments.repeats)
        ingest(table, arguments.pods, place, arguments.repeats)
        if arguments.pods >= GROWTH[2]:
            growth(table, GROWTH, place)
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
