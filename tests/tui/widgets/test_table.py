import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

import diag.tui
from diag.tui.tables.column import STYLES, Cell, Column
from diag.tui.widgets.table import Model, Table


class Pod(NamedTuple):
    name: str
    restarts: int | None = 0
    style: str = ""


def cells(pod: Pod) -> list[Cell]:
    return [("!" if pod.style else "", pod.style), (pod.name, "name"), (str(pod.restarts), pod.style), ("4d", "dim")]


MODEL = Model(
    (
        Column("mark", "", 2),
        Column("name", "NAME", 10, grows=True),
        Column("restarts", "RESTARTS", 9),
        Column("age", "AGE", 4),
    ),
    cells,
    lambda pod: pod.name,
    lambda pod, column: pod.restarts if column == "restarts" else pod.name,
)
HUNDRED = [Pod(f"web-{number:03}", number % 7) for number in range(100)]


class Shown(App[None]):
    CSS_PATH = Path(diag.tui.__file__).parent / "mondiag.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield Table(empty="no pods here")
        yield Input()

    def on_table_highlighted(self, message: Table.Highlighted) -> None:
        self.said.append(message)

    def on_table_selected(self, message: Table.Selected) -> None:
        self.said.append(message)

    def on_table_sorted(self, message: Table.Sorted) -> None:
        self.said.append(message)

    def rows_of(self, kind: type[Message]) -> list[str | None]:
        rows = [getattr(message, "row", None) for message in self.said if isinstance(message, kind)]
        return [row and row.name for row in rows]


Act = Callable[[Pilot[None], Table], Awaitable[None]]


def on_table(act: Act, rows: Sequence[Any] = HUNDRED, size: tuple[int, int] = (40, 15)) -> Shown:
    """Do that with a table of these rows, eleven of which fit under its header, and give the app back."""
    app = Shown()

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            table = app.query_one(Table)
            table.focus()
            table.show(MODEL, rows)
            await pilot.pause()
            await act(pilot, table)

    asyncio.run(run())
    return app


def lines(table: Table) -> list[str]:
    return [table.render_line(y).text for y in range(table.size.height)]


def seen(table: Table) -> list[str]:
    """The names that can be read."""
    return [line.split()[0] for line in lines(table)[1:] if line.strip()]


def cursor_line(table: Table) -> int:
    return table.cursor - table.scroll_offset.y


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        ("j", 1),
        ("down down k", 1),
        ("j up k", 0),
        ("G", 99),
        ("end", 99),
        ("end home", 0),
        ("G g", 0),
        ("pagedown", 11),
        ("ctrl+f ctrl+f j", 23),
        ("ctrl+f pagedown ctrl+b", 11),
        ("pageup", 0),
        ("G pagedown k", 98),
    ],
)
def test_keys_move_the_cursor_and_it_stays_in_sight(keys: str, cursor: int) -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.press(*keys.split())
        assert (table.cursor, table.row) == (cursor, HUNDRED[cursor])
        assert HUNDRED[cursor].name in seen(table)

    app = on_table(act)
    assert app.rows_of(Table.Highlighted)[-1] == HUNDRED[cursor].name


def test_keys_can_be_given_another_meaning() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        pilot.app.set_keymap({"table.down": "ctrl+n"})
        await pilot.press("ctrl+n", "ctrl+n", "j", "down")
        assert table.cursor == 2

    on_table(act)


def test_enter_opens_the_row() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.press("j", "enter")

    assert on_table(act).rows_of(Table.Selected) == ["web-001"]


def test_the_header_stays_and_the_last_row_can_be_seen() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.press("G")
        assert lines(table)[0].split() == ["NAME", "RESTARTS", "AGE"]
        assert seen(table) == [pod.name for pod in HUNDRED[-11:]]

    on_table(act)


def test_the_cursor_keeps_its_row_and_its_place_when_rows_come_and_go() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.press("G", *"kkk")
        place = cursor_line(table)
        for rows in (
            [Pod(f"new-{number}") for number in range(30)] + HUNDRED,
            [Pod(f"new-{number}") for number in range(900)] + HUNDRED,
            HUNDRED[50:],
            [pod._replace(restarts=9) for pod in reversed(HUNDRED)],
            HUNDRED,
        ):
            table.show(MODEL, rows)
            assert table.row is not None
            assert table.row.name == "web-096"
            assert cursor_line(table) == min(place, table.cursor)
            await pilot.pause()
            assert seen(table)[cursor_line(table)] == "web-096"

    app = on_table(act)
    assert app.rows_of(Table.Highlighted) == ["web-000", "web-099", "web-098", "web-097", "web-096"]


