import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, Static

import diag.tui
from diag.tui.widgets.prompt import Prompt

WORDS = ("pods", "persistentvolumes", "services")
Act = Callable[[Pilot[None], Prompt], Awaitable[None]]


def offers(text: str) -> list[tuple[str, str]]:
    return [(word, "a table") for word in WORDS if word.startswith(text)]


def explain(text: str) -> tuple[str, bool]:
    return ("no such kind", True) if text and not offers(text) else ("", False)


class PromptApp(App[None]):
    CSS_PATH = Path(diag.tui.__file__).parent / "mondiag.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def compose(self) -> ComposeResult:
        yield Prompt()

    def on_prompt_changed(self, message: Prompt.Changed) -> None:
        self.told.append(f"changed {message.text}")

    def on_prompt_taken(self, message: Prompt.Taken) -> None:
        self.told.append(f"taken {message.text}")

    def on_prompt_left(self, message: Prompt.Left) -> None:
        self.told.append("left")


def at_prompt(act: Act, text: str = "") -> list[str]:
    app = PromptApp()

    async def run() -> None:
        async with app.run_test() as pilot:
            prompt = app.query_one(Prompt)
            prompt.open(":", text, offers, explain)
            await pilot.pause()
            await act(pilot, prompt)

    asyncio.run(run())
    return app.told


def shown(prompt: Prompt) -> list[str]:
    found = prompt.query_one("#offers", Static)
    return [line.rstrip() for line in str(found.render()).splitlines()] if found.display else []


def test_typing_offers_and_enter_takes_the_text() -> None:
    async def act(pilot: Pilot[None], prompt: Prompt) -> None:
        assert len(shown(prompt)) == 3
        await pilot.press("p", "o")
        assert [line.split()[0] for line in shown(prompt)] == ["pods"]
        await pilot.press("enter")

    assert at_prompt(act) == ["changed p", "changed po", "taken po"]


def test_the_chosen_offer_is_taken() -> None:
    async def act(pilot: Pilot[None], prompt: Prompt) -> None:
        await pilot.press("p", "down", "down")
        assert shown(prompt)[1].startswith("▸ persistentvolumes")
        await pilot.press("down", "up", "enter")

    assert at_prompt(act)[-1] == "taken persistentvolumes"


def test_tab_completes_and_typing_goes_on() -> None:
    async def act(pilot: Pilot[None], prompt: Prompt) -> None:
        await pilot.press("s", "tab", "x")
        assert prompt.query_one(Input).value == "servicesx"
        assert shown(prompt) == ["  no such kind"]
        await pilot.press("tab", "down", "enter")

    assert at_prompt(act)[-1] == "taken servicesx"


def test_escape_leaves_and_what_was_there_can_be_edited() -> None:
    async def act(pilot: Pilot[None], prompt: Prompt) -> None:
        assert (prompt.before, prompt.query_one(Input).value) == ("pods", "pods")
        await pilot.press("backspace", "escape")

    assert at_prompt(act, "pods") == ["changed pod", "left"]


def test_keys_behind_enter_do_nothing() -> None:
    async def act(pilot: Pilot[None], prompt: Prompt) -> None:
        await pilot.press("p", "enter", "q", "q", "enter")
        await pilot.pause()
        prompt.close()
        assert not prompt.display

    assert at_prompt(act) == ["changed p", "taken p"]


def test_it_takes_no_more_lines_than_it_needs() -> None:
    async def act(pilot: Pilot[None], prompt: Prompt) -> None:
        assert prompt.size.height == 4
        await pilot.press("s")
        await pilot.pause()
        assert prompt.size.height == 2

    at_prompt(act)
