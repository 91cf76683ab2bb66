"""What the session makes of the messages that feeds and questions send, in whatever order they come."""

from collections.abc import Sequence
from threading import Event
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diag.errors import MondiagError, UnreachableError, UsageError
from diag.facts.index import Index, Key
from diag.finding import Explanation, Finding
from diag.live.feed import Feed
from diag.live.view import Connection, Resolved, State, View
from diag.model.snapshot import Gap, Snapshot
from diag.tui import finding_rows
from diag.tui.feeding import Choice
from diag.tui.messages import Answered, Failed, Viewed
from tests.report.samples import NOW, finding, report
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import FakeFeed

A, B, C = (finding(name, severity) for name, severity in (("a", "critical"), ("b", "high"), ("c", "low")))


def seen(*found: Finding, ended: Sequence[Finding] = (), state: State = "live", version: int = 1, **more: Any) -> View:
    """What a feed posts."""
    resolved = tuple(Resolved(one, NOW) for one in ended)
    told = report(*found, **more)
    return View("prod-eu", Connection(state, NOW, "gone away"), version, Index(Snapshot(NOW)), told, resolved)


def rows(hand: Hand) -> list[str]:
    return [row.finding.id if hasattr(row, "finding") else "gap" for row in hand.table.rows]


def under_cursor(hand: Hand) -> str:
    return str(hand.row.finding.id)


async def post(hand: Hand, feed: Feed, *views: View) -> None:
    for view in views:
        hand.app.post_message(Viewed(feed, view))
    await hand.pilot.pause()


def one(*views: View, **more: Any) -> FakeFeed:
    return shows(*views, **more)


def test_a_view_that_comes_late_is_not_shown() -> None:
    feed = one(seen(A))

    async def act(hand: Hand) -> None:
        await post(hand, feed, seen(A, B, version=7), seen(C, version=5), seen(version=7))
        assert rows(hand) == ["id-a", "id-b"]
        await post(hand, feed, seen(C, version=8))
        assert rows(hand) == ["id-c"]

    drive(act, [feed])


def test_a_cluster_that_was_left_shows_nothing_any_more() -> None:
    feed, other = one(seen(A)), one(seen(B), name="prod-us")

    async def act(hand: Hand) -> None:
        hand.app.set_feeds([other])
        await post(hand, feed, seen(A, C, version=9))
        hand.app.post_message(Failed(feed, UsageError("gone")))
        await hand.pilot.pause()
        assert rows(hand) == ["id-b"]
        assert feed.asked == ["close"]
        assert hand.app.failure is None

    drive(act, [feed])


def test_the_cursor_stays_on_its_finding() -> None:
    feed = one(seen(A, B, C))

    async def act(hand: Hand) -> None:
        await hand.press("j")
        for view in (seen(B, C), seen(A, B), seen(B), seen(finding("x", "critical"), A, B, C)):
            feed.show(view)
            await hand.pilot.pause()
            assert under_cursor(hand) == "id-b"

    drive(act, [feed])


def test_what_is_resolved_stays_under_the_cursor_and_comes_back() -> None:
    feed = one(seen(A, B, C))

    async def act(hand: Hand) -> None:
        await hand.press("j")
        feed.show(seen(A, C, ended=[B]))
        await hand.until(lambda: any("resolved" in line for line in hand.drawn("Table")))
        assert under_cursor(hand) == "id-b"
        assert "resolved" in hand.drawn("Table")[hand.table.cursor + 1]
        await hand.until(lambda: "resolved" in hand.page)
        assert "being worked out" not in hand.page
        feed.show(seen(A, B, C))
        await hand.until(lambda: "resolved" not in hand.page)
        assert under_cursor(hand) == "id-b"

    drive(act, [feed])


def test_a_finding_that_goes_leaves_the_cursor_on_a_neighbour() -> None:
    feed = one(seen(A, B, C))

    async def act(hand: Hand) -> None:
        await hand.press("j")
        feed.show(seen(A, C))
        await hand.until(lambda: len(rows(hand)) == 2)
        assert under_cursor(hand) == "id-c"
        feed.show(seen())
        await hand.until(lambda: "nothing unhealthy" in hand.drawn("Table")[1])
        assert hand.table.row is None
        await hand.until(lambda: hand.page == "")

    drive(act, [feed])


