import json
from collections.abc import Iterator
from typing import Any

import pytest

from diag.errors import AnswerError, DeadlineError, RefusedError, UnreachableError
from diag.kube.config import Access
from diag.kube.deadline import Deadline
from diag.kube.read import Listing
from diag.kube.session import Session, connect
from diag.model.kinds import BY_PLURAL, KINDS
from tests import fake_api
from tests.fake_api import FakeApi
from tests.fake_api.answers import body
from tests.fake_api.faults import Instead

PODS = BY_PLURAL["pods"]
OLD, NEW = "v1.32.0", "v1.34.4"


def pod(number: int, namespace: str = "shop", size: int = 0) -> dict[str, Any]:
    labels = {"even": str(number % 2 == 0).lower()}
    return {
        "metadata": {"name": f"web-{number:05}", "namespace": namespace, "labels": labels},
        "spec": {"nodeName": "n" * size},
    }


def numbers(listing: Listing) -> list[int]:
    """The numbers of the pods, as they came."""
    return [int(item["metadata"]["name"][4:]) for array in listing for item in json.loads(array)]


def pods(session: Session, page: int | None = None, seconds: float = 20, **scope: str) -> Listing:
    return Listing(session, PODS, scope.get("namespace"), scope.get("selector"), page, Deadline(seconds))


def queries(api: FakeApi) -> list[dict[str, str]]:
    return [request.query for request in api.requests if request.path.endswith("/pods")]


@pytest.fixture
def old(api: FakeApi, access: Access) -> Iterator[Session]:
    """A session with a server that would hold a whole list in memory."""
    api.version = OLD
    with connect(access, Deadline(20)) as opened:
        yield opened


@pytest.fixture
def many(api: FakeApi) -> list[int]:
    """Pods enough for several pages of 500 and several arrays."""
    api.add("pods", *(pod(number, size=2000) for number in range(1300)))
    return list(range(1300))


def test_a_new_server_is_asked_once(api: FakeApi, session: Session, many: list[int]) -> None:
    arrays = list(pods(session))
    assert len(arrays) > 1
    assert sum(len(json.loads(array)) for array in arrays) == len(many)
    assert queries(api) == [{}]


def test_an_old_server_is_asked_by_pages(api: FakeApi, old: Session, many: list[int]) -> None:
    listing = pods(old)
    assert numbers(listing) == many
    assert not listing.mixed
    assert [query["limit"] for query in queries(api)] == ["500"] * 3


@pytest.mark.parametrize(("page", "requests"), [(1000, 2), (1300, 1), (0, 1)])
def test_the_page_size_can_be_asked_for(
    api: FakeApi, session: Session, many: list[int], page: int, requests: int
) -> None:
    assert numbers(pods(session, page)) == many
    assert len(queries(api)) == requests


def test_selectors_and_namespaces(api: FakeApi, session: Session) -> None:
    api.add("pods", *(pod(number) for number in range(4)), pod(9, namespace="ops"))
    assert numbers(pods(session, namespace="ops")) == [9]
    for page in (None, 1):
        assert numbers(pods(session, page, namespace="shop", selector="even=true")) == [0, 2]
    assert api.requests[-1].query["labelSelector"] == "even=true"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.plural)
def test_every_kind_is_read(api: FakeApi, session: Session, kind: Any) -> None:
    api.add(kind.plural, {"metadata": {"name": "it"}})
    [array] = Listing(session, kind, None, None, None, Deadline(20))
    assert json.loads(array)[0]["metadata"]["name"] == "it"


@pytest.mark.parametrize("page", [None, 2])
def test_nothing_there(api: FakeApi, session: Session, page: int | None) -> None:
    api.add("pods")
    assert list(pods(session, page)) == []


def test_compressed_lists(api: FakeApi, access: Access, many: list[int]) -> None:
    with connect(access._replace(compress=True), Deadline(20)) as session:
        assert numbers(pods(session)) == many
        assert numbers(pods(session, 500)) == many


def test_an_expired_token_is_gone_on_from(api: FakeApi, old: Session, many: list[int]) -> None:
    api.fail("pods", fake_api.expired(), times=1)
    listing = pods(old)
    assert numbers(listing) == many
    assert listing.mixed


def test_tokens_that_always_expire_are_given_up(api: FakeApi, old: Session, many: list[int]) -> None:
    api.fail("pods", fake_api.expired())
    got: list[bytes] = []
    with pytest.raises(AnswerError, match="410"):
        got.extend(pods(old))
    assert len(queries(api)) == 5


