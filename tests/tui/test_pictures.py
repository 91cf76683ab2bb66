from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache

import msgspec
import pytest

from diag.facts.index import Key
from diag.live.view import Connection, Resolved, View
from diag.model.course import Course
from diag.model.snapshot import Gap, Scope, Snapshot
from diag.tui.feeding import Choice
from diag.tui.target import Target
from tests.tui.driving import Hand, drive, shows
from tests.tui.feeds import FakeFeed, demo, demo_report, view
from tests.tui.picturing import SIZES, same_picture

Feeds = Callable[[], Sequence[FakeFeed]]
Shots = dict[str, str]
"""By the name of a picture the keys that lead to it from the one before; `:` begins a command."""

MI = 2**20
NOW = demo().taken_at
OBJECTS = {
    "pod": Key("Pod", "shop", "search-5bf549cc7-5nr8l"),
    "deployment": Key("Deployment", "shop", "checkout"),
    "node": Key("Node", "", "worker-3"),
    "claim": Key("PersistentVolumeClaim", "data", "data-postgres-0"),
    "service": Key("Service", "shop", "orders"),
}
STORY: Shots = {
    "why": "j j j j j",
    "evidence": "2",
    "events": "3",
    "logs": "4",
    "metrics": "5",
    "fix": "6",
    "yaml": "7",
}
TABLES: Shots = {
    "pods": ":pods",
    "pods-filtered": "slash s h o p enter s s",
    "workloads": "escape escape :workloads",
    "nodes": "escape :nodes",
    "claims": "escape :pvc",
    "services": "escape :svc",
    "events": "escape e",
    "events-warnings": "W",
}
PAGES: Shots = {"summary": "1", "why": "2", "wiring": "3", "wiring-unfolded": "space j", "yaml": "4"}
LOGS: Shots = {"logs": "g", "logs-search": "slash e r r o r enter", "logs-wrap": "escape W T"}
TOP: Shots = {"top-pods": "t", "top-containers": "2", "top-nodes": "3", "top-claims": "4"}
PROMPTS: Shots = {
    "folded": "j",
    "unfolded": "k space",
    "prompt-filter": "slash s e v : h i",
    "filter": "g h enter",
    "command": "escape colon p o",
    "help": "escape question_mark",
    "palette": "escape ctrl+p n s space",
}


def course() -> Course:
    minutes = range(60)
    start = NOW.timestamp() - 3600
    cpu = tuple((start + 60 * minute, 0.05 + 0.04 * (minute % 7)) for minute in minutes)
    memory = tuple((start + 60 * minute, (60 + 2.2 * minute) * MI) for minute in minutes)
    return Course("search", cpu, memory)


def measured() -> Sequence[FakeFeed]:
    return [shows(view(demo()), courses=(course(),))]


def recorded() -> Sequence[FakeFeed]:
    return [shows(view(demo(), "recording"), name="recording demo")]


@cache
def after(minutes: int) -> View:
    """The claim is mended since that many minutes, and what suffered from it."""
    first = demo_report().findings[0]
    rest = tuple(one for one in demo_report().findings if first.id not in (one.id, one.symptom_of))
    report = msgspec.structs.replace(demo_report(), findings=rest)
    ended = Resolved(first, NOW - timedelta(minutes=minutes))
    return msgspec.structs.replace(view(demo()), report=report, resolved=(ended,))


@cache
def early() -> View:
    """Pods and nodes have come, the rest is still being read."""
    came = {name: demo().objects[name] for name in ("namespaces", "nodes", "pods")}
    gaps = tuple(Gap(name, "", "reading") for name in demo().objects if name not in came)
    return view(Snapshot(NOW, scope=Scope(), objects=came, gaps=gaps), "reading", "89 pods")


def lost() -> View:
    words = "https://10.0.3.1:6443: connection refused"
    return View("prod-us", Connection("lost", NOW - timedelta(seconds=93), words))


def healthy() -> View:
    objects = {name: [] if name in ("pods", "events") else demo().objects[name] for name in ("namespaces", "pods")}
    return view(Snapshot(NOW, objects=objects))


STATES: dict[str, Feeds] = {
    "starting": lambda: [shows(View("prod-eu", Connection("connecting", NOW)))],
    "reading": lambda: [shows(early())],
    "resolved": lambda: [shows(after(2))],
    "nothing": lambda: [shows(healthy())],
    "lost": lambda: [shows(msgspec.structs.replace(view(demo()), connection=lost().connection))],
    "several": lambda: [shows(after(14)), shows(lost(), name="prod-us"), shows(early(), name="staging")],
}


def pictures(name: str, shots: Shots, feeds: Feeds, size: tuple[int, int], first: Key | None = None) -> None:
    async def act(hand: Hand) -> None:
        if name not in STATES:
            await hand.read()
        if first is not None:
            hand.app.open_object(Target(0, first))
        for shot, keys in shots.items():
            for key in keys.split():
                await (hand.command(key[1:]) if key.startswith(":") and key != ":" else hand.press(key))
            await same_picture(hand.app, hand.pilot, f"{name}-{shot}" if name else shot)

    drive(act, feeds(), size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_findings(state: str, size: tuple[int, int]) -> None:
    pictures(state, {"findings": ""}, STATES[state], size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", OBJECTS)
def test_objects(kind: str, size: tuple[int, int]) -> None:
    pictures(kind, PAGES, measured, size, OBJECTS[kind])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "shots", "feeds"),
    [("finding", STORY, measured), ("", TABLES, measured), ("", PROMPTS, recorded)],
    ids=["finding", "tables", "prompts"],
)
def test_screens(name: str, shots: Shots, feeds: Feeds, size: tuple[int, int]) -> None:
    pictures(name, shots, feeds, size)


@pytest.mark.parametrize("size", SIZES)
def test_logs(size: tuple[int, int]) -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        hand.app.open_logs(Target(0, Key("Deployment", "shop", "orders")))
        await hand.until(lambda: len(hand.screen.view.shown) > 5)
        for shot, keys in LOGS.items():
            await hand.press(*keys.split())
            await same_picture(hand.app, hand.pilot, shot)

    drive(act, measured(), size)


@pytest.mark.parametrize("size", SIZES)
def test_top(size: tuple[int, int]) -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        for shot, key in TOP.items():
            await hand.press(key)
            if shot in ("top-pods", "top-containers"):
                await hand.until(lambda: "the last hour" in str(hand.screen.query_one("#course").render()))
            await same_picture(hand.app, hand.pilot, shot)

    drive(act, measured(), size)


@pytest.mark.parametrize("size", SIZES)
def test_contexts(size: tuple[int, int]) -> None:
    async def act(hand: Hand) -> None:
        await hand.read()
        await hand.until(lambda: hand.app.contexts)
        await hand.command("contexts")
        await hand.press("j", "space")
        await same_picture(hand.app, hand.pilot, "contexts")

    names = ("prod-eu", "prod-us", "staging")
    drive(act, measured(), size, choice=Choice(lambda: names, lambda name: shows(name=name or "")))
