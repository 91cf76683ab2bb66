from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from diag.facts.groups import place
from diag.facts.index import Index
from diag.facts.tracked import Change, TrackedIndex
from diag.model.snapshot import Gap, LogKey, Metrics, Sample, Scope, Snapshot
from tests.playbook.samples import NOW, pod, snapshot

LOG = LogKey("shop", "web-1", "app")
START = snapshot(pod("web-1"), pod("web-2"), logs={LOG: "starting"})
WEB_1, WEB_2 = START.all("pods")
PLACED = msgspec.structs.replace(WEB_1, node_name="worker-2")
Read = Callable[[Index], Any]
Then = Callable[[Snapshot], tuple[Snapshot, list[Change]]]


def changed(*changes: Change) -> Then:
    """What comes of a snapshot by changes of single objects."""

    def then(before: Snapshot) -> tuple[Snapshot, list[Change]]:
        found = {plural: {place(one): one for one in records} for plural, records in before.objects.items()}
        for plural, old, new in changes:
            if old is not None:
                del found[plural][place(old)]
            if new is not None:
                found[plural][place(new)] = new
        objects = {plural: sorted(records.values(), key=place) for plural, records in found.items()}
        return msgspec.structs.replace(before, objects=objects), list(changes)

    return then


def besides(**fields: Any) -> Then:
    """What comes of a snapshot by another clock, other logs or metrics."""
    return lambda before: (msgspec.structs.replace(before, **fields), [])


def is_touched(read: Read, then: Then) -> bool:
    """Whether what is read of the start is touched by what happens then; what it is afterwards must be right."""
    index = TrackedIndex(START)
    with index.reading() as marks:
        read(index)
    after, changes = then(START)
    touched = not index.update(after, changes).isdisjoint(marks)
    assert read(index) == read(Index(after))
    return touched


REPLACED, GONE = changed(("pods", WEB_1, PLACED)), changed(("pods", WEB_2, None))
LATER, SAID = besides(taken_at=NOW + timedelta(hours=1)), besides(logs={LOG: "stopping"})
READ = besides(logs={**START.logs, LogKey("shop", "web-2", "app"): "starting"})
MEASURED = besides(metrics=(Metrics("prometheus", ("memory_usage",), (Sample("memory_usage", 1.0, "shop", "web-1"),)),))
UNREAD = besides(gaps=(Gap("logs", "shop/web-2/app", "timeout"),))
FORBIDDEN = besides(gaps=(Gap("pods", "", "forbidden"),))
NODES = besides(objects={plural: found for plural, found in START.objects.items() if plural != "nodes"})


@pytest.mark.parametrize(
    ("read", "touching", "others"),
    [
        pytest.param(lambda i: i.pod("shop", "web-1"), [REPLACED], [GONE, LATER, SAID], id="an object"),
        pytest.param(lambda i: i.pod("shop", "web-3"), [], [REPLACED, GONE], id="an object that is not there"),
        pytest.param(lambda i: i.all("pods"), [REPLACED, GONE], [LATER, SAID], id="a kind"),
        pytest.param(lambda i: i.all("nodes"), [], [REPLACED, GONE], id="another kind"),
        pytest.param(lambda i: i.names("pods", "shop"), [REPLACED, GONE], [LATER], id="the names of a namespace"),
        pytest.param(lambda i: i.namespaces("pods"), [], [REPLACED, GONE], id="the namespaces of a kind"),
        pytest.param(lambda i: i.pods_by_node.get("worker-1"), [REPLACED, GONE], [LATER], id="a group"),
        pytest.param(lambda i: i.pods_by_node.get("worker-2"), [REPLACED], [GONE], id="a group that was empty"),
        pytest.param(lambda i: set(i.pods_by_node.all_keys()), [REPLACED], [GONE], id="which groups there are"),
        pytest.param(lambda i: i.saw("pods", "shop"), [FORBIDDEN], [REPLACED, NODES, UNREAD], id="whether it was read"),
        pytest.param(
            lambda i: i.saw("nodes"), [NODES], [REPLACED, FORBIDDEN, LATER], id="whether another kind was read"
        ),
        pytest.param(lambda i: i.saw("events@default"), [], [NODES, FORBIDDEN], id="whether a third one was"),
        pytest.param(lambda i: i.age(NOW), [LATER], [REPLACED, SAID], id="the clock"),
        pytest.param(lambda i: i.log(LOG), [SAID], [REPLACED, LATER, UNREAD], id="a log"),
        pytest.param(lambda i: i.logs("shop", "app", False), [READ], [SAID, REPLACED, UNREAD], id="which logs"),
        pytest.param(lambda i: i.logs("shop", "app", True), [], [READ, SAID], id="which other logs"),
        pytest.param(lambda i: i.log_gaps, [UNREAD], [SAID, LATER], id="logs that could not be read"),
        pytest.param(lambda i: dict(i.samples), [MEASURED], [SAID, REPLACED], id="samples"),
        pytest.param(lambda i: i.metric_names, [MEASURED], [SAID, REPLACED], id="what was measured"),
    ],
)
def test_only_what_was_read_touches(read: Read, touching: list[Then], others: list[Then]) -> None:
    assert [is_touched(read, then) for then in touching] == [True] * len(touching)
    assert [is_touched(read, then) for then in others] == [False] * len(others)


def kept(index: Index) -> Any:
    return index.keep("outer", lambda: index.keep("inner", lambda: [one.node_name for one in index.all("pods")]) * 2)


def remembered(index: Index) -> Any:
    return index.remember("those", lambda: [one.node_name for one in index.all("pods")])


def busy(index: Index) -> Any:
    return index.gist("busy", lambda: len(index.pods_by_node.get("worker-1")) > 0)


@pytest.mark.parametrize("read", [kept, remembered])
def test_what_is_kept_touches_by_what_it_was_made_from(read: Read) -> None:
    assert is_touched(read, REPLACED)
    assert not is_touched(read, LATER)


def test_a_gist_touches_only_when_it_comes_out_differently() -> None:
    assert not is_touched(busy, GONE)
    assert is_touched(busy, changed(("pods", WEB_1, None), ("pods", WEB_2, None)))


def test_what_is_kept_is_made_once_for_as_long_as_it_holds() -> None:
    made: list[Snapshot] = []
    index = TrackedIndex(START)

    def ask() -> None:
        index.keep("nodes", lambda: made.append(index.snapshot) or index.all("nodes"))

    for then in (LATER, REPLACED, LATER):
        ask()
        index.update(*then(index.snapshot))
    ask()
    assert len(made) == 1


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"logs": {}}, True),
        ({"taken_at": NOW + timedelta(days=1)}, True),
        ({"gaps": (Gap("logs", "shop/web-2/app", "timeout"), Gap("metrics", "", "not-asked"))}, True),
        ({"gaps": (Gap("nodes", "", "forbidden"),)}, True),
        ({"scope": Scope(("shop",))}, False),
        ({"clock": "inferred"}, False),
        ({"server_version": "v1.99.0"}, False),
        ({"objects": {}}, True),
    ],
)
def test_the_frame_cannot_change_step_by_step(fields: dict[str, Any], fits: bool) -> None:
    assert TrackedIndex(START).fits(msgspec.structs.replace(START, **fields)) is fits
