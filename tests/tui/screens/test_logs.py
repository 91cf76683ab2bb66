import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

import diag.tui
from diag.errors import UnreachableError
from diag.facts.index import Key
from diag.live.logs import Batch, LogLine, LogReading, Post
from diag.tui.screens.logs import LogsScreen
from diag.tui.widgets.prompt import Prompt

WEB = Key("Deployment", "shop", "web")
NOW = datetime(2026, 1, 2, 12, 3, 22, tzinfo=UTC)


class Reading:
    """A reading that posts what a test tells it to."""

    def __init__(self) -> None:
        self.closed = False
        self.post: Post = lambda batch: None

    def start(self, post: Post) -> None:
        self.post = post

    def close(self) -> None:
        self.closed = True


class Source:
    """Opens readings, and remembers how."""

    def __init__(self) -> None:
        self.opened: list[tuple[bool, int | None]] = []
        self.readings: list[Reading] = []

    def open(self, key: Key, previous: bool, tail: int | None) -> LogReading:
        self.opened.append((previous, tail))
        self.readings.append(Reading())
        return self.readings[-1]

    def write(self, *texts: str, pod: str = "web-1", **more: Any) -> None:
        self.readings[-1].post(Batch(tuple(LogLine(f"{pod}/app", "", text) for text in texts), **more))


Act = Callable[[Pilot[None], LogsScreen, Source], Awaitable[None]]


class Session(App[None]):
    CSS_PATH = Path(diag.tui.__file__).parent / "mondiag.tcss"


def on_screen(act: Act, size: tuple[int, int] = (120, 20), **options: Any) -> Source:
    """Do that with the screen, and give back where its lines come from."""
    source, app = Source(), Session()

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            screen = LogsScreen(source.open, WEB, now=lambda: NOW, **options)
            await app.push_screen(screen)
            await pilot.pause()
            await act(pilot, screen, source)

    asyncio.run(run())
    return source


def status(screen: LogsScreen) -> str:
    return str(screen.query_one("#log-status", Static).render())


def seen(screen: LogsScreen) -> list[str]:
    rows = (screen.view.render_line(y).text.rstrip() for y in range(screen.view.size.height))
    return [row for row in rows if row]


async def typed(pilot: Pilot[None], sign: str, text: str) -> None:
    await pilot.press(sign, *text)


def test_lines_are_shown_as_they_come_and_the_line_above_says_how_things_are() -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        assert seen(screen) == [" reading…"]
        source.write("one", "two")
        source.write("three", pod="web-2", said=("web-3/app: waiting to start",))
        await pilot.pause()
        assert seen(screen) == ["  1 one", "  1 two", "  2 three", "    ── web-3/app: waiting to start"]
        assert status(screen) == " Deployment shop/web  ● following  4 lines, 2 containers"
        source.write(*["more"] * 30, ended=True)
        await pilot.press("g")
        await pilot.pause()
        assert status(screen) == " Deployment shop/web  ended  16 lines below  34 lines, 2 containers"

    assert on_screen(act).readings[0].closed


def test_the_reading_ends_with_the_screen() -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        assert not source.readings[0].closed
        await pilot.press("escape")
        assert not screen.is_current

    assert on_screen(act).readings[0].closed


def test_the_run_before_is_read_instead_and_late_lines_of_the_other_are_dropped() -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        source.write("present")
        await pilot.press("p")
        source.readings[0].post(Batch((LogLine("web-1/app", "", "late"),)))
        source.write("panic", ended=True)
        await pilot.pause()
        assert seen(screen) == ["  panic"]
        assert status(screen).startswith(" Deployment shop/web  run before  ended  1 line, 1 container")
        await pilot.press("p")

    source = on_screen(act)
    assert source.opened == [(False, 1000), (True, 1000), (False, 1000)]
    assert all(reading.closed for reading in source.readings)


def test_older_lines_on_demand() -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        await pilot.press("H", "H", "H", "H")

    assert [tail for _, tail in on_screen(act).opened] == [1000, 10_000, 100_000, 200_000, 200_000]


def test_search() -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        source.write(*(f"line {number}" for number in range(100)))
        await typed(pilot, "slash", "7")
        assert "/ 7: 19 matching lines" in status(screen)
        assert screen.view.following
        await pilot.press("enter")
        assert (screen.query_one(Prompt).display, screen.focused) == (False, screen.view)
        assert [row for row in seen(screen) if row.startswith("›")] == ["› line 97"]
        await pilot.press("escape")
        assert "matching" not in status(screen)
        assert screen.is_current
        await pilot.press("escape")
        assert not screen.is_current

    on_screen(act)


def test_escape_leaves_the_search_as_it_was() -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        source.write("one", "two")
        await typed(pilot, "slash", "one")
        await pilot.press("enter")
        await typed(pilot, "slash", "x")
        assert "/ onex: 0 matching lines" in status(screen)
        await pilot.press("escape")
        assert "/ one: 1 matching line" in status(screen)
        assert screen.is_current

    on_screen(act)


def test_filter() -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        source.write("error one", "fine", "error two")
        await typed(pilot, "ampersand", "error")
        assert seen(screen) == ["  error one", "  error two"]
        assert "& error: 2 of 3 lines" in status(screen)
        await pilot.press("enter")
        source.write("fine, too", "error three")
        await pilot.pause()
        assert seen(screen)[-1] == "  error three"
        await pilot.press("escape")
        assert len(seen(screen)) == 5

    on_screen(act)


def test_half_an_expression_is_said_while_it_is_typed() -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        source.write("one")
        await pilot.press("ampersand", "~", "(")
        offers = str(screen.query_one("#offers", Static).render())
        assert "not a regular expression" in offers
        assert seen(screen) == ["  one"]

    on_screen(act)


def test_the_cited_line_is_gone_to() -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        source.write(*["before"] * 50, "panic: no disk", *["after"] * 50)
        await pilot.pause()
        assert "► panic: no disk" in seen(screen)
        assert "► 1 cited line" in status(screen)

    on_screen(act, cites=["panic: no disk"])


def test_saving(tmp_path: Path) -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        source.write("[/x] one", "two", said=("ours",))
        for words in ("2 lines saved to", "not saved: File exists"):
            await pilot.press("S")
            for _ in range(1000):
                if any(words in note.message for note in pilot.app._notifications):
                    break
                await pilot.pause(0.01)
            else:
                raise AssertionError([note.message for note in pilot.app._notifications])

    on_screen(act, directory=tmp_path)
    saved = tmp_path / "mondiag-shop-web-20260102T120322Z.log"
    assert saved.read_text() == "web-1/app [/x] one\nweb-1/app two\n"


def test_what_cannot_be_opened_is_said() -> None:
    app = Session()

    def refuse(key: Key, previous: bool, tail: int | None) -> LogReading:
        raise UnreachableError("not connected yet")

    async def run() -> None:
        async with app.run_test(size=(60, 10)) as pilot:
            screen = LogsScreen(refuse, WEB)
            await app.push_screen(screen)
            await pilot.pause()
            assert seen(screen) == ["  ── not connected yet"]
            assert "ended" in status(screen)

    asyncio.run(run())


@pytest.mark.parametrize("size", [(80, 24), (300, 80), (20, 5)])
def test_any_size(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[None], screen: LogsScreen, source: Source) -> None:
        source.write(*(f"line {number} " + "x" * (number % 100) for number in range(500)))
        await pilot.press("W", "k")
        await pilot.resize_terminal(40, 12)
        await pilot.press("G")
        assert seen(screen)[-1].endswith("x")

    on_screen(act, size=size)
