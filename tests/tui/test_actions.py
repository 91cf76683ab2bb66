"""Every key of the session does what its title says, where it belongs."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from textual.geometry import Offset
from textual.widgets import Input

from diag.facts.index import Key
from diag.tui.actions import ACTIONS
from diag.tui.feeding import Choice
from diag.tui.target import Target
from diag.tui.widgets.detail import Detail
from diag.tui.widgets.log_view import LogView
from diag.tui.widgets.page import PageView
from diag.tui.widgets.prompt import Prompt
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import demo, view

CITED = next(line for line in next(text for key, text in demo().logs.items() if "orders" in key.pod).splitlines())
ORDERS = Key("Deployment", "shop", "orders")
PODS = len(demo().all("pods"))
PAGE = 37  # rows of a table on a screen of 40 lines
Probe = Callable[[Hand], Any]


class Deed(NamedTuple):
    """What is to be seen once the key was pressed, after the keys that lead there; `where` opens a screen before."""

    before: str
    seen: Probe
    wanted: Any
    where: str = ""


def screen(hand: Hand) -> str:
    return str(type(hand.screen).__name__)


def tab(hand: Hand) -> str:
    return str(hand.screen.query_one(Detail).tab)


def cursor(hand: Hand) -> int:
    return hand.table.cursor


def top(hand: Hand) -> Any:
    return hand.screen.query_one(PageView).scroll_offset


def typed(hand: Hand) -> str | None:
    """The sign and the text of the prompt that has the focus."""
    found = hand.screen.query_one(Prompt)
    return f"{found.sign}{found.query_one(Input).value}" if isinstance(hand.app.focused, Input) else None


def chosen(hand: Hand) -> str:
    """The offer that is marked."""
    lines = hand.drawn("#offers")
    return next((line.split()[1] for line in lines if line.startswith("▸")), "")


def sort(hand: Hand) -> tuple[str | None, bool]:
    return hand.table.sorted_by, hand.table.reverse


def log(hand: Hand) -> Any:
    return hand.screen.query_one(LogView)


def under_cursor(hand: Hand) -> str:
    """The short name of the pod that wrote the line under the cursor."""
    return next((line.split()[1] for line in hand.drawn("LogView") if line.startswith("›")), "")


def focused(hand: Hand) -> str:
    return type(hand.app.focused).__name__


def asked(hand: Hand) -> list[str]:
    return hand.app.feeds[0].asked  # type: ignore[attr-defined, no-any-return]


DEEDS: dict[str, Deed] = {
    "app.filter": Deed("", typed, "/"),
    "app.command": Deed("", typed, ":"),
    "app.palette": Deed("", screen, "CommandPalette"),
    "app.help": Deed("", screen, "HelpScreen"),
    "app.back": Deed("t", screen, "FindingsScreen"),
    "app.describe": Deed("", lambda hand: (screen(hand), tab(hand)), ("ObjectScreen", "Summary")),
    "app.yaml": Deed("", lambda hand: (screen(hand), tab(hand)), ("ObjectScreen", "YAML")),
    "app.related": Deed("", lambda hand: (screen(hand), tab(hand)), ("ObjectScreen", "Wiring")),
    "app.logs": Deed("j j j", screen, "LogsScreen"),
    "app.events": Deed("", screen, "EventsScreen"),
    "app.top": Deed("", screen, "TopScreen"),
    "app.fix": Deed("", tab, "Fix"),
    "app.contexts": Deed("", typed, ":ctx "),
    "app.namespaces": Deed("", typed, ":ns "),
    "app.all_namespaces": Deed("", lambda hand: hand.app.namespaces, (), ":ns shop"),
    "app.copy": Deed("", lambda hand: hand.app.clipboard.split()[0], "kubectl"),
    "app.pause": Deed("", asked, ["pause True"]),
    "app.rescan": Deed("", asked, ["rescan"]),
    "app.quit": Deed("", asked, ["close"]),
    "app.quit_at_once": Deed("slash a", asked, ["close"]),
    "prompt.complete": Deed("colon d e p", typed, ":deployments"),
    "prompt.next": Deed("colon p o down", chosen, "poddisruptionbudgets"),
    "prompt.previous": Deed("colon p o down down", chosen, "pods"),
    "prompt.leave": Deed("slash a", typed, None),
    "table.down": Deed("", cursor, 1),
    "table.up": Deed("j j", cursor, 1),
    "table.first": Deed("j j", cursor, 0),
    "table.last": Deed("", cursor, PODS - 1, ":pods"),
    "table.page_down": Deed("", cursor, PAGE, ":pods"),
    "table.page_up": Deed("G", cursor, PODS - 1 - PAGE, ":pods"),
    "table.left": Deed("right", lambda hand: hand.table.scroll_offset.x, 0, "narrow :pods"),
    "table.right": Deed("", lambda hand: hand.table.scroll_offset.x > 0, True, "narrow :pods"),
    "table.select": Deed("", screen, "ObjectScreen", ":pods"),
    "table.sort": Deed("", sort, ("severity", False), ":pods"),
    "table.reverse": Deed("s", sort, ("severity", True), ":pods"),
    "findings.unfold": Deed("", lambda hand: len(hand.table.rows), 14 + 11),
    "findings.switch": Deed("", focused, "PageView"),
    "detail.next_tab": Deed("tab", tab, "Evidence"),
    "detail.previous_tab": Deed("tab", tab, "YAML"),
    "detail.tab_1": Deed("2", tab, "Why"),
    "detail.tab_2": Deed("", tab, "Evidence"),
    "detail.tab_3": Deed("", tab, "Events"),
    "detail.tab_4": Deed("", tab, "Logs"),
    "detail.tab_5": Deed("", tab, "Metrics"),
    "detail.tab_6": Deed("", tab, "Fix"),
    "detail.tab_7": Deed("", tab, "YAML"),
    "page.down": Deed("", top, Offset(0, 1), "yaml"),
    "page.up": Deed("j j", top, Offset(0, 1), "yaml"),
    "page.first": Deed("j j", top, Offset(0, 0), "yaml"),
    "page.last": Deed("", lambda hand: top(hand).y > 60, True, "yaml"),
    "page.page_down": Deed("", top, Offset(0, PAGE - 2), "yaml"),
    "page.page_up": Deed("ctrl+f j", top, Offset(0, 1), "yaml"),
    "page.next": Deed("slash u i d enter", lambda hand: top(hand).y > 5, True, "yaml"),
    "page.previous_match": Deed("slash u i d enter n", lambda hand: top(hand).y < 10, True, "yaml"),
    "page.left_side": Deed("L L", lambda hand: top(hand).x, 10, "narrow yaml"),
    "page.right_side": Deed("", lambda hand: top(hand).x, 10, "narrow yaml"),
    "object.tab_1": Deed("2", tab, "Summary", "yaml"),
    "object.tab_2": Deed("", tab, "Why", "yaml"),
    "object.tab_3": Deed("", tab, "Wiring", "yaml"),
    "object.tab_4": Deed("1", tab, "YAML", "yaml"),
    "object.unfold": Deed("", lambda hand: len(hand.table.rows) > 4, True, "wiring"),
    "help.close": Deed("question_mark", screen, "FindingsScreen"),
    "events.warnings": Deed("", lambda hand: {row.event.type for row in hand.table.rows}, {"Warning"}, "events"),
    "top.pods": Deed("2", lambda hand: hand.drawn("Table")[0].split()[1], "POD", "top"),
    "top.containers": Deed("", lambda hand: hand.drawn("Table")[0].split()[1], "CONTAINER", "top"),
    "top.nodes": Deed("", lambda hand: hand.drawn("Table")[0].split()[0], "NODE", "top"),
    "top.claims": Deed("", lambda hand: hand.drawn("Table")[0].split()[1], "CLAIM", "top"),
    "contexts.mark": Deed(
        "j", lambda hand: [row.name for row in hand.table.rows if row.chosen], ["prod-eu", "b"], ":contexts"
    ),
    "logs.down": Deed("g", lambda hand: log(hand).scroll_offset.y, 1, "narrow logs"),
    "logs.up": Deed("g j j", lambda hand: log(hand).scroll_offset.y, 1, "narrow logs"),
    "logs.first": Deed("", lambda hand: log(hand).scroll_offset.y, 0, "narrow logs"),
    "logs.follow": Deed("g", lambda hand: log(hand).following, True, "narrow logs"),
    "logs.page_down": Deed("g", lambda hand: log(hand).scroll_offset.y > 1, True, "narrow logs"),
    "logs.page_up": Deed("g j", lambda hand: log(hand).scroll_offset.y, 0, "narrow logs"),
    "logs.left": Deed("g right", lambda hand: "2026-11-22" in hand.drawn("LogView")[0], True, "narrow logs"),
    "logs.right": Deed("g", lambda hand: "2026-11-22" in hand.drawn("LogView")[0], False, "narrow logs"),
    "logs.search": Deed("", typed, "/", "logs"),
    "logs.next": Deed("g slash e r r o r enter", under_cursor, "zp7xw", "narrow logs"),
    "logs.previous_match": Deed("g slash e r r o r enter n", under_cursor, "n46sw", "narrow logs"),
    "logs.filter": Deed("", typed, "&", "logs"),
    "logs.mark": Deed("g", lambda hand: "●" in "".join(hand.drawn("LogView")), True, "logs"),
    "logs.next_mark": Deed("g m", lambda hand: log(hand)._cursor is not None, True, "narrow logs"),
    "logs.cited": Deed("G", lambda hand: "►" in "".join(hand.drawn("LogView")), True, "narrow cited"),
    "logs.wrap": Deed("", lambda hand: log(hand).wrap, True, "logs"),
    "logs.times": Deed("", lambda hand: log(hand).times, True, "logs"),
    "logs.previous": Deed("", lambda hand: hand.screen.previous, True, "logs"),
    "logs.more": Deed("", lambda hand: hand.screen._tail, 10_000, "logs"),
    "logs.save": Deed("", lambda hand: any("saved" in one for one in hand.said), True, "logs"),
}


async def go(hand: Hand, where: str) -> None:
    """Open the screen where the key works."""
    pod = Target(0, Key("Pod", "data", "postgres-0"))
    if where.startswith(":"):
        await hand.command(where[1:])
    elif where in ("yaml", "wiring"):
        hand.app.open_object(pod, {"yaml": "yaml", "wiring": "related"}[where])
        await hand.until(lambda: screen(hand) == "ObjectScreen" and hand.screen.ready)
        await hand.until(lambda: hand.page if where == "yaml" else hand.table.rows)
    elif where in ("logs", "cited"):
        hand.app.open_logs(Target(0, ORDERS, (CITED,) if where == "cited" else ()))
        await hand.until(lambda: len(hand.screen.view.shown) > 5)
    elif where:
        await hand.press({"events": "e", "top": "t"}[where])
    await hand.pilot.pause()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_the_key_does_it(action: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    deed = DEEDS[action.id]
    where = deed.where.removeprefix("narrow ")

    async def act(hand: Hand) -> None:
        await hand.read()
        await go(hand, where)
        for key in deed.before.split():
            await hand.press(key)
        await hand.press(action.keys.split(",")[0])
        await hand.until(lambda: deed.seen(hand) == deed.wanted)

    choice = Choice(lambda: ("prod-eu", "b"), lambda name: shows(view(demo()), name=name or ""))
    drive(act, size=(120, 40) if where == deed.where else (60, 10), choice=choice)


def test_every_action_has_a_test() -> None:
    assert set(DEEDS) == {action.id for action in ACTIONS}
