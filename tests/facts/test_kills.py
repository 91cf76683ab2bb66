from typing import Any

import pytest

from diag.facts import kills
from tests.facts.pod_samples import ended, event, index, node_event, only, pod

LIVENESS = "Container app failed liveness probe, will be restarted"
SYSTEM = "System OOM encountered, victim process: python3, pid: 81230"
CGROUP = "Memory cgroup out of memory: Killed process 81230 (python3) total-vm:2317996kB, anon-rss:129632kB"
WHOLE = "Out of memory: Killed process 81230 (python3) total-vm:15791416kB, anon-rss:14369596kB"
OLD_CGROUP = (
    "Memory cgroup out of memory: Kill process 81230 (python3) score 1035 or sacrifice child\n"
    "Killed process 81230 (python3) total-vm:2317996kB"
)


def probe(*events: dict[str, Any], **status: Any) -> str | None:
    found = index(pods=[pod({"state": ended(60), **status})], events=list(events))
    return kills.failed_probe(found, only(found))


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        (LIVENESS, "liveness"),
        ("Container app failed startup probe, will be restarted", "startup"),
        ("Init container app failed liveness probe", "liveness"),
        ("Init container app failed startup probe", "startup"),
        ("Stopping container app", None),
        ("FailedPostStartHook", None),
        ("Container app definition changed, will be restarted", None),
        ("Container application failed liveness probe, will be restarted", None),
        ("Container app2 failed liveness probe, will be restarted", None),
    ],
)
def test_the_probe_that_ended_it_by_the_words_alone(message: str, wanted: str | None) -> None:
    assert probe(event("Killing", message, 75)) == wanted


def test_the_field_path_names_the_container_where_the_words_do_not() -> None:
    found = index(
        pods=[pod({"state": ended(60)})],
        events=[event("Killing", "FailedPostStartHook", 62, involved={"fieldPath": "spec.containers{app}"})],
    )
    killed = kills.killing(found, only(found))
    assert killed is not None
    assert killed.message == "FailedPostStartHook"


@pytest.mark.parametrize(
    ("first", "last", "ends"),
    [
        pytest.param(90, 90, True, id="within the grace period"),
        pytest.param(99, 99, True, id="a little over it"),
        pytest.param(140, 140, False, id="long before"),
        pytest.param(40, 40, False, id="after the end"),
        pytest.param(55, 55, True, id="clocks that differ a little"),
        pytest.param(3000, 20, True, id="one of several kills"),
    ],
)
def test_the_event_must_fit_the_end_in_time(first: float, last: float, ends: bool) -> None:
    assert (probe(event("Killing", LIVENESS, first, last)) == "liveness") is ends


def test_a_probe_may_have_a_grace_period_of_its_own() -> None:
    raw = pod({"state": ended(60)}, {"livenessProbe": {"terminationGracePeriodSeconds": 300}})
    found = index(pods=[raw], events=[event("Killing", LIVENESS, 300)])
    assert kills.failed_probe(found, only(found)) == "liveness"


def test_an_end_without_a_time_goes_with_any_kill() -> None:
    assert probe(event("Killing", LIVENESS, 3000), state=ended(None)) == "liveness"


def test_only_what_the_kubelet_says_it_kills() -> None:
    assert probe(event("Unhealthy", LIVENESS, 75)) is None


def test_one_that_never_ended_was_not_killed() -> None:
    assert probe(event("Killing", LIVENESS, 75), state={"running": {}}) is None


def system(*events: dict[str, Any]) -> str | None:
    found = index(pods=[pod({"state": ended(60)})], events=list(events))
    return kills.system_oom(found, only(found))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(node_event("SystemOOM", SYSTEM), SYSTEM, id="kubelet"),
        pytest.param(node_event("SystemOOM", SYSTEM, 89), SYSTEM, id="half a minute before"),
        pytest.param(node_event("SystemOOM", SYSTEM, 92), None, id="more than that"),
        pytest.param(node_event("SystemOOM", SYSTEM, 240, 20, count=16), SYSTEM, id="a storm"),
        pytest.param(node_event("SystemOOM", SYSTEM, 2400, 20, count=2), None, id="told again by a restarted kubelet"),
        pytest.param(node_event("OOMKilling", WHOLE), WHOLE, id="kernel, whole node"),
        pytest.param(node_event("OOMKilling", CGROUP), None, id="kernel, one cgroup"),
        pytest.param(node_event("Starting", SYSTEM), None, id="another reason"),
        pytest.param(event("SystemOOM", SYSTEM), None, id="not about a node"),
    ],
)
def test_whether_the_node_itself_was_out_of_memory(given: dict[str, Any], told: str | None) -> None:
    assert system(given) == told


