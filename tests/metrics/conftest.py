"""A Prometheus that answers."""

import threading
from collections.abc import Iterator

import pytest

from tests.metrics.fake import FakePrometheus, Server


@pytest.fixture
def fake() -> FakePrometheus:
    return FakePrometheus()


@pytest.fixture
def prometheus(fake: FakePrometheus) -> Iterator[Server]:
    with Server(fake) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.closing.set()
        server.shutdown()
