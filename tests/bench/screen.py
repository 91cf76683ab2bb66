"""Measure the interactive session from outside, at a pseudo-terminal, and print each value beside its budget.

    python -m tests.bench.screen                                        # 150,000 pods, 2,000 changes a second
    python -m tests.bench.screen --pods 4000 --changes-per-second 50    # small, as CI does
    python -m tests.bench.screen --kubeconfig FILE                      # a real one, with the budgets of 10,000 pods

The server is a process of its own on loopback. Exit code 1 when a value is more than twice its budget.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.budgets import Table
from tests.bench.pages import Pages, filtering
from tests.bench.session import Session, opened

FINDING = re.compile("[!▲●] (critical|high|medium)".encode())
LIVE = "live ●".encode()
SAMPLES = 100
IDLE = 10.0  # seconds


class Server:
    """The fake API server, as told by its input."""

    def __init__(self, pods: int, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.bench.watching_server", str(pods), str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._line()
        self.kubeconfig = str(folder / "kubeconfig")
        self.names = (folder / "names").read_text().split()

    def do(self, command: str) -> str:
        """Have it do something; what it says to that."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def served(pods: int) -> Iterator[Server]:
    """A fake API server with so many pods."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(pods, Path(folder))
        try:
            yield server
        finally:
            server.close()


@contextmanager
def deaf() -> Iterator[str]:
    """The kubeconfig of a server that accepts connections and never answers."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        file = Path(folder) / "kubeconfig"
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        file.write_text(
            f'{{"current-context": "deaf", "clusters": [{{"name": "deaf", "cluster": {{"server": "{url}"}}}}], '
            '"contexts": [{"name": "deaf", "context": {"cluster": "deaf", "user": "deaf"}}], '
            '"users": [{"name": "deaf", "user": {}}]}'
        )
        yield str(file)


def spread(samples: Sequence[float]) -> tuple[float, str]:
    """The 95th percentile in milliseconds, and a note with more of them."""
    ordered = sorted(sample * 1000 for sample in samples)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return high, f"{len(ordered)} keys, median {statistics.median(ordered):.0f}, most {ordered[-1]:.0f}, {load()}"