def test_a_page_that_is_cut_is_read_again(api: FakeApi, old: Session, many: list[int]) -> None:
    api.fail("pods", fake_api.cut(100_000), page=1, times=1)
    listing = pods(old)
    assert numbers(listing) == many
    assert not listing.mixed


def test_a_stream_that_is_cut_is_read_again_by_pages(api: FakeApi, session: Session, many: list[int]) -> None:
    api.fail("pods", fake_api.cut(1_500_000), times=1)
    listing = pods(session)
    got = numbers(listing)
    assert listing.mixed
    assert sorted(set(got)) == many
    assert len(got) > len(many)
    assert [query.get("limit") for query in queries(api)] == [None, "500", "500", "500"]


@pytest.mark.parametrize("fault", [fake_api.cut(1000), fake_api.truncated_json()])
def test_a_stream_that_is_cut_before_its_first_array_leaves_no_trace(
    api: FakeApi, session: Session, fault: fake_api.Fault
) -> None:
    api.add("pods", *(pod(number) for number in range(20)))
    api.fail("pods", fault, times=1)
    listing = pods(session)
    assert numbers(listing) == list(range(20))
    assert not listing.mixed


def test_what_came_before_an_error_is_true(api: FakeApi, old: Session, many: list[int]) -> None:
    api.fail("pods", fake_api.forbidden(), page=2)
    got: list[int] = []
    with pytest.raises(RefusedError):
        got.extend(item for array in pods(old) for item in [len(json.loads(array))])
    assert sum(got) == 1000


def test_the_deadline_ends_a_list(api: FakeApi, session: Session, many: list[int]) -> None:
    api.fail("pods", fake_api.stalled(2_000_000))
    got: list[bytes] = []
    with pytest.raises(DeadlineError):
        got.extend(pods(session, seconds=0.5))
    assert got


def test_a_list_that_nobody_reads_on_is_let_go(session: Session, many: list[int]) -> None:
    arrays = iter(pods(session))
    assert next(arrays)
    assert session._reading
    arrays.close()  # type: ignore[attr-defined]
    assert not session._reading


def test_silence_ends_a_list(api: FakeApi, access: Access, many: list[int]) -> None:
    api.fail("pods", fake_api.stalled(2_000_000))
    with connect(access, Deadline(20), patience=0.2) as session, pytest.raises(UnreachableError, match="sent nothing"):
        list(pods(session))
    assert len(queries(api)) == 1


@pytest.mark.parametrize("page", [None, 2])
def test_an_answer_that_is_no_list(api: FakeApi, session: Session, page: int | None) -> None:
    api.fail("pods", fake_api.garbage())
    with pytest.raises(AnswerError, match="sent something without a kind instead of PodList"):
        list(pods(session, page))


def test_a_list_of_150000(api: FakeApi, session: Session) -> None:
    api.serve_raw("pods", [b'{"metadata":{"name":"p%d","namespace":"n"}}' % number for number in range(150_000)])
    names = [item["metadata"]["name"] for array in pods(session) for item in json.loads(array)]
    assert len(names) == len(set(names)) == 150_000
    assert queries(api) == [{}]


@pytest.mark.parametrize("page", [None, 2])
def test_of_some_kinds_only_the_metadata_is_asked_for(api: FakeApi, session: Session, page: int | None) -> None:
    api.add("configmaps", *({"metadata": {"name": f"c{i}", "namespace": "a"}, "data": {"key": "x"}} for i in range(3)))
    listing = Listing(session, BY_PLURAL["configmaps"], None, None, page, Deadline(20))
    found = [item for array in listing for item in json.loads(array)]
    assert [item["metadata"]["name"] for item in found] == ["c0", "c1", "c2"]
    assert all("data" not in item for item in found)


def test_a_server_that_sends_more_than_was_asked_for_is_not_believed(api: FakeApi, session: Session) -> None:
    answer = {"kind": "ConfigMapList", "metadata": {}, "items": [{"metadata": {"name": "c"}, "data": {"key": "x"}}]}
    api.fail("configmaps", Instead(lambda route: body(json.dumps(answer).encode())))
    with pytest.raises(AnswerError, match="ConfigMapList instead of PartialObjectMetadataList"):
        list(Listing(session, BY_PLURAL["configmaps"], None, None, None, Deadline(20)))
