"""Metrics of a Prometheus, or gaps that say why there are none."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from diag.errors import UsageError
from diag.metrics.queries import QUERIES
from diag.model.snapshot import Gap, Metrics, Sample, Snapshot
from diag.sources.measured import NOT_ASKED, add_metrics

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
EMPTY = Snapshot(NOW)
Answer = Callable[[str], tuple[int, str]]
SERIES = {"metric": {"namespace": "shop", "pod": "web-1", "container": "app"}, "value": [1, "0.93"]}


def result(*series: object) -> tuple[int, str]:
    return 200, json.dumps({"status": "success", "data": {"resultType": "vector", "result": list(series)}})


def good(query: str) -> tuple[int, str]:
    """Everything is known, and one container is near its limit."""
    wanted = next(found.promql for found in QUERIES if found.name == "memory_ratio")
    return result(SERIES) if query == wanted or query.startswith("count(") else result()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    answer: Answer
    closing: threading.Event

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hangs up."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        [query] = parse_qs(urlsplit(self.path).query)["query"]
        status, text = self.server.answer(query)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def prometheus() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.answer = good
        server.closing = threading.Event()
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.closing.set()
        server.shutdown()


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


def gap(snapshot: Snapshot) -> str:
    """The reason that is told for there being no metrics at all."""
    assert snapshot.metrics == ()
    [found] = snapshot.gaps
    assert (found.what, found.scope, found.why) == ("metrics", "", "unreadable")
    return found.detail


def test_what_is_measured_is_added(prometheus: Server) -> None:
    snapshot = add_metrics(EMPTY, url(prometheus), 10)
    [metrics] = snapshot.metrics
    assert metrics.source == f"prometheus {url(prometheus)}"
    assert set(metrics.names) == {query.name for query in QUERIES}
    assert metrics.samples == (Sample("memory_ratio", 0.93, "shop", "web-1", "app"),)
    assert snapshot.gaps == ()


def test_nobody_asked() -> None:
    assert add_metrics(EMPTY, None, None).gaps == (NOT_ASKED,)
    measured = Snapshot(NOW, metrics=(Metrics("prometheus x"),))
    assert add_metrics(measured, None, None) is measured


def test_series_that_are_missing_are_gaps(prometheus: Server) -> None:
    prometheus.answer = lambda query: result() if "kubelet_volume" in query else good(query)
    snapshot = add_metrics(EMPTY, url(prometheus), 10)
    [metrics] = snapshot.metrics
    assert "memory_ratio" in metrics.names
    assert "volume_ratio" not in metrics.names
    kinds = ("available_bytes", "inodes_used", "used_bytes")
    assert [gap.detail for gap in snapshot.gaps] == [
        f"no series {', '.join(f'kubelet_volume_stats_{kind}' for kind in kinds)}"
    ]


def test_a_question_that_is_refused_costs_only_its_answer(prometheus: Server) -> None:
    refused = '{"status":"error","error":"query processing would load too many samples \\u001b[2J"}'
    prometheus.answer = lambda query: (422, refused) if "[30m]" in query else good(query)
    snapshot = add_metrics(EMPTY, url(prometheus), 10)
    [metrics] = snapshot.metrics
    assert {query.name for query in QUERIES} - set(metrics.names) == {"memory_ratio_30m"}
    [found] = snapshot.gaps
    assert "would load too many samples" in found.detail
    assert "\x1b" not in found.detail


@pytest.mark.parametrize(
    "answer",
    [
        (200, "<!DOCTYPE html><html><body>Sign in</body></html>"),
        (200, ""),
        (200, '{"status":"success"}'),
        (200, '{"data":{"result":"text"}}'),
        (401, "Unauthorized"),
        (404, "404 page not found"),
        (503, '{"status":"error"}'),
    ],
)
def test_what_does_not_answer_like_prometheus(prometheus: Server, answer: tuple[int, str]) -> None:
    prometheus.answer = lambda query: answer
    assert url(prometheus) in gap(add_metrics(EMPTY, url(prometheus), 10))


def test_nobody_listens(prometheus: Server) -> None:
    prometheus.server_close()
    assert "cannot be reached: ConnectionError; check --prometheus" in gap(add_metrics(EMPTY, url(prometheus), 10))


def test_one_that_does_not_answer_in_time(prometheus: Server) -> None:
    def never(query: str) -> tuple[int, str]:
        prometheus.closing.wait(20)
        return result()

    prometheus.answer = never
    assert "cannot be reached: " in gap(add_metrics(EMPTY, url(prometheus), 0.1))


@pytest.mark.parametrize("address", ["prometheus:9090", "ftp://x", "http://"])
def test_an_address_that_is_none(address: str) -> None:
    assert "check --prometheus" in gap(add_metrics(EMPTY, address, 1))


def test_the_password_in_the_address_is_for_prometheus_alone(prometheus: Server) -> None:
    address = url(prometheus).replace("//", "//reader:hunter2@")
    shown = url(prometheus).replace("//", "//withheld@")
    [metrics] = add_metrics(EMPTY, address, 10).metrics
    assert metrics.source == f"prometheus {shown}"
    prometheus.answer = lambda query: (500, "no")
    detail = gap(add_metrics(EMPTY, address, 10))
    assert shown in detail
    assert "hunter2" not in detail


def test_gaps_of_the_snapshot_stay(prometheus: Server) -> None:
    refused = Gap("nodes", "", "forbidden")
    assert add_metrics(Snapshot(NOW, gaps=(refused,)), url(prometheus), 10).gaps == (refused,)


@pytest.mark.parametrize("url", ["http://[::1", "http://[::1/prometheus"])
def test_an_address_that_is_none_is_a_wrong_call(url: str) -> None:
    with pytest.raises(UsageError, match="--prometheus"):
        add_metrics(EMPTY, url, 1.0)


@pytest.mark.parametrize("text", ['{"data": null}', "[]", '{"data": {"result": [5]}}', '{"data": {"result": "x"}}'])
def test_an_answer_that_is_no_vector_is_a_gap(prometheus: Server, text: str) -> None:
    prometheus.answer = lambda query: (200, text)
    found = add_metrics(EMPTY, f"http://127.0.0.1:{prometheus.server_port}", 5.0)
    assert found.metrics == ()
    assert [(gap.what, gap.why) for gap in found.gaps] == [("metrics", "unreadable")]


def test_a_value_that_is_no_number_is_left_out(prometheus: Server) -> None:
    odd = {**SERIES, "value": [1, "many"]}
    prometheus.answer = lambda query: result(odd) if "/" in query else good(query)
    found = add_metrics(EMPTY, f"http://127.0.0.1:{prometheus.server_port}", 5.0)
    assert found.metrics[0].samples == ()