def test_before_the_reader_moved_what_comes_in_above_is_seen() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        table.show(MODEL, [Pod("worse"), *HUNDRED])
        await pilot.pause()
        assert table.row == HUNDRED[0]
        assert seen(table)[:2] == ["worse", "web-000"]

    on_table(act)


def test_a_row_that_is_gone_leaves_the_cursor_to_its_neighbour() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        table.select_key("web-050")
        table.show(MODEL, [Pod("new"), *HUNDRED[:50], *HUNDRED[52:]])
        assert table.row == HUNDRED[52]
        table.show(MODEL, HUNDRED[:50])
        assert table.row == HUNDRED[49]
        table.show(MODEL, [])
        assert table.row is None
        await pilot.press("enter", "j", "s", "G", "pagedown")
        table.show(MODEL, HUNDRED)
        assert table.row == HUNDRED[0]

    app = on_table(act)
    assert app.rows_of(Table.Highlighted) == ["web-000", "web-050", "web-052", "web-049", None, "web-000"]
    assert app.rows_of(Table.Selected) == []


def test_whatever_changes_the_cursor_is_on_its_row_while_that_is_there() -> None:
    chance = random.Random(5)

    async def act(pilot: Pilot[None], table: Table) -> None:
        rows = list(HUNDRED)
        for step in range(60):
            table.select_key(chance.choice(rows).name)
            before = table.row
            for _ in range(chance.randrange(20)):
                rows.insert(chance.randrange(len(rows) + 1), Pod(f"new-{step}-{chance.random()}"))
                rows.pop(chance.randrange(len(rows)))
            table.show(MODEL, tuple(rows))
            assert table.row == before or before not in rows
            assert rows[table.cursor] == table.row

    on_table(act)


def test_other_columns_make_it_another_table() -> None:
    other = MODEL._replace(columns=MODEL.columns[:2], key=lambda pod: pod.restarts)

    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.press("G")
        table.show(other, HUNDRED)
        assert (table.cursor, table.scroll_offset.y) == (0, 0)

    on_table(act)


def test_a_key_that_is_there_is_selected() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        assert table.select_key("web-070")
        assert not table.select_key("nobody")
        await pilot.pause()
        assert table.row == HUNDRED[70]
        assert "web-070" in seen(table)

    on_table(act)


def test_s_goes_through_the_columns_and_shift_s_turns_the_order() -> None:
    rows = [Pod("b", 1), Pod("a", 2), Pod("c", None), Pod("d", 1)]

    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.press("S", "s")
        assert seen(table) == ["a", "b", "c", "d"]
        await pilot.press("s", "s")
        assert seen(table) == ["b", "d", "a", "c"]
        assert "RESTARTS▲" in lines(table)[0]
        await pilot.press("S")
        assert seen(table) == ["a", "b", "d", "c"]
        assert "RESTARTS▼" in lines(table)[0]
        assert table.row == Pod("b", 1)
        table.show(MODEL, [*rows, Pod("e", 9)])
        assert seen(table)[0] == "e"
        await pilot.press("s", "s")
        assert seen(table) == ["b", "a", "c", "d", "e"]

    app = on_table(act, rows)
    chosen = [(said.column, said.reverse) for said in app.said if isinstance(said, Table.Sorted)]
    assert chosen == [
        ("mark", False), ("name", False), ("restarts", False), ("restarts", True), ("age", False), (None, False)
    ]  # fmt: skip


def test_an_order_by_a_column_that_is_not_there_is_the_order_as_given() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        table.sort("node", reverse=True)
        assert seen(table)[0] == "web-000"

    assert not [said for said in on_table(act).said if isinstance(said, Table.Sorted)]


def test_the_mouse_moves_opens_and_sorts() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.click(Table, offset=(5, 4))
        assert table.row == HUNDRED[3]
        await pilot.click(Table, offset=(5, 6), times=2)
        await pilot.click(Table, offset=(30, 0))
        assert table.sorted_by == "restarts"
        await pilot.click(Table, offset=(30, 0))
        assert table.reverse

    assert on_table(act).rows_of(Table.Selected) == ["web-005"]


