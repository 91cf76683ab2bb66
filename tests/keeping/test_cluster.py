"""A cluster as a feed: what it tells, and when, whatever becomes of the cluster."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from time import monotonic

import msgspec
import pytest

import diag.live.beside
import diag.live.cluster
from diag.errors import KubeconfigError, NotServedError, PlaybookError, UnreachableError, UsageError
from diag.facts.index import Key
from diag.live.cluster import Wanted
from diag.live.view import View
from diag.model.snapshot import Scope
from diag.sources import watch_health
from tests import fake_api
from tests.fake_api import FakeApi
from tests.keeping.told import Start, Told, eventually, findings, pod, resolved, starting
from tests.sources.samples import item

BROKEN = {"web-1": "image-not-found"}


@pytest.fixture
def start(api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Feeds that are quick about everything."""
    api.add("namespaces", item("shop"))
    api.add("pods", pod("web-0"), pod("web-1", "pull"))
    for name, seconds in {"COALESCE": 0.01, "FIRST": 0.02, "TICK": 0.1, "AGAIN": 0.05}.items():
        monkeypatch.setattr(diag.live.cluster, name, seconds)
    monkeypatch.setattr(diag.live.cluster, "PAUSES", (0.02,))
    monkeypatch.setattr(diag.live.cluster, "IDLE_SHARE", 0.0)
    monkeypatch.setattr(watch_health, "BACK_OFF", 0.02)
    monkeypatch.setattr(watch_health, "SLOWLY", 0.05)
    with starting(api, tmp_path) as start:
        yield start


@pytest.fixture
def live(start: Start) -> Told:
    told = start()
    assert findings(told.state("live")) == BROKEN
    return told


def broken(*names: str) -> Callable[[View], bool]:
    return lambda view: set(findings(view)) == set(names)


def test_what_is_known_is_told_while_the_rest_is_being_read(api: FakeApi, start: Start) -> None:
    going_on = threading.Event()
    api.fail("deployments", fake_api.held(going_on))
    told = start()
    first = told.state("connecting")
    assert (first.snapshot, first.report, first.version) == (None, None, 0)
    view = told.until(broken("web-1"))
    assert view.report is not None
    assert view.connection.state == "reading"
    assert "deployments.apps" in {gap.what for gap in view.report.gaps if gap.why == "reading"}
    assert view.marks[Key("Pod", "shop", "web-1")] == "high"
    going_on.set()
    view = told.state("live")
    assert view.report is not None
    assert "reading" not in {gap.why for gap in view.report.gaps}
    assert (view.name, view.resolved, findings(view)) == ("fake", (), BROKEN)


def test_what_breaks_is_found_and_what_is_mended_is_resolved(api: FakeApi, live: Told) -> None:
    api.add("pods", pod("web-2", "pull"))
    live.until(broken("web-1", "web-2"))
    api.add("pods", pod("web-2"))
    view = live.until(broken("web-1"))
    assert resolved(view) == ["web-2"]
    assert resolved(live.newer()) == ["web-2"]
    api.add("pods", pod("web-2", "pull"))
    assert resolved(live.until(broken("web-1", "web-2"))) == []


class Clock:
    """In the place of `datetime`, later than now."""

    later = timedelta()

    def now(self, zone: tzinfo) -> datetime:
        return datetime.now(zone) + self.later