def test_findings_come_in_while_the_first_reading_goes_on() -> None:
    gaps = (Gap("services", "", "reading"), Gap("nodes", "", "reading"))
    feed = one(View("prod-eu", Connection("connecting", NOW)))

    async def act(hand: Hand) -> None:
        assert hand.drawn("Table")[1] == "reading…"
        feed.show(seen(state="reading", gaps=gaps))
        await hand.pilot.pause()
        assert hand.drawn("Table")[1] == "reading…"
        feed.show(seen(B, state="reading", gaps=gaps))
        await hand.until(lambda: rows(hand) == ["id-b"])
        feed.show(seen(A, B))
        await hand.until(lambda: rows(hand) == ["id-a", "id-b"])

    drive(act, [feed])


def test_a_lost_cluster_keeps_its_findings_and_comes_back() -> None:
    feed = one(seen(A, B))

    async def act(hand: Hand) -> None:
        await hand.press("j")
        feed.show(seen(A, B, state="lost"))
        await hand.until(lambda: rows(hand) == ["gap", "id-a", "id-b"])
        assert under_cursor(hand) == "id-b"
        assert "lost ✖ since 03:12:44: gone away" in hand.drawn("Header")[0]
        await hand.press("g")
        await hand.until(lambda: "gone away" in hand.page)
        assert hand.app.target() is None
        feed.show(seen(A, B))
        await hand.until(lambda: rows(hand) == ["id-a", "id-b"])
        assert "live ●" in hand.drawn("Header")[0]

    drive(act, [feed])


def test_p_pauses_every_cluster_and_goes_on() -> None:
    feeds = [one(seen(A)), one(seen(B), name="prod-us")]

    async def act(hand: Hand) -> None:
        await hand.press("p")
        assert hand.app.paused
        feeds[0].show(seen(A, state="paused"))
        await hand.until(lambda: "paused (1 of 2) ‖ since 03:12:44" in hand.drawn("Header")[0])
        await hand.press("p", "r")
        for feed in feeds:
            assert feed.asked == ["pause True", "pause False", "rescan"]

    drive(act, feeds)


STATES: tuple[State, ...] = ("connecting", "reading", "live", "lost", "refused", "paused")
FINDINGS = st.lists(st.sampled_from([A, B, C, finding("d", symptom_of="id-a")]), unique_by=lambda one: one.id)
VIEWS = st.builds(
    lambda found, state, gone, version: seen(*found, ended=[A] if gone else [], state=state, version=version),
    FINDINGS,
    st.sampled_from(STATES),
    st.booleans(),
    st.integers(1, 6),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 2), VIEWS),
        st.sampled_from(["j", "k", "G", "g", "space", "2", "6", "p", "s", "t", "escape"]),
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_whatever_comes_the_rows_are_those_of_the_last_views(steps: list[Any]) -> None:
    feeds = [one(seen(A), name=name) for name in ("eu", "us", "asia")]
    last: list[View | None] = [None, None, None]

    async def act(hand: Hand) -> None:
        await hand.until(lambda: all(hand.app.views))
        last[:] = hand.app.views
        for step in steps:
            if isinstance(step, str):
                await hand.press(step)
                continue
            place, view = step
            known = last[place]
            last[place] = view if known is None or known.version < view.version else known
            hand.app.post_message(Viewed(feeds[place], view))
        await hand.pilot.pause()
        await hand.press("escape", "escape")
        assert hand.app.views == last
        unfolded = hand.screen._unfolded
        wanted = [finding_rows.key(row) for row in finding_rows.finding_rows(last, unfolded)]
        assert sorted(map(finding_rows.key, hand.table.rows)) == sorted(wanted)
        if hand.table.sorted_by is None:
            assert [finding_rows.key(row) for row in hand.table.rows] == wanted

    assert drive(act, feeds).failure is None


