"""Reading a live cluster: what is asked for, and what is a gap."""

import json
import threading
from typing import Any

import pytest

from diag.errors import DeadlineError, RefusedError
from diag.kube.config import Access
from diag.kube.deadline import Deadline
from diag.kube.session import Session, connect
from diag.model.kinds import KINDS
from diag.model.snapshot import Gap, Scope
from diag.model.text import clean_json
from tests import fake_api
from tests.fake_api import FakeApi
from tests.fake_api.answers import Answer, body, compact
from tests.fake_api.faults import Instead
from tests.fake_api.route import Route
from tests.sources.samples import CREATED, OBJECTS, fill, gaps, item, names, read

OLD = "v1.32.0"


@pytest.fixture(autouse=True)
def _cluster(api: FakeApi) -> None:
    fill(api)


@pytest.fixture
def old(api: FakeApi, access: Access) -> Any:
    """A session with a server that is asked by pages."""
    api.version = OLD
    with connect(access, Deadline(20)) as opened:
        yield opened


def everything(api: FakeApi, fault: fake_api.Fault) -> None:
    for kind in KINDS:
        api.fail(kind.plural, fault)


def paths(api: FakeApi) -> list[str]:
    """What was listed."""
    return [request.path for request in api.requests if request.path != "/version"]


def test_a_snapshot_of_everything(api: FakeApi, session: Session) -> None:
    snapshot = read(session)
    assert {plural: names(snapshot, plural) for plural in OBJECTS} == {
        plural: sorted(one["metadata"]["name"] for one in objects) for plural, objects in OBJECTS.items()
    }
    assert set(snapshot.objects) == {kind.plural for kind in KINDS}
    assert snapshot.gaps == ()
    assert (snapshot.source, snapshot.context, snapshot.server_version) == (api.url, "fake", "v1.34.4")
    assert (snapshot.scope, snapshot.clock, snapshot.taken_at.microsecond) == (Scope(), "exact", 0)
    assert snapshot.taken_at.isoformat() > CREATED


def test_one_get_for_each_kind_and_none_for_an_object(api: FakeApi, session: Session) -> None:
    api.add("pods", *(item(f"p{number}", "shop") for number in range(300)))
    read(session)
    assert sorted(paths(api)) == sorted(kind.path() for kind in KINDS)
    assert {request.method for request in api.requests} == {"GET"}


def test_namespaces_and_the_selector_are_asked_for(api: FakeApi, session: Session) -> None:
    snapshot = read(session, Scope(("shop", "ops"), "app=a1"))
    assert names(snapshot, "pods") == ["web-1"]
    assert names(snapshot, "cronjobs") == ["nightly"]
    asked = {kind.path(namespace) for kind in KINDS for namespace in (("shop", "ops") if kind.namespaced else (None,))}
    about_nodes = [
        request for request in api.requests if request.query.get("fieldSelector") == "involvedObject.kind=Node"
    ]
    assert [request.path for request in about_nodes] == ["/api/v1/namespaces/default/events"]
    assert sorted(paths(api)) == sorted([*asked, about_nodes[0].path])
    selected = {request.path for request in api.requests if "labelSelector" in request.query}
    assert selected == {"/api/v1/namespaces/shop/pods", "/api/v1/namespaces/ops/pods"}


def test_events_about_nodes_are_seen_from_every_namespace(api: FakeApi, session: Session) -> None:
    for number, kind in enumerate(("Node", "Pod")):
        api.add("events", item(f"e{number}", "default", involvedObject={"kind": kind, "name": "x"}))
    assert names(read(session, Scope(("shop",))), "events") == ["e0", "web-1.1"]
    assert names(read(session, Scope(("default",))), "events") == ["e0", "e1"]
    api.fail("events", fake_api.forbidden(), namespace="default")
    snapshot = read(session, Scope(("shop",)))
    assert names(snapshot, "events") == ["web-1.1"]
    assert gaps(snapshot, "forbidden") == [("events", "default")]
    assert snapshot.saw("events", "shop")


def test_three_lists_at_a_time(api: FakeApi, session: Session) -> None:
    lock, third, fourth, open_now = threading.Lock(), threading.Event(), threading.Event(), 0

    def wait_for_others(route: Route) -> Answer:
        nonlocal open_now
        with lock:
            open_now += 1
            reached = {3: third, 4: fourth}.get(open_now)
        if reached:
            reached.set()
        assert third.wait(10)
        fourth.wait(0.02)
        with lock:
            open_now -= 1
        assert route.kind is not None
        kind = "PartialObjectMetadata" if route.kind.metadata_only else route.kind.kind
        return body(compact({"kind": f"{kind}List", "metadata": {}, "items": []}))

    everything(api, Instead(wait_for_others))
    assert read(session).gaps == ()
    assert not fourth.is_set()


