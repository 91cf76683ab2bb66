from typing import Any

import pytest

from diag.facts import deletions
from diag.facts.index import Index
from diag.model.pods import Pod
from tests.facts.pod_samples import ago, ended, event, index, pod, running

KILL = "error killing pod: oh"


def deleted(seconds: float, grace: int | None = 30, **more: Any) -> dict[str, Any]:
    raw = pod(more.pop("status", {"state": running()}), pod_spec={"terminationGracePeriodSeconds": 45})
    raw["metadata"] |= {"deletionTimestamp": ago(seconds), **more}
    if grace is not None:
        raw["metadata"]["deletionGracePeriodSeconds"] = grace
    return raw


def of(raw: dict[str, Any], **objects: Any) -> tuple[Index, Pod]:
    found = index(pods=[raw], **objects)
    return found, found.snapshot.all("pods")[0]


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        (pod(), None),
        (deleted(10), None),
        (deleted(100), 70),
        (deleted(100, 0), 100),
        (deleted(100, None), 55),
        (deleted(300, 600), None),
        (deleted(-300, 600), None),
    ],
)
def test_how_long_a_pod_has_outlived_its_deletion(raw: dict[str, Any], seconds: float | None) -> None:
    assert deletions.overdue(*of(raw)) == seconds


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (deleted(100), KILL),
        (deleted(100, 0, finalizers=["example.com/x"], status={"state": ended()}), None),
        (deleted(100, 0, finalizers=["example.com/x"]), KILL),
    ],
)
def test_what_the_kubelet_says_of_its_failure(raw: dict[str, Any], said: str | None) -> None:
    assert deletions.kill_error(*of(raw, events=[event("FailedKillPod", KILL, 90, 20)])) == said


def test_a_failure_before_the_deletion_is_of_another_end() -> None:
    assert deletions.kill_error(*of(deleted(100), events=[event("FailedKillPod", KILL, 900)])) is None


@pytest.mark.parametrize(
    ("finalizers", "owner"),
    [
        (["batch.kubernetes.io/job-tracking"], "the Job controller, once it has counted the pod"),
        (["foregroundDeletion"], "the garbage collector, once all that the pod owns is gone"),
        (["example.com/x", "other.example/y"], "the controller of example.com"),
        (["odd"], None),
        ([], None),
    ],
)
def test_who_takes_a_finalizer_off(finalizers: list[str], owner: str | None) -> None:
    assert deletions.finalizer_owner(of(deleted(100, finalizers=finalizers))[1]) == owner


def test_which_containers_still_run() -> None:
    assert deletions.running(of(deleted(100))[1]) == ["app"]
    assert deletions.running(of(deleted(100, status={"state": ended()}))[1]) == []