def test_a_click_below_the_rows_does_nothing() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.click(Table, offset=(5, 9), times=2)
        assert table.cursor == 0

    assert on_table(act, HUNDRED[:3]).rows_of(Table.Selected) == []


def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        table.post_message(MouseScrollDown(table, 5, 5, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert table.scroll_offset.y > 0
        assert table.cursor == 0
        await pilot.press("j")
        assert seen(table)[0] == "web-001"

    on_table(act)


def test_nothing_to_show_is_said() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        assert lines(table)[1].strip() == "no pods here"
        table.show(MODEL, [], empty="no pods match")
        await pilot.pause()
        assert lines(table)[1].strip() == "no pods match"

    on_table(act, [])


def test_a_narrow_table_moves_sideways() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        assert "AGE" not in lines(table)[0]
        await pilot.press("right", "right")
        assert "AGE" in lines(table)[0]
        assert "4d" in lines(table)[1]
        await pilot.press("left", "left", "left")
        assert table.scroll_offset.x == 0

    on_table(act, size=(12, 15))


def test_a_resized_table_fits_anew_and_keeps_the_cursor_in_sight() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.press("pagedown", "pageup", *"jjjjjjjjjj")
        await pilot.resize_terminal(120, 8)
        await pilot.pause()
        assert "web-010" in seen(table)
        assert {cell_len(line) for line in lines(table)} == {119}

    on_table(act)


def test_the_cursor_shows_without_colours_and_steps_back_without_the_focus() -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        def under_cursor() -> Any:
            return [segment.style for segment in table.render_line(1) if segment.text.strip()]

        focused = under_cursor()
        assert all(style.reverse for style in focused)
        assert not any(segment.style.reverse for segment in table.render_line(2) if segment.style)
        pilot.app.query_one(Input).focus()
        await pilot.pause()
        assert all(style.reverse for style in under_cursor())
        assert under_cursor() != focused

    on_table(act)


def test_every_style_looks_different_from_one_that_is_unknown() -> None:
    rows = [Pod("first"), *(Pod(style, style=style) for style in (*STYLES, "no-such-style"))]

    async def act(pilot: Pilot[None], table: Table) -> None:
        await pilot.pause()
        marks = [
            segment.style for y in range(2, 11) for segment in table.render_line(y) if segment.text.startswith("!")
        ]
        styles = dict(zip((*STYLES, "unknown"), marks, strict=True))
        assert all(styles[name] != styles["unknown"] for name in STYLES)

    on_table(act, rows)


HOSTILE = (
    "[/x]",
    "\x1b[31mred",
    "\x1b]52;c;eA==\x07",
    "\u202eabc",
    "日本語" * 9,
    "e\u0301" * 40,
    "a\nb",
    "x" * 1_000_000,
    "☁\ufe0f",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_cells(text: str) -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        plain, hostile = lines(table)[1:3]
        assert cell_len(hostile) == cell_len(plain)
        assert hostile.isprintable()
        assert hostile.rstrip().endswith("4d")

    on_table(act, [Pod("web"), Pod(text), Pod("end")])


def test_only_lines_that_changed_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(pilot: Pilot[None], table: Table) -> None:
        drawn: list[int] = []
        render_line = table.render_line
        monkeypatch.setattr(table, "render_line", lambda y: (drawn.append(y), render_line(y))[1])
        table.show(MODEL, list(HUNDRED))
        await pilot.pause()
        assert drawn == []
        table.show(MODEL, [*HUNDRED[:4], HUNDRED[4]._replace(restarts=88), *HUNDRED[5:]])
        await pilot.pause()
        assert drawn == [5]
        drawn.clear()
        await pilot.press("j")
        assert drawn == [1, 2]

    on_table(act)


def test_what_many_rows_cost_is_what_is_seen_of_them() -> None:
    asked: list[str] = []

    def key(pod: Pod) -> str:
        asked.append(pod.name)
        return pod.name

    many = [Pod(f"web-{number}") for number in range(150_000)]
    model = MODEL._replace(key=key, cells=lambda pod: (asked.append(pod.name), cells(pod))[1])

    async def act(pilot: Pilot[None], table: Table) -> None:
        table.show(model, many)
        table.select_key("web-75000")
        await pilot.pause()
        asked.clear()
        table.show(model, [Pod("new"), *many])
        await pilot.pause()
        assert table.cursor == 75_001
        await pilot.press("pagedown", "j", "G")
        assert len(asked) < 1_000

    on_table(act)
