"""Makes the pages about findings, in threads, and keeps what was asked for them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from diag.errors import MondiagError
from diag.facts.index import Key
from diag.finding import Finding
from diag.live.feed import Feed
from diag.live.view import View
from diag.tui.finding_rows import FindingRow, key

if TYPE_CHECKING:
    from diag.tui.story.line import Page

# What has to be asked for before a page is whole: a field of its subject.
NEEDS: Mapping[str, str] = {"Why": "explanation", "Evidence": "explanation", "Metrics": "courses", "YAML": "document"}
_AGAIN = 10  # seconds after which a page is made anew, since ages move on
_ASK_AGAIN = 60  # seconds after which the rest is asked for anew
_MOST = 100  # answers that are kept

What = tuple[int, str]
Work = Callable[[], Any]


class Stamp(NamedTuple):
    """What a page is made of: two that are equal look the same."""

    what: What
    tab: str
    width: int
    substance: tuple[Any, ...]
    moment: int
    answers: int


class _Known(NamedTuple):
    substance: tuple[Any, ...]
    answer: Any = None
    fault: str = ""


class FindingPages:
    """What was asked for the pages of findings, and what came of it; a finding that changed is asked about anew."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, What], _Known] = {}
        self._answers = 0

    def stamp(self, view: View, row: FindingRow, tab: str, width: int) -> Stamp:
        """What the page of a tab would be made of now."""
        moment = int(row.now.timestamp()) // _AGAIN
        return Stamp(key(row), tab, width, _substance(row), moment, self._answers)

    def question(self, feed: Feed, view: View, row: FindingRow, tab: str) -> tuple[str, Work] | None:
        """What still has to be asked for before the page is whole, by name, and how; None when nothing has."""
        name = NEEDS.get(tab)
        if name is None or (row.resolved is not None and name == "explanation"):
            return None
        place = (name, key(row))
        substance = (*_substance(row), int(row.now.timestamp()) // _ASK_AGAIN)
        known = self._known.get(place)
        if known is not None and known.substance == substance:
            return None
        while len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        before = known if known is not None else _Known(substance)
        self._known[place] = before._replace(substance=substance)
        return name, _asking(name, feed, view, row.finding)

    def learn(self, name: str, what: What, answer: Any, error: MondiagError | None) -> None:
        """Keep what came of a question."""
        known = self._known.get((name, what))
        if known is not None:
            self._known[name, what] = known._replace(answer=answer, fault=str(error) if error else "")
            self._answers += 1

    def making(self, view: View, row: FindingRow, tab: str, width: int) -> "Callable[[], Page]":
        """What makes the page, in whatever thread."""
        found = {name: known for (name, what), known in self._known.items() if what == key(row)}

        def make() -> "Page":
            from diag.tui.story.pages import page
            from diag.tui.story.subject import DetailSubject

            assert view.report is not None
            assert view.index is not None
            subject = DetailSubject(
                row.finding,
                view.report,
                view.index,
                row.resolved,
                **{name: known.answer for name, known in found.items()},
                faults={name: known.fault for name, known in found.items() if known.fault},
            )
            return page(tab, subject, width)

        return make


def _substance(row: FindingRow) -> tuple[Any, ...]:
    """What of a finding does not change with the clock alone."""
    finding = row.finding
    return finding.title, finding.severity, finding.members, finding.symptoms, finding.undecided, row.resolved


def _asking(name: str, feed: Feed, view: View, finding: Finding) -> Work:
    subject = finding.subject
    place = Key(subject.kind, subject.namespace, subject.name)
    if name == "explanation":
        return lambda: feed.explain(view, place)
    if name == "document":
        return lambda: feed.document(place)
    pod = next((member for member in finding.members if member.kind == "Pod"), subject)
    return lambda: feed.courses(pod.namespace, pod.name)
