import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

import diag.tui
from diag.live.logs import LogLine
from diag.tui.widgets.log_view import LogView

HEIGHT, WIDTH = 10, 40
HUNDRED = [f"line {number:03}" for number in range(100)]
Act = Callable[[Pilot[None], LogView], Awaitable[None]]


def lines(texts: Sequence[str], source: str = "web-1/app") -> list[LogLine]:
    return [LogLine(source, "2026-01-02T12:03:22.123456789Z", text) for text in texts]


def on_log(act: Act, texts: Sequence[str] = HUNDRED, most: int = 1000) -> LogView:
    """Do that with a view of these lines, ten of which fit, and give the view back."""
    view = LogView(most=most, empty="nothing was written")
    faults: list[str] = []

    class Shown(App[None]):
        CSS_PATH = Path(diag.tui.__file__).parent / "mondiag.tcss"

        def compose(self) -> ComposeResult:
            yield view

        def on_log_view_faulty(self, message: LogView.Faulty) -> None:
            faults.append(message.words)

    async def run() -> None:
        async with Shown().run_test(size=(WIDTH, HEIGHT)) as pilot:
            view.focus()
            view.append(lines(texts))
            await pilot.pause()
            await act(pilot, view)
            view.seen, view.faults = seen(view), faults  # type: ignore[attr-defined]

    asyncio.run(run())
    return view


def seen(view: LogView) -> list[str]:
    """What can be read, without the scrollbar and the blanks behind it."""
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def typed(keys: str, texts: Sequence[str] = HUNDRED) -> list[str]:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        await pilot.press(*keys.split())

    return on_log(act, texts).seen  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        ("", 90),
        ("k", 89),
        ("up up", 88),
        ("k j", 90),
        ("k down", 90),
        ("g", 0),
        ("home", 0),
        ("g G", 90),
        ("g end", 90),
        ("g f", 90),
        ("g pagedown", 9),
        ("g ctrl+f", 9),
        ("g space", 9),
        ("pageup", 81),
        ("ctrl+b", 81),
    ],
)
def test_keys_scroll(keys: str, first: int) -> None:
    assert typed(keys) == [f"  line {number:03}" for number in range(first, first + 10)]


def test_it_follows_the_end_until_the_reader_scrolls_up_and_when_the_reader_comes_back() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.append(lines(["new"]))
        assert (seen(view)[-1], view.following) == ("  new", True)
        await pilot.press("k")
        held = seen(view)
        view.append(lines(["newer"] * 50))
        assert (seen(view), view.following, view.newer) == (held, False, 51)
        await pilot.press("G")
        assert (seen(view)[-1], view.following) == ("  newer", True)
        await pilot.press("k", "j")
        assert view.following

    on_log(act)


def test_what_is_read_stays_in_sight_while_old_lines_are_dropped() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        await pilot.press("pageup")
        assert seen(view)[0] == "  line 081"
        view.append(lines(["new"] * 60))
        assert (view.shown.buffer.first, seen(view)[0]) == (60, "  line 081")
        view.append(lines(["new"] * 60))
        assert (view.shown.buffer.first, seen(view)[0]) == (120, "  new")

    on_log(act, most=100)


def test_long_lines_are_cut_moved_and_wrapped() -> None:
    long = "abcdefghij" * 10
    room = WIDTH - 1 - 2  # scrollbar and sign
    assert typed("", [long])[0] == f"  {long[: room - 1]}…"
    assert typed("right", [long])[0] == f"  {long[20 : 20 + room - 1]}…"
    assert typed("right left left", [long])[0] == f"  {long[: room - 1]}…"
    wrapped = [f"  {long[at : at + room]}" for at in range(0, 100, room)]
    assert typed("W", [long])[:4] == [*wrapped, ""]
    assert typed("right W", [*HUNDRED, long])[-3:] == wrapped
    assert typed("W W", [long])[1] == ""


def test_wrapped_lines_scroll_by_lines_and_end_with_the_last_one() -> None:
    long = [f"{number:02}" + "x" * 60 for number in range(20)]  # two rows each
    assert typed("W", long)[::2] == [f"  {text[:37]}" for text in long[15:]]
    assert typed("W k", long)[0].startswith("  14")
    assert typed("W g pagedown", long)[0].startswith("  04")
    huge = typed("W", [*HUNDRED, "y" * 1_000_000])
    assert (len(huge), huge[0][:4], huge[-1][-1]) == (HEIGHT, "  yy", "…")


def test_times_and_several_logs() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        await pilot.press("T")
        assert seen(view)[0] == "  01-02 12:03:22.123 one"
        view.append(lines(["two"], "web-2/app"))
        assert seen(view)[:2] == ["  01-02 12:03:22.123 1 one", "  01-02 12:03:22.123 2 two"]
        await pilot.press("T")
        assert seen(view)[:2] == ["  1 one", "  2 two"]

    on_log(act, ["one"])