def test_the_uid_of_a_node_in_events_may_be_its_name_or_its_own() -> None:
    own = node_event("SystemOOM", SYSTEM)
    own["involvedObject"]["uid"] = "0a6f3c8e-real"
    assert system(own) == SYSTEM


@pytest.mark.parametrize("line", [CGROUP, OLD_CGROUP])
def test_a_kill_in_a_cgroup_is_none_of_the_node_though_the_kubelet_says_so(line: str) -> None:
    assert system(node_event("SystemOOM", SYSTEM), node_event("OOMKilling", line)) is None
    other = line.replace("81230", "4711")
    assert system(node_event("SystemOOM", SYSTEM), node_event("OOMKilling", other)) == SYSTEM


def test_a_pod_without_a_node_has_no_events_of_one() -> None:
    nameless = node_event("SystemOOM", SYSTEM)
    nameless["involvedObject"]["name"] = ""
    found = index(pods=[pod({"state": ended(60)}, pod_spec={"nodeName": ""})], events=[nameless])
    assert kills.system_oom(found, only(found)) is None


@pytest.mark.parametrize(("seconds", "told"), [(60, CGROUP), (69, CGROUP), (72, None)])
def test_a_kill_in_some_cgroup_of_the_node_at_that_second(seconds: float, told: str | None) -> None:
    found = index(pods=[pod({"state": ended(60)})], events=[node_event("OOMKilling", CGROUP, seconds)])
    assert kills.cgroup_oom(found, only(found)) == told


def habitual(*, created: float = 600, kills: int = 6, code: int = 137, message: str = LIVENESS) -> str | None:
    """By which probe it is told to have ended, where the newest kill that was told of is ten minutes old."""
    involved = {"fieldPath": "spec.containers{app}"}
    told = [
        event("Created", "Created container: app", 900, created, involved=involved, count=6),
        event("Started", "Started container app", 900, 600, involved=involved, count=6),
        event("Killing", message, 900, 595, involved=involved, count=kills),
    ]
    return probe(*told, state=ended(60, 5, exitCode=code, reason="Error"))


@pytest.mark.parametrize("code", [0, 137, 143])
def test_a_habit_of_kills_goes_on_when_events_cease(code: int) -> None:
    assert habitual(code=code) == "liveness"


def test_a_failing_hook_is_a_habit_too() -> None:
    told = [event(reason, f"{reason} container app", 900, 600, count=6) for reason in ("Created", "Started")]
    involved = {"fieldPath": "spec.containers{app}"}
    kill = event("Killing", "FailedPostStartHook", 900, 595, involved=involved, count=6)
    found = index(pods=[pod({"state": ended(60, 5, reason="Error")})], events=[*told, kill])
    killed = kills.killing(found, only(found))
    assert killed is not None
    assert killed.message == "FailedPostStartHook"


def test_events_have_ceased_when_a_run_lacks_one_of_its_own() -> None:
    assert habitual(created=65) == "liveness"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"kills": 2}, id="it was killed just twice"),
        pytest.param({"code": 1}, id="it gave up by itself"),
        pytest.param({"message": "Stopping container app"}, id="it was stopped for another reason"),
    ],
)
def test_other_ends_are_no_habit(changed: dict[str, Any]) -> None:
    assert habitual(**changed) is None


def test_an_end_is_its_own_while_its_events_are_told() -> None:
    told = [event(reason, f"{reason} container app", 900, 65, count=6) for reason in ("Created", "Started")]
    assert probe(*told, event("Killing", LIVENESS, 900, 595, count=6), state=ended(60, 5, reason="Error")) is None
