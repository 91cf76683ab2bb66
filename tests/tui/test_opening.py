import pytest

from diag.facts.index import Key
from diag.live.view import Connection, View
from diag.model.kinds import BY_KIND
from diag.model.snapshot import Snapshot
from diag.tui.opening import Opening
from diag.tui.target import Target
from tests.report.samples import NOW
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import demo, view

POSTGRES = Key("Pod", "data", "postgres-0")


def opening(name: str = "postgres-0", namespace: str = "") -> Opening:
    return Opening(BY_KIND["Pod"], namespace, name)


def test_it_is_found_in_whichever_cluster_has_it() -> None:
    empty = view(Snapshot(NOW))
    assert opening().find([None, empty, view(demo())]) == Target(2, POSTGRES)
    assert opening(namespace="data").find([view(demo())]) == Target(0, POSTGRES)


@pytest.mark.parametrize("state", ["connecting", "reading", "lost"])
def test_as_long_as_something_is_unread_it_may_come(state: str) -> None:
    wanted = opening()
    assert wanted.find([view(Snapshot(NOW), state)]) is None  # type: ignore[arg-type]
    assert wanted.find([view(Snapshot(NOW)), None]) is None
    assert wanted.missing == ""


def test_once_all_was_read_it_is_missing() -> None:
    wanted = opening(namespace="shop")
    assert wanted.find([view(demo())]) is None
    assert wanted.missing == "there is no Pod postgres-0 in namespace shop"


def test_the_session_waits_for_it_and_opens_it_once() -> None:
    feed = shows(View("prod-eu", Connection("connecting", NOW)))

    async def act(hand: Hand) -> None:
        assert len(hand.app.screen_stack) == 1
        feed.show(view(demo()))
        await hand.until(lambda: "postgres-0" in hand.page)
        assert "data/postgres-0" in hand.drawn("#title")[0]
        await hand.press("escape")
        feed.show(view(demo()))
        await hand.pilot.pause()
        assert len(hand.app.screen_stack) == 1

    drive(act, [feed], opening=opening())


def test_the_session_says_that_it_is_missing() -> None:
    async def act(hand: Hand) -> None:
        await hand.until(lambda: hand.said == ["there is no Pod nobody"])
        assert len(hand.app.screen_stack) == 1

    drive(act, opening=opening("nobody"))
