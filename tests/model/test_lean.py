import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from diag.model.lean import PodDecoder
from diag.model.pods import Pod
from tests.model.strategies import PODS

NOW = "2026-01-10T12:00:00Z"
ENDED = {"terminated": {"exitCode": 0, "reason": "Completed", "finishedAt": NOW}}
FAILED = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": NOW}}
Change = Callable[[dict[str, Any]], None]


def healthy() -> dict[str, Any]:
    """A running pod with an init container, whose containers both mount the token."""
    pod = copy.deepcopy(next(pod for pod in PODS if pod["status"]["conditions"][2]["status"] == "True"))
    pod["spec"]["initContainers"] = [{**pod["spec"]["containers"][0], "name": "init"}]
    done = {**pod["status"]["containerStatuses"][0], "name": "init", "started": False, "state": ENDED}
    pod["status"]["initContainerStatuses"] = [done]
    return pod


def replica(number: int) -> dict[str, Any]:
    """Another pod of the template: all that a replica has of its own differs."""
    pod = healthy()
    pod["metadata"] |= {"name": f"web-{number}", "uid": f"uid-{number}"}
    pod["spec"]["nodeName"] = f"node-{number}"
    pod["status"]["containerStatuses"][0]["state"] = {"running": {"startedAt": f"2026-01-09T08:00:0{number}Z"}}
    token = pod["spec"]["volumes"][1]["name"]
    return json.loads(json.dumps(pod).replace(token, f"kube-api-access-{number}"))  # type: ignore[no-any-return]


def decode(*pods: dict[str, Any]) -> list[Pod]:
    return PodDecoder().decode(json.dumps(pods).encode())


def test_pods_of_one_template_share_their_records() -> None:
    one, two = decode(replica(1), replica(2))
    assert one.spec is two.spec
    assert one.status is two.status
    assert one.metadata.labels is two.metadata.labels
    assert one.metadata.owner_references is two.metadata.owner_references
    assert [(pod.metadata.name, pod.metadata.uid, pod.node_name) for pod in (one, two)] == [
        ("web-1", "uid-1", "node-1"),
        ("web-2", "uid-2", "node-2"),
    ]


def test_mounts_still_name_their_volumes() -> None:
    [pod] = decode(replica(1))
    volumes = {volume.name for volume in pod.spec.volumes}
    mounts = {mount.name for c in (*pod.spec.containers, *pod.spec.init_containers) for mount in c.volume_mounts}
    assert mounts == volumes
    assert len(volumes) == 2


def test_another_template_is_another_record() -> None:
    other = replica(2)
    other["spec"]["containers"][0]["image"] = "other:2"
    one, two = decode(replica(1), other)
    assert one.spec is not two.spec
    assert [pod.spec.containers[0].image for pod in (one, two)] == [
        healthy()["spec"]["containers"][0]["image"],
        "other:2",
    ]


def test_no_pod_is_told_the_history_of_another() -> None:
    first, second, third = replica(1), replica(2), replica(3)
    for pod, code in ((first, 137), (second, 1), (third, 2)):
        pod["status"]["phase"] = "Succeeded"
        pod["status"]["conditions"] = []
        pod["status"]["containerStatuses"][0]["lastState"] = {"terminated": {"exitCode": code}}
    first["status"] |= {"reason": "first", "message": "first", "nominatedNodeName": "first"}
    second["status"]["containerStatuses"][0]["ready"] = False
    pods = decode(first, second, third)
    assert [pod.quiet for pod in pods] == [True] * 3
    assert [pod.status.container_statuses[0].ready for pod in pods] == [True, False, True]
    for status in (found.status for found in pods[1:]):
        assert status.container_statuses[0].last_state.terminated is None
        assert (status.reason, status.message, status.nominated_node_name) == ("", "", "")


def _container(**fields: Any) -> Change:
    return lambda pod: pod["status"]["containerStatuses"][0].update(fields)


def _init(**fields: Any) -> Change:
    return lambda pod: pod["status"]["initContainerStatuses"][0].update(fields)


def _status(**fields: Any) -> Change:
    return lambda pod: pod["status"].update(fields)


def _condition(kind: str, status: str) -> Change:
    return lambda pod: pod["status"]["conditions"].append({"type": kind, "status": status})


def _finished(pod: dict[str, Any]) -> None:
    pod["status"] |= {"phase": "Succeeded", "conditions": []}
    pod["status"]["containerStatuses"][0] |= {"ready": False, "state": ENDED}


def _nothing(pod: dict[str, Any]) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "quiet"),
    [
        (_nothing, True),
        (_finished, True),
        (_container(restartCount=3), True),
        (_init(state={"running": {"startedAt": NOW}}), True),
        (_condition("example.com/gate", "True"), True),
        (_condition("DisruptionTarget", "False"), True),
        (_status(phase="Pending"), False),
        (_status(phase="Failed", reason="Evicted"), False),
        (_status(phase="Unknown"), False),
        (_status(containerStatuses=[]), False),
        (_status(containerStatuses=None), False),
        (_container(ready=False), False),
        (_container(state={"waiting": {"reason": "CrashLoopBackOff"}}), False),
        (_container(state=FAILED), False),
        (_container(state={}), False),
        (_container(lastState=FAILED), False),
        (_container(lastState=ENDED), False),
        (_init(ready=False), False),
        (_init(state=FAILED), False),
        (_init(lastState=FAILED), False),
        (_condition("example.com/gate", "False"), False),
        (_condition("Ready", "Unknown"), False),
        (_condition("DisruptionTarget", "True"), False),
        (_condition("PodResizePending", "True"), False),
        (lambda pod: pod["metadata"].update(deletionTimestamp=NOW), False),
    ],
)
def test_a_pod_is_quiet_when_nothing_about_it_is_worth_a_look(change: Change, quiet: bool) -> None:
    pod = healthy()
    change(pod)
    if pod["status"]["containerStatuses"] is None:
        del pod["status"]["containerStatuses"]
    assert [pod.quiet for pod in decode(pod)] == [quiet]


def test_what_is_not_quiet_keeps_what_stands_out() -> None:
    pod = healthy()
    pod["status"]["containerStatuses"][0] |= {"ready": False, "lastState": FAILED}
    pod["status"]["conditions"].append({"type": "Ready", "status": "False", "lastTransitionTime": NOW})
    [found] = decode(pod)
    assert [condition.type for condition in found.status.conditions] == ["Ready"]
    assert found.status.container_statuses[0].last_state.terminated is not None
    assert found.status.container_statuses[0].state.running is not None


def test_what_is_long_gone_is_forgotten_once_all_have_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diag.model.lean._FEW", 5)
    decoder = PodDecoder()

    def come(*numbers: int) -> list[Pod]:
        templates = [{**replica(1), "spec": {"restartPolicy": str(number)}} for number in numbers]
        return decoder.decode(json.dumps(templates).encode())

    [before] = come(0)
    decoder.settle()
    assert come(0)[0].spec is before.spec
    for number in range(1, 100):
        come(number)
    assert come(0)[0].spec is not before.spec
    assert len(decoder._seen) < 30
