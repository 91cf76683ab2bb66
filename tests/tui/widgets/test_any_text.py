import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult

import diag.tui
from diag.live.logs import LogLine
from diag.live.view import Connection, View
from diag.model.text import one_line
from diag.tui.story.line import BLANK, Line, Page, commands, item, said, section, span
from diag.tui.tables.column import STYLES, Column
from diag.tui.widgets.header import Header
from diag.tui.widgets.hints import Hints
from diag.tui.widgets.log_view import LogView
from diag.tui.widgets.page import PageView
from diag.tui.widgets.prompt import Prompt
from diag.tui.widgets.table import Model, Table
from tests.tui.drawn import assert_drawn
from tests.tui.hostile import ATTACKS, LONE

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MODEL = Model(
    (Column("name", "NAME", 12), Column("text", "TEXT", 9, right=True), Column("more", "MORE", 20, grows=True)),
    lambda text: [(text, "name"), (text, STYLES[len(text) % len(STYLES)]), (text * 3, "no style of ours")],
    lambda text: text,
    lambda text, column: text,
)
ANY_TEXT = st.text(st.characters() | st.sampled_from("".join(ATTACKS) + LONE), max_size=60)
SIZE = st.tuples(st.integers(1, 120), st.integers(1, 40))


class Shown(App[None]):
    """All widgets with the same texts in them."""

    CSS_PATH = Path(diag.tui.__file__).parent / "mondiag.tcss"

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self.texts = texts

    def compose(self) -> ComposeResult:
        yield Header()
        yield Table()
        yield PageView()
        yield LogView()
        yield Prompt()
        yield Hints([(one_line(text)[:5], one_line(text)) for text in self.texts])

    def on_mount(self) -> None:
        text = "".join(self.texts)
        self.query_one(Header).show([View(text, Connection("lost", NOW, text))], text, (text,), NOW)
        self.query_one(Table).show(MODEL, self.texts, empty=one_line(text))
        self.query_one(PageView).show(page(self.texts))
        log = self.query_one(LogView)
        log.append([LogLine(f"{text}/{text}", "2026-01-02T03:04:05.678Z", text) for text in self.texts])
        log.cite(self.texts[:1])
        offers = [(text, one_line(text)) for text in self.texts]
        self.query_one(Prompt).open(":", "", lambda typed: offers, lambda typed: (one_line(text), True))


def page(texts: list[str]) -> Page:
    found: Page = [BLANK, Line(tuple(span(text) for text in texts), "│ ")]
    for text in texts:
        found += [*said(text, "high"), *item("•", text), *section(one_line(text), commands(text))]
    return found


async def _drawn(texts: list[str], size: tuple[int, int]) -> None:
    app = Shown(texts)
    async with app.run_test(size=size) as pilot:
        log, view = app.query_one(LogView), app.query_one(PageView)
        acts: tuple[Any, ...] = (
            app.query_one(Prompt).action_complete,
            app.query_one(Table).action_last,
            view.action_last,
            log.action_wrap,
            log.action_times,
            lambda: (log.action_wrap(), log.action_sideways(1)),
            lambda: (view.action_sideways(1), app.query_one(Table).action_sideways(1)),
            lambda: log.search(texts[0].lstrip("~")),
        )
        for act in acts:
            act()
            await pilot._wait_for_screen()
            assert_drawn(app)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([*ATTACKS, LONE], (80, 24))
@example([*ATTACKS, LONE], (200, 60))
@given(st.lists(ANY_TEXT, min_size=1, max_size=12), SIZE)
def test_lines_are_as_wide_as_their_place_and_nothing_but_text(texts: list[str], size: tuple[int, int]) -> None:
    asyncio.run(_drawn(texts, size))
