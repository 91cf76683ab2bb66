import json
import threading
import time
from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest

from diag.errors import AnswerError, ClusterError, RefusedError, UnreachableError
from diag.kube.answer import ExpiredError, FailingError
from diag.kube.config import Access
from diag.kube.deadline import Deadline
from diag.kube.reach import CutError
from diag.kube.read import Listing
from diag.kube.session import Session, connect
from diag.kube.watch import Change, Watch
from diag.model.kinds import BY_PLURAL, KINDS
from tests import fake_api
from tests.fake_api import FakeApi
from tests.fake_api.answers import status
from tests.fake_api.faults import Instead

PODS = BY_PLURAL["pods"]


def pod(name: str, namespace: str = "shop", phase: str = "Running") -> dict[str, Any]:
    meta = {"name": name, "namespace": namespace, "labels": {"app": name}}
    return {"metadata": meta, "status": {"phase": phase}}


def listed(session: Session, plural: str = "pods") -> str:
    """The version of a list that has been read."""
    listing = Listing(session, BY_PLURAL[plural], None, None, None, Deadline(20))
    assert list(listing) is not None
    return listing.version


def names(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.type, json.loads(bytes(change.object))["metadata"]["name"]) for change in changes]


@pytest.fixture
def old(api: FakeApi, access: Access) -> Iterator[Session]:
    """A session with a server that is asked by pages."""
    api.version = "v1.32.0"
    with connect(access, Deadline(20)) as opened:
        yield opened


class Taken:
    """A watch that is read in a thread of its own."""

    def __init__(self, api: FakeApi, watch: Watch) -> None:
        self.watch = watch
        self.batches: Queue[list[Change] | ClusterError | None] = Queue()
        threading.Thread(target=self._read, daemon=True).start()
        assert self.next() == []
        assert api.watches.wait(1)

    def _read(self) -> None:
        try:
            for batch in self.watch:
                self.batches.put(batch)
        except ClusterError as error:
            self.batches.put(error)
        self.batches.put(None)

    def next(self) -> Any:
        """The next batch, error, or None at the end."""
        return self.batches.get(timeout=20)

    def changes(self, number: int) -> list[tuple[str, str]]:
        """So many changes, in however many batches they came."""
        found: list[tuple[str, str]] = []
        while len(found) < number:
            found += names(self.next())
        return found


@pytest.fixture
def watched(api: FakeApi, session: Session) -> Taken:
    api.add("pods", pod("a"))
    return Taken(api, Watch(session, PODS, None, None, listed(session)))


def test_changes_come_in_their_order(api: FakeApi, watched: Taken) -> None:
    api.add("pods", pod("b"))
    api.add("pods", pod("b", phase="Failed"))
    api.remove("pods", "shop", "a", "b")
    assert watched.changes(4) == [("ADDED", "b"), ("MODIFIED", "b"), ("DELETED", "a"), ("DELETED", "b")]
    api.watches.end()
    assert watched.next() is None
    assert watched.watch.version == str(api.watches.version)


def test_a_change_is_handed_on_at_once(api: FakeApi, watched: Taken) -> None:
    took: list[float] = []
    for number in range(20):
        began = time.monotonic()
        api.add("pods", pod(f"p{number}"))
        assert watched.next()
        took.append(time.monotonic() - began)
    assert sorted(took)[10] < 0.05


def test_what_changed_since_the_list_comes_first(api: FakeApi, session: Session) -> None:
    api.add("pods", pod("a"))
    version = listed(session)
    api.add("pods", pod("b"))
    assert Taken(api, Watch(session, PODS, None, None, version)).changes(1) == [("ADDED", "b")]


def test_a_bookmark_moves_the_version_and_is_no_change(api: FakeApi, watched: Taken) -> None:
    api.add("nodes", {"metadata": {"name": "n"}})
    version = api.watches.bookmark("pods")
    api.watches.end()
    assert watched.next() is None
    assert watched.watch.version == str(version)


def test_the_server_is_asked_for_bookmarks_and_for_an_end(api: FakeApi, watched: Taken) -> None:
    query = api.requests[-1].query
    assert query == {"watch": "1", "allowWatchBookmarks": "true", "timeoutSeconds": "290", "resourceVersion": "1001"}


def test_the_end_that_was_asked_for_is_none_of_an_error(api: FakeApi, session: Session) -> None:
    api.add("pods")
    assert list(Watch(session, PODS, None, None, listed(session), seconds=0)) == [[]]


def test_many_changes_come_in_few_batches(api: FakeApi, watched: Taken) -> None:
    api.watches.send("pods", "MODIFIED", [json.dumps(pod(f"p{number}")).encode() for number in range(2000)])
    batches: list[list[Change]] = []
    while sum(map(len, batches)) < 2000:
        batches.append(watched.next())
    assert len(batches) < 200


