from diag.tui.feeding import Choice
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import demo, view

CHOICE = Choice(lambda: ("eu", "us", "asia"), lambda name: shows(view(demo()), name=name or ""))


async def opened(hand: Hand) -> None:
    await hand.until(lambda: hand.app.contexts)
    await hand.command("contexts")
    await hand.until(lambda: type(hand.screen).__name__ == "ContextsScreen" and hand.table.rows)


def names(hand: Hand) -> list[str]:
    return [feed.name for feed in hand.app.feeds]


def test_enter_looks_at_one_alone() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand)
        assert [row.chosen for row in hand.table.rows] == [True, False, False]
        assert "live" in hand.drawn("Table")[1]
        await hand.press("j", "enter")
        assert names(hand) == ["us"]
        await hand.until(lambda: "ctx us" in hand.drawn("Header")[0])
        assert len(hand.app.screen_stack) == 1

    drive(act, [shows(view(demo()), name="eu")], choice=CHOICE)


def test_space_marks_several_that_escape_opens_and_those_that_are_there_go_on() -> None:
    first = shows(view(demo()), name="eu")

    async def act(hand: Hand) -> None:
        await opened(hand)
        await hand.press("j", "space", "j", "space", "space", "escape")
        assert names(hand) == ["eu", "us"]
        assert first.asked == []

    drive(act, [first], choice=CHOICE)


def test_escape_without_a_mark_changes_nothing() -> None:
    first = shows(view(demo()), name="eu")

    async def act(hand: Hand) -> None:
        await opened(hand)
        await hand.press("j", "escape")
        assert names(hand) == ["eu"]
        await opened(hand)
        await hand.press("space", "escape")
        assert names(hand) == ["eu"]
        assert first.asked == []

    drive(act, [first], choice=CHOICE)


def test_the_filter_goes_first() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand)
        await hand.press("slash", *"us", "enter")
        await hand.until(lambda: len(hand.table.rows) == 1)
        await hand.press("space", "escape")
        assert type(hand.screen).__name__ == "ContextsScreen"
        await hand.press("escape")
        assert names(hand) == ["eu", "us"]

    drive(act, [shows(view(demo()), name="eu")], choice=CHOICE)
