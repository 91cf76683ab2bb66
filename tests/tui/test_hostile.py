import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Static

from diag.facts.index import Key
from diag.live.recorded import RecordedFeed
from diag.model.course import Course
from diag.model.kinds import KINDS
from diag.model.snapshot import Scope, Snapshot
from diag.playbook.format import Playbook
from diag.sources.recording import load_recording
from diag.tui.app import SessionApp
from diag.tui.commands import Commands
from diag.tui.feeding import Choice
from diag.tui.finding_rows import FindingRow
from diag.tui.screens.findings import TABS, FindingsScreen
from diag.tui.screens.logs import LogsScreen
from diag.tui.screens.object import ObjectScreen
from diag.tui.tables.kinds import aliases
from diag.tui.target import Target
from diag.tui.widgets.detail import Detail
from diag.tui.widgets.page import PageView
from tests.tui import hostile
from tests.tui.drawn import assert_drawn
from tests.tui.feeds import playbooks

SIZES = ((80, 24), (200, 60))
PATIENCE = 20.0  # seconds

Act = Callable[["Session"], Awaitable[None]]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Snapshot]:
    place = hostile.write(tmp_path_factory.mktemp("recording"))
    return place, load_recording(str(place), None, Scope())


class Feed(RecordedFeed):
    """The recording, as if Prometheus told how its containers went."""

    def courses(self, namespace: str, pod: str) -> tuple[Course, ...]:
        points = tuple((float(60 * minute), float(minute % 7)) for minute in range(60))
        return tuple(Course(attack, points, points) for attack in hostile.ATTACKS)


class Session:
    """The session on the hostile recording, and a hand at its keys."""

    def __init__(self, app: SessionApp, pilot: Pilot[None], snapshot: Snapshot) -> None:
        self.app = app
        self.pilot = pilot
        self.snapshot = snapshot

    async def rest(self) -> None:
        """Wait until nothing is on its way to the screen."""
        for _ in range(2):
            await self.pilot._wait_for_screen()
            await self.until(lambda: not self.app.asking)
        await self.pilot._wait_for_screen()

    async def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end
            await asyncio.sleep(0.001)

    async def press(self, *keys: str) -> None:
        """Press each, and look at what is drawn. A pilot's own way waits for the processor to be idle."""
        for key in keys:
            letter = key if len(key) == 1 else None
            self.app.post_message(events.Key(_character_to_key(key) if letter else key, letter))
            await self.look()

    async def look(self) -> None:
        await self.rest()
        assert_drawn(self.app)

    async def close(self) -> None:
        """Back to the findings."""
        while len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        await self.rest()


def run(recording: tuple[Path, Snapshot], size: tuple[int, int], act: Act, home: Path) -> None:
    place, snapshot = recording

    def load() -> tuple[Snapshot, tuple[Playbook, ...]]:
        return snapshot, playbooks()

    def feed(name: str | None) -> Feed:
        return Feed(name or "", str(place), load)

    async def acted() -> None:
        contexts = hostile.ATTACKS
        app = SessionApp([feed(place.name)], Choice(lambda: contexts, feed), environ={"HOME": str(home)})
        async with app.run_test(size=size) as pilot:
            session = Session(app, pilot, snapshot)
            await session.until(lambda: app.views[0] is not None and app.views[0].report is not None)
            await session.look()
            await act(session)
        assert app.failure is None

    asyncio.run(acted())


def objects(snapshot: Snapshot) -> Iterator[Key]:
    """One of each kind, and one without a name."""
    for kind in KINDS:
        for one in snapshot.all(kind.plural)[-1:]:
            yield Key(kind.kind, one.metadata.namespace, one.metadata.name)
    yield next(Key("Pod", pod.metadata.namespace, "") for pod in snapshot.all("pods") if not pod.metadata.name)


@pytest.mark.parametrize("first", range(len(SIZES)))
def test_every_page_of_every_finding(recording: tuple[Path, Snapshot], first: int, tmp_path: Path) -> None:
    """Each at one of the sizes: there are many."""

    async def act(session: Session) -> None:
        screen = session.app.screen
        assert isinstance(screen, FindingsScreen)
        screen._unfolded |= {row.finding.id for row in screen.table.rows if isinstance(row, FindingRow)}
        screen.redraw()
        assert len(screen.table.rows) > 50
        detail = screen.query_one(Detail)
        screen.table.action_move(first)
        for _ in screen.table.rows[first :: len(SIZES)]:
            for tab in TABS:
                detail.choose(tab)
                await session.look()
            screen.table.action_move(len(SIZES))
        screen.query_one(PageView).focus()
        await session.press("G", "L", "g")

    run(recording, SIZES[first], act, tmp_path)