def test_one_change_may_be_larger_than_a_piece(api: FakeApi, watched: Taken) -> None:
    big = pod("big")
    big["metadata"]["annotations"] = {"a": "x" * 1_000_000}
    api.add("pods", big)
    [change] = watched.next()
    assert len(change.object) > 1_000_000


def test_a_version_that_is_too_old(api: FakeApi, session: Session) -> None:
    api.add("pods", pod("a"))
    version = listed(session)
    api.add("pods", pod("b"))
    api.watches.compact("pods")
    with pytest.raises(ExpiredError, match="too old resource version"):
        list(Watch(session, PODS, None, None, version))
    api.fail("pods", Instead(lambda route: status(410, "Expired", "too old")), verb="watch")
    with pytest.raises(ExpiredError):
        list(Watch(session, PODS, None, None, version))


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        (500, FailingError, "answered 500: etcdserver"),
        (403, RefusedError, r"refused \(403\)"),
        (0, AnswerError, "etcdserver"),
    ],
)
def test_an_error_in_the_middle(api: FakeApi, watched: Taken, code: int, error: type[ClusterError], words: str) -> None:
    api.add("pods", pod("b"))
    api.watches.error("pods", code, "InternalError", "etcdserver: request timed out")
    assert watched.changes(1) == [("ADDED", "b")]
    with pytest.raises(error, match=words):
        raise watched.next()


def test_what_is_no_watch_is_named(api: FakeApi, watched: Taken) -> None:
    api.watches.send("pods", "x", [b"no json"])
    with pytest.raises(AnswerError, match="sent what is no watch"):
        raise watched.next()


def test_a_cut_connection_loses_nothing(api: FakeApi, session: Session, watched: Taken) -> None:
    api.add("pods", pod("b"))
    assert watched.changes(1) == [("ADDED", "b")]
    api.watches.end(cut=True)
    assert isinstance(watched.next(), CutError)
    api.add("pods", pod("c"))
    assert Taken(api, Watch(session, PODS, None, None, watched.watch.version)).changes(1) == [("ADDED", "c")]


def test_a_cut_in_the_middle_of_a_change_is_as_if_it_had_not_begun(api: FakeApi, session: Session) -> None:
    api.add("pods")
    version = listed(session)
    api.add("pods", pod("a"))
    api.fail("pods", fake_api.cut(50), verb="watch")
    watch = Watch(session, PODS, None, None, version)
    with pytest.raises(CutError):
        list(watch)
    assert watch.version == version


def test_closing_the_session_ends_a_watch(session: Session, watched: Taken) -> None:
    session.close()
    assert isinstance(watched.next(), UnreachableError)


def test_a_watch_may_be_silent_for_longer_than_other_answers(api: FakeApi, access: Access) -> None:
    api.add("pods")
    with connect(access, Deadline(20), patience=0.1) as session:
        watched = Taken(api, Watch(session, PODS, None, None, listed(session)))
        assert not api.watches.wait(0, 0.3)
        api.add("pods", pod("a"))
        assert watched.changes(1) == [("ADDED", "a")]


def test_namespace_and_selectors(api: FakeApi, session: Session) -> None:
    api.add("pods", pod("a"), pod("b"))
    watched = Taken(api, Watch(session, PODS, "shop", "app in (a,b)", "1002", "status.phase!=Running"))
    api.add("pods", pod("a", "ops", "Failed"), pod("c", phase="Failed"), pod("a", phase="Failed"), pod("a"))
    assert watched.changes(2) == [("ADDED", "a"), ("DELETED", "a")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.plural)
def test_every_kind_can_be_watched(api: FakeApi, session: Session, kind: Any) -> None:
    api.add(kind.plural)
    watched = Taken(api, Watch(session, kind, None, None, listed(session, kind.plural)))
    api.add(kind.plural, {"metadata": {"name": "it"}, "data": {"key": "x"}})
    [change] = watched.next()
    assert ("data" in json.loads(bytes(change.object))) != kind.metadata_only


@pytest.mark.parametrize(("fault", "versions"), [(None, "1008"), (fake_api.expired(), "1008")])
def test_the_version_of_a_list_by_pages_is_that_of_its_oldest(
    api: FakeApi, old: Session, fault: fake_api.Fault | None, versions: str
) -> None:
    api.add("pods", *(pod(f"p{number}") for number in range(8)))
    if fault is not None:
        api.fail("pods", fault, times=1)
    listing = Listing(old, PODS, None, None, 3, Deadline(20))
    for number, _ in enumerate(listing):
        api.add("pods", pod(f"q{number}"))
    assert listing.version == versions
