import msgspec

from diag.facts.index import Key
from diag.tui.target import Target
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import demo, view

SEARCH = Key("Pod", "shop", "search-5bf549cc7-5nr8l")


async def opened(hand: Hand, about: Target | None = None) -> None:
    await hand.read()
    hand.app.open_events(about)
    await hand.until(lambda: type(hand.screen).__name__ == "EventsScreen" and hand.screen.ready)


def test_newest_first_and_repeated_ones_as_one() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand)
        last = [row.event.last for row in hand.table.rows]
        assert last == sorted(last, reverse=True)
        assert len(last) < len(demo().all("events"))
        assert any(row.event.count > 1 for row in hand.table.rows)

    drive(act)


def test_warnings_only_and_all_again() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand)
        everything = len(hand.table.rows)
        await hand.press("W")
        assert {row.event.type for row in hand.table.rows} == {"Warning"}
        await hand.press("W")
        assert len(hand.table.rows) == everything

    drive(act)


def test_typed_terms_pick_and_enter_opens_the_object() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand)
        await hand.press("slash", *"reason:BackOff name:search*", "enter")
        await hand.until(lambda: {row.event.reason for row in hand.table.rows} == {"BackOff"})
        name = hand.row.event.name
        await hand.press("enter")
        await hand.until(lambda: f"shop/{name}" in hand.drawn("#title")[0])

    drive(act)


def test_only_those_about_one_object() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, Target(0, SEARCH))
        assert {row.event.name for row in hand.table.rows} == {SEARCH.name}
        await hand.press("escape")
        await opened(hand, Target(0, Key("Pod", "shop", "nobody")))
        assert hand.drawn("Table")[1] == "no events about Pod nobody"

    drive(act)


def test_of_several_clusters_and_new_ones_as_they_come() -> None:
    calm = msgspec.structs.replace(demo(), objects={"events": []})
    feed = shows(view(calm), name="us")

    async def act(hand: Hand) -> None:
        await opened(hand)
        assert {row.cluster for row in hand.table.rows} == {"eu"}
        feed.show(view(demo()))
        await hand.until(lambda: {row.cluster for row in hand.table.rows} == {"eu", "us"})
        assert hand.drawn("Table")[0].startswith("CLUSTER")

    drive(act, [shows(view(demo()), name="eu"), feed])
