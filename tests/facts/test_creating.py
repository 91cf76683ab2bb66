"""Pods whose containers are not made, and pods that wait for readiness gates."""

from typing import Any

import pytest

from diag.facts import creating, gates
from diag.model.pods import Pod
from tests.facts.pod_samples import ago, ended, index, pod, running

CREATING = {"waiting": {"reason": "ContainerCreating"}}
WAITS = {"waiting": {"reason": "PodInitializing"}}
DONE = ended(reason="Completed", exitCode=0)


def first(main: dict[str, Any], init: dict[str, Any] | None = None, sidecar: bool = False, **status: Any) -> Pod:
    spec = {"initContainers": [{"name": "setup", **({"restartPolicy": "Always"} if sidecar else {})}]} if init else {}
    inits = [{"name": "setup", "state": init}] if init else []
    raw = pod({"state": main}, pod_spec=spec, initContainerStatuses=inits, **{"phase": "Pending", **status})
    found: Pod = index(pods=[raw]).snapshot.all("pods")[0]
    return found


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (first(CREATING), "app"),
        (first(WAITS, WAITS), "setup"),
        (first(CREATING, DONE), "app"),
        (first(WAITS, running()), None),
        (first(CREATING, running(), sidecar=True), "app"),
        (first(WAITS, ended(reason="Error", exitCode=1)), None),
        (first({"waiting": {"reason": "ImagePullBackOff"}}), None),
        (first(running()), None),
        (first({}), None),
    ],
)
def test_which_container_is_to_be_made_next(found: Pod, name: str | None) -> None:
    container = creating.next_container(found)
    assert (container and container.spec.name) == name


def test_how_long_that_has_lasted() -> None:
    condition = {"type": "Ready", "status": "False", "lastTransitionTime": ago(400)}
    assert creating.stuck_for(index(), first(CREATING, conditions=[condition])) == 400
    assert creating.stuck_for(index(), first(CREATING)) == 86400  # its own age
    assert creating.stuck_for(index(), first(running())) is None


def test_how_far_the_kubelet_got() -> None:
    before = {"type": "PodReadyToStartContainers", "status": "False"}
    assert creating.stage(first(CREATING, conditions=[before])) == "sandbox"
    assert creating.stage(first(CREATING, conditions=[{**before, "status": "True"}])) is None
    assert creating.stage(first(CREATING)) is None


def gated(message: str, reason: str = "ReadinessGatesNotReady", *others: dict[str, Any]) -> Pod:
    ready = {"type": "Ready", "status": "False", "reason": reason, "message": message, "lastTransitionTime": ago(90)}
    spec = {"readinessGates": [{"conditionType": "example.org/a"}]}
    found: Pod = index(pods=[pod({"ready": True}, pod_spec=spec, conditions=[ready, *others])]).snapshot.all("pods")[0]
    return found


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ('corresponding condition of pod readiness gate "example.org/b" does not exist.', ["example.org/b"]),
        (
            'the status of pod readiness gate "a" is not "True", but False, '
            'corresponding condition of pod readiness gate "b" does not exist.',
            ["a", "b"],
        ),
        ("", ["example.org/a"]),
    ],
)
def test_gates_that_are_not_met(message: str, names: list[str]) -> None:
    found = gated(message)
    assert gates.unmet(found) == names
    assert gates.unmet_for(index(), found) == 90


def test_what_the_condition_of_a_gate_says() -> None:
    said = {"type": "example.org/a", "status": "False", "reason": "Unhealthy", "message": "no answer"}
    assert gates.reasons(gated("", "ReadinessGatesNotReady", said)) == "Unhealthy: no answer"
    assert gates.reasons(gated("")) == ""


def test_a_pod_that_waits_for_its_containers_waits_for_no_gate() -> None:
    found = gated("", "ContainersNotReady")
    assert gates.unmet(found) == []
    assert gates.unmet_for(index(), found) is None
