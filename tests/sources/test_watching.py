"""A cluster that is watched: what is known of it stays true, whatever happens to the connection."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diag.kube.config import Access
from diag.kube.deadline import Deadline
from diag.kube.session import Session, connect
from diag.model.kinds import KINDS
from diag.model.snapshot import Gap, Scope
from diag.sources import watch_health
from diag.sources.watch_health import Healths
from tests import fake_api
from tests.fake_api import FakeApi
from tests.fake_api.answers import status
from tests.fake_api.faults import Instead
from tests.sources.running import Running, down, lists_of, pods, same, watches_of
from tests.sources.samples import EVERYWHERE, fill, gaps, item, names, read

ALL = len(KINDS)


@pytest.fixture(autouse=True)
def _cluster(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(api)
    monkeypatch.setattr(watch_health, "BACK_OFF", 0.02)
    monkeypatch.setattr(watch_health, "SLOWLY", 0.05)


Start = Callable[..., Running]


@pytest.fixture
def start(session: Session) -> Iterator[Start]:
    started: list[Running] = []

    def start(scope: Scope = EVERYWHERE, of: Session = session, hold: float = 0.0) -> Running:
        started.append(Running(of, scope, hold))
        return started[-1]

    yield start
    for running in started:
        running.watching.close()


@pytest.fixture
def live(api: FakeApi, start: Start) -> Running:
    """All was read, and every kind is watched."""
    running = start()
    running.read()
    assert api.watches.wait(ALL)
    assert running.watching.state().state == "live"
    return running


def test_at_first_it_is_what_a_reading_gives(session: Session, live: Running) -> None:
    fresh = read(session)
    snapshot, changes = live.watching.take()
    assert same(snapshot, fresh)
    assert (snapshot.source, snapshot.context, snapshot.server_version) == (fresh.source, "fake", "v1.34.4")
    assert snapshot.taken_at.microsecond == 0
    assert changes == []


def test_what_comes_changes_and_goes_is_seen(api: FakeApi, live: Running) -> None:
    api.add("pods", item("new", "shop", status={"phase": "Pending"}))
    live.until(pods("web-0", "new", "web-1"))
    api.add("pods", item("new", "shop", status={"phase": "Failed"}))
    live.until(lambda snapshot: [pod.status.phase for pod in snapshot.all("pods")][1] == "Failed")
    api.remove("pods", "shop", "new")
    live.until(pods("web-0", "web-1"))


def test_the_changes_lead_from_one_snapshot_to_the_next(api: FakeApi, live: Running) -> None:
    live.watching.take()
    api.add("deployments", item("api", "shop", spec={"replicas": 1}))
    while len(names(live.watching.take()[0], "deployments")) == 1:
        time.sleep(0.001)
    api.add("deployments", item("api", "shop", spec={"replicas": 3}))
    deadline = time.monotonic() + 20
    changes: list[Any] | None = []
    while not changes and time.monotonic() < deadline:
        snapshot, changes = live.watching.take()
    assert changes is not None
    [(plural, old, new)] = changes
    assert (plural, old.spec.replicas, new.spec.replicas) == ("deployments", 1, 3)
    assert new in snapshot.all("deployments")


def test_what_says_nothing_new_wakes_nobody(api: FakeApi, live: Running) -> None:
    before = live.tellings
    api.add("nodes", {"metadata": {"name": "n"}})
    live.until(lambda snapshot: names(snapshot, "nodes") == ["n"])
    after = live.tellings
    for number in range(5):
        api.add("nodes", {"metadata": {"name": "n", "managedFields": [{"time": str(number)}]}})
        api.add("leases", item("n", "kube-node-lease", spec={"renewTime": f"2026-01-10T12:00:0{number}.000000Z"}))
    live.until(lambda snapshot: [str(lease.spec.renew_time)[18:19] for lease in snapshot.all("leases")] == ["4"])
    assert (after - before, live.tellings) == (1, after)


def test_while_a_kind_is_being_read_a_gap_says_so(api: FakeApi, start: Start) -> None:
    going_on = threading.Event()
    api.fail("deployments", fake_api.held(going_on))
    running = start()
    running.until(lambda snapshot: gaps(snapshot, "reading") == [("deployments.apps", "")])
    assert not running.watching.read_once_done
    assert running.watching.state().state == "reading"
    assert not running.now().saw("deployments")
    assert running.now().saw("pods")
    going_on.set()
    assert running.read().gaps == ()
    assert running.now().saw("deployments")


def test_pods_in_trouble_come_before_all_others(api: FakeApi, start: Start) -> None:
    api.add("pods", item("stuck", "shop", status={"phase": "Pending"}))
    going_on = threading.Event()
    api.fail("pods", fake_api.held(going_on), fields="", verb="list")
    running = start()
    snapshot = running.until(lambda snapshot: "stuck" in names(snapshot, "pods"))
    assert "web-0" not in names(snapshot, "pods")
    assert ("pods", "") in gaps(snapshot, "reading")
    api.remove("pods", "shop", "stuck")
    going_on.set()
    running.read()
    running.until(pods("web-0", "web-1"))


def test_the_rest_waits_until_those_in_trouble_were_looked_at(api: FakeApi, start: Start) -> None:
    api.add("pods", item("stuck", "shop", status={"phase": "Pending"}))
    running = start(hold=60.0)
    running.watching.looked()  # at nothing yet
    snapshot = running.until(lambda snapshot: "stuck" in names(snapshot, "pods") and snapshot.saw("nodes"))
    assert not snapshot.saw("deployments")
    assert lists_of(api, "/apis/apps/v1/deployments") == 0
    running.until(lambda snapshot: running.watching.looked() or snapshot.saw("deployments"))
    assert running.read().gaps == ()


def test_it_waits_for_nobody_for_long(start: Start) -> None:
    assert start(hold=0.05).read().gaps == ()


def test_a_bookmark_is_where_the_next_watch_begins(api: FakeApi, live: Running) -> None:
    api.add("nodes", {"metadata": {"name": "n"}})
    version = api.watches.bookmark("pods")
    api.watches.compact("pods")
    api.watches.end()
    live.until(lambda snapshot: watches_of(api, "/api/v1/pods")[1:])
    assert [query["resourceVersion"] for query in watches_of(api, "/api/v1/pods")][1] == str(version)
    assert lists_of(api, "/api/v1/pods") == 1


def test_a_version_that_is_too_old_leads_to_a_new_list(api: FakeApi, live: Running) -> None:
    with down(api):
        api.add("pods", item("new", "shop"))
        api.remove("pods", "ops", "web-0")
        api.watches.compact("pods")
    snapshot = live.until(pods("new", "web-1"))
    assert snapshot.gaps == ()
    assert lists_of(api, "/api/v1/pods") == 2
    assert lists_of(api, "/api/v1/nodes") == 1
    live.until(lambda snapshot: live.watching.state().state == "live")


def test_an_expiry_within_a_watch(api: FakeApi, live: Running) -> None:
    api.watches.error("pods", 410, "Expired", "too old resource version")
    live.until(lambda snapshot: lists_of(api, "/api/v1/pods") == 2)
    api.add("pods", item("new", "shop"))
    live.until(pods("web-0", "new", "web-1"))


def test_a_cut_connection_loses_nothing_and_is_no_news(api: FakeApi, live: Running) -> None:
    api.watches.end(cut=True)
    api.add("pods", item("new", "shop"))
    live.until(pods("web-0", "new", "web-1"))
    assert live.watching.state().state == "live"
    assert lists_of(api, "/api/v1/pods") == 1


def test_a_lost_cluster_keeps_its_facts_and_comes_back(api: FakeApi, live: Running) -> None:
    since = live.watching.state().since
    with down(api):
        live.until(lambda snapshot: live.watching.state().state == "lost")
        health = live.watching.state()
        assert health.since >= since
        assert "503" in health.words
        assert names(live.now(), "pods") == ["web-0", "web-1"]
        assert live.now().gaps == ()
        api.add("pods", item("new", "shop"))
    live.until(lambda snapshot: live.watching.state().state == "live")
    assert live.watching.state().words == ""
    live.until(pods("web-0", "new", "web-1"))


def test_a_watch_that_ends_at_once_is_not_asked_for_without_a_pause(
    api: FakeApi, live: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[int] = []

    def pause(healths: Healths, failures: int) -> None:
        pauses.append(failures)
        healths.pause_long()

    monkeypatch.setattr(Healths, "pause", pause)
    api.watches.end()
    live.until(lambda snapshot: len(pauses) == ALL)
    assert pauses == [1] * ALL


def test_a_login_that_expires(api: FakeApi, live: Running) -> None:
    api.token = "renewed"
    api.watches.end()
    live.until(lambda snapshot: live.watching.state().state == "refused")
    assert "log in again" in live.watching.state().words
    assert names(live.now(), "pods") == ["web-0", "web-1"]
    api.token = None
    live.until(lambda snapshot: live.watching.state().state == "live")


def test_a_login_that_is_refused_from_the_start(api: FakeApi, start: Start, session: Session) -> None:
    api.token = "renewed"
    running = start()
    running.until(lambda snapshot: running.watching.state().state == "refused")
    assert not running.watching.read_once_done
    api.token = None
    assert same(running.read(), read(session))


def test_a_kind_that_is_refused_is_a_gap_until_it_is_allowed(api: FakeApi, start: Start) -> None:
    api.fail("nodes", fake_api.forbidden())
    running = start()
    snapshot = running.read()
    assert gaps(snapshot) == [] != gaps(snapshot, "forbidden") == [("nodes", "")]
    assert "nodes" not in snapshot.objects
    assert running.watching.state().state == "live"
    api.mend()
    assert running.until(lambda snapshot: not snapshot.gaps).saw("nodes")


def test_a_permission_that_is_taken_away_later(api: FakeApi, live: Running) -> None:
    api.fail("pods", fake_api.forbidden())
    api.watches.end()
    snapshot = live.until(lambda snapshot: gaps(snapshot, "forbidden") == [("pods", "")])
    assert "pods" not in snapshot.objects
    assert live.watching.state().state == "live"
    live.until(lambda snapshot: lists_of(api, "/api/v1/pods") > 3)
    tellings = live.tellings
    live.until(lambda snapshot: lists_of(api, "/api/v1/pods") > 6)
    assert live.tellings == tellings
    api.mend()
    live.until(pods("web-0", "web-1"))


def test_what_may_be_listed_but_not_watched_is_listed_now_and_then(api: FakeApi, start: Start) -> None:
    api.fail("pods", fake_api.forbidden(), verb="watch")
    running = start()
    running.read()
    api.add("pods", item("new", "shop"))
    assert running.until(pods("web-0", "new", "web-1")).gaps == ()
    assert running.watching.state().state == "live"


def test_a_kind_that_is_not_served_is_a_gap_and_not_asked_for_again(api: FakeApi, start: Start) -> None:
    api.fail("csidrivers", fake_api.not_served())
    running = start()
    assert gaps(running.read(), "not-served") == [("csidrivers.storage.k8s.io", "")]
    assert api.watches.wait(ALL - 1)
    assert [request.path for request in api.requests].count("/apis/storage.k8s.io/v1/csidrivers") == 1


def test_a_list_that_fails_at_first_is_read_later(api: FakeApi, start: Start) -> None:
    api.fail("deployments", Instead(lambda route: status(400, "BadRequest", "not now")))
    running = start()
    snapshot = running.read()
    assert gaps(snapshot, "unreadable") == [("deployments.apps", "")]
    assert running.watching.state().state == "live"
    api.mend()
    assert names(running.until(lambda snapshot: not snapshot.gaps), "deployments") == ["web"]


def test_namespaces_are_watched_one_by_one(api: FakeApi, start: Start, session: Session) -> None:
    scope = Scope(("shop", "ops"), "app in (a0,a1)")
    api.add("events", item("e0", "default", involvedObject={"kind": "Node", "name": "n"}))
    running = start(scope)
    assert same(running.read(), read(session, scope))
    assert api.watches.wait(ALL + sum(kind.namespaced for kind in KINDS) + 1)
    labels = {"app": "a1"}
    for namespace in ("shop", "ops", "default"):
        meta = {"name": "new", "namespace": namespace, "labels": labels}
        api.add("pods", {"metadata": meta}, {"metadata": meta | {"name": "other", "labels": {}}})
    running.until(pods("new", "web-0", "new", "web-1"))
    for name, kind in (("e1", "Pod"), ("e2", "Node")):
        api.add("events", item(name, "default", involvedObject={"kind": kind, "name": "x"}))
    running.until(lambda snapshot: names(snapshot, "events") == ["e0", "e2", "web-1.1"])


def test_one_namespace_of_several_that_is_refused(api: FakeApi, start: Start) -> None:
    api.fail("pods", fake_api.forbidden(), namespace="ops")
    running = start(Scope(("ops", "shop")))
    snapshot = running.read()
    assert gaps(snapshot, "forbidden") == [("pods", "ops")]
    assert (names(snapshot, "pods"), snapshot.saw("pods", "shop")) == (["web-1"], True)
    api.mend()
    running.until(pods("web-0", "web-1"))


def test_who_may_read_one_namespace_watches_that(api: FakeApi, access: Access, start: Start) -> None:
    for kind in KINDS:
        api.fail(kind.plural, fake_api.forbidden(), namespace="")
    with connect(access._replace(namespace="shop"), Deadline(20)) as session:
        running = start(of=session)
        snapshot = running.read()
        around = Gap("pods", "", "forbidden", "only namespace shop may be read", read=("shop",))
        assert same(snapshot, read(session))
        assert around in snapshot.gaps
        api.add("pods", item("new", "shop"), item("new", "ops"))
        running.until(pods("new", "web-1"))
        api.watches.error("pods", 410, "Expired", "too old resource version")
        running.until(lambda snapshot: lists_of(api, "/api/v1/namespaces/shop/pods") == 2)
        assert around in running.now().gaps


def test_objects_that_make_no_sense_are_gaps(api: FakeApi, live: Running) -> None:
    odd = b'{"metadata":{"name":"odd","namespace":"ops"},"spec":{"containers":[%b]}}' % b",".join([b"1"] * 90)
    good = b'{"metadata":{"name":"good","namespace":"ops","labels":{"a":"\\u001b[2J"}}}'
    api.watches.send("pods", "ADDED", [odd, good])
    snapshot = live.until(pods("good", "web-0", "web-1"))
    assert gaps(snapshot, "unreadable") == [("pods", "ops")]
    assert snapshot.all("pods")[0].metadata.labels == {"a": "\ufffd[2J"}


def test_closing_does_not_wait_for_stuck_connections(api: FakeApi, session: Session) -> None:
    api.fail("deployments", fake_api.stalled(30))
    running = Running(session)
    running.until(lambda snapshot: gaps(snapshot, "reading") == [("deployments.apps", "")])
    assert api.watches.wait(ALL - 1)
    began = time.monotonic()
    running.watching.close()
    assert time.monotonic() - began < 2
    assert session.get("/version", deadline=Deadline(20))


def test_after_the_end_nothing_is_watched_nor_told(api: FakeApi, live: Running) -> None:
    live.watching.close()
    for thread in threading.enumerate():
        if thread.name == "watching":
            thread.join(20)
            assert not thread.is_alive()
    before = live.tellings
    api.add("pods", item("new", "shop"))
    assert live.tellings == before


def test_many_watches_leave_no_word_on_the_connections(
    api: FakeApi, live: Running, caplog: pytest.LogCaptureFixture
) -> None:
    api.watches.end()
    assert api.watches.wait(ALL)
    live.until(lambda snapshot: len(watches_of(api, "/api/v1/pods")) == 2)
    assert caplog.records == []


steps = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "cut", "compact", "end"]), st.integers(0, 8), st.integers(0, 2)),
    max_size=15,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_after_any_changes_it_is_what_a_reading_gives(
    api: FakeApi, session: Session, live: Running, history: list[tuple[str, int, int]]
) -> None:
    held: set[str] = set()
    for what, number, phase in history:
        name = f"p{number}"
        if what == "add":
            held.add(name)
            api.add("pods", item(name, "shop", status={"phase": ("Pending", "Running", "Failed")[phase]}))
        elif what == "remove" and name in held:
            held.discard(name)
            api.remove("pods", "shop", name)
        elif what == "compact":
            api.watches.compact("pods")
        elif what in ("cut", "end"):
            api.watches.end(cut=what == "cut")
    fresh = read(session)
    live.until(lambda snapshot: same(snapshot, fresh))
    api.remove("pods", "shop", *held)
