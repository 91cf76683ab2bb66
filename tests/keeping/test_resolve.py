"""Findings that are gone are told as resolved for a while, unless they are only out of sight."""

from datetime import timedelta
from typing import Any

import msgspec

from diag.finding import Report
from diag.live.resolve import MOST, SHOWN, resolve
from diag.live.view import Resolved
from diag.model.snapshot import Gap
from diag.scan import scan
from tests.playbook import samples
from tests.playbook.samples import NOW, log, playbook, pod

SICK = {"all": [{"container": {"ready": False}}]}
WELL = {"ready": True}
CAUSES = [
    {"id": "known", "title": "A", "meaning": "M", "when": {"all": [{"log": {"line|contains": "panic"}}]}},
    {"id": "unknown", "title": "B", "meaning": "M"},
]
PLAYBOOKS = [playbook("one", match=SICK, causes=CAUSES)]
FORBIDDEN = Gap("pods", "", "forbidden")


def report(*pods: dict[str, Any], gaps: tuple[Gap, ...] = (), **more: Any) -> Report:
    return scan(msgspec.structs.replace(samples.snapshot(*pods, **more), gaps=gaps), PLAYBOOKS)


def names(resolved: tuple[Resolved, ...]) -> list[str]:
    return [one.finding.subject.name for one in resolved]


def test_what_is_gone_is_resolved_for_a_while_and_newest_first() -> None:
    first = resolve(report(pod("a"), pod("b")), report(pod("b")), (), NOW)
    assert (names(first), first[0].at) == (["a"], NOW)
    second = resolve(report(pod("b")), report(), first, NOW + timedelta(minutes=1))
    assert names(second) == ["b", "a"]
    assert names(resolve(report(), report(), second, NOW + SHOWN - timedelta(seconds=1))) == ["b", "a"]
    assert names(resolve(report(), report(), second, NOW + SHOWN)) == ["b"]


def test_what_comes_back_is_not_resolved() -> None:
    gone = resolve(report(pod("a")), report(), (), NOW)
    assert resolve(report(), report(pod("a")), gone, NOW) == ()


def test_at_first_nothing_is_resolved() -> None:
    assert resolve(None, report(pod("a")), (), NOW) == ()


def test_what_cannot_be_judged_any_more_is_not_resolved() -> None:
    assert resolve(report(pod("a")), report(gaps=(FORBIDDEN,)), (), NOW) == ()


def test_a_gap_that_was_there_before_hides_nothing() -> None:
    before = Gap("pods", "other", "forbidden")
    assert names(resolve(report(pod("a"), gaps=(before,)), report(gaps=(before,)), (), NOW)) == ["a"]
    assert resolve(report(pod("a"), gaps=(before,)), report(gaps=(before, FORBIDDEN)), (), NOW) == ()


def test_another_cause_of_the_same_is_no_end() -> None:
    asked = report(pod("a"), logs=log("hello", "a"))
    told = report(pod("a"), logs=log("panic", "a"))
    assert [one.findings[0].cause for one in (asked, told)] == ["unknown", "known"]
    assert resolve(asked, told, (), NOW) == ()


def test_only_so_many_are_kept() -> None:
    assert len(resolve(report(*(pod(f"p{number}") for number in range(MOST + 5))), report(), (), NOW)) == MOST
