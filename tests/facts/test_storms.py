from typing import Any

import pytest

from diag.facts.storms import storm
from tests.facts.pod_samples import ago, index, running


def restarted(
    workload: str, node: str = "node-a", seconds: float = 600, ran: float = 90000, **more: Any
) -> dict[str, Any]:
    """A pod of a workload that runs again since its container ended that long ago."""
    terminated = {"exitCode": 1, "reason": "Error", "startedAt": ago(seconds + ran), "finishedAt": ago(seconds), **more}
    owner = {"kind": "StatefulSet", "name": workload, "controller": True}
    status = {"name": "app", "ready": True, "restartCount": 1, "state": running(seconds - 1)}
    return {
        "metadata": {"name": f"{workload}-{node}", "namespace": "shop", "ownerReferences": [owner]},
        "spec": {"nodeName": node, "containers": [{"name": "app"}]},
        "status": {"phase": "Running", "containerStatuses": [{**status, "lastState": {"terminated": terminated}}]},
    }


def healthy(workload: str, node: str) -> dict[str, Any]:
    made = restarted(workload, node)
    made["status"]["containerStatuses"] = [{"name": "app", "ready": True, "state": running(90000)}]
    return made


THREE = [restarted("a"), restarted("b", seconds=700), restarted("c", seconds=900)]
OTHER = healthy("a", "node-b")


def test_workloads_that_ended_together() -> None:
    found = index(pods=[*THREE, OTHER])
    assert storm(found, "node-a") == ["StatefulSet shop/a", "StatefulSet shop/b", "StatefulSet shop/c"]
    assert storm(found, "node-b") == []
    assert storm(found, "node-c") == []


@pytest.mark.parametrize(
    "pods",
    [
        pytest.param(THREE, id="there is but one node"),
        pytest.param([*THREE[:2], OTHER], id="two workloads"),
        pytest.param([*THREE[:2], restarted("c", seconds=1500), OTHER], id="more than ten minutes apart"),
        pytest.param([*THREE[:2], restarted("c", ran=300), OTHER], id="one is in a crash loop"),
        pytest.param([*THREE[:2], restarted("c", reason="OOMKilled"), OTHER], id="one was killed for memory"),
        pytest.param([*THREE[:2], restarted("c", reason="Unknown"), OTHER], id="the node was started again"),
        pytest.param([*THREE, restarted("c", "node-b"), OTHER], id="one ended elsewhere, too"),
        pytest.param([*THREE, OTHER, *(healthy(f"w{n}", "node-a") for n in range(9))], id="most of the node kept on"),
        pytest.param([*THREE[:2], restarted("c", seconds=4000), OTHER], id="hours ago"),
    ],
)
def test_what_is_no_storm(pods: list[dict[str, Any]]) -> None:
    assert storm(index(pods=pods), "node-a") == []
