from typing import Any

import pytest

from diag.facts import pod_status
from diag.model.pods import Pod
from tests.facts.pod_samples import NOW, ago, ended, index, pod, running

UNINITIALIZED = [{"type": "Initialized", "status": "False"}]
READY = {"ready": True, "restartCount": 0, "state": running()}
INIT = {"initContainers": [{"name": "setup"}, {"name": "migrate"}]}
SIDECAR = {"initContainers": [{"name": "proxy", "restartPolicy": "Always"}]}


def waiting(reason: str) -> dict[str, Any]:
    return {"waiting": {"reason": reason}}


def only_pod(raw: dict[str, Any]) -> Pod:
    found: Pod = index(pods=[raw]).all("pods")[0]
    return found


def init_status(name: str, state: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "ready": False, "restartCount": 0, "state": state, **more}


def initializing(*states: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pod whose init containers are in these states, in their order."""
    names = ("setup", "migrate")
    statuses = [init_status(name, state) for name, state in zip(names, states, strict=False)]
    return pod(
        {"state": waiting("PodInitializing"), "restartCount": 0},
        pod_spec=INIT,
        phase="Pending",
        conditions=UNINITIALIZED,
        initContainerStatuses=statuses,
        **more,
    )


def deleted(raw: dict[str, Any]) -> dict[str, Any]:
    raw["metadata"]["deletionTimestamp"] = ago(5)
    return raw


DONE = ended(exitCode=0, reason="Completed")
GATED = [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (pod(READY), "Running"),
        (pod({"state": DONE, "ready": False, "restartCount": 0}, phase="Succeeded"), "Completed"),
        (pod({"state": waiting("CrashLoopBackOff"), "lastState": ended()}), "CrashLoopBackOff"),
        (pod({"state": waiting("ContainerCreating")}, phase="Pending"), "ContainerCreating"),
        (pod({"state": ended(reason="Error")}, phase="Failed"), "Error"),
        (pod({"state": ended(reason="", exitCode=3)}, phase="Failed"), "ExitCode:3"),
        (pod({"state": ended(reason="", signal=9)}, phase="Failed"), "Signal:9"),
        (pod(phase="Failed", reason="Evicted", containerStatuses=[]), "Evicted"),
        (pod(phase="Pending", containerStatuses=[]), "Pending"),
        (pod(phase="Pending", conditions=GATED, containerStatuses=[]), "SchedulingGated"),
        (initializing(running(), waiting("PodInitializing")), "Init:0/2"),
        (initializing(DONE, waiting("PodInitializing")), "Init:1/2"),
        (initializing(DONE, waiting("CrashLoopBackOff")), "Init:CrashLoopBackOff"),
        (initializing(ended(reason="Error")), "Init:Error"),
        (initializing(ended(reason="", exitCode=7)), "Init:ExitCode:7"),
        (deleted(pod(READY)), "Terminating"),
        (deleted(pod(READY, reason="NodeLost")), "Unknown"),
        (deleted(pod({"state": ended(reason="Error")}, phase="Failed")), "Error"),
    ],
)
def test_the_word_is_that_of_kubectl(raw: dict[str, Any], word: str) -> None:
    assert pod_status.status(only_pod(raw)) == word


def two(first: dict[str, Any], second: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pod of two containers, `app` and `side`."""
    statuses = [{"name": "app", "restartCount": 0, **first}, {"name": "side", "restartCount": 0, **second}]
    return pod(pod_spec={"containers": [{"name": "app"}, {"name": "side"}]}, containerStatuses=statuses, **more)


def test_one_container_that_runs_makes_a_pod_running_though_another_has_completed() -> None:
    over, runs = {"ready": False, "state": DONE}, {"ready": True, "state": running()}
    assert pod_status.status(only_pod(two(over, runs))) == "Running"
    unready = [{"type": "Ready", "status": "False"}]
    assert pod_status.status(only_pod(two(over, runs, conditions=unready))) == "NotReady"
    assert pod_status.ready(only_pod(two(over, runs))) == (1, 2)


def test_the_first_container_that_does_not_run_says_what_is_wrong() -> None:
    raw = two(
        {"ready": False, "state": waiting("ErrImagePull")}, {"ready": False, "state": waiting("CrashLoopBackOff")}
    )
    assert pod_status.status(only_pod(raw)) == "ErrImagePull"


def test_a_sidecar_counts_as_a_container_and_init_containers_do_not() -> None:
    proxy = init_status("proxy", running(), ready=True, started=True)
    assert pod_status.ready(only_pod(pod(READY, pod_spec=SIDECAR, initContainerStatuses=[proxy]))) == (2, 2)
    unready = {**proxy, "ready": False}
    assert pod_status.ready(only_pod(pod(READY, pod_spec=SIDECAR, initContainerStatuses=[unready]))) == (1, 2)
    assert pod_status.ready(only_pod(initializing(running()))) == (0, 1)


def test_a_quiet_pod_counts_without_its_states() -> None:
    quiet = only_pod(pod(READY))
    assert quiet.quiet
    assert pod_status.ready(quiet) == (1, 1)
    over = only_pod(pod({"state": DONE, "ready": False, "restartCount": 0}, phase="Succeeded"))
    assert over.quiet
    assert pod_status.ready(over) == (0, 1)


def test_restarts_tell_when_a_container_last_ended() -> None:
    crashed = only_pod(pod({"state": running(), "lastState": ended(90), "restartCount": 4}))
    number, last = pod_status.restarts(crashed)
    assert (number, (NOW - last).total_seconds() if last else None) == (4, 90)


def test_restarts_are_those_of_init_containers_until_the_others_may_start() -> None:
    raw = initializing(waiting("CrashLoopBackOff"))
    raw["status"]["initContainerStatuses"][0].update(restartCount=3, lastState=ended(30))
    assert pod_status.restarts(only_pod(raw)).number == 3
    done = pod(
        {"restartCount": 1, "ready": True, "state": running()},
        pod_spec=INIT,
        initContainerStatuses=[init_status("setup", DONE, restartCount=5, ready=True)],
    )
    assert pod_status.restarts(only_pod(done)).number == 1


def test_a_quiet_pod_keeps_its_number_of_restarts() -> None:
    quiet = only_pod(pod({**READY, "restartCount": 2}))
    assert quiet.quiet
    assert pod_status.restarts(quiet) == (2, None)
