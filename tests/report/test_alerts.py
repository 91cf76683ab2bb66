import json
from io import StringIO
from typing import Any

import jsonschema

from diag.alerts.answer import SCHEMA, AlertReport, Answer
from diag.alerts.payload import Alert
from diag.finding import Report, Subject
from diag.report.alerts import print_alerts
from diag.report.json import alert_schema, to_json
from tests.report.samples import busy, finding, report

POD = Subject("Pod", "shop", "web-1", "app")


def answer(alert: str = "KubePodCrashLooping", *findings: str, **changed: Any) -> Answer:
    values: dict[str, Any] = {
        "alert": alert,
        "labels": {"namespace": "shop", "pod": "web-1"},
        "playbooks": ("oom-killed", "killed-137"),
        "subjects": (POD,),
        "gone": (),
        "unseen": (),
        "findings": findings,
    }
    return Answer(**(values | changed))


def result(*answers: Answer, found: Report | None = None, **changed: Any) -> AlertReport:
    values: dict[str, Any] = {"resolved": (), "left_out": 0, "report": report() if found is None else found}
    return AlertReport(SCHEMA, answers, **(values | changed))


def printed(value: AlertReport) -> list[str]:
    stream = StringIO()
    print_alerts(value, stream)
    return stream.getvalue().splitlines()


def starting(label: str, lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip().startswith(label)]


def test_alerts_with_one_cause_stand_above_it_together() -> None:
    answers = [
        answer("KubePodCrashLooping", "id-web"),
        answer("KubePodNotReady", "id-web", subjects=(Subject("Pod", "shop", "web-2"),)),
    ]
    lines = printed(result(*answers, found=report(finding())))
    place = lines.index("  alert     KubePodCrashLooping  Pod shop/web-1, container app")
    assert lines[place + 1] == "            KubePodNotReady  Pod shop/web-2"
    assert lines[place + 2].startswith("▲ high      The memory limit is below what app needs")
    assert len(starting("▲ high", lines)) == 1


def test_a_symptom_stands_below_its_cause() -> None:
    found = report(finding("web", symptoms=("id-loop",)), finding("loop", symptom_of="id-web", title="It crashes"))
    lines = printed(result(answer("KubePodCrashLooping", "id-web", "id-loop"), found=found))
    assert starting("also", lines) == ["also      It crashes"]
    assert len(starting("▲ high", lines)) == 1


def test_alerts_with_different_causes_stand_apart() -> None:
    found = report(finding("web"), finding("db"))
    lines = printed(result(answer("A", "id-web"), answer("A", "id-db"), found=found))
    assert len(starting("alert", lines)) == 2


def test_many_objects_are_counted() -> None:
    answers = [answer(subjects=(Subject("Pod", "shop", f"web-{i}"),)) for i in range(9)]
    (line,) = starting("alert", printed(result(*answers)))
    assert "Pod shop/web-3; and 5 more" in " ".join(" ".join(printed(result(*answers))).split())
    assert line.startswith("alert     KubePodCrashLooping")


def test_nothing_found_is_said_with_who_looked_and_what_tells_more() -> None:
    lines = printed(result(answer()))
    assert starting("✔", lines) == ["✔         Nothing found by the 2 playbooks that answer it."]
    assert starting("more", lines) == ["more      mondiag explain pod/web-1 -n shop"]


def test_nothing_found_is_not_a_clean_bill_where_something_was_not_seen() -> None:
    lines = printed(result(answer(unseen=("pods in shop",))))
    assert starting("?", lines) == ["?         Nothing found in what could be seen, by the 2 playbooks that answer it."]
    assert starting("not seen", lines) == ["not seen  pods in shop"]
    assert starting("more", lines) == []
    assert starting("?", printed(result(answer(), found=report(gaps=busy().gaps))))


def test_an_object_that_is_gone_is_named() -> None:
    lines = printed(result(answer(gone=(POD,))))
    assert starting("gone", lines) == ["gone      Pod shop/web-1, container app: not there any more"]
    assert starting("more", lines) == []


def test_an_alert_without_a_playbook_is_named_with_the_hint() -> None:
    told = "no playbook answers 'X'; did you mean 'Y'?"
    lines = printed(result(answer("X", playbooks=(), unanswered=told)))
    assert starting("?", lines) == [f"?         {told}"]


def test_what_is_over_and_what_was_left_out_are_named() -> None:
    over = (Alert("KubeJobFailed", {"job_name": "a"}), Alert("KubeJobFailed", {"job_name": "b"}))
    lines = printed(result(resolved=over, left_out=3))
    assert starting("✔", lines) == ["✔         No alert fires."]
    assert starting("resolved", lines) == ["resolved  KubeJobFailed"]
    assert starting("left out", lines) == ["left out  3 alerts, by Alertmanager"]


def test_hostile_labels_do_nothing() -> None:
    lines = printed(result(answer("[bold]\x1b[2J", subjects=(Subject("Pod", "‮", "a\nb"),))))
    assert "\x1b" not in "".join(lines)
    assert "[bold]" in "".join(lines)


def test_the_json_satisfies_its_schema() -> None:
    value = result(answer("A", "id-web"), found=busy(), resolved=(Alert("B", {}),))
    document = json.loads(to_json(value))
    jsonschema.Draft202012Validator(json.loads(alert_schema())).validate(document)
    assert (document["schema"], document["report"]["schema"]) == ("mondiag.alert/v1", "mondiag.report/v1")
    assert list(document["answers"][0]) == list(Answer.__struct_fields__)
