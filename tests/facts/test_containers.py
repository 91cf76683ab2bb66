import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import containers, kills, suggest, templates
from diag.facts.containers import PodContainer
from diag.facts.index import Index
from diag.model.containers import Resources
from diag.model.decode import Decoder
from diag.model.snapshot import Snapshot
from tests.facts.pod_samples import NOW, ago, ended, event, index, only, pod, running

MINUTE = 60.0
HOUR = 3600.0


def of(raw: dict[str, Any], name: str = "app", **more: Any) -> tuple[Index, PodContainer]:
    found = index(pods=[raw], **more)
    return found, only(found, name)


class TestContainers:
    def test_each_has_its_status_and_init_containers_come_first(self) -> None:
        raw = pod(
            pod_spec={"initContainers": [{"name": "migrate"}, {"name": "proxy", "restartPolicy": "Always"}]},
            initContainerStatuses=[{"name": "proxy", "restartCount": 3}, {"name": "migrate", "restartCount": 2}],
        )
        found = list(containers.containers(index(pods=[raw]).snapshot.all("pods")[0]))
        assert [(c.spec.name, c.status.restart_count) for c in found] == [("migrate", 2), ("proxy", 3), ("app", 1)]
        assert [c.init for c in found] == [True, False, False]
        assert [c.in_init_list for c in found] == [True, True, False]

    def test_one_that_only_the_status_knows_is_not_declared(self) -> None:
        _, app = of(pod(pod_spec={"containers": []}))
        assert not app.declared

    def test_one_that_has_no_status_yet(self) -> None:
        _, app = of(pod(containerStatuses=[]))
        assert (app.declared, app.last_exit) == (True, None)

    def test_debug_containers_are_not_among_them(self) -> None:
        raw = pod(ephemeralContainerStatuses=[{"name": "debugger", "state": ended()}])
        seen = containers.containers(index(pods=[raw]).snapshot.all("pods")[0])
        assert "debugger" not in [container.spec.name for container in seen]

    def test_the_last_end_is_the_present_state_before_the_one_before(self) -> None:
        _, app = of(pod({"state": ended(5, exitCode=1), "lastState": ended(90, exitCode=2)}))
        assert app.last_exit is not None
        assert app.last_exit.exit_code == 1


def test_events_of_one_container_are_those_that_name_it_or_none() -> None:
    names = {
        "spec.containers{app}": "own",
        "spec.containers{other}": "other",
        "": "pod",
        "spec.initContainers{app}": "in",
    }
    events = [event("R", told, involved={"fieldPath": path}) for path, told in names.items()]
    found, app = of(pod(), events=events)
    assert {e.message for e in containers.container_events(found, app)} == {"own", "pod", "in"}


READY = {"ready": True, "state": running(55), "lastState": ended(60)}


@pytest.mark.parametrize(
    ("status", "events", "clock", "seconds"),
    [
        pytest.param(READY, [], "exact", 60, id="the clock is known"),
        pytest.param({"lastState": ended(None)}, [], "exact", None, id="no time"),
        pytest.param({}, [], "exact", None, id="never ended"),
        pytest.param(READY, [], "inferred", None, id="nothing is newer than its own restart"),
        pytest.param(READY, [event("Started", "Started container app", 55)], "inferred", 60, id="a fresh event"),
        pytest.param(READY, [event("Killing", "Stopping container app", 100)], "inferred", 60, id="event just before"),
        pytest.param(READY, [event("Pulled", "Pulled", 3000)], "inferred", None, id="events are of another time"),
        pytest.param({**READY, "ready": False}, [], "inferred", 60, id="it is not well, however long ago"),
        pytest.param({"state": ended(60)}, [], "inferred", 60, id="it has ended"),
    ],
)
def test_how_long_ago_it_ended(status: dict[str, Any], events: list[Any], clock: Any, seconds: float | None) -> None:
    found, app = of(pod(status), events=events, clock=clock)
    assert containers.ended_ago(found, app) == seconds