def test_who_may_read_one_namespace_gets_that_and_a_gap_around_it(api: FakeApi, access: Access) -> None:
    for kind in KINDS:
        api.fail(kind.plural, fake_api.forbidden(), namespace="")
    with connect(access._replace(namespace="shop"), Deadline(20)) as session:
        snapshot = read(session)
    assert names(snapshot, "pods") == ["web-1"]
    assert names(snapshot, "deployments") == ["web"]
    assert Gap("pods", "", "forbidden", "only namespace shop may be read", read=("shop",)) in snapshot.gaps
    assert snapshot.saw("pods", "shop")
    assert not snapshot.saw("pods", "ops")
    assert "nodes" not in snapshot.objects
    assert [gap.read for gap in snapshot.gaps if gap.what == "nodes"] == [()]


def test_kinds_that_are_refused_or_not_served(api: FakeApi, session: Session) -> None:
    api.fail("nodes", fake_api.forbidden())
    api.fail("events", fake_api.forbidden())
    api.fail("csidrivers", fake_api.not_served())
    snapshot = read(session)
    assert gaps(snapshot, "forbidden") == [("nodes", ""), ("events", "")]
    assert gaps(snapshot, "not-served") == [("csidrivers.storage.k8s.io", "")]
    assert not {"nodes", "events", "csidrivers"} & set(snapshot.objects)
    detail = next(gap.detail for gap in snapshot.gaps if gap.what == "nodes")
    assert detail.startswith('refused (403): nodes is forbidden: User "fake" cannot list resource "nodes"')


def test_one_namespace_of_several_that_is_refused(api: FakeApi, session: Session) -> None:
    api.fail("pods", fake_api.forbidden(), namespace="ops")
    snapshot = read(session, Scope(("ops", "shop")))
    assert names(snapshot, "pods") == ["web-1"]
    assert gaps(snapshot, "forbidden") == [("pods", "ops")]
    assert snapshot.saw("pods", "shop")


def test_when_everything_is_refused_there_is_nothing_to_tell(api: FakeApi, session: Session) -> None:
    everything(api, fake_api.forbidden())
    with pytest.raises(RefusedError, match="refused") as caught:
        read(session)
    assert caught.value.status == 403


def test_a_login_that_expires_on_the_way_ends_the_reading(api: FakeApi, session: Session) -> None:
    api.fail("replicasets", fake_api.unauthorized())
    with pytest.raises(RefusedError, match="log in again") as caught:
        read(session)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (fake_api.html(), "unreadable"),
        (fake_api.garbage(), "unreadable"),
        (fake_api.truncated_json(), "unreadable"),
        (fake_api.cut(40), "unreadable"),
        (fake_api.throttled(0), "unreadable"),
        (fake_api.throttled(3600), "unreadable"),
    ],
)
def test_lists_that_fail_are_gaps(api: FakeApi, session: Session, fault: fake_api.Fault, why: str) -> None:
    api.fail("deployments", fault)
    snapshot = read(session)
    assert gaps(snapshot, why) == [("deployments.apps", "")]
    assert "deployments" not in snapshot.objects
    assert names(snapshot, "pods") == ["web-0", "web-1"]


def test_a_list_that_stalls_is_a_gap(api: FakeApi, access: Access) -> None:
    api.fail("deployments", fake_api.stalled(30))
    with connect(access, Deadline(20), patience=0.2) as session:
        snapshot = read(session)
    assert gaps(snapshot, "unreadable") == [("deployments.apps", "")]


def test_a_server_that_is_busy_for_a_moment_is_asked_again(api: FakeApi, session: Session) -> None:
    api.fail("pods", fake_api.throttled(0), times=2)
    snapshot = read(session)
    assert names(snapshot, "pods") == ["web-0", "web-1"]
    assert snapshot.gaps == ()


def test_pages_and_a_token_that_expires(api: FakeApi, old: Session) -> None:
    api.add("pods", *(item(f"p{number:03}", "shop") for number in range(40)))
    api.fail("pods", fake_api.expired(), times=1)
    snapshot = read(old, chunk_size=7)
    assert names(snapshot, "pods") == ["web-0", *(f"p{number:03}" for number in range(40)), "web-1"]
    assert snapshot.gaps == ()


