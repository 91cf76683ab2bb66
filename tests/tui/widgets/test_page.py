import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

import diag.tui
from diag.tui.story.line import Line, Page, item, said
from diag.tui.widgets.page import PageView

Act = Callable[[Pilot[None], PageView], Awaitable[None]]


class PageApp(App[None]):
    CSS_PATH = Path(diag.tui.__file__).parent / "mondiag.tcss"

    def compose(self) -> ComposeResult:
        yield PageView()


def on_page(act: Act, size: tuple[int, int] = (20, 5)) -> None:
    async def run() -> None:
        async with PageApp().run_test(size=size) as pilot:
            view = pilot.app.query_one(PageView)
            view.focus()
            await pilot.pause()
            await act(pilot, view)

    asyncio.run(run())


def numbered(count: int) -> Page:
    return [line for number in range(count) for line in said(f"line {number}")]


def lines(view: PageView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def test_it_wraps_to_its_width_and_anew_when_that_changes() -> None:
    async def act(pilot: Pilot[None], view: PageView) -> None:
        view.show(item("·", "one two three four five"))
        assert lines(view)[:2] == ["· one two three", "  four five"]
        await pilot.resize_terminal(40, 5)
        await pilot.pause()
        assert lines(view)[0] == "· one two three four five"

    on_page(act)


def test_a_command_is_cut_with_a_mark_and_seen_sideways() -> None:
    command = Line((("kubectl get pods --all-namespaces", "command"),), verbatim=True)

    async def act(pilot: Pilot[None], view: PageView) -> None:
        view.show([command])
        assert lines(view)[0] == "kubectl get pods…"
        assert cell_len(view.render_line(0).text) == view.size.width
        await pilot.press("L", "L")
        assert lines(view)[0].endswith("namespaces")
        await pilot.press("h", "h")
        assert lines(view)[0].startswith("kubectl")
        assert view.text == "kubectl get pods --all-namespaces"

    on_page(act)


def test_keys_scroll_and_stop_at_the_ends() -> None:
    async def act(pilot: Pilot[None], view: PageView) -> None:
        view.show(numbered(20))
        await pilot.press("k")
        assert lines(view)[0] == "line 0"
        await pilot.press("j", "down", "ctrl+f")
        assert lines(view)[0] == "line 6"
        await pilot.press("G", "j")
        assert lines(view)[-1] == "line 19"
        await pilot.press("g")
        assert lines(view)[0] == "line 0"

    on_page(act)


def test_the_same_page_again_leaves_the_reader_where_they_are() -> None:
    async def act(pilot: Pilot[None], view: PageView) -> None:
        view.show(numbered(20))
        await pilot.press("j", "j", "j")
        view.show(numbered(21), again=True)
        assert lines(view)[0] == "line 3"
        view.show(numbered(21))
        assert lines(view)[0] == "line 0"

    on_page(act)


def test_a_text_is_looked_for_round_and_round() -> None:
    async def act(pilot: Pilot[None], view: PageView) -> None:
        view.show(numbered(30))
        view.search("LINE 2")
        await pilot.pause()
        assert lines(view)[0] == "line 2"
        await pilot.press("n")
        assert lines(view)[0] == "line 20"
        await pilot.press("N", "N")
        await pilot.press("n")
        view.search("nowhere")
        assert view.text.startswith("line 0")

    on_page(act)


def test_an_empty_page() -> None:
    async def act(pilot: Pilot[None], view: PageView) -> None:
        view.show([])
        await pilot.press("j", "G", "n", "L", "ctrl+b")
        assert set(lines(view)) == {""}

    on_page(act)


def test_text_of_a_cluster_is_no_markup() -> None:
    async def act(pilot: Pilot[None], view: PageView) -> None:
        view.show(said("[red]x[/x] [/]"))
        assert lines(view)[0] == "[red]x[/x] [/]"

    on_page(act)
