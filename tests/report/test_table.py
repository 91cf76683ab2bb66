import io
import re
from collections.abc import Callable

import pytest

from diag.finding import Fix, Report, Subject
from diag.model.snapshot import Scope
from diag.report.table import print_report
from tests.report.samples import busy, fact, finding, report

Print = Callable[[Report], str]
COMMAND = "kubectl set resources deployment/web -n shop -c app --limits=memory=256Mi"


@pytest.fixture
def printed() -> Print:
    """Prints a report to a stream that is no terminal."""

    def print_to_text(value: Report) -> str:
        stream = io.StringIO()
        print_report(value, stream)
        return stream.getvalue()

    return print_to_text


def test_a_finding_says_what_where_since_when_why_and_what_to_do(printed: Print) -> None:
    members = tuple(Subject("Pod", "shop", f"web-{i}", "app") for i in range(6))
    lines = printed(report(finding(members=members))).splitlines()
    assert re.fullmatch(r"▲ high +The memory limit is below what app needs +shop/web +×6 +2m10s", lines[3])
    assert lines[4:] == [
        "            Pod shop/web-7d4b9c-x2x4z, container app, and 5 more",
        "            app reached its limit of 128Mi and the kernel killed it, 6 times so far.",
        "  because   container.last_exit.reason is OOMKilled",
        "            container.ready is false",
        "            container.memory_limit is 128Mi",
        "            container.restart_count is 6 (more than 5)",
        "  fix       Raise the memory limit of app to 256Mi  (disruptive)",
        f"            {COMMAND}",
        "",
        "  looked at 1,204 pods, 31 nodes, 88 claims, 1 event, 12 other objects with 112 playbooks in 0.9 s",
        "  more      mondiag explain pod/web-7d4b9c-x2x4z -n shop",
    ]


def test_the_header_says_which_cluster_when_and_how_bad(printed: Print) -> None:
    first, second = printed(busy()).splitlines()[:2]
    assert first == "  mondiag   context prod-eu · v1.34.1 · all namespaces · 2025-11-22 03:12:44 UTC"
    assert second == "            ! 1 critical   ▲ 1 high   ● 1 medium   · 1 low   i 1 info"


def test_the_worst_comes_first_and_symptoms_are_folded(printed: Print) -> None:
    text = printed(busy())
    shown = re.findall(r"^(?:[!▲●·i]) (critical|high|medium|low|info) ", text, re.MULTILINE)
    assert shown == ["critical", "high", "medium", "low", "info"]
    assert text.count("Container crashes again and again") == 1
    assert "  also      Container crashes again and again\n" in text


def test_a_symptom_whose_root_is_not_there_is_a_finding(printed: Print) -> None:
    assert "● medium" in printed(report(finding(severity="medium", symptom_of="somebody")))


def test_healthy_says_what_was_looked_at(printed: Print) -> None:
    text = printed(report(scope=Scope(("shop",))))
    assert "namespace shop" in text
    assert "✔         Nothing unhealthy: looked at 1,204 pods, 31 nodes, 88 claims" in text


def test_healthy_is_never_claimed_of_what_was_not_seen(printed: Print) -> None:
    text = printed(report(gaps=busy().gaps[:1]))
    assert "✔" not in text
    assert "Nothing unhealthy in what could be seen" in text
    empty = printed(report(summary=report().summary.__class__(0, 0, 0, 0, 0, {"pods": 0}, 3)))
    assert "✔" not in empty
    assert "nothing can be said" in empty


def test_gaps_say_what_why_what_it_costs_and_how_to_ask(printed: Print) -> None:
    text = " ".join(printed(busy()).split())
    assert (
        "not seen events, pods in kube-system, payments: forbidden to this account; 3 playbooks not evaluated "
        "kubectl auth can-i list events -n kube-system" in text
    )
    assert "metrics: no --prometheus was given; 2 playbooks not evaluated" in text


@pytest.mark.parametrize("columns", [40, 80, 100, 160])
def test_nothing_but_commands_is_wider_than_the_screen(
    printed: Print, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = printed(busy()).splitlines()
    wide = [line for line in lines if len(line) > columns and "kubectl " not in line and "mondiag " not in line]
    assert [line for line in wide if "a-workload-with-a-very-long-name" not in line] == []
    assert any(line.strip() == COMMAND for line in lines)


def test_a_place_without_room_beside_the_title_goes_below_it(printed: Print) -> None:
    place = "shop/a-workload-with-a-very-long-name-that-goes-on-and-on-for-sixty-three"
    assert f"\n            {place}\n" in printed(busy())


def test_who_owns_the_object_is_said_before_the_command(printed: Print) -> None:
    fix = Fix("f", "Do it", "disruptive", "action", "", "kubectl do", None, "Helm release shop", "Helm undoes it")
    lines = [line.strip() for line in printed(report(finding(fixes=(fix,)))).splitlines()]
    at = lines.index("managed by Helm release shop")
    assert lines[at : at + 3] == ["managed by Helm release shop", "blocked: Helm undoes it", "kubectl do"]


def test_of_many_causes_that_could_not_be_judged_two_are_named(printed: Print) -> None:
    text = printed(report(finding(undecided=tuple(f"cause-{n}: pods were not seen" for n in range(9)))))
    assert "  unsure    cause-0: pods were not seen\n            cause-1: pods" in text
    assert "cause-2" not in text
    assert "and 7 causes more" in text


def test_without_a_command_to_mend_there_is_one_to_look(printed: Print) -> None:
    fix = Fix("f", "Look for a leak", "none", "manual", "Compare.")
    text = printed(report(finding(fixes=(fix,))))
    assert "  fix       Look for a leak\n            Compare.\n  look      kubectl top pod" in text


@pytest.mark.parametrize(
    ("settings", "escapes"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ],
)
def test_escape_codes_only_where_they_are_wanted(
    printed: Print, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], escapes: bool
) -> None:
    plain = printed(busy())
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "100")
    coloured = printed(busy())
    assert ("\x1b[" in coloured) == escapes
    if settings.get("TERM") != "dumb":  # rich takes a dumb terminal for 80 columns wide
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_sixteen_colours_are_enough(printed: Print, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    codes = {code for run in re.findall(r"\x1b\[([\d;]*)m", printed(busy())) for code in run.split(";")}
    assert codes <= {"", "0", "1", "2", *map(str, range(30, 48))} - {"38"}
    assert "41" in codes


def test_hostile_text_is_only_text(printed: Print) -> None:
    evil = "[bold]x[/] :smile: \x1b]0;pwn\x07 \u202e {0} %s [link=file:///x]y"
    text = printed(
        report(
            finding(
                title=evil,
                meaning=evil,
                workload=Subject("Deployment", "shop", evil),
                evidence=(fact("event.message", "contains", "x", evil),),
                fixes=(Fix("f", evil, "none", "manual", evil, kubectl=evil),),
                undecided=(evil,),
            ),
            context=evil,
        )
    )
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert text.count("[bold]x[/] :smile: \ufffd]0;pwn") >= 6
