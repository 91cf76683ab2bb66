import json
import shutil
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from diag.kube.config import Access, load_access
from diag.kube.deadline import Deadline
from diag.kube.session import Session, connect
from tests.fake_api import FakeApi
from tests.kube.pem import Pem, make

ENVIRONMENT = (
    "KUBECONFIG",
    "KUBERNETES_SERVICE_HOST",
    "KUBERNETES_SERVICE_PORT",
    "http_proxy",
    "https_proxy",
)


@pytest.fixture(autouse=True)
def _nobody_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No kubeconfig, service account or proxy but those of the test."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in (
        *ENVIRONMENT,
        *map(str.upper, ENVIRONMENT),
        "no_proxy",
        "NO_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as started:
        yield started


@pytest.fixture
def access(api: FakeApi, tmp_path: Path) -> Access:
    return load_access(str(api.kubeconfig(tmp_path / "kubeconfig")), None, None, Deadline(20))


@pytest.fixture
def session(access: Access) -> Iterator[Session]:
    with connect(access, Deadline(20)) as opened:
        yield opened


@pytest.fixture
def says() -> Iterator[Callable[[bytes], str]]:
    """Start a server that says these bytes to whoever connects and hangs up; its URL."""
    servers: list[socketserver.TCPServer] = []

    def start(text: bytes) -> str:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                self.request.recv(65536)
                self.request.sendall(text)

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Pem:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make certificates")
    return make(tmp_path_factory.mktemp("pem"))


@pytest.fixture
def access_to(tmp_path: Path) -> Callable[..., Access]:
    """Access to a server by its URL and other fields of a cluster, without any login."""

    def load(url: str, **cluster: Any) -> Access:
        fields = {"server": url} | {name.replace("_", "-"): value for name, value in cluster.items()}
        document = {
            "current-context": "there",
            "contexts": [{"name": "there", "context": {"cluster": "c"}}],
            "clusters": [{"name": "c", "cluster": fields}],
        }
        path = tmp_path / "kubeconfig-there"
        path.write_text(json.dumps(document))
        return load_access(str(path), None, None, Deadline(20))

    return load
