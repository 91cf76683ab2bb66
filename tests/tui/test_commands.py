from collections.abc import Sequence
from typing import Any

import pytest
from textual.command import CommandPalette

from diag.tui.commands import COMMANDS, Commands
from diag.tui.feeding import Choice
from diag.tui.screens.events import EventsScreen
from diag.tui.screens.objects import ObjectsScreen
from diag.tui.tables.kinds import aliases
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import FakeFeed, demo, view

NAMES = ("prod-eu", "prod-us", "staging")


def choice(made: list[FakeFeed] | None = None) -> Choice:
    def feed(name: str | None) -> FakeFeed:
        found = shows(view(demo()), name=name or "")
        (made if made is not None else []).append(found)
        return found

    return Choice(lambda: NAMES, feed)


def where(hand: Hand) -> str:
    return type(hand.screen).__name__


def test_every_kind_opens_by_each_of_its_names() -> None:
    async def act(hand: Hand) -> None:
        commands = Commands(hand.app)
        for name, plural in aliases().items():
            commands.run(name.upper())
            await hand.pilot.pause()
            screen: Any = hand.app.screen
            assert isinstance(screen, EventsScreen if plural == "events" else ObjectsScreen), name
            assert plural == screen.NAME
            hand.app.go_back()

    drive(act)


def test_a_kind_opens_filtered() -> None:
    async def act(hand: Hand) -> None:
        await hand.command("pods data /kafka")
        screen: Any = hand.app.screen
        assert (screen.filter_text, hand.app.namespaces) == ("kafka", ("data",))
        assert screen.table.rows
        assert all("kafka" in screen.haystack(row) for row in screen.table.rows)
        hand.app.go_back()
        await hand.command("pods")
        screen = hand.app.screen
        assert screen.filter_text == "kafka"
        await hand.command("events /oomkilled")
        screen = hand.app.screen
        assert (screen.NAME, screen.filter_text) == ("events", "oomkilled")

    drive(act)


@pytest.mark.parametrize(
    ("command", "screen"),
    [
        ("top", "TopScreen"),
        ("help", "HelpScreen"),
        ("h", "HelpScreen"),
        ("contexts", "ContextsScreen"),
        ("ctx", "ContextsScreen"),
        ("findings", "FindingsScreen"),
    ],
)
def test_commands_that_open_a_screen(command: str, screen: str) -> None:
    async def act(hand: Hand) -> None:
        await hand.until(lambda: hand.app.contexts)
        await hand.command("pods")
        await hand.command(command)
        await hand.until(lambda: where(hand) == screen)

    drive(act, choice=choice())


def test_findings_come_back_from_wherever_one_is() -> None:
    async def act(hand: Hand) -> None:
        for command in ("pods", "nodes", "top"):
            await hand.command(command)
        await hand.command("findings")
        assert len(hand.app.screen_stack) == 1

    drive(act)


def test_a_namespace_is_looked_into_and_left() -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        everything = len(hand.table.rows)
        await hand.command("ns shop")
        assert "ns shop" in hand.drawn("Header")[0]
        assert 0 < len(hand.table.rows) < everything
        await hand.command("pods")
        assert {row.metadata.namespace for row in hand.table.rows} == {"shop"}
        await hand.command("ns all")
        assert len(hand.table.rows) == len(demo().all("pods"))
        await hand.command("pods data")
        assert {row.metadata.namespace for row in hand.table.rows} == {"data"}
        await hand.press("escape")
        await hand.command("ns shpo")
        assert hand.said[-1] == "there is no namespace shpo; did you mean 'shop'?"
        assert hand.app.namespaces == ("data",)

    drive(act)


def test_a_namespace_is_chosen_from_the_table() -> None:
    async def act(hand: Hand) -> None:
        await hand.command("ns")
        await hand.until(lambda: where(hand) == "ObjectsScreen")
        hand.table.select_key(
            (0, next(key for _, key in map(hand.table._model.key, hand.table.rows) if key[2] == "shop"))
        )
        await hand.press("enter")
        assert hand.app.namespaces == ("shop",)
        assert where(hand) == "FindingsScreen"

    drive(act)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("nodez", "'nodez' is neither a kind nor a command; did you mean 'node'?"),
        ("ctx prod-su", "there is no context prod-su; did you mean 'prod-us'?"),
        ("hide nothing", "there is no column nothing"),
        ("theme nope", "themes: "),
        ("", "type a kind, such as pods, or a command"),
    ],
)
def test_what_is_wrong_is_said(command: str, said: str) -> None:
    async def act(hand: Hand) -> None:
        await hand.until(lambda: hand.app.contexts)
        await hand.command(command)
        await hand.until(lambda: hand.said)
        assert hand.said[-1].startswith(said)
        assert where(hand) == "FindingsScreen"

    drive(act, choice=choice())


@pytest.mark.parametrize("command", ["ctx x", "contexts", "ctx"])
def test_a_recording_has_no_contexts(command: str) -> None:
    async def act(hand: Hand) -> None:
        await hand.command(command)
        await hand.until(lambda: hand.said == ["a recording has no contexts"])

    drive(act)


def test_contexts_are_changed_added_and_changed_back() -> None:
    first, made = shows(view(demo())), []  # type: ignore[var-annotated]

    async def act(hand: Hand) -> None:
        def names() -> list[str]:
            return [feed.name for feed in hand.app.feeds]

        await hand.until(lambda: hand.app.contexts)
        await hand.command("ctx prod-us")
        assert (names(), first.asked) == (["prod-us"], ["close"])
        await hand.command("ctx +staging")
        assert names() == ["prod-us", "staging"]
        await hand.command("ctx +staging")
        assert names() == ["prod-us", "staging"]
        await hand.command("ctx -")
        assert names() == ["prod-us"]

    drive(act, [first], choice=choice(made))
    assert len({id(feed) for feed in made}) == len(made)


def test_columns_are_hidden_and_shown_again() -> None:
    async def act(hand: Hand) -> None:
        await hand.command("pods")
        await hand.command("hide node")
        await hand.until(lambda: "NODE" not in hand.drawn("Table")[0])
        assert "worker-" not in hand.drawn("Table")[1]
        await hand.command("show")
        await hand.until(lambda: "NODE" in hand.drawn("Table")[0])
        await hand.command("help")
        await hand.press("escape")

    drive(act)


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("pause", ["pause True"]),
        ("rescan", ["rescan"]),
        ("q", ["close"]),
        ("quit", ["close"]),
        ("q!", ["close"]),
        ("theme nord", []),
    ],
)
def test_commands_that_do_something(command: str, asked: Sequence[str]) -> None:
    feed = shows(view(demo()))

    async def act(hand: Hand) -> None:
        await hand.command(command)
        await hand.until(lambda: feed.asked == asked)
        if command.startswith("theme"):
            assert hand.app.theme == "nord"

    drive(act, [feed])


def test_the_palette_offers_everything_once_and_runs_it() -> None:
    async def act(hand: Hand) -> None:
        offered = [word for word, _ in Commands(hand.app).everything()]
        assert len(offered) == len(set(offered))
        assert set(COMMANDS) <= set(offered)
        await hand.press("ctrl+p", *"services")
        await hand.until(lambda: isinstance(hand.screen, CommandPalette))
        await hand.until(lambda: any(":services" in line for line in hand.drawn()))
        await hand.press("enter")
        await hand.until(lambda: where(hand) == "ObjectsScreen")
        assert hand.screen.plural == "services"

    drive(act)
