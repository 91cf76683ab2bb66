"""Measure the interactive session from outside, at a pseudo-terminal, and print each value beside its budget.

    python -m tests.bench.screen                                        # 150,000 pods, 2,000 changes a second
    python -m tests.bench.screen --pods 4000 --changes-per-second 50    # small, as CI does
    python -m tests.bench.screen --kubeconfig FILE                      # a real one, with the budgets of 10,000 pods

The server is a process of its own on loopback. Exit code 1 when a value is more than twice its budget.
"""

import argparse
import os
import re
import statistics
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

from tests.bench.budgets import Table
from tests.bench.pages import Pages, filtering
from tests.bench.servers import Server, deaf, served
from tests.bench.session import Session, opened

FINDING = re.compile("[!▲●] (critical|high|medium)".encode())
LIVE = "live ●".encode()


class Effort(NamedTuple):
    """How often something is measured; `idle` in seconds."""

    runs: int
    keys: int
    words: int
    idle: float


FULL = Effort(runs=5, keys=100, words=2, idle=30.0)
SMALL = Effort(runs=2, keys=20, words=1, idle=3.0)


def spread(samples: Sequence[float]) -> tuple[float, str]:
    """The 95th percentile in milliseconds, and a note with more of them."""
    ordered = sorted(sample * 1000 for sample in samples)
    high = ordered[round(0.95 * (len(ordered) - 1))]
    return high, f"{len(ordered)} keys, median {statistics.median(ordered):.0f}, most {ordered[-1]:.0f}, {load()}"