def test_what_came_twice_counts_once(api: FakeApi, session: Session) -> None:
    one = json.dumps(item("web", "shop", status={"phase": "Pending"})).encode()
    api.serve_raw("pods", [one, one.replace(b"Pending", b"Running")])
    assert [pod.status.phase for pod in read(session).all("pods")] == ["Running"]


def test_objects_of_one_uid_are_told_apart_by_their_names(api: FakeApi, session: Session) -> None:
    api.serve_raw("pods", [b'{"metadata":{"name":"%s","namespace":"shop","uid":"u"}}' % name for name in (b"b", b"a")])
    assert names(read(session), "pods") == ["a", "b"]


def test_what_came_before_an_error_is_kept(api: FakeApi, old: Session) -> None:
    api.add("pods", *(item(f"p{number:03}", "ops") for number in range(40)))
    api.fail("pods", fake_api.forbidden(), page=2)
    snapshot = read(old, chunk_size=10)
    assert names(snapshot, "pods") == [f"p{number:03}" for number in range(20)]
    assert gaps(snapshot, "forbidden") == [("pods", "")]
    assert not snapshot.saw("pods", "ops")


class Ending(Deadline):
    """Is over when a test says so."""

    over = False

    def left(self) -> float:
        return 0.0 if self.over else 60.0


def test_what_came_before_the_deadline_is_kept(api: FakeApi, old: Session) -> None:
    api.add("pods", *(item(f"p{number:03}", "ops") for number in range(40)))
    deadline = Ending(9)

    def end_after_two_pages(text: str) -> None:
        deadline.over = deadline.over or text == "reading pods: 20"

    snapshot = read(old, deadline=deadline, chunk_size=10, progress=end_after_two_pages)
    assert len(names(snapshot, "pods")) == 20
    [gap] = [gap for gap in snapshot.gaps if gap.what == "pods"]
    assert (gap.why, gap.detail) == ("timeout", "not done within 9 s: allow more with --timeout")
    assert ("poddisruptionbudgets.policy", "") in gaps(snapshot, "timeout")


def test_a_deadline_that_passes_before_anything_came_is_an_error(session: Session) -> None:
    deadline = Ending(9)
    deadline.over = True
    with pytest.raises(DeadlineError, match="not done within 9 s"):
        read(session, deadline=deadline)


def test_objects_that_make_no_sense_are_left_out_by_name(api: FakeApi, session: Session) -> None:
    odd = [{"metadata": "none"}, {"metadata": {"name": "bad", "namespace": "ops"}, "spec": {"containers": [1] * 90}}]
    good = item("web", "shop", spec={"containers": [{"name": "app", "image": None}]})
    api.serve_raw("pods", [json.dumps(one).encode() for one in (*odd, good)])
    snapshot = read(session)
    assert names(snapshot, "pods") == ["web"]
    assert [pod.spec.containers[0].name for pod in snapshot.all("pods")] == ["app"]
    assert gaps(snapshot, "unreadable") == [("pods", ""), ("pods", "ops")]


def test_the_text_of_a_cluster_is_cleaned_and_its_annotations_redacted(api: FakeApi, session: Session) -> None:
    meta = {"name": "web", "namespace": "shop", "labels": {"a": "\x1b[2J"}}
    meta["annotations"] = {"example.com/token": "abc", "kubectl.kubernetes.io/last-applied-configuration": "{}"}
    api.add("deployments", {"metadata": meta, "status": {"conditions": [{"message": "key AKIA" + "A1" * 8}]}})
    [found] = read(session).all("deployments")
    assert found.metadata.labels == {"a": "\ufffd[2J"}
    assert found.metadata.annotations == {"example.com/token": "withheld"}
    assert found.status.conditions[0].message == "key withheld"


def test_every_cleaned_object_is_handed_on(session: Session) -> None:
    got: list[tuple[str, bytes]] = []
    read(session, sink=lambda plural, items: got.append((plural, items)))
    assert {plural: len(json.loads(items)) for plural, items in got} == {
        plural: len(objects) for plural, objects in OBJECTS.items()
    }
    assert all(clean_json(items) == items for _, items in got)


def test_progress_is_told(session: Session) -> None:
    told: list[str] = []
    read(session, progress=told.append)
    assert "reading pods: 2" in told
