from pathlib import Path

import pytest

from diag.playbook.check import check
from tests.playbook.samples import write

ONE = """
schema: mondiag/v1
id: one
title: One
severity: high
status: stable
references: [https://example.org]
subject: container
match: {all: [{container: {ready: false}}]}
explains: []
causes:
  - {id: first, title: First, meaning: It is so., when: {all: [{container: {init: true}}]}}
  - {id: second, title: Second, meaning: It is so.}
"""
LEAF = "{container: {ready: false}}"
WHEN = ", when: {all: [{container: {init: true}}]}"
SECOND = "title: Second, meaning: It is so."
FIX = ", fix: [{id: a, title: A, risk: none, manual: By hand., command: kubectl delete pod x}]"
POD = """
  - name: %s
    objects: [{kind: Pod, metadata: {name: a}, spec: {containers: [{name: app}]}}]
    expect: %s
"""
CASES = (
    "playbook: one\nat: 2026-01-10T12:00:00Z\ncases:"
    + POD % ("a", "{cause: first}")
    + POD % ("b", "{cause: second}")
    + POD % ("c", "none")
)
TWO = ONE.replace("id: one", "id: two")
TWO_CASES = CASES.replace("playbook: one", "playbook: two")


def faults(tmp_path: Path, text: str = ONE, cases: str = CASES, **more: str) -> list[str]:
    """What is wrong with the playbook `one` and others beside it; without the folder's name."""
    write(tmp_path, one=text, one__test=cases, **more)
    return [fault.removeprefix(f"{tmp_path}/") for fault in check([tmp_path])]


