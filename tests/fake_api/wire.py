"""The HTTP side: connections, requests as they come, and answers on their way out."""

import socket
import sys
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .answers import Answer
from .faults import Delivery


@dataclass(frozen=True)
class Request:
    """One request as it came; header names are spelt `Like-This`."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


class Server(ThreadingHTTPServer):
    """Asks `answer` what to say to each request; waits in deliveries end when `closing` is set."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Callable[[Request], tuple[Answer, Delivery]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()

    def close(self) -> None:
        """Stop, and close every connection, stuck ones too."""
        self.closing.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `close` can end it."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up: that is part of the tests."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def _serve(self) -> None:
        target = urlsplit(self.path)
        headers = {name.title(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        self.rfile.read(int(headers.get("Content-Length", 0)))
        answer, how = self.server.answer(Request(self.command, unquote(target.path), query, headers))
        self._deliver(answer, how)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve

    def log_message(self, format: str, *args: Any) -> None:
        """Keep stderr quiet."""

    def _deliver(self, answer: Answer, how: Delivery) -> None:
        compressed = answer.gzip and "gzip" in self.headers.get("Accept-Encoding", "")
        blocks, length = answer.blocks, answer.length
        if how.halve:
            blocks, length = _first(blocks, length // 2), length // 2
        if compressed:
            blocks = _gzip(blocks)
            if not answer.chunked:
                blocks = [b"".join(blocks)]
                length = len(blocks[0])
        if how.piece:
            blocks = _pieces(blocks, how.piece)
        if how.after is not None:
            how.after.wait(20)
        announced = None if answer.chunked else length
        self._send_head(answer, compressed, announced)
        if self.command == "HEAD":
            return
        if not self._send_body(blocks, how, announced):
            if how.stall_after is not None:
                self.server.closing.wait()
            self.close_connection = True

    def _send_head(self, answer: Answer, compressed: bool, length: int | None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        if compressed:
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Vary", "Accept-Encoding")
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, blocks: Iterable[bytes], how: Delivery, length: int | None) -> bool:
        """Whether all of it was sent; a body whose length is not announced ends with an empty chunk."""
        left = how.stops_after(length)
        for block in blocks:
            if how.delay and self.server.closing.wait(how.delay):
                return False
            part = block if left is None else block[:left]
            head, tail = (b"", b"") if length is not None else (f"{len(block):x}\r\n".encode(), b"\r\n")
            self.wfile.write(head + part)
            if len(part) < len(block):
                return False
            self.wfile.write(tail)
            left = None if left is None else left - len(part)
        if left is None and length is None:
            self.wfile.write(b"0\r\n\r\n")
        return left is None


def _first(blocks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    for block in blocks:
        if limit > 0:
            yield block[:limit]
        limit -= len(block)


def _gzip(blocks: Iterable[bytes]) -> Iterator[bytes]:
    # level 1, as the API server compresses (apiserver, responsewriters/writers.go)
    packer = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for block in blocks:
        yield from filter(None, [packer.compress(block)])
    yield packer.flush()


def _pieces(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    for block in blocks:
        for start in range(0, len(block), size):
            yield block[start : start + size]
