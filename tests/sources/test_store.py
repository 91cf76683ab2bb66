"""What is known of a cluster while it changes: the same as if it had just been read."""

import threading
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from diag.facts.tracked import Change
from diag.model.decode import Decoder
from diag.model.meta import Metadata
from diag.model.pods import Pod, PodStatus
from diag.model.snapshot import Gap
from diag.sources import store as module
from diag.sources.store import Store

FORBIDDEN = Gap("pods", "", "forbidden", "no")


def pod(name: str, namespace: str = "shop", phase: str = "Running") -> Pod:
    return Pod(metadata=Metadata(name=name, namespace=namespace), status=PodStatus(phase=phase))


def names(store: Store, plural: str = "pods") -> list[str]:
    return [f"{record.metadata.namespace}/{record.metadata.name}" for record in store.take().objects[plural]]


def test_records_stand_in_order_however_they_come() -> None:
    store = Store()
    store.add("pods", [pod("b"), pod("a"), pod("c", "ops")])
    store.add("pods", [pod("aa")])
    assert names(store) == ["ops/c", "shop/a", "shop/aa", "shop/b"]


def test_what_changed_is_told() -> None:
    store = Store()
    one, other, worse = pod("a"), pod("b"), pod("a", phase="Failed")
    assert store.add("pods", [one, other]) == [("pods", None, one), ("pods", None, other)]
    assert store.apply("pods", [(False, worse), (True, other)]) == [("pods", one, worse), ("pods", other, None)]
    assert names(store) == ["shop/a"]


def test_what_says_nothing_new_is_no_change() -> None:
    store = Store()
    before = pod("a")
    store.add("pods", [before])
    held = store.take().objects["pods"]
    assert store.apply("pods", [(False, pod("a")), (True, pod("b"))]) == []
    assert store.replace_all("pods", "", [pod("a")]) == []
    after = store.take()
    assert after.objects["pods"] is held
    assert after.objects["pods"][0] is before
    assert after.changes == []


def test_managed_fields_and_heartbeats_say_nothing_new() -> None:
    store, decoder = Store(), Decoder()
    meta = b'{"name":"n","resourceVersion":"%d","managedFields":[{"time":"%d"}]}'
    node = b'[{"metadata":' + meta + b',"status":{"conditions":[%b]}}]'
    beat = b'{"type":"Ready","status":"True","lastHeartbeatTime":"2026-01-10T12:00:%02dZ"}'
    store.add("nodes", decoder.decode("nodes", node % (1, 1, beat % 1)))
    assert store.add("nodes", decoder.decode("nodes", node % (2, 2, beat % 2))) == []


def test_what_was_taken_never_changes() -> None:
    store = Store()
    store.add("pods", [pod("a")])
    store.add("nodes", [])
    first = store.take()
    store.add("pods", [pod("b")])
    second = store.take()
    assert [len(taken.objects["pods"]) for taken in (first, second)] == [1, 2]
    assert first.objects["nodes"] is second.objects["nodes"]


def test_the_changes_since_the_last_time_and_at_first_everything() -> None:
    store = Store()
    store.add("pods", [pod("a")])
    assert store.take().changes is None
    changes = store.add("pods", [pod("b")]) + store.apply("pods", [(True, pod("a"))])
    assert store.take().changes == changes
    assert store.take().changes == []


def test_too_many_changes_are_not_told_one_by_one(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "FEW_CHANGES", 3)
    store = Store()
    store.take()
    store.add("pods", [pod(name) for name in "abcd"])
    changed = store.add("pods", [pod(name, phase="Failed") for name in "ab"])
    assert len(changed) == 2
    assert store.take().changes is None
    store.add("pods", [pod("f")])
    assert len(store.take().changes or ()) == 1


def test_what_comes_for_the_first_time_is_told_one_by_one(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "FEW_CHANGES", 3)
    store = Store()
    store.take()
    store.add("pods", [pod(name) for name in "abcdef"])
    assert len(store.take().changes or ()) == 6


