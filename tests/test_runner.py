from pathlib import Path

import pytest

from diag.errors import PlaybookError
from diag.runner import Result, run
from tests.playbook.samples import write

PLAYBOOK = """
schema: mondiag/v1
id: my-crash
title: It crashes
severity: low
subject: container
match:
  all:
    - container: {last_exit.reason: Error}
not_when:
  - pod: {terminating: true}
causes:
  - id: by-code
    title: "{container.name} ended with {container.last_exit.code}"
    when: {all: [{container: {last_exit.code: 3}}]}
    meaning: Code 3 is ours.
    fix: [{id: mend, title: Mend it, risk: none, manual: Read the code.}]
  - id: by-class
    title: The storage is wrong
    when: {all: [{node: {ready: "True"}}]}
    meaning: Because the node is ready.
"""
CASES = """
playbook: my-crash
at: 2026-01-10T12:00:00Z
cases:
  - name: hit
    objects:
      - kind: Pod
        metadata: {name: web-1, namespace: shop, uid: u}
        spec: {containers: [{name: app, image: web:1}]}
        status:
          phase: Running
          containerStatuses:
            - name: app
              lastState: {terminated: {reason: Error, exitCode: 3}}
    expect: {cause: by-code, subject: shop/web-1/app, severity: low, members: 1, text: [ended with 3], fixes: [mend]}
"""
NEXT = "  - {name: other, based_on: hit, "
CODE = "Pod/web-1 status.containerStatuses[app].lastState.terminated.exitCode"
REASON = "Pod/web-1 status.containerStatuses[app].lastState.terminated.reason"


def results(tmp_path: Path, more: str = "") -> list[Result]:
    write(tmp_path, my_crash=PLAYBOOK, my_crash__test=CASES + more)
    return run([tmp_path])


def message(tmp_path: Path, case: str) -> str:
    """What is told of a second case that differs from the first by these keys."""
    first, second = results(tmp_path, NEXT + case + "}\n")
    assert first.ok
    return second.message


def test_a_case_is_held_against_its_playbook(tmp_path: Path) -> None:
    assert results(tmp_path) == [Result("my-crash", "hit", f"{tmp_path}/my-crash.test.yaml:4", True, "")]


@pytest.mark.parametrize(
    "case",
    [
        f'change: {{"{REASON}": Other}}, expect: none',
        "unseen: [pods], expect: unseen",
        'change: {"Pod/web-1 metadata.deletionTimestamp": "2026-01-10T11:59:00Z"}, expect: none',
        f'change: {{"{CODE}": 4}}, unseen: [nodes], expect: none',
    ],
)
def test_a_near_miss_is_one_where_the_playbook_finds_nothing(tmp_path: Path, case: str) -> None:
    assert message(tmp_path, case) == ""


def test_what_differs_is_told_line_by_line(tmp_path: Path) -> None:
    expect = "{cause: by-code, severity: high, members: 2, text: [gone], fixes: [], kubectl: x, symptoms: [other]}"
    assert message(tmp_path, f"expect: {expect}").splitlines() == [
        "severity: expected 'high', found 'low'",
        "members: expected 2, found 1",
        "fixes: expected (), found ('mend',)",
        "kubectl: expected 'x', found None",
        "symptoms: expected ('other',), found ()",
        "text: expected 'gone' in",
        "  app ended with 3",
        "  Code 3 is ours.",
        "  Mend it",
        "  Read the code.",
    ]


def test_a_finding_that_was_not_expected_is_told_with_its_evidence(tmp_path: Path) -> None:
    assert message(tmp_path, "expect: none").splitlines() == [
        "found by-code on shop/web-1/app",
        "  container.last_exit.reason is 'Error', wanted is 'Error'",
        "  container.last_exit.code is 3, wanted is 3",
    ]


def test_a_finding_that_was_not_made_is_told_with_its_nearest_miss(tmp_path: Path) -> None:
    assert message(tmp_path, f'change: {{"{REASON}": Other}}, expect: {{cause: by-code}}').splitlines() == [
        "expected by-code",
        "almost on shop/web-1/app",
        "  failed: container.last_exit.reason is 'Other', wanted is 'Error'",
    ]


def test_a_cause_that_could_not_be_judged_is_told(tmp_path: Path) -> None:
    case = f'change: {{"{CODE}": 4}}, unseen: [nodes], expect: {{cause: by-class}}'
    assert message(tmp_path, case).splitlines() == ["expected by-class", "by-class undecided: nodes not seen"]


def test_not_evaluated_is_not_the_same_as_nothing_found(tmp_path: Path) -> None:
    told = message(tmp_path, f'change: {{"{REASON}": Other}}, expect: unseen')
    assert told.splitlines()[0] == "no gap names my-crash as not evaluated"


def test_faults_of_test_files_are_raised_at_once(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError) as raised:
        results(tmp_path, "  - {name: a, expect: nothing}\n  - {name: b, based_on: c, expect: none}\n")
    assert [fault.rpartition("/")[2] for fault in raised.value.faults] == [
        "my-crash.test.yaml:15: 'expect' is one of none, unseen, or a mapping with 'cause'",
        "my-crash.test.yaml:16: no case before is named 'c'",
    ]
