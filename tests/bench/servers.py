"""The servers that the interactive session is measured against, each for as long as a `with` lasts."""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Server:
    """The fake API server, as told by its input."""

    def __init__(self, pods: int, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.bench.watching_server", str(pods), str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._line()
        self.kubeconfig = str(folder / "kubeconfig")
        self.names = (folder / "names").read_text().split()

    def do(self, command: str) -> str:
        """Have it do something; what it says to that."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def served(pods: int) -> Iterator[Server]:
    """A fake API server with so many pods."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(pods, Path(folder))
        try:
            yield server
        finally:
            server.close()


@contextmanager
def deaf() -> Iterator[str]:
    """The kubeconfig of a server that accepts connections and never answers."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        file = Path(folder) / "kubeconfig"
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        file.write_text(
            f'{{"current-context": "deaf", "clusters": [{{"name": "deaf", "cluster": {{"server": "{url}"}}}}], '
            '"contexts": [{"name": "deaf", "context": {"cluster": "deaf", "user": "deaf"}}], '
            '"users": [{"name": "deaf", "user": {}}]}'
        )
        yield str(file)
