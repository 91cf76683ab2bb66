from pathlib import Path
from typing import Any

import diag
from diag.facts.index import Index, Key
from diag.model.kinds import KINDS
from diag.model.snapshot import Scope
from diag.sources.recording import load_recording
from diag.tui.summary import Section, summary
from diag.tui.tables.column import STYLES
from tests.facts.pod_samples import NOW, ago, ended, event, index, pod, running
from tests.facts.workload_samples import workload

WEB = Key("Pod", "shop", "web-1")
HOSTILE = "a\x1b]52;c;aGk=\x07\nb\u202ec [/x]"


def told(sections: list[Section], title: str) -> dict[str, str]:
    found = next(section for section in sections if section.title == title)
    return {label: text for label, text, _ in found.lines}


def of(raw: dict[str, Any], **others: list[dict[str, Any]]) -> list[Section]:
    return summary(index(pods=[raw], **others), WEB, NOW)


def test_a_container_tells_its_state_and_the_one_before() -> None:
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m"}}
    spec = {"resources": {"limits": {"memory": "32Mi"}}, "readinessProbe": {"tcpSocket": {"port": 80}}}
    app = told(of(pod({"state": waiting, "lastState": ended(90), "restartCount": 8}, spec)), "Container app")
    assert app["state"] == "waits: CrashLoopBackOff: back-off 5m"
    assert app["last state"] == "ended 90s ago after 30s with exit code 137: OOMKilled"
    assert app["restarts"] == "8"
    assert (app["requests"], app["limits"]) == ("none", "memory 32Mi")
    assert app["readiness"] == "a connection to port 80, every 10s, timeout 1s, fails after 3"


def test_of_a_quiet_pod_no_times_are_told() -> None:
    quiet = told(of(pod({"ready": True, "restartCount": 0, "state": running()})), "Container app")
    assert (quiet["state"], quiet["ready"]) == ("runs", "yes")
    done = {"terminated": {"exitCode": 0, "reason": "Completed"}}
    over = told(of(pod({"ready": False, "restartCount": 0, "state": done}, phase="Succeeded")), "Container app")
    assert over["state"] == "ended well"


def test_a_sidecar_is_called_so() -> None:
    init = {"initContainers": [{"name": "proxy", "restartPolicy": "Always"}, {"name": "setup"}]}
    titles = [section.title for section in of(pod(pod_spec=init))]
    assert titles == ["Pod", "Status", "Sidecar proxy", "Init container setup", "Container app"]


def test_the_status_is_that_of_the_table_and_more() -> None:
    status = told(of(pod(phase="Failed", reason="Evicted", message="low on memory", containerStatuses=[])), "Status")
    assert status["status"] == "Evicted"
    assert status["message"] == "Evicted: low on memory"
    assert status["restart policy"] == "Always"
    assert "name" not in status


def test_mounts_say_what_is_mounted() -> None:
    volumes = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-0"}}]}
    mounts = {"volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": True}]}
    assert told(of(pod({}, mounts, volumes)), "Container app")["mount"] == "/data: claim data-0 (read-only)"


def test_events_come_last_and_repeated_ones_once() -> None:
    sections = of(pod(), events=[event("BackOff", "back-off", 600, 30, count=12, type="Warning")])
    assert sections[-1].title == "Events"
    assert sections[-1].lines == (("30s", "BackOff x12 over 9m30s: back-off", "medium"),)


def test_a_workload_tells_its_template_and_its_selector() -> None:
    template = {"spec": {"containers": [{"name": "app", "image": "web:1"}]}}
    raw = workload(selector={"matchLabels": {"app": "web"}}, template=template)
    sections = summary(index(deployments=[raw]), Key("Deployment", "shop", "web"), NOW)
    assert told(sections, "Status")["selects"] == "app=web"
    assert told(sections, "Container app of the template")["image"] == "web:1"


def test_a_deletion_tells_when_it_is_due() -> None:
    raw = pod()
    raw["metadata"] |= {"deletionTimestamp": ago(-30), "finalizers": ["example.com/wait"]}
    assert told(of(raw), "Pod") | {"deleted": "asked for, due in 30s", "finalizer": "example.com/wait"} == told(
        of(raw), "Pod"
    )


def test_a_condition_that_is_bad_stands_out() -> None:
    conditions = [
        {"type": "Ready", "status": "False", "reason": "KubeletNotReady", "lastTransitionTime": ago(60)},
        {"type": "DiskPressure", "status": "True"},
        {"type": "MemoryPressure", "status": "False"},
    ]
    node = {"metadata": {"name": "a"}, "spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}}
    sections = summary(index(nodes=[{**node, "status": {"conditions": conditions}}]), Key("Node", "", "a"), NOW)
    found = next(section for section in sections if section.title == "Conditions")
    assert [style for _, _, style in found.lines] == ["medium", "medium", ""]
    assert found.lines[0][1] == "False for 60s: KubeletNotReady"
    assert told(sections, "Status")["taint"] == "k:NoSchedule"


def test_nothing_is_told_of_what_was_not_read() -> None:
    assert summary(index(pods=[]), WEB, NOW) == []
    assert summary(index(pods=[]), Key("Rollout", "shop", "web"), NOW) == []


def test_hostile_text_is_one_clean_line() -> None:
    raw = pod({"state": {"waiting": {"reason": HOSTILE, "message": HOSTILE}}}, {"image": HOSTILE})
    raw["metadata"]["labels"] = {HOSTILE: HOSTILE}
    for section in of(raw, events=[event(HOSTILE, HOSTILE)]):
        for label, text, _ in section.lines:
            assert label.isprintable()
            assert text.isprintable()


def test_every_object_of_the_demo_has_a_summary() -> None:
    found = Index(load_recording(str(Path(diag.__file__).parent / "demo"), None, Scope()))
    for kind in KINDS:
        for one in found.all(kind.plural) if kind.plural != "events" else ():
            sections = summary(found, Key(kind.kind, one.metadata.namespace, one.metadata.name), found.now)
            assert sections[0].title == kind.kind
            assert {style for section in sections for _, _, style in section.lines} <= {"", *STYLES}
