import pytest

from tests.tui.driving import Hand, drive


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ([], ["What is broken, worst first", "show the symptoms of a cause", "cause"]),
        (["tab"], ["Text to be read", "to the beginning"]),
        (["e"], ["Events, newest first", "only warnings, or all", "type"]),
        (["t"], ["What is used", "the usage of pods"]),
        (["d"], ["One object", "its wiring"]),
        (["w"], ["unfold the wiring", "the next row"]),
    ],
)
def test_it_is_about_the_screen_and_what_has_the_focus(keys: list[str], said: list[str]) -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press(*keys)
        await hand.press("question_mark")
        await hand.until(lambda: type(hand.screen).__name__ == "HelpScreen")
        assert all(word in hand.page for word in [*said, "Keys everywhere"])

    drive(act)


@pytest.mark.parametrize("key", ["escape", "q", "question_mark"])
def test_it_is_left_and_the_session_goes_on(key: str) -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press("question_mark", "G", key)
        await hand.until(lambda: len(hand.app.screen_stack) == 1)
        assert hand.app.is_running

    drive(act)


def test_of_a_log_it_has_the_keys_of_the_log() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.press(*"jjj", "l", "question_mark")
        await hand.until(lambda: "read older lines" in hand.page)

    drive(act)