class SlowFeed(FakeFeed):
    """Explains when it is let."""

    def __init__(self, *views: View) -> None:
        super().__init__(*views)
        self.let = Event()

    def explain(self, view: View, key: Key) -> Explanation:
        self.let.wait(5)
        raise UnreachableError(f"nobody explains {key.name}")


def test_a_page_that_is_late_is_not_shown_for_another_finding() -> None:
    feed = one(seen(A, B))

    async def act(hand: Hand) -> None:
        await hand.until(lambda: "for 2m" in hand.page or "critical" in hand.page)
        stale = hand.screen._shown
        await hand.press("j")
        await hand.until(lambda: hand.screen._shown != stale and not hand.app.asking)
        await hand.pilot.pause()
        before = hand.page
        hand.screen.post_message(Answered(("page", stale, False), [], None))
        await hand.pilot.pause()
        assert hand.page == before

    drive(act, [feed])


def test_an_answer_that_comes_after_the_screen_changed_does_no_harm() -> None:
    feed = SlowFeed(seen(A, B))

    async def act(hand: Hand) -> None:
        await hand.until(lambda: hand.app.asking)
        await hand.press("t")
        feed.let.set()
        await hand.until(lambda: not hand.app.asking)
        assert type(hand.screen).__name__ == "TopScreen"
        await hand.press("escape")
        await hand.until(lambda: "nobody explains" in hand.page)

    drive(act, [feed])


def test_answers_to_other_screens_questions_are_not_taken() -> None:
    async def act(hand: Hand) -> None:
        for key in ("d", "e", "t", "colon"):
            await hand.press(key)
            hand.screen.post_message(Answered(("object", ("Summary", 0, False), False), [], None))
            hand.screen.post_message(Answered(("page", None, False), None, None))
            hand.screen.post_message(Answered(("course", 1, "a", "b", ""), (), None))
            await hand.pilot.pause()
            await hand.press("escape", "escape")

    assert drive(act).failure is None


@pytest.mark.parametrize("error", [MondiagError("no such context"), UsageError("malformed")])
def test_one_cluster_that_fails_ends_the_session(error: MondiagError) -> None:
    feed = one(View("prod-eu", Connection("connecting", NOW)))

    async def act(hand: Hand) -> None:
        feed.fail(error)
        await hand.until(lambda: hand.app.failure)

    app = drive(act, [feed])
    assert app.failure is error
    assert feed.asked == ["close"]


def test_of_several_clusters_one_that_fails_is_a_row() -> None:
    feeds = [one(seen(A)), one(View("prod-us", Connection("connecting", NOW)), name="prod-us")]

    async def act(hand: Hand) -> None:
        feeds[1].fail(UsageError("there is no context prod-us"))
        await hand.until(lambda: rows(hand) == ["gap", "id-a"])
        await hand.press("g")
        await hand.until(lambda: "there is no context prod-us" in hand.page)

    assert drive(act, feeds).failure is None


def test_several_clusters_have_a_column_that_one_has_not() -> None:
    more = one(seen(B), name="prod-us")

    async def act(hand: Hand) -> None:
        assert hand.drawn("Table")[0].startswith("SEV")
        hand.app.set_feeds([*hand.app.feeds, more])
        await hand.until(lambda: rows(hand) == ["id-a", "id-b"])
        assert hand.drawn("Table")[0].startswith("CLUSTER")
        assert hand.drawn("Table")[2].startswith("prod-us")

    drive(act, [one(seen(A))])


def test_contexts_that_cannot_be_listed_do_no_harm() -> None:
    def contexts() -> tuple[str, ...]:
        raise UsageError("kubeconfig: not YAML")

    async def act(hand: Hand) -> None:
        await hand.until(lambda: not hand.app.asking)
        assert hand.app.contexts == ()

    assert drive(act, choice=Choice(contexts, lambda name: one(seen(A)))).failure is None


def test_the_version_counts_not_the_time() -> None:
    feed = one(seen(A))
    old = msgspec.structs.replace(seen(B, version=3), connection=Connection("live", NOW.replace(year=2000)))

    async def act(hand: Hand) -> None:
        await post(hand, feed, old)
        assert rows(hand) == ["id-b"]

    drive(act, [feed])
