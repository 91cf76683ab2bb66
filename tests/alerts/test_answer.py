from typing import Any

from diag.alerts.answer import AlertReport, answer, needed
from diag.alerts.payload import Alert, Payload
from diag.playbook.format import Playbook
from tests.playbook.samples import claim, crashing, playbook, pod, snapshot

CRASHED = {"all": [{"container": {"last_exit.reason": "Error"}}]}
WAITS = {"all": [{"claim": {"phase": "Pending"}}]}
CRASH = playbook("crash", match=CRASHED, alerts=["KubePodCrashLooping"])
REASON = playbook("waits", "claim", WAITS, explains=["crash"])


def answered(
    *objects: dict[str, Any], known: list[Playbook], name: str = "KubePodCrashLooping", **labels: str
) -> AlertReport:
    return answer(snapshot(*objects), known, Payload((Alert(name, labels),)))


def found(result: AlertReport) -> list[str]:
    """The playbook and the object of each finding of the only answer, in order."""
    (only,) = result.answers
    by_id = {finding.id: finding for finding in result.report.findings}
    return [f"{by_id[name].playbook}/{by_id[name].subject.name}" for name in only.findings]


def mounting(name: str) -> dict[str, Any]:
    raw = crashing(name)
    raw["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    return raw


def test_only_what_the_alert_is_about_is_told() -> None:
    result = answered(crashing("web-1"), crashing("web-2"), known=[CRASH], namespace="shop", pod="web-1")
    assert found(result) == ["crash/web-1"]
    assert [finding.subject.name for finding in result.report.findings] == ["web-1"]
    assert (result.report.summary.high, result.answers[0].playbooks) == (1, ("crash",))


def test_a_playbook_that_does_not_answer_the_alert_tells_nothing() -> None:
    other = playbook("other", match=CRASHED)
    assert found(answered(crashing(), known=[CRASH, other], namespace="shop", pod="web-1")) == ["crash/web-1"]


def test_a_reason_is_told_first_though_its_playbook_does_not_answer_the_alert() -> None:
    result = answered(mounting("web-1"), claim(), known=[CRASH, REASON], namespace="shop", pod="web-1")
    assert found(result) == ["waits/data", "crash/web-1"]
    reason, symptom = result.report.findings
    assert (reason.symptoms, symptom.symptom_of) == ((symptom.id,), reason.id)
    assert result.report.summary.high == 1


def test_symptoms_of_the_reason_that_the_alert_is_not_about_are_left_out() -> None:
    objects = (mounting("web-1"), mounting("web-2"), claim())
    result = answered(*objects, known=[CRASH, REASON], namespace="shop", pod="web-1")
    assert [len(finding.symptoms) for finding in result.report.findings] == [1, 0]


def test_another_container_of_the_pod_is_not_meant() -> None:
    assert found(answered(crashing(), known=[CRASH], namespace="shop", pod="web-1", container="app")) == ["crash/web-1"]
    assert found(answered(crashing(), known=[CRASH], namespace="shop", pod="web-1", container="proxy")) == []


def test_an_alert_that_names_no_object_is_about_its_namespace_or_about_everything() -> None:
    elsewhere = crashing("api-1")
    elsewhere["metadata"]["namespace"] = "blog"
    objects = (crashing("web-1"), elsewhere)
    assert found(answered(*objects, known=[CRASH], namespace="shop")) == ["crash/web-1"]
    assert found(answered(*objects, known=[CRASH])) == ["crash/api-1", "crash/web-1"]


def test_an_object_that_is_gone_has_no_findings_but_those_of_its_workload() -> None:
    replica_set = {"kind": "ReplicaSet", "metadata": {"name": "web", "namespace": "shop"}}
    objects = (crashing("web-2", "ReplicaSet/web"), replica_set)
    result = answered(*objects, known=[CRASH], namespace="shop", pod="web-1")
    assert [subject.name for subject in result.answers[0].gone] == ["web-1"]
    assert found(result) == ["crash/web-2"]
    assert found(answered(crashing("web-2"), known=[CRASH], namespace="shop", pod="api-1")) == []


def test_an_alert_that_no_playbook_answers_is_told_with_what_may_be_meant() -> None:
    result = answered(crashing(), known=[CRASH], name="KubePodCrashLoping")
    (only,) = result.answers
    assert only.unanswered == "no playbook answers 'KubePodCrashLoping'; did you mean 'KubePodCrashLooping'?"
    assert (only.playbooks, only.findings) == ((), ())
    assert answered(crashing(), known=[CRASH]).answers[0].unanswered == ""


def test_what_was_not_read_is_told() -> None:
    payload = Payload((Alert("KubePodCrashLooping", {"namespace": "shop", "pod": "web-1"}),))
    result = answer(snapshot(unseen=("pods",)), [CRASH], payload)
    assert result.answers[0].unseen == ("pods in shop",)
    assert [(gap.what, gap.playbooks) for gap in result.report.gaps] == [("pods", ("crash",))]


def test_what_is_over_is_named_and_not_looked_at() -> None:
    over = Alert("KubePodCrashLooping", {"namespace": "shop", "pod": "web-1"})
    result = answer(snapshot(crashing()), [CRASH], Payload((), (over,), 2))
    assert (result.answers, result.report.findings) == ((), ())
    assert (result.resolved, result.left_out) == ((over,), 2)


def test_the_playbooks_that_may_explain_what_is_found_are_needed_too() -> None:
    far = playbook("far", explains=["waits"])
    by_cause = playbook("by-cause", explains=["some-cause"])
    other = playbook("other", alerts=["Other"], causes=[{"id": "else", "title": "T", "meaning": "M"}])
    known = [CRASH, REASON, far, by_cause, other]
    alerts = [Alert("KubePodCrashLooping", {})]
    assert [one.id for one in needed(known, alerts)] == ["crash", "waits", "far", "by-cause"]
    assert needed(known, [Alert("Unknown", {})]) == ()


def test_anything_may_explain_a_symptom() -> None:
    loop = playbook("loop", alerts=["KubePodCrashLooping"], symptom=True)
    known = [loop, playbook("other")]
    assert needed(known, [Alert("KubePodCrashLooping", {})]) == tuple(known)


def test_odd_labels_find_nothing_and_break_nothing() -> None:
    odd = {
        "namespace": "‮",
        "pod": "",
        "node": "\x00",
        "instance": ":",
        "job": "-",
        "workload_type": "x",
        "workload": "y",
    }
    assert found(answered(pod(), known=[CRASH], **odd)) == []