def load() -> str:
    """How busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f}"


def beginning(table: Table, repeats: int) -> None:
    """First paint and end, with a server that never answers."""
    paints, ends = [], []
    with deaf() as kubeconfig:
        for _ in range(repeats):
            with opened("--kubeconfig", kubeconfig) as session:
                paints.append(session.until(b"WHAT") - session.began)
                session.drain(0.5)
                ends.append(session.quit())
    paint, end = (statistics.median(times) * 1000 for times in (paints, ends))
    table.line("first paint", paint, 300, "ms", f"{repeats} runs, most {max(paints) * 1000:.0f}, {load()}")
    table.line("quit with a connection that is stuck", end, 300, "ms", f"most {max(ends) * 1000:.0f}")


def empty() -> int:
    """Bytes that a session holds on a cluster without pods."""
    with served(0) as server, opened("--kubeconfig", server.kubeconfig) as session:
        session.until(LIVE)
        session.drain(2.0)
        return session.resident()


def to_pods(session: Session) -> None:
    """From the findings to the table of pods."""
    session.answer(":", b"Tab completes")
    session.answer("pods\r", b"NAMESPACE")


def loading(table: Table, session: Session, names: Sequence[str], asked: float, seconds: float) -> None:
    """From the first list to the last pod, keys all the while."""
    first = session.until(FINDING)
    table.line("first finding, after the pods were asked for", first - asked, 1, "s", load())
    to_pods(session)
    while session.pods < min(len(names), 200):
        session.drain(0.05)
    pages = Pages(session, names)
    samples = []
    while session.pods < len(names):
        samples.append(pages.sample())
    table.line("all pods in the table, after the start", session.pods_at - session.began, seconds, "s", load())
    if samples:
        table.line("key to paint while loading, p95", *budgeted(samples))


def budgeted(samples: Sequence[float]) -> tuple[float, float, str, str]:
    """The value, budget, unit and note of keys."""
    high, note = spread(samples)
    return high, 50, "ms", note


def keys(table: Table, session: Session, names: Sequence[str], when: str) -> None:
    """Pages and filters in the table of pods."""
    session.answer("G", names[-1].partition("/")[2].encode())
    session.answer("g", names[0].partition("/")[2].encode())
    pages = Pages(session, names)
    table.line(f"key to paint {when}, p95", *budgeted([pages.sample() for _ in range(SAMPLES)]))
    words = [names[len(names) // part].partition("/")[2][:10] for part in (2, 3)]
    table.line(f"filter {when}, p95", *budgeted([one for word in words for one in filtering(session, word)]))


def change(table: Table, session: Session, server: Server, when: str) -> None:
    """From a pod that breaks to its finding."""
    name = server.names[len(server.names) // 2 + 7]
    workload = name.partition("/")[2].rsplit("-", 2)[0].encode()
    session.answer("/", b"words, and terms")
    session.answer(f"{workload.decode()}\r", re.compile(rb" / %b +0 of" % workload))
    session.drain(2.0)
    began = time.monotonic()
    server.do(f"pull {name}")
    shown = session.until(re.compile(rb" / %b +1 of" % workload))
    table.line(f"from a change to its finding {when}", shown - began, 1, "s", load())
    server.do(f"healthy {name}")
    ended = session.until("✔ resolved".encode())
    table.line(f"from a change to resolved {when}", ended - shown, 1, "s", load())
    session.escape()


def idle(table: Table, session: Session) -> None:
    """What it costs to stand there while nothing changes."""
    session.drain(3.0)
    before = session.cpu()
    session.drain(IDLE)
    table.line("processor time while nothing changes", (session.cpu() - before) / IDLE * 100, 2, "%", load())


def fake(table: Table, pods: int, rate: int) -> None:
    """All budgets against the fake server."""
    base = empty()
    with served(pods) as server, opened("--kubeconfig", server.kubeconfig) as session:
        asked = float(server.do("asked"))
        loading(table, session, server.names, asked, 3 * max(1, pods / 10_000))
        session.until(LIVE)
        session.drain(3.0)
        kept = session.resident() - base
        table.line("memory kept per pod", kept / pods / 1024, 2, "KB", f"{base / 2**20:.0f} MB without pods")
        keys(table, session, server.names, "at rest")
        session.escape()
        change(table, session, server, "at rest")
        idle(table, session)
        server.do(f"rate {rate}")
        to_pods(session)
        began, before = time.monotonic(), int(server.do("sent"))
        keys(table, session, server.names, f"at {rate:,} changes/s")
        real = (int(server.do("sent")) - before) / (time.monotonic() - began)
        print(f"    {real:,.0f} changes a second were sent", flush=True)
        session.escape()
        change(table, session, server, f"at {rate:,} changes/s")
        table.line("memory kept per pod, after changes", (session.resident() - base) / pods / 1024, 2, "KB", load())
        table.line("quit while changes come", session.quit() * 1000, 300, "ms", load())


def real(table: Table, kubeconfig: str) -> None:
    """The budgets for a real cluster of 10,000 pods."""
    names = listed(kubeconfig)
    with opened("--kubeconfig", kubeconfig) as session:
        loading(table, session, names, session.began, 3)
        session.until(LIVE)
        session.drain(3.0)
        keys(table, session, names, "at rest")
        idle(table, session)
        table.line("memory", session.resident() / 2**20, 150, "MB", f"{len(names):,} pods")
        table.line("quit", session.quit() * 1000, 300, "ms", load())


def listed(kubeconfig: str) -> list[str]:
    """Namespace and name of all pods of a cluster, in order."""
    from diag.kube.config import load_access
    from diag.kube.deadline import Deadline
    from diag.kube.session import connect
    from diag.model.snapshot import Scope
    from diag.sources.cluster import ClusterSource

    deadline = Deadline(300)
    with connect(load_access(kubeconfig, None, None, deadline), deadline) as session:
        pods = ClusterSource(session, Scope(), deadline).read().all("pods")
    return [f"{pod.metadata.namespace}/{pod.metadata.name}" for pod in pods]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pods", type=int, default=150_000)
    parser.add_argument("--changes-per-second", type=int, default=2_000)
    parser.add_argument("--kubeconfig")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    table = Table()
    beginning(table, arguments.repeats)
    if arguments.kubeconfig:
        real(table, arguments.kubeconfig)
    else:
        fake(table, arguments.pods, arguments.changes_per_second)
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
