from datetime import timedelta
from typing import Any

import pytest

from diag.facts import crashes
from diag.facts.index import Index
from diag.model.snapshot import LogKey
from tests.facts.pod_samples import NOW, ago, ended, event, index, only, pod, running

BACK_OFF = {"waiting": {"reason": "CrashLoopBackOff"}}


def failed(seconds: float = 60, ran: float = 30, code: int = 1, **more: Any) -> dict[str, Any]:
    return ended(seconds, ran, exitCode=code, reason="Completed" if code == 0 else "Error", **more)


UNKNOWN = ended(60, 30, exitCode=255, reason="Unknown")


def stands(status: dict[str, Any], pod_spec: dict[str, Any] | None = None, **pod_status: Any) -> str | None:
    found = index(pods=[pod(status, pod_spec=pod_spec, **pod_status)])
    return crashes.standing(found, only(found))


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        pytest.param({"state": BACK_OFF, "lastState": failed()}, "loop", id="back-off"),
        pytest.param({"state": BACK_OFF}, "loop", id="back-off without an end"),
        pytest.param({"state": failed()}, "loop", id="just ended"),
        pytest.param({"state": failed(code=0)}, "loop", id="ended well and starts again"),
        pytest.param({"state": running(5), "lastState": failed(), "ready": True}, "loop", id="started again just now"),
        pytest.param({"state": running(50), "lastState": failed(ran=30), "ready": True}, "loop", id="not long enough"),
        pytest.param({"state": running(90), "lastState": failed(), "ready": False}, "loop", id="not ready"),
        pytest.param(
            {"state": running(90), "lastState": failed(ran=30), "ready": True}, "restarted", id="twice as long"
        ),
        pytest.param(
            {"state": running(90), "lastState": failed(), "ready": True, "restartCount": 9}, "loop", id="many restarts"
        ),
        pytest.param({"state": running(5), "lastState": failed(ran=90000)}, "restarted", id="ran for a day before"),
        pytest.param({"state": running(5), "lastState": failed(ran=900, code=0)}, "restarted", id="works in turns"),
        pytest.param(
            {"state": running(5), "lastState": failed(ran=900)}, "loop", id="fails after a quarter of an hour"
        ),
        pytest.param({"state": running(900), "lastState": failed(1000), "ready": True}, None, id="recovered"),
        pytest.param({"state": running(5000), "lastState": failed(5100, 90000), "ready": True}, None, id="hours ago"),
        pytest.param(
            {"state": {"waiting": {"reason": "ImagePullBackOff"}}, "lastState": failed()}, None, id="no image"
        ),
        pytest.param({"state": running(5)}, None, id="never ended"),
        pytest.param({"state": UNKNOWN}, "restarted", id="lost with its node"),
        pytest.param({"state": running(5), "lastState": UNKNOWN}, "restarted", id="lost before, and runs again"),
        pytest.param({"state": BACK_OFF, "lastState": UNKNOWN}, "loop", id="lost before, and in back-off"),
        pytest.param({}, None, id="nothing known"),
        pytest.param({"lastState": failed()}, None, id="no state"),
        pytest.param({"state": {"terminated": {}}}, "loop", id="ended without a code"),
        pytest.param({"state": running(None), "lastState": {"terminated": {"exitCode": 1}}}, None, id="no times"),
    ],
)
def test_how_a_container_stands(status: dict[str, Any], wanted: str | None) -> None:
    assert stands(status) == wanted


@pytest.mark.parametrize(
    ("policy", "phase", "code", "wanted"),
    [
        ("Never", "Failed", 1, "failed"),
        ("Never", "Running", 1, "failed"),
        ("OnFailure", "Running", 1, "loop"),
        ("OnFailure", "Failed", 1, "failed"),
        ("OnFailure", "Running", 0, None),
        ("Never", "Succeeded", 0, None),
        ("Always", "Succeeded", 0, None),
        ("", "Running", 1, "loop"),
    ],
)
def test_what_its_restart_policy_makes_of_an_end(policy: str, phase: str, code: int, wanted: str | None) -> None:
    assert stands({"state": failed(code=code)}, {"restartPolicy": policy}, phase=phase) == wanted


def test_a_container_that_went_down_with_its_pod_did_not_fail() -> None:
    def both(code: int) -> Index:
        status = [
            {"name": "app", "state": failed(code=code)},
            {"name": "main", "state": failed(code=3)},
        ]
        spec = {"restartPolicy": "Never", "containers": [{"name": "app"}, {"name": "main"}]}
        return index(pods=[pod(pod_spec=spec, phase="Failed", containerStatuses=status)])

    for code in (137, 143):
        found = both(code)
        assert crashes.standing(found, only(found)) is None
        assert crashes.standing(found, only(found, "main")) == "failed"
    found = both(2)
    assert crashes.standing(found, only(found)) == "failed"