@pytest.mark.parametrize(
    ("raw", "well"),
    [
        pytest.param(pod({"state": {"waiting": {}}, "lastState": ended()}), False, id="waits"),
        pytest.param(pod(READY), False, id="ready for a minute"),
        pytest.param(
            pod({"ready": True, "state": running(20 * MINUTE), "lastState": ended(20 * MINUTE, 5 * MINUTE)}),
            True,
            id="ready for four times its last run",
        ),
        pytest.param(
            pod({"ready": True, "state": running(20 * MINUTE), "lastState": ended(20 * MINUTE, 15 * MINUTE)}),
            False,
            id="ready not even twice its last run",
        ),
        pytest.param(
            pod({"ready": True, "state": running(11 * MINUTE), "lastState": ended(11 * MINUTE, None)}),
            True,
            id="its last run is of unknown length",
        ),
        pytest.param(
            pod({"ready": False, "state": running(HOUR), "lastState": ended(HOUR)}), False, id="runs and is not ready"
        ),
        pytest.param(
            pod({"ready": True, "state": running(None), "lastState": ended(HOUR)}), False, id="start of unknown time"
        ),
        pytest.param(pod({"ready": True, "state": running(5)}), True, id="never ended"),
        pytest.param(pod({"state": ended(exitCode=0)}), False, id="ended well and will be started again"),
        pytest.param(pod({"state": ended(exitCode=0)}, pod_spec={"restartPolicy": ""}), False, id="policy not known"),
        pytest.param(
            pod({"state": ended(exitCode=0)}, pod_spec={"restartPolicy": "OnFailure"}), True, id="ended well for good"
        ),
        pytest.param(
            pod({"state": ended(exitCode=0)}, {"restartPolicy": "Never"}), True, id="its own policy (KEP-5307)"
        ),
        pytest.param(pod({"state": ended(exitCode=0)}, phase="Failed"), False, id="the pod failed"),
        pytest.param(
            pod({"state": ended(exitCode=1)}, pod_spec={"restartPolicy": "Never"}), False, id="ended badly for good"
        ),
    ],
)
def test_whether_it_is_well_again(raw: dict[str, Any], well: bool) -> None:
    assert containers.recovered(*of(raw)) is well


def test_an_init_container_that_ended_well_is_well() -> None:
    raw = pod(
        pod_spec={"initContainers": [{"name": "migrate"}]},
        initContainerStatuses=[{"name": "migrate", "state": ended(exitCode=0)}],
        phase="Failed",
    )
    assert containers.recovered(*of(raw, "migrate"))


def test_a_sidecar_that_ended_well_is_missed() -> None:
    raw = pod(
        pod_spec={"restartPolicy": "Never", "initContainers": [{"name": "proxy", "restartPolicy": "Always"}]},
        initContainerStatuses=[{"name": "proxy", "state": ended(exitCode=0)}],
    )
    assert not containers.recovered(*of(raw, "proxy"))


class TestRunningFor:
    def test_since_its_start(self) -> None:
        assert containers.running_for(*of(pod({"state": running(90)}))) == 90

    def test_not_when_it_does_not_run(self) -> None:
        assert containers.running_for(*of(pod({"state": ended()}))) is None

    def test_of_a_healthy_pod_since_the_pod_was_made(self) -> None:
        raw = pod({"ready": True, "restartCount": 0, "state": running(3000)})
        raw["status"]["conditions"] = [{"type": "Ready", "status": "True"}]
        found, app = of(raw)
        assert app.pod.quiet
        assert containers.running_for(found, app) == 86400

    def test_of_a_healthy_pod_that_was_restarted_it_is_not_known(self) -> None:
        assert containers.running_for(*of(pod({"ready": True, "restartCount": 2, "state": running(3000)}))) is None


@pytest.mark.parametrize(
    ("started", "finished", "seconds"),
    [
        (ago(100), ago(60), 40),
        ("1970-01-01T00:00:00Z", ago(60), None),  # containerd, StartError
        (None, ago(60), None),
        (ago(100), None, None),
        (ago(60), ago(61), 0),  # clocks of runtime and kubelet differ
    ],
)
def test_length_of_a_run(started: str | None, finished: str | None, seconds: float | None) -> None:
    _, app = of(pod({"state": {"terminated": {"startedAt": started, "finishedAt": finished}}}))
    assert app.last_exit is not None
    assert containers.run_length(app.last_exit) == seconds


