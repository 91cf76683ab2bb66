from typing import Any

import pytest

from diag.scan import scan
from tests.playbook.samples import crashing, playbook, snapshot


def rollout(ready: int, pod_ready: bool = False, kind: str = "Deployment") -> list[dict[str, Any]]:
    """A pod of a workload of three replicas, so many of them ready."""
    pod = crashing("web-1", f"{kind}/web")
    state = "True" if pod_ready else "False"
    pod["status"]["conditions"] = [{"type": "Ready", "status": state}]
    workload = {
        "kind": kind,
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": 3},
        "status": {"replicas": 4, "readyReplicas": ready},
    }
    return [pod, workload]


@pytest.mark.parametrize(
    ("objects", "said", "expected"),
    [
        (rollout(3), "high", "medium"),
        (rollout(2), "high", "high"),
        (rollout(3, pod_ready=True), "high", "high"),
        (rollout(3, kind="StatefulSet"), "high", "high"),
        (rollout(3), "critical", "critical"),
        (rollout(3), "low", "low"),
        (rollout(3)[:1], "high", "high"),
    ],
    ids=[
        "all before serve",
        "too few",
        "the pod itself",
        "a set of names",
        "critical",
        "low",
        "nothing of it was read",
    ],
)
def test_what_nobody_misses_is_less_bad(objects: list[dict[str, Any]], said: str, expected: str) -> None:
    (finding,) = scan(snapshot(*objects), [playbook("crash", severity=said)]).findings
    assert finding.severity == expected
