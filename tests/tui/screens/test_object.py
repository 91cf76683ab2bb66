import pytest

from diag.facts.index import Key
from diag.tui.target import Target
from diag.tui.widgets.detail import Detail
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import demo, view

CLAIM = Key("PersistentVolumeClaim", "data", "data-postgres-0")
POD = Key("Pod", "data", "postgres-0")


async def opened(hand: Hand, key: Key, page: str = "summary") -> None:
    await hand.read()
    hand.app.open_object(Target(0, key), page)
    await hand.until(lambda: type(hand.screen).__name__ == "ObjectScreen" and hand.screen.ready)
    await hand.until(lambda: not hand.app.asking)
    await hand.pilot.pause()


@pytest.mark.parametrize(
    ("page", "said"),
    [("summary", "Lost"), ("why", "The volume of claim data-postgres-0 is gone"), ("yaml", "volumeName: pvc-")],
)
def test_each_page_tells_its_part(page: str, said: str) -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, CLAIM, page)
        await hand.until(lambda: said in hand.page)
        assert "data/data-postgres-0" in hand.drawn("#title")[0]

    drive(act)


def test_the_wiring_is_walked_there_and_back() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, CLAIM, "related")
        await hand.until(lambda: hand.table.rows)
        pod = next(place for place, row in enumerate(hand.table.rows) if row.key == POD)
        await hand.press(*["j"] * pod)
        assert hand.app.target() == Target(0, POD)
        await hand.press("enter")
        await hand.until(lambda: "data/postgres-0" in hand.drawn("#title")[0])
        await hand.press("escape")
        await hand.until(lambda: "data/data-postgres-0" in hand.drawn("#title")[0])
        assert hand.row.key == POD

    drive(act)


def test_the_wiring_unfolds_in_place_and_folds() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, POD, "related")
        await hand.until(lambda: hand.table.rows)
        before, row = len(hand.table.rows), hand.table.row
        await hand.press("space")
        await hand.until(lambda: len(hand.table.rows) > before)
        assert hand.row.path == row.path
        await hand.press("space")
        await hand.until(lambda: len(hand.table.rows) == before)

    drive(act)


def test_arrows_turn_the_pages_round() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, POD)
        await hand.press("left")
        assert hand.screen.query_one(Detail).tab == "YAML"
        await hand.press("right")
        assert hand.screen.query_one(Detail).tab == "Summary"

    drive(act)


def test_what_is_not_there_is_said() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, Key("Pod", "shop", "nobody"), "yaml")
        await hand.until(lambda: "nobody" in hand.page)
        await hand.press("2")
        await hand.until(lambda: hand.page.startswith("? "))

    drive(act)


def test_it_is_looked_at_anew_when_time_has_passed() -> None:
    feed = shows(view(demo()))

    async def act(hand: Hand) -> None:
        await opened(hand, POD)
        await hand.until(lambda: "Pending" in hand.page)
        feed.show(view(demo()))
        await hand.pilot.pause()
        assert not hand.app.asking

    drive(act, [feed])


def test_the_name_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    async def act(hand: Hand) -> None:
        monkeypatch.setattr(hand.app, "copy_to_clipboard", copied.append)
        await opened(hand, POD)
        await hand.press("C")
        assert copied == ["postgres-0"]

    drive(act)


def test_keys_lead_from_the_object_to_its_log_and_events() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, Key("Pod", "shop", "search-5bf549cc7-5nr8l"))
        await hand.press("l")
        await hand.until(lambda: type(hand.screen).__name__ == "LogsScreen")
        await hand.press("escape", "e")
        await hand.until(lambda: type(hand.screen).__name__ == "EventsScreen")
        assert {row.event.name for row in hand.table.rows} == {"search-5bf549cc7-5nr8l"}

    drive(act)


def test_its_cluster_may_be_left_under_it() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, POD)
        hand.app.set_feeds([shows(view(demo()), name="other")])
        await hand.until(lambda: len(hand.app.screen_stack) == 1)

    assert drive(act).failure is None
