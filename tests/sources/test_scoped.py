from pathlib import Path
from typing import Any

import pytest

from diag.errors import UsageError
from diag.facts.labels import matches
from diag.model.snapshot import Gap, LogKey, Scope
from diag.sources.scoped import parse_selector
from tests.sources.samples import all_typed, gaps, item, listed, load, names, typed, written
from tests.sources.test_directories import DESCRIPTION, recorded

LABELS: dict[str, dict[str, str]] = {
    "none": {},
    "web": {"app": "web", "tier": "front"},
    "db": {"app": "db", "example.com/tier": "back"},
}


@pytest.mark.parametrize(
    ("selector", "picked"),
    [
        ("", ["none", "web", "db"]),
        ("app=web", ["web"]),
        ("app==web", ["web"]),
        (" app = web , tier = front ", ["web"]),
        ("app!=web", ["none", "db"]),
        ("app", ["web", "db"]),
        ("!app", ["none"]),
        ("! tier", ["none", "db"]),
        ("app in (web, db)", ["web", "db"]),
        ("app in (web,db),tier", ["web"]),
        ("app notin (web)", ["none", "db"]),
        ("example.com/tier=back", ["db"]),
        ("app=", []),
        ("app=web,app=db", []),
        ("in", []),
    ],
)
def test_selectors_mean_what_they_mean_to_kubectl(selector: str, picked: list[str]) -> None:
    parsed = parse_selector(selector)
    assert [name for name, labels in LABELS.items() if matches(parsed, labels)] == picked


@pytest.mark.parametrize(
    "selector", ["=web", "app=web;tier", "app in web", "app in (web", "ain (web)", "!app=web", "a b", ",", "a=b,,c"]
)
def test_what_is_no_selector(selector: str) -> None:
    with pytest.raises(UsageError, match="not a label selector; write for instance app=web,tier!=cache"):
        parse_selector(selector)


@pytest.fixture
def all_of_it(tmp_path: Path) -> Path:
    return written(tmp_path / "x.json", listed(all_typed()))


def test_only_the_namespaces_that_are_asked_for_and_what_is_outside_of_any(all_of_it: Path) -> None:
    snapshot = load(all_of_it, Scope(("shop",)))
    assert names(snapshot, "pods") == ["web-1"]
    assert snapshot.all("cronjobs") == []
    assert names(snapshot, "namespaces") == ["ops", "shop"]
    assert names(snapshot, "storageclasses") == ["fast"]
    assert snapshot.scope == Scope(("shop",))
    assert names(load(all_of_it, Scope(("shop", "ops"))), "pods") == ["web-0", "web-1"]


def test_events_about_nodes_belong_to_every_scope(tmp_path: Path) -> None:
    about = [{"kind": kind, "name": "x"} for kind in ("Node", "Pod")]
    events = [item(f"e{i}", "default", involvedObject=involved) for i, involved in enumerate(about)]
    path = written(tmp_path / "x.json", listed(typed("events", events)))
    assert names(load(path, Scope(("shop",))), "events") == ["e0"]
    assert names(load(path), "events") == ["e0", "e1"]


def test_a_selector_picks_pods_and_nothing_else(all_of_it: Path) -> None:
    snapshot = load(all_of_it, Scope((), "app=a0"))
    assert names(snapshot, "pods") == ["web-0"]
    assert names(snapshot, "deployments") == ["web"]
    assert snapshot.scope == Scope((), "app=a0")
    with pytest.raises(UsageError):
        load(all_of_it, Scope((), "app=web;"))


def test_the_scope_of_a_recording_is_narrowed_not_widened(tmp_path: Path) -> None:
    place = recorded(tmp_path)
    assert load(place, Scope((), "tier")).scope == Scope(("shop",), "app=web,tier")
    assert load(place, Scope(("shop",), "app=web")).scope == Scope(("shop",), "app=web")


def test_a_namespace_that_was_not_recorded_is_a_gap(tmp_path: Path) -> None:
    snapshot = load(recorded(tmp_path), Scope(("ops", "shop")))
    assert {("pods", "ops"), ("events", "ops")} <= set(gaps(snapshot, "not-asked"))
    assert not snapshot.saw("pods", "ops")
    assert snapshot.saw("pods", "shop")
    everywhere = recorded(tmp_path, {**DESCRIPTION, "scope": {}})
    assert load(everywhere, Scope(("ops",))).saw("pods", "ops")


@pytest.mark.parametrize(
    ("gap", "stays"),
    [
        (Gap("pods", "", "truncated"), True),
        (Gap("pods", "shop", "unreadable"), True),
        (Gap("pods", "ops", "unreadable"), False),
        (Gap("logs", "shop/web-1/app", "expired"), True),
        (Gap("logs", "ops/web-0/app", "expired"), False),
        (Gap("pods", "", "forbidden", read=("shop",)), False),
        (Gap("pods", "", "forbidden", read=("ops",)), True),
    ],
)
def test_gaps_of_other_namespaces_are_none_of_this_scope(tmp_path: Path, gap: Gap, stays: bool) -> None:
    as_json: dict[str, Any] = {"what": gap.what, "scope": gap.scope, "why": gap.why, "read": gap.read}
    place = recorded(tmp_path, {**DESCRIPTION, "gaps": [as_json]})
    assert (gap in load(place, Scope(("shop",))).gaps) == stays
    assert gap in load(place).gaps


def test_logs_of_other_namespaces_are_left_out(tmp_path: Path) -> None:
    place = recorded(tmp_path)
    for namespace in ("ops", "shop"):
        log = place / "logs" / namespace / "web" / "app.log"
        log.parent.mkdir(parents=True)
        log.write_text("x")
    assert set(load(place, Scope(("shop",))).logs) == {LogKey("shop", "web", "app")}
    assert len(load(place).logs) == 2