def test_a_playbook_that_keeps_all_rules_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("references: [https://example.org]\n", "", ["one.yaml:5: a stable playbook needs a reference"]),
        ("explains: []", "explains: [oom-kiled]", ["no playbook or cause 'oom-kiled'; did you mean 'oom-killed'?"]),
        ("explains: []", "explains: [one]", ["one.yaml:9: explains itself: one → one"]),
        ("explains: []", "explains: [second]", []),  # a vague cause may be a symptom of the playbook's others
        (WHEN, "", ["one.yaml:11: 'first' has no 'when', so no cause after it can hold"]),
        ("id: second", "id: first", ["one.yaml:12: there is a cause 'first' before", "has no cause 'second'"]),
        (
            "id: first",
            "id: fist",
            ["one.yaml:11: no test expects the cause 'fist'", "no cause 'first'; did you mean 'fist'?"],
        ),
        (LEAF, "{log: {line: x}}", ["one.yaml:8: a log costs a request: put it beside another kind"]),
        (LEAF, "{any: [{metric: {memory_ratio: 1}}]}", ["one.yaml:8: a metric costs a request"]),
        ("explains: []", "diagnose: [{title: A, command: kubectl rollout status x}]", []),
        (
            "explains: []",
            "diagnose: [{title: A, command: kubectl rollout restart x}]",
            ["one.yaml:9: changes something"],
        ),
        (SECOND, SECOND + FIX, ["one.yaml:12: its command changes something, which is a risk"]),
    ],
)
def test_rules(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert old in ONE
    told = faults(tmp_path, ONE.replace(old, new))
    assert len(told) == len(expected)
    assert all(any(part in fault for fault in told) for part in expected), told


@pytest.mark.parametrize(
    "match",
    [
        "all: [{container: {ready: false}}, {log: {line: x}}]",
        "all: [{container: {ready: false}}, {any: [{log: {line: x}}, {metric: {memory_ratio: 1}}]}]",
        "all: [{all: [{container: {ready: false}}, {metric: {memory_ratio: 1}}]}]",
    ],
)
def test_a_log_or_metric_may_stand_where_something_cheap_holds_first(tmp_path: Path, match: str) -> None:
    assert faults(tmp_path, ONE.replace("all: [{container: {ready: false}}]", match)) == []


def test_two_fixes_of_a_cause_have_two_ids(tmp_path: Path) -> None:
    fix = "{id: a, title: A, risk: none, manual: By hand.}"
    text = ONE.replace("title: Second,", f"title: Second, fix: [{fix}, {fix}, {fix}],")
    assert faults(tmp_path, text) == ["one.yaml:12: there is a fix 'a' before"]


def test_a_loop_of_explanations_is_told_at_each_playbook_of_it(tmp_path: Path) -> None:
    one, two = ONE.replace("explains: []", "explains: [two]"), TWO.replace("explains: []", "explains: [one]")
    assert faults(tmp_path, one, two=two, two__test=TWO_CASES) == [
        "one.yaml:9: explains itself: one → two → one",
        "two.yaml:9: explains itself: two → one → two",
    ]


def test_the_causes_that_two_playbooks_share_make_no_loop(tmp_path: Path) -> None:
    two = TWO.replace("explains: []", "explains: [one]").replace("second", "third").replace("first", "fourth")
    cases = TWO_CASES.replace("second", "third").replace("first", "fourth")
    assert faults(tmp_path, two=two, two__test=cases) == []


CRASH = ONE.replace("ready: false", "waiting.reason: CrashLoopBackOff")


def test_a_symptom_is_medium_at_most_and_explained_by_another(tmp_path: Path) -> None:
    assert faults(tmp_path, CRASH) == [
        "one.yaml:4: what matches CrashLoopBackOff or ProgressDeadlineExceeded is a symptom: medium at most",
        "one.yaml:8: what matches CrashLoopBackOff or ProgressDeadlineExceeded is a symptom: no playbook 'explains' it",
    ]
    two = TWO.replace("explains: []", "explains: [one]")
    assert faults(tmp_path, CRASH.replace("high", "medium"), two=two, two__test=TWO_CASES) == []
    raised = CRASH.replace("high", "medium").replace("{id: first,", "{id: first, severity: high,")
    assert len(faults(tmp_path, raised, two=two, two__test=TWO_CASES)) == 1


def test_a_root_cause_may_be_seen_by_its_symptom(tmp_path: Path) -> None:
    root = CRASH.replace("explains: []", "explains: [two]")
    two = CRASH.replace("id: one", "id: two").replace("high", "low")
    assert faults(tmp_path, root, two=two, two__test=TWO_CASES) == []


def test_one_of_several_reasons_makes_no_symptom(tmp_path: Path) -> None:
    assert faults(tmp_path, CRASH.replace("CrashLoopBackOff", "[CrashLoopBackOff, RunContainerError]")) == []


def test_a_playbook_has_a_hit_for_each_cause_and_a_near_miss(tmp_path: Path) -> None:
    only = CASES[: CASES.index("  - name: b")]
    assert faults(tmp_path, cases=only) == [
        "one.yaml:1: has no near miss among its tests: add a case with 'expect: none'",
        "one.yaml:12: no test expects the cause 'second'",
    ]


def test_a_playbook_without_tests_is_told_what_to_write(tmp_path: Path) -> None:
    write(tmp_path, one=ONE)
    (fault,) = check([tmp_path])
    assert fault.endswith("one.yaml:1: has no test: write one.test.yaml with a hit for each cause and a near miss")


def test_a_test_belongs_to_a_playbook(tmp_path: Path) -> None:
    assert faults(tmp_path, oen__test=CASES, cases=CASES.replace("playbook: one", "playbook: two")) == [
        "oen.test.yaml:1: there is no playbook 'oen'; did you mean 'one'?",
        "oen.test.yaml:1: 'playbook' must equal the file's name 'oen', not 'one'",
        "one.test.yaml:1: 'playbook' must equal the file's name 'one', not 'two'",
    ]


def test_a_test_file_that_cannot_be_read_is_one_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, cases=CASES.replace("expect: none", "expect: nothing")) == [
        "one.test.yaml:14: 'expect' is one of none, unseen, or a mapping with 'cause'"
    ]


def test_faults_within_a_playbook_are_told_with_those_of_the_others(tmp_path: Path) -> None:
    told = faults(tmp_path, ONE.replace("ready", "redy"), three="{}", three__test=CASES.replace("one", "three"))
    assert told[0] == "one.yaml:8: container has no field 'redy'; did you mean 'ready'?"
    assert "three.yaml:1: schema must be mondiag/v1, not None" in told


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert check([tmp_path / "absent"]) == [f"{tmp_path}/absent: there is no such directory with playbooks"]
