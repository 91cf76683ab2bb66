from datetime import timedelta
from typing import Any

import pytest

from diag.errors import UnreachableError
from diag.facts.index import Index
from diag.finding import Finding, Subject
from diag.live.view import Connection, View
from diag.model.course import Course
from diag.model.snapshot import Snapshot
from diag.tui.finding_pages import FindingPages
from diag.tui.finding_rows import FindingRow, key
from tests.report.samples import NOW, finding, report
from tests.tui.feeds import FakeFeed, demo, demo_report, view

FEED = FakeFeed(courses=(Course("app", (), ()),))


def shown(one: Finding) -> View:
    return View("prod", Connection("live", NOW), 1, Index(Snapshot(NOW)), report(one))


def row(one: Finding | None = None, **changed: Any) -> FindingRow:
    return FindingRow(0, "prod", one or finding(), NOW, **changed)


def stamp(pages: FindingPages, of: FindingRow, tab: str = "Fix", width: int = 80) -> Any:
    return pages.stamp(shown(of.finding), of, tab, width)


def test_a_page_is_made_anew_for_what_it_tells_and_for_the_time() -> None:
    pages = FindingPages()
    first = stamp(pages, row())
    assert stamp(pages, row(finding(last_seen=NOW + timedelta(1)))) == first
    assert stamp(pages, row()._replace(now=NOW + timedelta(seconds=1))) == first
    others = [
        stamp(pages, row(), "Why"),
        stamp(pages, row(), width=81),
        stamp(pages, row(finding(title="Other"))),
        stamp(pages, row(resolved=NOW)),
        stamp(pages, row()._replace(now=NOW + timedelta(seconds=20))),
    ]
    assert first not in others
    assert len(set(others)) == len(others)


@pytest.mark.parametrize("tab", ["Fix", "Events", "Logs"])
def test_nothing_is_asked_for_pages_that_need_nothing(tab: str) -> None:
    assert FindingPages().question(FEED, shown(finding()), row(), tab) is None


@pytest.mark.parametrize(
    ("tab", "name"), [("Why", "explanation"), ("Evidence", "explanation"), ("Metrics", "courses"), ("YAML", "document")]
)
def test_each_question_is_asked_once_and_again_for_what_changed(tab: str, name: str) -> None:
    pages, view = FindingPages(), shown(finding())
    found = pages.question(FEED, view, row(), tab)
    assert found is not None
    assert found[0] == name
    assert pages.question(FEED, view, row(), tab) is None
    assert pages.question(FEED, view, row(finding(title="Other")), tab) is not None
    assert pages.question(FEED, view, row(finding(title="Other"))._replace(now=NOW + timedelta(minutes=2)), tab)


def test_what_is_resolved_is_not_explained() -> None:
    assert FindingPages().question(FEED, shown(finding()), row(resolved=NOW), "Why") is None


def test_an_answer_makes_the_page_anew() -> None:
    pages = FindingPages()
    of = row()
    before = stamp(pages, of, "Metrics")
    pages.question(FEED, shown(of.finding), of, "Metrics")
    pages.learn("courses", key(of), None, UnreachableError("nobody answers"))
    assert stamp(pages, of, "Metrics") != before
    page = pages.making(shown(of.finding), of, "Metrics", 80)()
    assert any("nobody answers" in line.text for line in page)


def test_an_answer_to_what_nobody_asked_changes_nothing() -> None:
    pages = FindingPages()
    before = stamp(pages, row())
    pages.learn("courses", (0, "id-gone"), (), None)
    assert stamp(pages, row()) == before


def test_answers_are_not_kept_forever() -> None:
    pages = FindingPages()
    for number in range(300):
        one = finding(f"n{number}")
        pages.question(FEED, shown(one), row(one), "YAML")
    assert len(pages._known) == 100


def test_courses_are_asked_of_the_first_pod_that_suffers() -> None:
    asked: list[tuple[str, str]] = []

    class Asked(FakeFeed):
        def courses(self, namespace: str, pod: str) -> tuple[Course, ...]:
            asked.append((namespace, pod))
            return ()

    members = (Subject("Pod", "shop", "web-1"), Subject("Pod", "shop", "web-2"))
    one = finding(subject=Subject("Deployment", "shop", "web"), members=members)
    question = FindingPages().question(Asked(), shown(one), row(one), "Metrics")
    assert question is not None
    question[1]()
    assert asked == [("shop", "web-1")]


@pytest.mark.parametrize("tab", ["Why", "Evidence", "Events", "Logs", "Metrics", "Fix", "YAML"])
def test_every_page_of_every_finding_of_the_demo_says_something(tab: str) -> None:
    pages, shows = FindingPages(), view(demo())
    for one in demo_report().findings:
        of = FindingRow(0, "prod", one, demo().taken_at)
        question = pages.question(FEED, shows, of, tab)
        if question is not None:
            name, work = question
            pages.learn(name, key(of), work(), None)
        text = [line.text for line in pages.making(shows, of, tab, 60)()]
        assert any(text), one.title
        assert all("\n" not in line for line in text)