def test_matches_are_gone_through_round_the_end() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.search("5")
        assert len(view.shown.found) == 19
        visited = []
        for key in ("g", "n", "n", "N", "N"):
            await pilot.press(key)
            visited.append([line for line in seen(view) if line.startswith("›")])
        assert visited == [[], ["› line 005"], ["› line 015"], ["› line 005"], ["› line 095"]]
        assert not view.following

    on_log(act)


@pytest.mark.parametrize("before", [5000, 33])
def test_a_match_to_the_right_is_shown(before: int) -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.search("needle")
        await pilot.press("n")
        assert "needle" in seen(view)[0]

    on_log(act, ["x" * before + "needle" + "y" * 5000])


def test_matches_stand_out_without_colours() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.search("009")
        await pilot.press("g")
        strips = {segment.text: segment.style for segment in view.render_line(9)}
        assert strips["009"] is not None
        assert strips["009"].reverse

    on_log(act)


def test_a_filter_keeps_the_place_and_lets_new_lines_in() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.filter("~[05]$")
        assert seen(view)[-1] == "  line 095"
        view.append(lines(["another 5", "another 6"]))
        assert seen(view)[-1] == "  another 5"
        await pilot.press("g", "pagedown")
        first = seen(view)[0]
        view.filter("")
        assert seen(view)[0] == first == "  line 045"

    on_log(act)


def test_a_search_of_many_lines_goes_on_by_itself() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.search("~(a|5)(b|0)$")
        for _ in range(1000):
            if len(view.shown.found) == 500:
                return
            await pilot.pause(0.01)
        raise AssertionError(len(view.shown.found))

    on_log(act, [f"line {number}" for number in range(50_000)], most=60_000)


def test_an_expression_that_takes_too_long_is_given_up_and_said() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.search("~(a+a+)+$")
        await pilot.pause()

    view = on_log(act, ["a" * 2000 + "!"])
    assert view.faults == ["~(a+a+)+$ takes too long for a line: make it simpler"]  # type: ignore[attr-defined]
    assert view.shown.searching is None


def test_marks_are_set_and_found_again() -> None:
    assert typed("m")[-1] == "● line 099"
    assert typed("m m")[-1] == "  line 099"
    assert typed("m g apostrophe")[-4:].count("● line 099") == 1
    assert typed("apostrophe") == typed("")


def test_the_cited_line_is_shown_once_it_comes() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.cite(["panic: no disk"])
        view.append(lines(["goroutine 1", "  panic: no disk", *["bye"] * 50]))
        assert "►   panic: no disk" in seen(view)
        assert not view.following
        await pilot.press("G")
        view.append(lines(["panic: no disk again", *["bye"] * 50]))
        assert view.following
        await pilot.press("greater_than_sign")
        assert [line for line in seen(view) if "►" in line] == ["►   panic: no disk"]
        await pilot.press("greater_than_sign")
        assert [line for line in seen(view) if "►" in line] == ["► panic: no disk again"]

    on_log(act)


def test_a_click_puts_the_cursor_on_a_line() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        await pilot.click(view, offset=(5, 3))
        assert seen(view)[3] == "› line 093"
        await pilot.press("m")
        assert view.shown.marks == {93}

    on_log(act)


def test_nothing_to_show() -> None:
    assert typed("j n W T m apostrophe G g", []) == [" nothing was written", *[""] * 9]


def test_clearing_keeps_what_is_searched() -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.filter("9")
        view.cite(["999"])
        view.clear("reading…")
        assert seen(view)[0] == " reading…"
        view.append(lines(["1", "9"]))
        assert seen(view)[:2] == ["  9", ""]

    on_log(act)


HOSTILE = [
    "[/x] [red]red[/red]",
    "\x1b]52;c;ZXZpbA==\x07\x1b[2J",
    "\u202egnp.exe \u200b\ufeff",
    "宽" * 100,
    "e" + "\u0301" * 100_000,
    "👨\u200d👩\u200d👧 ❤\ufe0f " * 20,
    "a\tb\nc\rd",
    "z" * 1_000_000,
]


@pytest.mark.parametrize("keys", ["", "W", "right right", "T W"])
def test_hostile_text_is_text_and_fills_its_row(keys: str) -> None:
    async def act(pilot: Pilot[None], view: LogView) -> None:
        view.search("e")
        await pilot.press(*keys.split())
        for place in range(len(view.shown)):
            view.jump_to(place)
            for y in range(HEIGHT):
                text = view.render_line(y).text
                assert text.isprintable()
                assert cell_len(text) == WIDTH - 1

    on_log(act, HOSTILE)
