from datetime import timedelta
from typing import Any

import pytest

from diag.errors import UsageError
from diag.explain import explain
from diag.facts.index import Index
from diag.finding import Finding, Fix, Report
from diag.model.course import Course
from diag.model.snapshot import Gap, LogKey, Snapshot
from diag.tui.screens.findings import TABS
from diag.tui.story import yaml
from diag.tui.story.fix import to_copy
from diag.tui.story.line import STYLES
from diag.tui.story.pages import page
from diag.tui.story.subject import DetailSubject
from tests.report.samples import NOW, finding, report
from tests.tui.feeds import demo, demo_report, playbooks

POINTS = tuple((NOW.timestamp() - 60 * minute, 1e8) for minute in range(60, 0, -1))


def subject(one: Finding | None = None, told: Report | None = None, **more: Any) -> DetailSubject:
    found = one or finding()
    snapshot = more.pop("snapshot", Snapshot(NOW))
    return DetailSubject(found, told or report(found), Index(snapshot), **more)


def text(tab: str, of: DetailSubject, width: int = 80) -> str:
    return "\n".join(line.text for line in page(tab, of, width))


def of_demo(cause: str) -> DetailSubject:
    one = next(one for one in demo_report().findings if one.cause == cause)
    where = one.subject
    explanation = explain(Index(demo()), playbooks(), where.kind, where.namespace, where.name, demo_report())
    return DetailSubject(one, demo_report(), Index(demo()), explanation=explanation)


@pytest.mark.parametrize("tab", TABS)
def test_styles_are_known_and_lines_are_lines(tab: str) -> None:
    for one in demo_report().findings:
        for line in page(tab, DetailSubject(one, demo_report(), Index(demo())), 60):
            assert {style for _, style in line.spans} <= set(STYLES)
            assert "\n" not in line.text


def test_why_tells_the_story_in_order() -> None:
    told = text("Why", of_demo("pvc-lost"))
    parts = [
        "The volume of claim",
        "for 8h",
        "What happened",
        "Because",
        "From cause to symptoms",
        "Could not be looked at",
    ]
    places = [told.index(part) for part in parts]
    assert places == sorted(places)


def test_why_of_a_symptom_shows_where_it_stands() -> None:
    assert "◀ this one" in text("Why", of_demo("dependency-refused"))
    assert "◀ this one" not in text("Why", of_demo("pvc-lost"))


def test_why_says_what_was_ruled_out_or_that_it_is_not_known_yet() -> None:
    assert "Ruled out\nbeing worked out…" in text("Why", subject())
    assert "nobody answers" in text("Why", subject(faults={"explanation": "nobody answers"}))
    assert "being worked out" not in text("Why", subject(resolved_at=NOW))
    assert "container.last_exit.code is 137, wanted not 137" in text("Why", of_demo("oom-container-limit"))


def test_why_of_what_ended_says_when() -> None:
    told = text("Why", subject(resolved_at=NOW - timedelta(minutes=3)))
    assert "resolved 3m ago, at 03:09:44: this is how it was" in told


def test_evidence_has_each_fact_with_what_was_wanted_and_where_it_was_seen() -> None:
    told = text("Evidence", subject())
    for fact in finding().evidence:
        assert fact.field in told
    assert "seen in Pod shop/web-7d4b9c-x2x4z/app" in told
    assert "This playbook gives no evidence." in text("Evidence", subject(finding(evidence=())))


def test_events_are_those_of_the_objects_concerned() -> None:
    told = text("Events", of_demo("oom-container-limit"))
    assert "BackOff" in told
    assert "shop/pod/search-" in told
    assert "checkout" not in told


def test_logs_mark_the_lines_that_are_cited() -> None:
    line = "Error: out of memory"
    key = LogKey("shop", "web-7d4b9c-x2x4z", "app", False)
    fact = finding().evidence[0]
    cites = finding(evidence=(type(fact)("log.line", "matches", [], line, fact.origin),))
    told = text("Logs", subject(cites, snapshot=Snapshot(NOW, logs={key: f"start\n{line}\n"})))
    assert "web-7d4b9c-x2x4z/app" in told
    assert "  start" in told
    assert f"► {line}" in told
    assert "No log was read" in text("Logs", subject())


def test_logs_that_could_not_be_read_are_said() -> None:
    told = text("Logs", subject(told=report(finding(), gaps=(Gap("logs", "shop", "forbidden"),))))
    assert "logs in shop: forbidden" in told
    assert "kubectl auth can-i" in told


def test_metrics_draw_the_course_as_wide_as_there_is_room() -> None:
    of = subject(courses=(Course("app", POINTS, POINTS),))
    told = text("Metrics", of)
    assert "app: memory  the last hour" in told
    assert "59m ago" in told
    for width in (40, 80):
        drawn = [line for line in text("Metrics", of, width).splitlines() if "│" in line or "ago" in line]
        assert 0.8 * width < max(map(len, drawn)) <= width


def test_metrics_say_why_there_is_no_course() -> None:
    assert "there is no Prometheus" in text("Metrics", subject(faults={"courses": "there is no Prometheus"}))


def test_fix_has_each_way_with_its_risk_owner_and_what_is_in_the_way() -> None:
    ways = (
        Fix(
            "a",
            "Set the image",
            "disruptive",
            "action",
            kubectl="kubectl set image x",
            owner="Helm",
            blocked="it returns",
        ),
        Fix("b", "Patch it", "none", "action", patch={"spec": {"replicas": 2}}),
        Fix("c", "Ask", "none", "manual", text="Ask the owners."),
    )
    told = text("Fix", subject(finding(fixes=ways)))
    assert "1. Set the image  risk: disruptive" in told
    assert "managed by Helm" in told
    assert "would not last: it returns" in told
    assert "  spec:\n    replicas: 2" in told
    assert "3. Ask\nAsk the owners." in told
    assert "The playbook knows no fix for this." in text("Fix", subject(finding(fixes=())))


def test_the_command_that_is_copied() -> None:
    first = "kubectl set resources deployment/web -n shop -c app --limits=memory=256Mi"
    assert to_copy(finding()) == first
    assert to_copy(finding(fixes=())).startswith("kubectl top pod")
    assert to_copy(finding(fixes=(), diagnose=())) == finding().title
    assert to_copy(
        finding(fixes=(Fix("a", "A", "none", "action", kubectl="kubectl\x1b]52;c;x\x07 get"),))
    ).isprintable()


def test_yaml_is_the_document_or_why_there_is_none() -> None:
    lines = yaml.page("kind: Pod\nmetadata:\n  name: web-1")
    assert [line.text for line in lines] == ["kind: Pod", "metadata:", "  name: web-1"]
    assert all(line.verbatim for line in lines)
    assert "not served" in text("YAML", subject(faults={"document": str(UsageError("not served"))}))
