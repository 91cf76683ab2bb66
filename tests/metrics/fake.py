"""A Prometheus for tests: it answers the questions that are put to it from values given by metric, over real HTTP."""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from diag.metrics.queries import CGROUP_MEMORY, POD_INFO, QUERIES, USAGE

Labels = dict[str, str]
SERIES = {need for query in (*QUERIES, *USAGE) for need in query.needs}


class FakePrometheus:
    """`series` are there; `values` by metric, with their labels; `courses` are labels with times and values.

    `knows` are labels of what answers to the question for the cluster's own pods; with a `cluster`, only queries that
    name it are answered. `warnings` come with every answer, `odd` replaces answers.
    """

    def __init__(self) -> None:
        self.series = set(SERIES)
        self.values: dict[str, list[tuple[Labels, Any]]] = {}
        self.courses: list[tuple[Labels, list[tuple[float, float]]]] = []
        self.knows: list[Labels] = [{"__name__": POD_INFO}, {}]
        self.cluster = ""
        self.warnings: list[str] = []
        self.odd: Callable[[Mapping[str, str]], tuple[int, str] | None] = lambda query: None
        self.asked: list[str] = []

    def answer(self, query: Mapping[str, str]) -> tuple[int, str]:
        """Status and body for the parameters of one request."""
        self.asked.append(query["query"])
        return self.odd(query) or (200, json.dumps(self._true(query)))

    def proxied(self, query: Mapping[str, str]) -> tuple[str, bytes]:
        """The same, for the fake API server, which proxies successes alone."""
        return "application/json", self.answer(query)[1].encode()

    def _true(self, query: Mapping[str, str]) -> dict[str, Any]:
        result = [{"metric": labels, **values} for labels, values in self._result(query)]
        return {"status": "success", "data": {"result": result}, "warnings": self.warnings}

    def _result(self, query: Mapping[str, str]) -> list[tuple[Labels, dict[str, Any]]]:
        promql = query["query"]
        if promql.startswith("count by (__name__, cluster)"):
            return [(labels, {"value": [1, "1"]}) for labels in self.knows]
        if self.cluster and f"cluster={json.dumps(self.cluster)}" not in promql:
            return []
        if promql.startswith("count by (__name__)"):
            return [({"__name__": name}, {"value": [1, "5"]}) for name in sorted(self.series)]
        if "start" in query:
            assert CGROUP_MEMORY in promql
            return [(labels, {"values": [[at, str(value)] for at, value in line]}) for labels, line in self.courses]
        [name] = {found.name for found in (*QUERIES, *USAGE) if promql == found.of(self.cluster)}
        return [(labels, {"value": [1, str(value)]}) for labels, value in self.values.get(name, [])]


class Server(ThreadingHTTPServer):
    """Serves a FakePrometheus on a free port of loopback; `closing` ends what waits."""

    daemon_threads = True

    def __init__(self, fake: FakePrometheus) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hangs up."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        status, text = self.server.fake.answer(dict(parse_qsl(urlsplit(self.path).query)))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/login")
        self.send_header("Content-Type", "application/json" if text.startswith("{") else "text/html")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Keep stderr quiet."""
