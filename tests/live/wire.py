"""The line between a program and the API server, which can be cut."""

import socket
from contextlib import suppress
from threading import Thread
from typing import Self


class Wire:
    """Passes on what comes to a port of its own on loopback; as a context manager it ends with the block."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._whole = True
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def cut(self) -> None:
        """End all connections, and let none through from now on."""
        self._whole = False
        for end in self._ends:
            _hang_up(end)
        self._ends.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    def _accept(self) -> None:
        with suppress(OSError):  # the listener's end
            while True:
                near, _ = self._listener.accept()
                if self._whole:
                    far = socket.create_connection(("127.0.0.1", self._target))
                    self._ends += [near, far]
                    Thread(target=_pass_on, args=(near, far), daemon=True).start()
                    Thread(target=_pass_on, args=(far, near), daemon=True).start()
                else:
                    near.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # either end hung up
        while piece := source.recv(1 << 16):
            target.sendall(piece)
    _hang_up(target)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):  # the other end did already
        end.shutdown(socket.SHUT_RDWR)