def test_what_is_resolved_is_forgotten_after_a_while(api: FakeApi, live: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("diag.sources.watching.datetime", clock)
    api.remove("pods", "shop", "web-1")
    told = live.until(lambda view: resolved(view) == ["web-1"])
    clock.later = timedelta(minutes=14)
    soon = datetime.now(UTC) + timedelta(minutes=13)
    view = live.until(lambda view: view.snapshot is not None and view.snapshot.taken_at > soon)
    assert view.resolved == told.resolved
    clock.later = timedelta(minutes=16)
    live.until(lambda view: not view.resolved)


def test_what_may_not_be_looked_at_any_more_is_not_resolved(api: FakeApi, live: Told) -> None:
    api.fail("pods", fake_api.forbidden())
    api.watches.end()
    view = live.until(broken())
    assert view.report is not None
    assert "pods" in {gap.what for gap in view.report.gaps if gap.why == "forbidden"}
    assert (resolved(view), resolved(live.newer()), view.connection.state) == ([], [], "live")
    api.mend()
    assert resolved(live.until(broken("web-1"))) == []


def logs_of(api: FakeApi) -> int:
    return sum(request.path.endswith("/log") for request in api.requests)


def test_a_log_is_read_once_for_each_change_of_its_pod(
    api: FakeApi, live: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diag.live.beside, "LOG_AGAIN", 0.0)
    for previous in (False, True):
        api.logs["shop", "web-2", "app", previous] = b"listen tcp :8080: bind: address already in use\n"
    api.add("pods", pod("web-2", "crash"))
    view = live.until(lambda view: "port" in findings(view).get("web-2", ""))
    assert resolved(view) == []
    asked = logs_of(api)
    for _ in range(3):
        live.newer()
    assert logs_of(api) == asked > 0
    for previous in (False, True):
        api.logs["shop", "web-2", "app", previous] = b"fatal: nothing\n"
    api.add("pods", pod("web-2", "crash", restarts=1))
    live.until(lambda view: "web-2" in findings(view) and "port" not in findings(view)["web-2"])
    assert logs_of(api) == 2 * asked


def test_a_paused_view_stays_as_it_is(api: FakeApi, live: Told) -> None:
    live.feed.pause(True)
    view = live.state("paused")
    api.add("pods", pod("web-2", "pull"))
    assert live.nothing()
    live.feed.rescan()
    assert live.nothing()
    assert (live.views[-1], findings(view)) == (view, BROKEN)
    live.feed.pause(False)
    live.until(broken("web-1", "web-2"))
    live.state("live")


def test_a_pause_before_there_is_a_connection(api: FakeApi, start: Start) -> None:
    api.down = True
    told = start()
    told.state("lost")
    told.feed.pause(True)
    told.state("paused")
    api.down = False
    assert told.nothing()
    told.feed.pause(False)
    told.until(broken("web-1"))


def test_a_rescan_keeps_what_is_known_until_all_is_read(api: FakeApi, live: Told) -> None:
    going_on = threading.Event()
    api.fail("deployments", fake_api.held(going_on))
    before = len(live.views)
    live.feed.rescan()
    live.state("reading")
    api.add("pods", pod("web-2", "pull"))
    assert eventually(lambda: lists_of(api, "/api/v1/pods") == 2)
    live.newer()
    going_on.set()
    view = live.until(broken("web-1", "web-2"))
    assert view.connection.state == "live"
    assert {tuple(findings(one)) for one in live.views[before:]} == {("web-1",), tuple(findings(view))}
    assert not any(one.resolved for one in live.views)


def lists_of(api: FakeApi, path: str) -> int:
    return sum(request.path == path and not request.query for request in api.requests)


def test_a_rescan_keeps_what_a_log_told(api: FakeApi, live: Told) -> None:
    for previous in (False, True):
        api.logs["shop", "web-2", "app", previous] = b"listen tcp :8080: bind: address already in use\n"
    api.add("pods", pod("web-2", "crash"))
    live.until(lambda view: "port" in findings(view).get("web-2", ""))
    before = len(live.views)
    asked = logs_of(api)
    live.feed.rescan()
    assert eventually(lambda: logs_of(api) > asked)
    live.state("live")
    live.newer()
    assert not any("logs" in {gap.what for gap in view.report.gaps} for view in live.views[before:] if view.report)
    assert all("port" in findings(view)["web-2"] and not view.resolved for view in live.views[before:])


def test_a_cluster_that_is_down_at_first_is_connected_to_later(api: FakeApi, start: Start) -> None:
    api.down = True
    told = start()
    view = told.state("lost")
    assert ("503" in view.connection.words, view.snapshot) == (True, None)
    api.down = False
    told.state("live")


def test_a_cluster_that_is_lost_keeps_its_facts(api: FakeApi, live: Told) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    api.down = True
    api.watches.end(cut=True)
    view = live.state("lost")
    assert (view.connection.since >= began, findings(view)) == (True, BROKEN)
    later = live.newer()
    assert later.connection.since == view.connection.since
    live.feed.rescan()
    assert findings(live.until(lambda view: view.version > later.version)) == BROKEN
    assert findings(live.newer()) == BROKEN
    api.down = False
    assert findings(live.state("live")) == BROKEN


def test_a_login_that_is_refused_at_first(api: FakeApi, start: Start) -> None:
    api.token = "another"
    told = start()
    assert "log in again" in told.state("refused").connection.words
    api.token = None
    told.state("live")


def test_a_context_that_does_not_exist(start: Start) -> None:
    told = start(context="nope")
    assert isinstance(told.error(), UsageError)
    assert told.ended()


def test_a_kubeconfig_that_is_gone_later_is_no_end(api: FakeApi, live: Told, tmp_path: Path) -> None:
    (tmp_path / "kubeconfig").unlink()
    live.feed.rescan()
    assert "no such file" in live.state("refused").connection.words
    api.kubeconfig(tmp_path / "kubeconfig")
    assert findings(live.state("live")) == BROKEN


def test_a_playbook_that_does_not_hold_together(start: Start, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text("schema: mondiag/v1\nid: odd\n")
    told = start(playbooks=(str(tmp_path / "odd.yaml"),))
    assert isinstance(told.error(), PlaybookError)
    assert told.ended()


def test_a_scan_that_fails_is_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*of: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("diag.live.reading.LiveScan.scan", fail)
    told = start()
    assert str(told.error()) == "internal error: ZeroDivisionError: by zero"
    assert told.ended()


@pytest.mark.parametrize("when", ["connecting", "reading", "live", "lost", "refused", "paused"])
def test_closing_returns_at_once_and_nothing_is_told_afterwards(api: FakeApi, start: Start, when: str) -> None:
    stuck = threading.Event()
    if when in ("connecting", "reading"):
        api.fail("/version" if when == "connecting" else "deployments", fake_api.held(stuck))
    api.down = when == "lost"
    api.token = "another" if when == "refused" else None
    told = start()
    if when == "paused":
        told.state("live")
        told.feed.pause(True)
    told.state(when)
    began = monotonic()
    told.close()
    assert monotonic() - began < 1
    stuck.set()
    api.add("pods", pod("web-2", "pull"))
    assert told.ended()
    assert told.nothing(0.1)


def test_one_object_is_read_when_it_is_asked_for(api: FakeApi, live: Told, start: Start) -> None:
    assert "name: web-1" in live.feed.document(Key("Pod", "shop", "web-1"))
    with pytest.raises(NotServedError, match="Rollout"):
        live.feed.document(Key("Rollout", "shop", "web"))
    with pytest.raises(NotServedError):
        live.feed.document(Key("Pod", "shop", "nope"))
    api.down = True
    early = start()
    early.state("lost")
    with pytest.raises(UnreachableError):
        early.feed.courses("shop", "web-1")


def test_an_explanation_takes_the_joins_of_the_last_look(api: FakeApi, live: Told, start: Start) -> None:
    where, last = Key("Pod", "shop", "web-1"), live.views[-1]
    bare = msgspec.structs.replace(last, index=None, report=None)
    for shown in (last, bare):
        explained = live.feed.explain(shown, where)
        assert [finding.cause for finding in explained.findings] == ["image-not-found"]
    with pytest.raises(UsageError, match="there is no Pod nope"):
        live.feed.explain(last, Key("Pod", "shop", "nope"))
    api.down = True
    early = start()
    early.state("lost")
    assert early.feed.explain(last, where).findings == explained.findings
    with pytest.raises(UsageError, match="nothing has been read yet"):
        early.feed.explain(bare, where)


def test_without_a_kubeconfig_the_feed_gives_up_with_a_word(tmp_path: Path) -> None:
    empty = tmp_path / "kubeconfig"
    empty.write_text("")
    told = Told(Wanted(Scope(), kubeconfig=str(empty)))
    error = told.error()
    assert isinstance(error, KubeconfigError)
    assert "is empty" in str(error)
