from pathlib import Path
from typing import Any

import pytest

from diag.model.snapshot import LogKey, Sample
from diag.playbook.cases import Case, Expected, read_cases, snapshot
from diag.playbook.change import change
from tests.playbook.samples import NOW, write

HEAD = """
playbook: one
at: 2026-01-10T12:00:00Z
cases:
  - name: hit
    objects:
      - &pod
        kind: Pod
        metadata: {name: web-1, namespace: shop, labels: {a.b/c: x}}
        status:
          phase: Running
          containerStatuses: [{name: app, ready: false, restartCount: 1}]
      - kind: PodList
        items:
          - {<<: *pod, metadata: {name: web-2, namespace: shop}}
      - {kind: Event, metadata: {name: web-1.1, namespace: shop}, involvedObject: {kind: Pod, name: web-1}}
    logs: {shop/web-1/app: now, shop/web-1/app (previous): before}
    metrics: [{name: memory_ratio, namespace: shop, pod: web-1, container: app, value: 0.97}]
    unseen: [storageclasses]
    expect: {cause: some-cause, members: 2}
"""


def read(tmp_path: Path, more: str = "") -> tuple[list[Case], list[str]]:
    write(tmp_path, one__test=HEAD + more)
    faults: list[str] = []
    return read_cases(tmp_path / "one.test.yaml", "one.test.yaml", faults), faults


def pods(case: Case) -> list[tuple[str, bool]]:
    return [(pod.metadata.name, pod.status.container_statuses[0].ready) for pod in snapshot(case).all("pods")]


def test_a_case_is_what_a_source_would_have_read(tmp_path: Path) -> None:
    (case,), faults = read(tmp_path)
    assert faults == []
    assert (case.playbook, case.name, case.line, case.outcome) == ("one", "hit", 4, "hit")
    assert case.findings == (Expected("some-cause", members=2),)
    seen = snapshot(case)
    assert seen.taken_at == NOW
    assert pods(case) == [("web-1", False), ("web-2", False)]
    assert seen.logs == {LogKey("shop", "web-1", "app"): "now", LogKey("shop", "web-1", "app", True): "before"}
    assert seen.metrics[0].samples == (Sample("memory_ratio", 0.97, "shop", "web-1", "app"),)
    assert "memory_peak" in seen.metrics[0].names
    assert seen.all("nodes") == []
    assert (seen.saw("nodes"), seen.saw("storageclasses")) == (True, False)
    assert [(gap.what, gap.why) for gap in seen.gaps] == [("storageclasses.storage.k8s.io", "forbidden")]


def test_a_case_based_on_another_differs_by_its_changes_only(tmp_path: Path) -> None:
    more = """
  - name: ready
    based_on: hit
    at: 2026-01-10T13:00:00Z
    objects: [{kind: Pod, metadata: {name: web-3, namespace: shop}, status: {containerStatuses: [{name: app}]}}]
    logs: {shop/web-1/app: changed}
    unseen: []
    change:
      Pod/shop/web-1 status.containerStatuses[app].ready: true
      Pod/web-2: null
      Event/web-1.1: null
    expect: none
"""
    (first, second), faults = read(tmp_path, more)
    assert faults == []
    assert pods(first) == [("web-1", False), ("web-2", False)]
    assert pods(second) == [("web-1", True), ("web-3", False)]
    assert (second.outcome, second.findings, second.unseen, second.at.hour) == ("none", (), (), 13)
    assert second.logs == {**first.logs, LogKey("shop", "web-1", "app"): "changed"}
    assert second.metrics == first.metrics
    assert snapshot(second).all("events") == []


def test_every_fault_of_a_test_file_is_told_with_its_line(tmp_path: Path) -> None:
    more = """
  - name: hit
    expect: none
  - name: a
    based_on: hti
    expect: none
  - name: b
    expect: {caus: x}
  - name: c
    expects: none
    expect: nothing
  - name: d
    objects: [{kind: Pdo}, {kind: Pod, metadata: {}}]
    logs: {web-1: x}
    metrics: [{name: memory_rato, value: 1}]
    unseen: [storageclass]
    expect: []
  - name: e
    based_on: hit
    change:
      Pod/web-9: null
      Pod/web-1 status.containerStatuses[ap].ready: true
      Pod/web-1 status.reason: null
      Pod/web-1 status.phase.inside: 1
    expect: none
"""
    faults = read(tmp_path, more)[1]
    assert faults == [
        "one.test.yaml:21: there is a case 'hit' before",
        "one.test.yaml:24: no case before is named 'hti'; did you mean 'hit'?",
        "one.test.yaml:27: there is no key 'caus' here; did you mean 'cause'?",
        "one.test.yaml:28: there is no key 'expects' here; did you mean 'expect'?",
        "one.test.yaml:36: expects nothing: say 'none'",
        "one.test.yaml:32: 'Pdo' is not a kind that is read; did you mean 'Pod'?",
        "one.test.yaml:32: a Pod needs a name in its metadata",
        "one.test.yaml:33: a log is named namespace/pod/container, perhaps with ' (previous)'",
        "one.test.yaml:34: there is no metric 'memory_rato'; did you mean 'memory_ratio'?",
        "one.test.yaml:35: 'storageclass' is not a kind that is read; did you mean 'storageclasses'?",
        "one.test.yaml:40: 0 objects are named Pod/web-9; did you mean 'Pod/web-2'?",
        "one.test.yaml:41: the list has no entry 'ap'",
        "one.test.yaml:42: there is no 'reason' to take away",
        "one.test.yaml:43: nothing can be inside of 'Running', such as 'inside'",
    ]


def test_an_object_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    (case,), _ = read(tmp_path)
    hopeless = {"kind": "Pod", "metadata": {"name": "a"}, "status": {"conditions": [1] * 99}}
    broken = Case(**{f: getattr(case, f) for f in case.__struct_fields__} | {"objects": (hopeless,)})
    with pytest.raises(ValueError, match="pods: 'a' is not shaped like"):
        snapshot(broken)


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        ("Pod/a spec.x", 1, {"spec": {"x": 1, "list": [{"name": "n", "v": 1}, {"type": "t"}]}}),
        ("Pod/a spec.list[0].v", 2, {"spec": {"list": [{"name": "n", "v": 2}, {"type": "t"}]}}),
        ("Pod/a spec.list[n].v", None, {"spec": {"list": [{"name": "n"}, {"type": "t"}]}}),
        ("Pod/a spec.list[t]", None, {"spec": {"list": [{"name": "n", "v": 1}]}}),
        ("Pod/a spec[a.b/c].d", 1, {"spec": {"a.b/c": {"d": 1}, "list": [{"name": "n", "v": 1}, {"type": "t"}]}}),
        ("Pod/a spec", None, {}),
    ],
)
def test_a_change_sets_or_takes_away_one_place(place: str, value: Any, expected: dict[str, Any]) -> None:
    named = {"kind": "Pod", "metadata": {"name": "a"}}
    objects = [{**named, "spec": {"list": [{"name": "n", "v": 1}, {"type": "t"}]}}]
    change(objects, place, value)
    assert objects == [{**named, **expected}]