def test_log_and_message_are_one_text() -> None:
    key = LogKey("shop", "web-1", "app", True)
    said = "ERROR open /etc/x: no such file or directory"
    found = index(pods=[pod({"state": BACK_OFF, "lastState": failed(message="bye")})])
    found.snapshot.logs[key] = said
    complaint = crashes.complaint(found, only(found), key)
    assert complaint is not None
    assert (complaint.kind, complaint.line) == ("no-such-file", said)
    assert crashes.last_words(found, only(found), key) is None
    assert crashes.complaint(found, only(found), None) is None
    assert crashes.last_words(found, only(found), None) == "bye"


def replica_set(name: str, revision: str, ready: int) -> dict[str, Any]:
    owner = {"kind": "Deployment", "name": "web", "controller": True}
    meta = {"name": name, "namespace": "shop", "ownerReferences": [owner]}
    meta["annotations"] = {"deployment.kubernetes.io/revision": revision}
    return {"metadata": meta, "status": {"readyReplicas": ready}}


@pytest.mark.parametrize(
    ("sets", "wanted"),
    [
        ([("web-b", "5", 0), ("web-a", "4", 2)], "4"),
        ([("web-b", "5", 0), ("web-a", "4", 0), ("web-0", "3", 1)], "3"),
        ([("web-b", "5", 0), ("web-a", "4", 0)], None),
        ([("web-b", "5", 1), ("web-a", "4", 2)], None),
        ([("web-b", "5", 0), ("web-c", "6", 2)], None),
        ([("web-b", "odd", 0), ("web-a", "", 2)], None),
        ([("web-a", "4", 2)], None),
    ],
)
def test_the_revision_that_still_runs_well(sets: list[tuple[str, str, int]], wanted: str | None) -> None:
    made = pod({"state": BACK_OFF})
    made["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": "web-b", "controller": True}]
    made["metadata"]["labels"] = {"pod-template-hash": "b"}
    found = index(pods=[made], replicasets=[replica_set(*each) for each in sets])
    assert crashes.good_revision(found, only(found)) == wanted


def test_what_waits_for_an_init_container() -> None:
    spec = {"initContainers": [{"name": "one"}, {"name": "two"}], "containers": [{"name": "app"}]}
    found = index(pods=[pod(pod_spec=spec, containerStatuses=[])])
    assert crashes.waiting_for(only(found, "one")) == ["two", "app"]
    assert crashes.waiting_for(only(found, "two")) == ["app"]
    assert crashes.waiting_for(only(found, "app")) == []
    begun = [{"name": "app", "state": {"running": {"startedAt": ago(9)}}}]
    found = index(pods=[pod(pod_spec=spec, containerStatuses=begun)])
    assert crashes.waiting_for(only(found, "two")) == []


HELD_BACK = "Back-off restarting failed container app in pod web-1_shop(uid-1)"
LOOPING = {"state": BACK_OFF, "lastState": failed()}


def app_event(message: str, first: float, last: float, count: int, name: str = "app") -> dict[str, Any]:
    return event("BackOff", message, first, last, count=count, involved={"fieldPath": f"spec.containers{{{name}}}"})


@pytest.mark.parametrize(
    ("status", "said", "since"),
    [
        pytest.param(LOOPING, [app_event(HELD_BACK, 900, 10, 40)], 900, id="since it was first held back"),
        pytest.param(LOOPING, [app_event(HELD_BACK, 18000, 100, 60)], 18000, id="told of more seldom in the end"),
        pytest.param(
            LOOPING,
            [app_event(HELD_BACK, 3000, 30, 8), app_event(f"{HELD_BACK} again", 120, 10, 5)],
            120,
            id="not since another time, before it was well for long",
        ),
        pytest.param(LOOPING, [app_event(HELD_BACK, 900, 10, 40, "other")], None, id="not by its neighbour"),
        pytest.param(LOOPING, [app_event("Back-off pulling image", 900, 10, 40)], None, id="not by its image"),
        pytest.param(LOOPING, [], None, id="nothing tells"),
        pytest.param(
            {"state": running(7200), "lastState": failed(7300), "ready": True},
            [app_event(HELD_BACK, 8000, 7310, 40)],
            None,
            id="it runs again",
        ),
    ],
)
def test_since_when_it_is_in_a_loop(status: dict[str, Any], said: list[dict[str, Any]], since: float | None) -> None:
    for number, one in enumerate(said):
        one["metadata"]["name"] = f"web-1.{number}"
    found = index(pods=[pod(status)], events=said)
    told = crashes.looping_since(found, only(found))
    assert told == (None if since is None else NOW - timedelta(seconds=since))