@pytest.mark.parametrize("size", SIZES)
def test_every_table(recording: tuple[Path, Snapshot], size: tuple[int, int], tmp_path: Path) -> None:
    async def act(session: Session) -> None:
        for plural in dict.fromkeys(aliases().values()):
            session.app.open_kind(plural)
            await session.press("G", "right", "s", "S", "g")
            await session.close()

    run(recording, size, act, tmp_path)


@pytest.mark.parametrize("first", range(len(SIZES)))
def test_every_page_of_objects_of_every_kind(recording: tuple[Path, Snapshot], first: int, tmp_path: Path) -> None:
    """Each kind at one of the sizes, as well."""

    async def act(session: Session) -> None:
        chosen = list(objects(session.snapshot))[first :: len(SIZES)]
        assert len(chosen) > 10
        for key in chosen:
            session.app.open_object(Target(0, key), "related")
            await session.look()
            screen = session.app.screen
            assert isinstance(screen, ObjectScreen)
            await session.press("space", "j", "space")
            for tab in ("Summary", "Why", "YAML"):
                screen.query_one(Detail).choose(tab)
                await session.look()
                screen.query_one(PageView).action_last()
                await session.look()
            await session.close()

    run(recording, SIZES[first], act, tmp_path)


@pytest.mark.parametrize("size", SIZES)
def test_logs(recording: tuple[Path, Snapshot], size: tuple[int, int], tmp_path: Path) -> None:
    async def act(session: Session) -> None:
        for key in dict.fromkeys(session.snapshot.logs):
            session.app.open_logs(Target(0, Key("Pod", key.namespace, key.pod), hostile.ATTACKS, key.previous))
            await session.rest()
            screen = session.app.screen
            assert isinstance(screen, LogsScreen)
            await session.until(lambda view=screen.view: len(view.shown) > 0)
            await session.look()
            await session.press("g", "T", "W", "G", "g", "right", "m", "apostrophe", "W", "right", "G", "left")
            await session.press("slash", "[", "enter", "n", "ampersand", "x", "enter", "escape")
            await session.close()

    run(recording, size, act, tmp_path)


@pytest.mark.parametrize("size", SIZES)
def test_events_top_help_and_contexts(recording: tuple[Path, Snapshot], size: tuple[int, int], tmp_path: Path) -> None:
    async def act(session: Session) -> None:
        await session.press("e", "G", "W", "right", "enter", "question_mark", "G")
        await session.close()
        await session.press("t", "G", "2", "3", "4", "1", "s", "enter", "4")
        await session.close()
        await session.press("t")
        course = session.app.screen.query_one("#course", Static)
        await session.until(lambda: "last hour" in str(course.content))
        await session.look()
        await session.close()
        await session.press("question_mark", "G")
        await session.close()
        await session.press("colon", *"contexts", "enter", "j", "space", "G", "space", "escape")
        assert len(session.app.feeds) > 1
        await session.until(lambda: all(view is not None and view.report is not None for view in session.app.views))
        await session.press("G")

    run(recording, size, act, tmp_path)


@pytest.mark.parametrize("size", SIZES)
def test_prompts_palette_and_toasts(recording: tuple[Path, Snapshot], size: tuple[int, int], tmp_path: Path) -> None:
    async def act(session: Session) -> None:
        for keys in (("n",), ("c",), ("colon", *"pods ")):
            await session.press(*keys, "down", "down", "up", "tab", "escape")
        await session.press("slash", *"[/x] sev:high ns:[", "enter", "slash", "escape", "escape")
        await session.press("ctrl+p", *"ns ", "down", "down", "escape")
        await session.press("ctrl+p", *"ctx ", "down", "escape")
        for attack in hostile.ATTACKS:
            for command in (f"ns {attack}", f"ctx +{attack}x", attack, f"hide {attack}", f"theme {attack}"):
                Commands(session.app).run(command)
                await session.look()
            await session.press("colon")
            session.app.post_message(events.Paste(attack))
            await session.press("escape", "ctrl+p")
            session.app.post_message(events.Paste(attack))
            await session.press("escape")
            session.app.say(attack)
            session.app.say(attack, fault=True)
            await session.look()
        session.app.screen.copied = lambda: "\n".join(hostile.ATTACKS)  # type: ignore[union-attr,method-assign]
        await session.press("C", "slash", "ctrl+v", "escape")

    run(recording, size, act, tmp_path)