@pytest.mark.parametrize(
    ("own", "of_pod", "limit"),
    [
        ("128Mi", None, "128Mi"),
        ("128Mi", "1Gi", "128Mi"),
        (None, "1Gi", "1Gi"),
        ("128m", None, "128m"),
        (134217728, None, "134217728"),
        ("0", None, None),
        ("0", "1Gi", "1Gi"),
        ("lots", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_the_memory_limit_in_force(own: Any, of_pod: Any, limit: str | None) -> None:
    raw = pod(
        spec={"resources": {"limits": {"memory": own}}} if own is not None else None,
        pod_spec={"resources": {"limits": {"memory": of_pod}}} if of_pod is not None else None,
    )
    _, app = of(raw)
    assert containers.memory_limit(app) == limit


def test_a_quantity_that_is_none_is_absent() -> None:
    assert containers.own_quantity({"cpu": "a lot"}, "cpu") is None
    assert containers.limit_of(Resources(limits={"cpu": "1"})) is None


WORDS = ["", "OOMKilled", "Error", "{app}", "\x00", "1970-01-01T00:00:00Z", "128Mi", "-1", "1e999", "0x1"]
ODD = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8) | st.sampled_from(WORDS)
ODD_STATE = st.dictionaries(
    st.sampled_from(["waiting", "running", "terminated"]),
    st.dictionaries(st.sampled_from(["reason", "message", "exitCode", "startedAt", "finishedAt"]), ODD) | ODD,
)
ODD_STATUS = st.fixed_dictionaries(
    {"name": st.sampled_from(["app", "other", ""])},
    optional={"state": ODD_STATE, "lastState": ODD_STATE, "ready": ODD, "restartCount": ODD},
)
ODD_SPEC = st.fixed_dictionaries(
    {"containers": st.just([{"name": "app"}])},
    optional={
        "restartPolicy": ODD,
        "nodeName": st.sampled_from(["", "node-a"]),
        "terminationGracePeriodSeconds": ODD,
        "resources": st.dictionaries(st.just("limits"), st.dictionaries(st.just("memory"), ODD)),
    },
)
ODD_POD = st.fixed_dictionaries(
    {"metadata": st.just({"name": "web-1", "namespace": "shop", "uid": "uid-1"})},
    optional={
        "spec": ODD_SPEC,
        "status": st.fixed_dictionaries(
            {"containerStatuses": st.lists(ODD_STATUS, max_size=2)}, optional={"phase": ODD, "reason": ODD}
        ),
    },
)
ABOUT = [{"kind": "Pod", "namespace": "shop", "name": "web-1"}, {"kind": "Node", "name": "node-a"}]
ODD_EVENT = st.fixed_dictionaries(
    {"metadata": st.just({"name": "e"}), "involvedObject": st.sampled_from(ABOUT)},
    optional={
        "reason": st.sampled_from(["Killing", "SystemOOM", "OOMKilling"]),
        "message": ODD,
        "count": ODD,
        "firstTimestamp": ODD,
        "lastTimestamp": st.just(ago(1)) | ODD,
    },
)


@given(ODD_POD, st.lists(ODD_EVENT, max_size=3), st.sampled_from(["exact", "inferred"]))
def test_nothing_is_raised_on_odd_objects(raw: Any, events: Any, clock: Any) -> None:
    decoder = Decoder()
    objects = {
        "pods": decoder.decode("pods", json.dumps([raw]).encode()),
        "events": decoder.decode("events", json.dumps(events).encode()),
    }
    found = Index(Snapshot(taken_at=NOW, clock=clock, objects=objects))
    facts = (containers.ended_ago, containers.recovered, containers.running_for, kills.killing, kills.failed_probe)
    for one in [c for each in objects["pods"] for c in containers.containers(each)]:
        for fact in (*facts, kills.system_oom, kills.cgroup_oom, templates.injected, templates.raised_limit):
            fact(found, one)
        containers.memory_limit(one)
        suggest.memory(found, one, None)
