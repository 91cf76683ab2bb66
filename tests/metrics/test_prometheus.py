"""One question to a Prometheus: what comes back, and every way in which nothing does."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diag.errors import AnswerError, ClusterError, DeadlineError, RefusedError, UnreachableError, UsageError
from diag.metrics.prometheus import Get, Prometheus, connect, connect_through
from tests.metrics.fake import FakePrometheus, Server

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
VECTOR = {"data": {"result": [{"metric": {"pod": "web-1"}, "value": [1, "0.93"]}]}}


def direct(server: Server, seconds: float = 10) -> Prometheus:
    return connect(server.url, server.url, seconds)


def through(get: Get) -> Prometheus:
    return connect_through(get, "/api/v1/namespaces/m/services/p:80/proxy", "m/p", 10)


def says(fake: FakePrometheus, status: int, text: str) -> None:
    fake.odd = lambda query: (status, text)


def test_a_vector(prometheus: Server, fake: FakePrometheus) -> None:
    says(fake, 200, json.dumps(VECTOR))
    [series] = direct(prometheus).vector("up")
    assert (series.metric, series.value) == ({"pod": "web-1"}, (1, "0.93"))


def test_a_course(prometheus: Server, fake: FakePrometheus) -> None:
    asked: list[Any] = []

    def answer(query: Any) -> tuple[int, str]:
        asked.append(query)
        return 200, json.dumps({"data": {"result": [{"metric": {}, "values": [[1, "2"], [3, "4"]]}]}})

    fake.odd = answer
    [course] = direct(prometheus).courses("up", NOW - timedelta(hours=1), NOW)
    assert course.values == [(1, "2"), (3, "4")]
    [query] = asked
    assert (query["start"], query["end"], query["step"]) == ("1768042800", "1768046400", "15")


@pytest.mark.parametrize(
    "answer",
    [
        (200, "<!DOCTYPE html><html><body>Sign in</body></html>"),
        (200, ""),
        (200, '{"status":"success"}'),
        (200, '{"data": null}'),
        (200, "[]"),
        (200, '{"data": {"result": [5]}}'),
        (200, '{"data":{"result":"text"}}'),
        (302, ""),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "404 page not found"),
        (422, '{"status":"error","error":"too many samples"}'),
        (503, '{"status":"error"}'),
    ],
)
def test_what_does_not_answer_like_prometheus(prometheus: Server, fake: FakePrometheus, answer: Any) -> None:
    says(fake, *answer)
    with pytest.raises(AnswerError, match=prometheus.url):
        direct(prometheus).vector("up")
    assert len(fake.asked) == 1


def test_a_web_page_is_not_quoted(prometheus: Server, fake: FakePrometheus) -> None:
    says(fake, 404, "<!DOCTYPE HTML><html><title>Not here</title></html>")
    with pytest.raises(AnswerError, match=r"refused a query: HTTP Status Code 404 and a web page: give") as found:
        direct(prometheus).vector("up")
    assert "<" not in str(found.value)


def test_nobody_listens(prometheus: Server) -> None:
    prometheus.server_close()
    with pytest.raises(UnreachableError, match="cannot be reached: ConnectionError; check --prometheus"):
        direct(prometheus).vector("up")


def test_one_that_does_not_answer_in_time(prometheus: Server, fake: FakePrometheus) -> None:
    def never(query: Any) -> None:
        prometheus.closing.wait(20)

    fake.odd = never
    found = direct(prometheus, 0.3)
    with pytest.raises(DeadlineError, match="did not answer within 0 s"):
        found.vector("up")
    with pytest.raises(DeadlineError, match="took all the time"):
        found.vector("up")


@pytest.mark.parametrize("url", ["http://[::1", "http://[::1/prometheus"])
def test_an_address_that_is_none_is_a_wrong_call(url: str) -> None:
    with pytest.raises(UsageError, match="--prometheus"):
        connect(url, url, 1).vector("up")


@pytest.mark.parametrize("address", ["prometheus:9090", "ftp://x", "http://"])
def test_an_address_that_leads_nowhere(address: str) -> None:
    with pytest.raises(ClusterError, match="prometheus"):
        connect(address, address, 1).vector("up")


def test_a_part_is_not_the_whole(prometheus: Server, fake: FakePrometheus) -> None:
    says(fake, 200, json.dumps({**VECTOR, "warnings": ["store at 10.0.0.7:10901 is away"]}))
    found = direct(prometheus)
    assert found.vector("up")
    assert found.warnings == ["store at 10.0.0.7:10901 is away"]


def test_the_api_server_asks_for_us() -> None:
    asked: list[Any] = []

    def get(path: str, query: list[tuple[str, str]], seconds: float) -> bytes:
        asked.append((path, query))
        assert 0 < seconds <= 10
        return json.dumps(VECTOR).encode()

    found = through(get)
    assert [series.value for series in found.vector('up{pod=~"a|b&c"}')] == [(1, "0.93")]
    assert found.source == "prometheus m/p"
    path = "/api/v1/namespaces/m/services/p:80/proxy/api/v1/query"
    assert asked == [(path, [("query", 'up{pod=~"a|b&c"}')])]


@pytest.mark.parametrize(
    ("error", "wanted", "text"),
    [
        (RefusedError("refused (403): no", 403), RefusedError, "cannot be reached by this account: refused"),
        (DeadlineError("late"), DeadlineError, "did not answer in time"),
        (UnreachableError("cut"), UnreachableError, "cut"),
        (AnswerError("a web page"), AnswerError, "a web page"),
    ],
)
def test_what_the_api_server_says_instead(error: ClusterError, wanted: type[ClusterError], text: str) -> None:
    def get(path: str, query: list[tuple[str, str]], seconds: float) -> bytes:
        raise error

    with pytest.raises(wanted, match=f"prometheus m/p.*{text}") as found:
        through(get).vector("up")
    assert found.value.__cause__ is error
