from collections.abc import Iterator

import pytest

from diag.errors import ClusterError
from diag.kube.config import Access
from diag.kube.follow import LogSession
from diag.model.snapshot import LogKey
from diag.sources.logs import Log, Wanted, merged
from tests import fake_api
from tests.fake_api import FakeApi
from tests.sources.feeds import Feeds
from tests.sources.log_samples import WAITING, pod


@pytest.fixture
def logs(access: Access) -> Iterator[LogSession]:
    with LogSession(access, 20) as opened:
        yield opened


ALL = Wanted()


def log(session: LogSession, pod: str, previous: bool = False, wanted: Wanted = ALL) -> Log:
    return Log(session, LogKey("shop", pod, "app", previous), wanted)


def read(*logs: Log) -> tuple[list[str], list[str]]:
    """The lines of all logs with their pods, and what was said of those that could not be read."""
    said: list[str] = []

    def say(log: Log, error: ClusterError) -> None:
        said.append(f"{log.name}: {log.words(error)}")

    return [f"{log.key.pod} {line.text}" for line, log in merged(logs, say)], said


def put(api: FakeApi, name: str, text: bytes, previous: bool = False) -> None:
    api.add("pods", pod(name))
    api.logs["shop", name, "app", previous] = text


def test_lines_come_in_order_of_time(api: FakeApi, logs: LogSession, monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = Feeds()
    monkeypatch.setattr("tests.fake_api.server.log_answer", feeds.answer)
    api.add("pods", pod("web-1"), pod("web-2"), pod("web-3"))
    for number, name in enumerate(["web-2", "web-1", "web-1", "web-3", "web-2", "web-1"]):
        feeds.write(name, str(number))
    lines, said = read(log(logs, "web-1"), log(logs, "web-2"), log(logs, "web-3"))
    assert lines == ["web-2 0", "web-1 1", "web-1 2", "web-3 3", "web-2 4", "web-1 5"]
    assert said == []


def test_what_cannot_be_read_is_said_and_the_others_go_on(api: FakeApi, logs: LogSession) -> None:
    put(api, "web-1", b"one\n")
    api.add("pods", pod("web-2", WAITING))
    first, waiting, absent = log(logs, "web-1"), log(logs, "web-2"), log(logs, "web-3")
    lines, said = read(first, waiting, absent)
    assert lines == ["web-1 one"]
    assert sorted(said) == [
        'web-2/app: container "app" in pod "web-2" is waiting to start: ContainerCreating',
        'web-3/app: not served (404): pods "web-3" not found',
    ]
    assert [one.readable for one in (first, waiting, absent)] == [True, False, False]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (fake_api.forbidden(), 'cannot get resource "pods/log"'),
        (fake_api.server_error(500), "answered 500"),
    ],
)
def test_a_refusal_is_said(api: FakeApi, logs: LogSession, fault: fake_api.Fault, words: str) -> None:
    put(api, "web-1", b"one\n")
    api.fail("pods/log", fault)
    refused = log(logs, "web-1")
    lines, said = read(refused)
    assert (lines, refused.readable) == ([], False)
    assert words in said[0]


def test_no_previous_run_is_said(api: FakeApi, logs: LogSession) -> None:
    put(api, "web-1", b"now\n")
    put(api, "web-2", b"before\n", previous=True)
    lines, said = read(log(logs, "web-1", previous=True), log(logs, "web-2", previous=True))
    assert lines == ["web-2 before"]
    assert said == ['web-1/app: previous terminated container "app" in pod "web-1" not found']


def test_an_empty_log_is_one_that_could_be_read(api: FakeApi, logs: LogSession) -> None:
    put(api, "web-1", b"")
    empty = log(logs, "web-1")
    assert read(empty) == ([], [])
    assert empty.readable


def test_a_log_that_the_runtime_has_dropped_is_none(api: FakeApi, logs: LogSession) -> None:
    put(api, "web-1", b"one\n")
    words = b"unable to retrieve container logs for containerd://4f2"
    api.fail("pods/log", fake_api.server_error(200, words))
    lost = log(logs, "web-1")
    assert read(lost) == ([], ["web-1/app: the runtime no longer has it"])
    assert not lost.readable


def test_a_cut_connection_is_resumed_without_losing_or_repeating_a_line(api: FakeApi, logs: LogSession) -> None:
    put(api, "web-1", b"one\ntwo\nthree\nfour\n")
    for after in (1, 40, 100):
        api.fail("pods/log", fake_api.cut(after), times=1)
    assert read(log(logs, "web-1")) == (["web-1 one", "web-1 two", "web-1 three", "web-1 four"], [])
    assert "sinceTime" in api.requests[-1].query


def test_a_connection_that_is_always_cut_is_said(api: FakeApi, logs: LogSession) -> None:
    put(api, "web-1", b"one\ntwo\n")
    api.fail("pods/log", fake_api.cut(40))
    lines, said = read(log(logs, "web-1"))
    assert lines == ["web-1 one"]
    assert "cut the connection" in said[0]


def test_what_is_asked_of_the_server(api: FakeApi, logs: LogSession) -> None:
    put(api, "web-1", b"one\ntwo\nthree\n")
    part = log(logs, "web-1", wanted=Wanted(tail=2, since=0.3))
    assert read(part)[0] == ["web-1 two", "web-1 three"]
    assert api.requests[-1].query == {
        "container": "app",
        "timestamps": "true",
        "tailLines": "2",
        "sinceSeconds": "1",
    }
    list(part.read(follow=True))
    assert api.requests[-1].query == {
        "container": "app",
        "timestamps": "true",
        "follow": "true",
        "sinceTime": "2026-01-01T00:00:00Z",
    }
