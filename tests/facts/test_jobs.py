from typing import Any

import pytest

from diag.facts import jobs
from diag.facts.index import Key
from tests.facts.pod_samples import ago, index
from tests.facts.workload_samples import owned_by, pod_of

KEY = Key("Job", "shop", "sync-1")
FAILED = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}
TARGET = {"type": "FailureTarget", "status": "True", "reason": "DeadlineExceeded"}


def job(name: str = "sync-1", made: float = 600, **status: Any) -> dict[str, Any]:
    meta = {"name": name, "namespace": "shop", "creationTimestamp": ago(made)}
    return {"metadata": {**meta, "ownerReferences": owned_by("CronJob", "sync")}, "status": status}


@pytest.mark.parametrize(
    ("status", "reason", "succeeded"),
    [
        ({"conditions": [TARGET, FAILED]}, "BackoffLimitExceeded", False),
        ({"conditions": [TARGET]}, "DeadlineExceeded", False),
        ({"conditions": [FAILED], "completionTime": ago(5)}, "BackoffLimitExceeded", False),
        ({"conditions": [{**FAILED, "status": "False"}]}, None, False),
        ({"conditions": [{"type": "Complete", "status": "True"}]}, None, True),
        ({"conditions": [{"type": "SuccessCriteriaMet", "status": "True"}]}, None, True),
        ({"completionTime": ago(5)}, None, True),
        ({}, None, False),
    ],
)
def test_how_a_job_went(status: dict[str, Any], reason: str | None, succeeded: bool) -> None:
    found = index(jobs=[job(**status)]).snapshot.all("jobs")[0]
    failure = jobs.failure(found)
    assert (failure.reason if failure else None, jobs.succeeded(found)) == (reason, succeeded)


@pytest.mark.parametrize(
    ("others", "cron", "wanted"),
    [
        ([job("sync-2", 60, completionTime=ago(5))], {}, True),
        ([job("sync-0", 900, completionTime=ago(800))], {}, False),
        ([job("sync-2", 60, active=1)], {}, False),
        ([], {"lastSuccessfulTime": ago(5)}, True),
        ([], {"lastSuccessfulTime": ago(900)}, False),
    ],
)
def test_a_later_run_makes_it_good(others: list[dict[str, Any]], cron: dict[str, Any], wanted: bool) -> None:
    crons = [{"metadata": {"name": "sync", "namespace": "shop"}, "status": cron}]
    indexed = index(jobs=[job(conditions=[FAILED]), *others], cronjobs=crons)
    found = next(one for one in indexed.snapshot.all("jobs") if one.metadata.name == "sync-1")
    assert jobs.made_good(indexed, found) is wanted


def test_a_job_by_itself_is_made_good_by_nothing() -> None:
    alone = job(conditions=[FAILED])
    del alone["metadata"]["ownerReferences"]
    indexed = index(jobs=[alone, job("sync-2", 60, completionTime=ago(5))])
    assert not jobs.made_good(indexed, indexed.snapshot.all("jobs")[0])


def status_of(name: str, **state: Any) -> dict[str, Any]:
    return {"name": name, "restartCount": 0, "state": state}


def ended(code: int) -> dict[str, Any]:
    return {"exitCode": code, "reason": "Completed" if code == 0 else "Error", "finishedAt": ago(50)}


def pod(name: str, *statuses: dict[str, Any], phase: str = "Running", made: float = 60) -> dict[str, Any]:
    containers = [{"name": status["name"], "image": "a:1"} for status in statuses]
    return pod_of(
        "Job",
        "sync-1",
        name,
        unready=50,
        meta={"creationTimestamp": ago(made)},
        spec={"containers": containers},
        phase=phase,
        containerStatuses=list(statuses),
    )


def test_the_pod_that_failed_last_and_how() -> None:
    pods = [
        pod("b", status_of("main", terminated=ended(2)), phase="Failed", made=90),
        pod("a", status_of("main", terminated=ended(3)), status_of("log", terminated=ended(0)), phase="Failed"),
        pod("c", status_of("main", terminated=ended(0)), phase="Succeeded", made=10),
    ]
    found = jobs.last_failed_pod(index(jobs=[job()], pods=pods), KEY)
    assert found is not None
    assert (found.metadata.name, jobs.ending(found)) == ("a", "main: Error, exit code 3")


def test_a_pod_that_failed_as_a_whole() -> None:
    evicted = pod_of("Job", "sync-1", "a", phase="Failed", reason="Evicted", containerStatuses=[])
    found = jobs.last_failed_pod(index(jobs=[job()], pods=[evicted]), KEY)
    assert found is not None
    assert jobs.ending(found) == "Evicted"


@pytest.mark.parametrize(
    ("statuses", "wanted"),
    [
        ([status_of("main", terminated=ended(0)), status_of("proxy", running={})], "proxy"),
        ([status_of("main", terminated=ended(1)), status_of("proxy", running={})], None),
        ([status_of("main", running={}), status_of("proxy", running={})], None),
        ([status_of("main", terminated=ended(0)), status_of("proxy", waiting={"reason": "CrashLoopBackOff"})], None),
        ([status_of("main", terminated=ended(0))], None),
    ],
)
def test_what_keeps_a_job_open(statuses: list[dict[str, Any]], wanted: str | None) -> None:
    indexed = index(jobs=[job()], pods=[pod("a", *statuses)])
    assert jobs.kept_open(indexed, KEY) == wanted
    if wanted:
        assert indexed.age(jobs.open_since(indexed, KEY)) == 50