def test_replacing_tells_what_came_what_went_and_what_is_otherwise() -> None:
    store = Store()
    old = {name: pod(name) for name in "abc"}
    store.add("pods", old.values())
    worse, new = pod("b", phase="Failed"), pod("d")
    changes = store.replace_all("pods", "", [new, worse, pod("a")])
    assert changes == [("pods", None, new), ("pods", old["b"], worse), ("pods", old["c"], None)]
    assert names(store) == ["shop/a", "shop/b", "shop/d"]


def test_replacing_one_namespace_leaves_the_others() -> None:
    store = Store()
    store.add("pods", [pod("a"), pod("b"), pod("c", "ops")])
    store.replace_all("pods", "shop", [pod("b")])
    assert names(store) == ["ops/c", "shop/b"]


def test_a_kind_without_objects_was_read_all_the_same() -> None:
    store = Store()
    store.replace_all("pods", "", [])
    assert store.take().objects == {"pods": ()}


def test_dropping_leaves_nothing_but_gaps() -> None:
    store = Store()
    store.add("pods", [pod("a")])
    store.take()
    assert store.drop("pods", "", [FORBIDDEN]) == [("pods", pod("a"), None)]
    held = store.take()
    assert (held.objects, held.gaps, len(held.changes or ())) == ({}, (FORBIDDEN,), 1)
    assert store.drop("nodes", "", [FORBIDDEN]) == []
    assert store.gaps() == (FORBIDDEN,)


def test_gaps_go_when_what_was_missing_has_come() -> None:
    store = Store()
    store.set_gaps("pods", "", [Gap("pods", "", "reading")])
    store.set_gaps("pods", "shop", [FORBIDDEN, FORBIDDEN])
    assert len(store.gaps()) == 2
    store.replace_all("pods", "", [])
    assert store.gaps() == (FORBIDDEN,)


steps = st.one_of(
    st.tuples(st.just("add"), st.lists(st.integers(0, 30), max_size=4)),
    st.tuples(st.just("remove"), st.lists(st.integers(0, 30), max_size=4)),
    st.tuples(st.just("replace"), st.lists(st.integers(0, 30), max_size=12)),
)


def numbered(number: int, step: int) -> Pod:
    return pod(f"p{number // 3}", f"n{number % 3}", str(step % 2))


@given(st.lists(steps, max_size=12))
def test_after_any_changes_it_is_as_a_fresh_list(history: list[tuple[str, list[int]]]) -> None:
    store, truth = Store(), dict[tuple[str, str], Pod]()
    told = store.take().objects.get("pods", [])
    for step, (what, numbers) in enumerate(history):
        given_ = [numbered(number, step) for number in numbers]
        if what == "replace":
            truth = {(one.metadata.namespace, one.metadata.name): one for one in given_}
            store.replace_all("pods", "", given_)
            continue
        store.apply("pods", [(what == "remove", one) for one in given_])
        for one in given_:
            truth.pop((one.metadata.namespace, one.metadata.name), None)
            if what == "add":
                truth[one.metadata.namespace, one.metadata.name] = one
    held = store.take()
    assert list(held.objects.get("pods", ())) == [truth[key] for key in sorted(truth)]
    assert replayed(told, held.changes or []) == truth


def replayed(records: list[Pod], changes: list[Change]) -> dict[tuple[str, str], Pod]:
    """The records after the changes, each of which must fit what was there."""
    found = {(one.metadata.namespace, one.metadata.name): one for one in records}
    for _, old, new in changes:
        meta = (old or new).metadata  # type: ignore[union-attr]
        assert found.pop((meta.namespace, meta.name), None) is old
        if new is not None:
            found[meta.namespace, meta.name] = new
    return found


def test_several_threads_at_once() -> None:
    store = Store()
    store.take()

    def write(namespace: str) -> None:
        for number in range(500):
            store.add("pods", [pod(f"p{number:03}", namespace)])

    threads = [threading.Thread(target=write, args=(f"n{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    found: dict[tuple[str, str], Pod] = {}
    while any(thread.is_alive() for thread in threads):
        held = store.take()
        found = replayed(list(found.values()), held.changes or [])
        assert list(map(str, sorted(found))) == [
            str((one.metadata.namespace, one.metadata.name)) for one in held.objects.get("pods", [])
        ]
    assert len(names(store)) == 2000
