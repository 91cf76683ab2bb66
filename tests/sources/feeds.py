"""Logs that grow while they are followed, for a FakeApi."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from threading import Condition
from typing import Any

from tests.fake_api.answers import Answer, Refused, status


class Feeds:
    """What containers have written, by pod and container; lines of one pod are `apart` seconds from each other.

    `asked` has the pod and the query of each request.
    """

    def __init__(self, apart: float = 0.25) -> None:
        self.asked: list[Mapping[str, str]] = []
        self._apart = apart
        self._lines: dict[tuple[str, str], list[tuple[str, bytes]]] = {}
        self._ends: dict[tuple[str, str], int] = {}
        self._written = 0
        self._open: Counter[tuple[str, str]] = Counter()
        self._changed = Condition()
        self._stopped = False

    def write(self, pod: str, *texts: str, container: str = "app") -> None:
        """Add lines, each later than any before it."""
        with self._changed:
            for text in texts:
                self._written += 1
                moment = self._written * self._apart
                stamp = f"2026-01-01T00:{int(moment) // 60:02}:{int(moment) % 60:02}.{int(moment % 1 * 1e9):09}Z"
                self._lines.setdefault((pod, container), []).append((stamp, text.encode()))
            self._changed.notify_all()

    def end(self, pod: str, container: str = "app") -> None:
        """End the connections that follow this log, and wait until they have ended."""
        key = pod, container
        with self._changed:
            self._ends[key] = self._ends.get(key, 0) + 1
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: not self._open[key], timeout=20)

    def forget(self, pod: str, container: str = "app") -> None:
        """The log of a new container is empty."""
        with self._changed:
            self._lines[pod, container] = []

    def stop(self) -> None:
        """End all connections."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def answer(self, logs: object, namespace: str, name: str, pod: bytes | None, query: Mapping[str, str]) -> Answer:
        """In the place of `tests.fake_api.logs.log_answer`."""
        self.asked.append({"pod": name, **query})
        if pod is None:
            raise Refused(status(404, "NotFound", f'pods "{name}" not found'))
        key = name, query["container"]
        follow = "follow" in query and _runs(json.loads(pod), query["container"])
        return Answer(200, "text/plain", self._blocks(key, query, follow), 0, chunked=True)

    def _blocks(self, key: tuple[str, str], query: Mapping[str, str], follow: bool) -> Iterator[bytes]:
        with self._changed:
            ends, lines = self._ends.get(key, 0), self._lines.setdefault(key, [])
            self._open[key] += 1
        since = query.get("sinceTime", "")[:19]
        at = max(0, len(lines) - int(query["tailLines"])) if "tailLines" in query else 0
        goes_on = True
        while goes_on:
            with self._changed:
                goes_on = follow and not self._stopped and self._ends.get(key, 0) == ends
                if goes_on and at == len(lines):
                    self._changed.wait()
                fresh, at = lines[at:], len(lines)
            block = b"".join(b"%b %b\n" % (stamp.encode(), text) for stamp, text in fresh if stamp[:19] >= since)
            if block:
                yield block
        with self._changed:
            self._open[key] -= 1
            self._changed.notify_all()


def _runs(pod: Any, container: str) -> bool:
    """Whether the container runs, as far as its status tells."""
    statuses = pod.get("status", {}).get("containerStatuses") or [{"name": container, "state": {"running": {}}}]
    return any(one["name"] == container and "running" in one["state"] for one in statuses)
