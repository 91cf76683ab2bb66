from copy import deepcopy

import msgspec
import pytest

from diag.tui.screens import base
from diag.tui.widgets.detail import Detail
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import demo, view


async def opened(hand: Hand, command: str) -> None:
    await hand.read()
    await hand.command(command)
    await hand.until(lambda: type(hand.screen).__name__ == "ObjectsScreen" and hand.screen.ready)


def names(hand: Hand) -> list[str]:
    return [row.metadata.name for row in hand.table.rows]


def test_what_a_finding_concerns_is_marked_and_enter_tells_why() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, "pvc")
        place = names(hand).index("data-postgres-0")
        assert hand.drawn("Table")[place + 1].startswith("!")
        await hand.press(*["j"] * place, "enter")
        await hand.until(lambda: "is gone" in hand.page)
        assert hand.screen.query_one(Detail).tab == "Why"
        await hand.press("escape", "g", "enter")
        await hand.until(lambda: type(hand.screen).__name__ == "ObjectScreen")
        assert hand.screen.query_one(Detail).tab == "Summary"

    drive(act)


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("status:CrashLoop*", {"CrashLoopBackOff"}),
        ("ns:shop restarts>10", {"CrashLoopBackOff"}),
        ("sev:critical", set()),
        ("node:worker-9", set()),
    ],
)
def test_typed_terms(text: str, picked: set[str]) -> None:
    from diag.facts.pod_status import status

    async def act(hand: Hand) -> None:
        await opened(hand, "pods")
        await hand.press("slash", *text, "enter")
        await hand.until(lambda: hand.note.startswith(f"/ {text}"))
        assert {status(row) for row in hand.table.rows} == picked

    drive(act)


def test_it_sorts_by_the_mark_and_by_each_column() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, "pods")
        first = names(hand)
        seen = set()
        for _ in hand.table._placed:
            await hand.press("s")
            seen.add(hand.table.sorted_by)
            assert sorted(names(hand)) == sorted(first)
        assert {"severity", "name", "age", "restarts"} <= seen
        await hand.press("s")
        assert names(hand) == first

    drive(act)


def test_rows_stay_under_the_cursor_from_view_to_view() -> None:
    feed = shows(view(demo()))

    async def act(hand: Hand) -> None:
        await opened(hand, "pods")
        await hand.press("G", "k")
        name = hand.row.metadata.name
        feed.show(view(demo()))
        await hand.pilot.pause()
        assert hand.row.metadata.name == name

    drive(act, [feed])


def test_clusters_are_merged_with_a_column() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, "nodes")
        assert names(hand) == names(hand)[:4] * 2
        assert "CLUSTER" in hand.drawn("Table")[0]
        await hand.press("slash", *"cluster:us", "enter")
        await hand.until(lambda: len(names(hand)) == 4)
        target = hand.app.target()
        assert target is not None
        assert target.place == 1

    drive(act, [shows(view(one), name=name) for one, name in ((demo(), "eu"), (deepcopy(demo()), "us"))])


def test_a_kind_that_is_not_there_says_so() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, "volumeattachments")
        assert hand.drawn("Table")[1] == "no volumeattachments"
        await hand.press("enter", "d", "y", "w", "l", "C", "escape")
        await hand.until(lambda: len(hand.app.screen_stack) == 1)

    drive(act)


def test_new_views_wait_until_a_filter_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "TYPING", 60.0)
    late = msgspec.structs.replace(demo(), objects={**demo().objects, "pods": demo().all("pods")[:1]})

    async def act(hand: Hand) -> None:
        await opened(hand, "pods")
        await hand.press("slash", "a")
        feed.show(view(late))
        await hand.until(lambda: hand.app.views[0].snapshot is late)
        await hand.press("backspace")
        assert len(hand.table.rows) == len(demo().all("pods"))
        await hand.press("enter")
        assert len(hand.table.rows) == 1

    feed = shows(view(demo()))
    drive(act, [feed])


def test_a_screen_that_is_gone_holds_no_rows() -> None:
    async def act(hand: Hand) -> None:
        await opened(hand, "pods")
        screen, table = hand.screen, hand.table
        await hand.press("escape")
        await hand.until(lambda: not screen.is_mounted or not table.rows)
        assert (table.rows, screen.drawn) == ((), ())

    drive(act)
