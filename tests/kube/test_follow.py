from collections.abc import Iterator

import pytest

from diag.errors import AnswerError, RefusedError, UnreachableError
from diag.kube.config import Access
from diag.kube.follow import LogSession
from diag.kube.reach import CutError
from tests import fake_api
from tests.fake_api import FakeApi
from tests.sources.feeds import Feeds

POD = {"metadata": {"name": "web", "namespace": "shop"}, "spec": {"containers": [{"name": "app"}]}}
APP = [("container", "app")]
FOLLOW = [*APP, ("follow", "true")]


@pytest.fixture
def feeds(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[Feeds]:
    feeds = Feeds()
    monkeypatch.setattr("tests.fake_api.server.log_answer", feeds.answer)
    api.add("pods", POD)
    yield feeds
    feeds.stop()


@pytest.fixture
def logs(access: Access) -> Iterator[LogSession]:
    with LogSession(access, 20) as opened:
        yield opened


def test_what_has_come_is_handed_on_at_once(feeds: Feeds, logs: LogSession) -> None:
    feeds.write("web", "one")
    pieces = logs.log("shop", "web", FOLLOW)
    assert next(pieces).endswith(b" one\n")
    feeds.write("web", "two")
    assert next(pieces).endswith(b" two\n")
    feeds.end("web")
    assert list(pieces) == []


def test_a_connection_that_is_silent_for_too_long_is_given_up(feeds: Feeds, access: Access) -> None:
    feeds.write("web", "one")
    with LogSession(access, 1, patience=0.2) as logs:
        pieces = logs.log("shop", "web", FOLLOW)
        assert next(pieces)
        with pytest.raises(UnreachableError, match="sent nothing for"):
            next(pieces)


def test_closing_ends_what_is_followed(feeds: Feeds, logs: LogSession) -> None:
    feeds.write("web", "one")
    pieces = logs.log("shop", "web", FOLLOW)
    assert next(pieces)
    logs.close()
    with pytest.raises(UnreachableError, match="session was closed"):
        next(pieces)


def test_a_cut_connection_is_told_from_an_end(api: FakeApi, logs: LogSession) -> None:
    api.add("pods", POD)
    api.logs["shop", "web", "app", False] = b"one\ntwo\n"
    api.fail("pods/log", fake_api.cut(5))
    pieces = logs.log("shop", "web", APP)
    with pytest.raises(CutError):
        list(pieces)


def test_refusals_have_the_words_of_the_server_and_are_not_asked_again(api: FakeApi, logs: LogSession) -> None:
    api.add("pods", POD)
    api.fail("pods/log", fake_api.forbidden(), times=1)
    api.fail("pods/log", fake_api.server_error(500))
    with pytest.raises(RefusedError, match='cannot get resource "pods/log"'):
        next(logs.log("shop", "web", APP))
    with pytest.raises(AnswerError, match="answered 500"):
        next(logs.log("shop", "web", APP))
    assert len(api.requests) == 2


def test_a_large_log_comes_whole(api: FakeApi, logs: LogSession) -> None:
    api.add("pods", POD)
    text = b"0123456789\n" * 100_000
    api.logs["shop", "web", "app", False] = text
    assert b"".join(logs.log("shop", "web", APP)) == text


def test_many_logs_at_once_leave_no_word_on_the_connections(
    api: FakeApi, logs: LogSession, caplog: pytest.LogCaptureFixture
) -> None:
    api.add("pods", POD)
    api.logs["shop", "web", "app", False] = b"one\n" * 50_000
    opened = [logs.log("shop", "web", APP) for _ in range(20)]
    firsts = [next(pieces) for pieces in opened]
    assert all(firsts)
    for pieces in opened:
        assert list(pieces)
    assert caplog.records == []