def load() -> str:
    """How busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f}"


def beginning(table: Table, effort: Effort) -> None:
    """First paint and end, with a server that never answers."""
    paints, ends = [], []
    with deaf() as kubeconfig:
        for _ in range(effort.runs):
            with opened("--kubeconfig", kubeconfig) as session:
                paints.append(session.until(b"WHAT") - session.began)
                session.drain(0.5)
                ends.append(session.quit())
    paint, end = (statistics.median(times) * 1000 for times in (paints, ends))
    table.line("first paint", paint, 300, "ms", f"{effort.runs} runs, most {max(paints) * 1000:.0f}, {load()}")
    table.line("quit with a connection that is stuck", end, 300, "ms", f"most {max(ends) * 1000:.0f}")


def empty() -> int:
    """Bytes that a session holds on a cluster without pods, once the screens that are measured were open."""
    with served(0) as server, opened("--kubeconfig", server.kubeconfig) as session:
        session.until(LIVE)
        to_pods(session)
        session.answer("?", b"Keys")
        session.drain(1.0)
        return session.resident()


def to_pods(session: Session) -> None:
    """From the findings to the table of pods."""
    session.answer(":", b"Tab completes")
    session.answer("pods\r", b"NAMESPACE")


def loading(table: Table, session: Session, names: Sequence[str]) -> None:
    """Until the last pod is there, keys all the while."""
    to_pods(session)
    samples = []
    while session.pods < len(names) or not samples:
        samples += [session.answer("?", b"Keys"), session.answer("?", b"NAMESPACE")]
        session.drain(0.05)
    table.line("key to paint while loading, p95", *budgeted(samples))


def loaded(table: Table, session: Session, seconds: float) -> None:
    """How long it took until all pods were there."""
    table.line("all pods in the table, after the start", session.pods_at - session.began, seconds, "s", load())
    print(f"    {session.cpu():.1f} s of processor time so far", flush=True)


def budgeted(samples: Sequence[float]) -> tuple[float, float, str, str]:
    """The value, budget, unit and note of keys."""
    high, note = spread(samples)
    return high, 50, "ms", note


def keys(table: Table, session: Session, names: Sequence[str], effort: Effort, when: str) -> None:
    """Pages and filters in the table of pods."""
    session.answer("G", names[-1].partition("/")[2].encode())
    session.answer("g", names[0].partition("/")[2].encode())
    pages = Pages(session, names)
    table.line(f"key to paint {when}, p95", *budgeted([pages.sample() for _ in range(effort.keys)]))
    words = [names[len(names) // part].partition("/")[2][:10] for part in range(2, 2 + effort.words)]
    table.line(f"filter {when}, p95", *budgeted([one for word in words for one in filtering(session, word)]))


def change(table: Table, session: Session, server: Server, name: str, when: str) -> None:
    """From a pod that breaks to its finding, and back."""
    workload = name.partition("/")[2].rsplit("-", 2)[0].encode()
    session.answer("/", b"words, and terms")
    session.answer(f"{workload.decode()}\r", re.compile(rb" / %b +0 of" % workload))
    session.drain(1.0)
    began = time.monotonic()
    server.do(f"pull {name}")
    shown = session.until(re.compile(rb" / %b +1 of" % workload))
    table.line(f"from a change to its finding {when}", shown - began, 1, "s", load())
    server.do(f"healthy {name}")
    ended = session.until("✔ resolved".encode())
    table.line(f"from a change to resolved {when}", ended - shown, 1, "s", load())
    session.escape()


def idle(table: Table, session: Session, seconds: float) -> None:
    """What it costs to stand there while nothing changes."""
    session.drain(seconds / 3)
    before = session.cpu()
    session.drain(seconds)
    table.line("processor time while nothing changes", (session.cpu() - before) / seconds * 100, 2, "%", load())


def fake(table: Table, pods: int, rate: int, effort: Effort) -> None:
    """All budgets against the fake server."""
    base = empty()
    with served(pods) as server, opened("--kubeconfig", server.kubeconfig) as session:
        names, asked = server.names, float(server.do("asked"))
        table.line("first finding, after the pods were asked for", session.until(FINDING) - asked, 1, "s", load())
        loading(table, session, names)
        loaded(table, session, 3 * max(1, pods / 10_000))
        session.until(LIVE)
        session.drain(3.0)
        kept = session.resident() - base
        table.line("memory kept per pod", kept / pods / 1024, 2, "KB", f"{base / 2**20:.0f} MB without pods")
        keys(table, session, names, effort, "at rest")
        session.escape()
        change(table, session, server, names[pods // 2], "at rest")
        idle(table, session, effort.idle)
        server.do(f"rate {rate}")
        to_pods(session)
        began, before = time.monotonic(), int(server.do("sent"))
        keys(table, session, names, effort, f"at {rate:,} changes/s")
        real = (int(server.do("sent")) - before) / (time.monotonic() - began)
        print(f"    {real:,.0f} changes a second were sent", flush=True)
        session.escape()
        change(table, session, server, names[pods // 3], f"at {rate:,} changes/s")
        table.line("memory kept per pod, after changes", (session.resident() - base) / pods / 1024, 2, "KB", load())
        table.line("quit while changes come", session.quit() * 1000, 300, "ms", load())


def real(table: Table, kubeconfig: str, effort: Effort) -> None:
    """The budgets for a real cluster of 10,000 pods."""
    names = listed(kubeconfig)
    with opened("--kubeconfig", kubeconfig) as session:
        table.line("first finding, after the start", session.until(FINDING) - session.began, 1, "s", load())
        while session.pods < len(names):
            session.drain(0.02)
        loaded(table, session, 3)
    with opened("--kubeconfig", kubeconfig) as session:
        session.until(FINDING)
        loading(table, session, names)
        session.until(LIVE)
        session.drain(3.0)
        keys(table, session, names, effort, "at rest")
        idle(table, session, effort.idle)
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
    parser.add_argument("--never-fail", action="store_true", help="exit with 0 whatever the values, where others work")
    arguments = parser.parse_args()
    table, effort = Table(), FULL if arguments.pods >= 10_000 else SMALL
    beginning(table, effort)
    if arguments.kubeconfig:
        real(table, arguments.kubeconfig, effort)
    else:
        fake(table, arguments.pods, arguments.changes_per_second, effort)
    return 1 if table.failed and not arguments.never_fail else 0


if __name__ == "__main__":
    sys.exit(main())
