"""One measurement in a process of its own: `python -m tests.bench.child WHAT KUBECONFIG` prints the result as JSON."""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

PAGE = 4096


def resident() -> int:
    """Bytes of memory that the process holds now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * PAGE


def floor(kubeconfig: str) -> dict[str, Any]:
    """The least that can be done: read the bytes of all pods and decode them with typed structs, keeping nothing."""
    import msgspec
    import urllib3
    import yaml

    from diag.model.decode import TYPES

    with open(kubeconfig) as file:
        url = yaml.safe_load(file)["clusters"][0]["cluster"]["server"]

    pod = TYPES["pods"]  # the very structs that mondiag decodes to
    decoder = msgspec.json.Decoder(msgspec.defstruct("PodList", [("items", list[pod])]))  # type: ignore[valid-type]
    pool = urllib3.PoolManager()
    began = time.perf_counter()
    path, count = "/api/v1/pods?limit=500", 0
    while path:
        body = pool.request("GET", url + path).data
        count += len(decoder.decode(body).items)
        mark = body.find(b'"continue":"', 0, 2048)
        end = body.find(b'"', mark + 12)
        path = f"/api/v1/pods?limit=500&continue={body[mark + 12 : end].decode()}" if mark >= 0 else ""
    return {"seconds": time.perf_counter() - began, "pods": count}


def ingest(kubeconfig: str) -> dict[str, Any]:
    """Read the cluster as a scan does, then match all playbooks."""
    from diag.kube.config import load_access
    from diag.kube.deadline import Deadline
    from diag.kube.session import connect
    from diag.model.snapshot import Scope
    from diag.playbook.load import load
    from diag.scan import scan
    from diag.sources.cluster import ClusterSource

    deadline = Deadline(600)
    session = connect(load_access(kubeconfig, None, None, deadline), deadline)
    playbooks = load()
    before = resident()
    began = time.perf_counter()
    snapshot = ClusterSource(session, Scope(), deadline).read()
    read = time.perf_counter() - began
    kept = resident() - before
    began = time.perf_counter()
    report = scan(snapshot, playbooks)
    return {
        "read_seconds": read,
        "scan_seconds": time.perf_counter() - began,
        "bytes_kept": kept,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "pods": len(snapshot.all("pods")),
        "findings": len(report.findings),
    }


MEASURES: dict[str, Callable[[str], dict[str, Any]]] = {"floor": floor, "ingest": ingest}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](sys.argv[2])))
