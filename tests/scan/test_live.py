"""What a live scan tells is what a fresh one would tell, whatever has happened before."""

import random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import diag.scan.live
from diag.finding import Report
from diag.model.kinds import KINDS
from diag.model.snapshot import Gap, LogKey, Metrics, Snapshot
from diag.playbook.format import Playbook
from diag.playbook.match import Facts
from diag.scan import scan, wanted_logs
from diag.scan.live import LiveScan
from diag.scan.verdict import Verdict, verdict
from tests.playbook.samples import crashing, pod, snapshot
from tests.scan.changing import CASES, PLAYBOOKS, Cluster, Object, fill, latest

LOGS = [text for case in CASES for text in case.logs.values()]
SAMPLES = [case.metrics for case in CASES if case.metrics]
GAPS = [
    (),
    (Gap("logs", "shop/web-1/app", "timeout"),),
    (Gap("metrics", "", "not-served"),),
    *((Gap(kind.resource, "", "reading"),) for kind in KINDS),
    *((Gap(kind.resource, "shop", "timeout"), Gap("logs", "shop/web-1/app", "timeout")) for kind in KINDS),
    *((Gap(kind.resource, "", "forbidden", read=("shop",)),) for kind in KINDS),
]
WAITS = (1, 30, 400, 4000, 90_000)


def assert_equal(live: LiveScan, cluster: Cluster) -> Report:
    """Scan what the cluster is now in both ways."""
    now, changes = cluster.look()
    found = live.scan(now, changes)
    assert msgspec.to_builtins(found) == msgspec.to_builtins(scan(now, PLAYBOOKS))
    assert live.wanted_logs(50) == wanted_logs(now, PLAYBOOKS, 50)
    return found


def change(chance: random.Random, cluster: Cluster, pool: list[Object]) -> None:
    """Let something happen to the cluster."""
    what = chance.choices(["put", "delete", "wait", "log", "metrics", "gaps", "lose"], [8, 5, 2, 3, 1, 2, 1])[0]
    if what == "put":
        cluster.put(*chance.choice(pool))
    elif what == "delete":
        cluster.delete(*chance.choice(pool))
    elif what == "wait":
        cluster.wait(chance.choice(WAITS))
    elif what == "log":
        cluster.logs[chance.choice(cluster.logs_there_may_be())] = chance.choice(LOGS)
    elif what == "metrics":
        samples = chance.choice(SAMPLES)
        cluster.metrics = (Metrics("prometheus", tuple({one.name for one in samples}), samples),)
    elif what == "gaps":
        cluster.gaps = chance.choice(GAPS)
    else:
        cluster.lose(chance.choice(KINDS).plural)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.integers(0, len(CASES)), min_size=1, max_size=5),
    st.lists(st.integers(0, 6), min_size=1, max_size=6),
    st.integers(0, 2**32).map(random.Random),
)
def test_after_any_changes_the_report_is_that_of_a_fresh_scan(
    numbers: list[int], steps: list[int], chance: random.Random
) -> None:
    cluster, live = Cluster(latest(numbers)), LiveScan(PLAYBOOKS)
    pool = fill(cluster, numbers)
    assert_equal(live, cluster)
    for number in steps:
        for _ in range(number):
            change(chance, cluster, pool)
        assert_equal(live, cluster)


def test_with_the_objects_of_all_cases_in_one_cluster() -> None:
    chance, numbers = random.Random(5), range(len(CASES) + 1)
    cluster, live = Cluster(latest(numbers)), LiveScan(PLAYBOOKS)
    pool = fill(cluster, numbers)
    causes = set()
    for _ in range(12):
        causes |= {(finding.playbook, finding.cause) for finding in assert_equal(live, cluster).findings}
        for _ in range(60):
            change(chance, cluster, pool)
    assert len({playbook for playbook, _ in causes}) > len(PLAYBOOKS) / 2


HEALTHY = [pod(f"web-{number}", ready=True, state={"running": {}}) for number in range(20)]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pods that are held against playbooks, in their order."""
    names: list[str] = []

    def noted(facts: Facts, playbook: Playbook) -> Verdict:
        names.append(facts.subject.name)
        return verdict(facts, playbook)

    monkeypatch.setattr(diag.scan.live, "verdict", noted)
    return names


def test_only_what_a_change_concerns_is_judged_again(judged: list[str]) -> None:
    before = snapshot(*HEALTHY, crashing("api-1"), crashing("api-2"))
    live = LiveScan(PLAYBOOKS)
    live.scan(before)
    assert set(judged) == {"api-1", "api-2"}
    judged.clear()
    after = snapshot(*HEALTHY[1:], crashing("web-0"))
    old, new = before.all("pods")[2], after.all("pods")[0]
    records = [new if one is old else one for one in before.all("pods")]
    now = msgspec.structs.replace(before, objects={**before.objects, "pods": records})
    report = live.scan(now, [("pods", old, new)])
    assert set(judged) == {"web-0"}
    assert {member.name for finding in report.findings for member in finding.members} == {"api-1", "api-2", "web-0"}


def test_the_logs_that_are_wanted_cost_no_second_judgement(judged: list[str]) -> None:
    now = snapshot(crashing("api-1"))
    live = LiveScan(PLAYBOOKS)
    live.scan(now)
    before = len(judged)
    assert live.wanted_logs(9) == wanted_logs(now, PLAYBOOKS, 9) != ()
    assert len(judged) == before
    read = msgspec.structs.replace(now, logs={LogKey("shop", "api-1", "app", True): "panic: no such table"})
    assert live.scan(read, []).gaps != live.scan(now, []).gaps


def test_nothing_is_wanted_before_the_first_scan() -> None:
    assert LiveScan(PLAYBOOKS).wanted_logs(9) == ()


def test_after_a_failure_everything_is_judged_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Snapshot:
        raise MemoryError

    before, after = snapshot(crashing("api-1")), snapshot(crashing("api-2"))
    live = LiveScan(PLAYBOOKS)
    live.scan(before)
    with monkeypatch.context() as broken:
        broken.setattr("diag.facts.tracked.TrackedIndex.update", fail)
        with pytest.raises(MemoryError):
            live.scan(after, [])
    assert live.scan(after, []) == scan(after, PLAYBOOKS)
