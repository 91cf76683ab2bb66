"""A fake API server whose pods change: `python -m tests.bench.watching_server PODS FOLDER`; ends when its input does.

It writes `kubeconfig` and `names` (namespace/name of each pod, in the order of lists) into the folder. Each line of its
input is a command, answered with a line: `rate N` changes so many pods a second from now on, `sent` says how many were
changed so far, `asked` waits until a client lists the pods and says when (seconds of the monotonic clock), and
`SORT NAMESPACE/NAME` turns a pod into one of the sorts of `data`.
"""

import json
import random
import sys
import threading
import urllib.request
from collections import deque
from pathlib import Path
from time import monotonic, sleep
from typing import cast

from diag.model.kinds import KINDS
from tests.bench.data import pods, turned
from tests.fake_api import FakeApi
from tests.fake_api.answers import body
from tests.fake_api.faults import Instead

PERIOD = 0.05  # seconds between two batches of changes
BREAKS = 1.0  # seconds between two pods that break
SICK = 5  # pods that are broken at a time, beside those that were so from the start
BOOKMARKS = 60.0  # seconds, as the API server sends them
_CALM = b'"restartCount":0,'


class Changes:
    """Tells those who watch of pods that change: most stay healthy, now and then one breaks and another heals."""

    def __init__(self, api: FakeApi, names: list[str], items: list[bytes]) -> None:
        self.rate = 0
        self.sent = 0
        self._api = api
        self._names = names
        self._items = items
        self._places = {name: place for place, name in enumerate(names)}
        self._chance = random.Random(11)
        self._broken: deque[str] = deque()

    def turn(self, sort: str, name: str) -> None:
        """Make a pod one of that sort."""
        place = self._places[name]
        self._items[place] = turned(self._items[place], sort)
        self._send([self._items[place]])

    def run(self) -> None:
        """Send batches for as long as the process lives."""
        due, owed, next_break, next_bookmark = monotonic(), 0.0, 0.0, monotonic() + BOOKMARKS
        while True:
            due += PERIOD
            sleep(max(0.0, due - monotonic()))
            owed = owed + self.rate * PERIOD if self._items else 0
            if owed >= 1:
                self._send([self._touched() for _ in range(int(owed))])
                owed -= int(owed)
                if due >= next_break:
                    next_break = due + BREAKS
                    self._break()
            if due >= next_bookmark:
                next_bookmark = due + BOOKMARKS
                for kind in KINDS:
                    self._api.watches.bookmark(kind.resource)

    def _send(self, items: list[bytes]) -> None:
        self._api.watches.send("pods", "MODIFIED", items)
        self.sent += len(items)

    def _touched(self) -> bytes:
        item = self._chance.choice(self._items)
        return item.replace(_CALM, b'"restartCount":%d,' % self._chance.randrange(3))

    def _break(self) -> None:
        """Break a pod that is well, and heal the one that has been broken for longest."""
        name = self._chance.choice(self._names)
        if _CALM in self._items[self._places[name]] and name not in self._broken:
            self.turn("pull", name)
            self._broken.append(name)
        if len(self._broken) > SICK:
            self.turn("healthy", self._broken.popleft())


def asked(api: FakeApi) -> float:
    """When a client listed the pods, to the millisecond."""
    while not any(one.path == "/api/v1/pods" and "watch" not in one.query for one in api.requests):
        sleep(0.001)
    return monotonic()


def answer(command: str, api: FakeApi, changes: Changes) -> str:
    """Do what the line says; what is to be said."""
    word, _, rest = command.strip().partition(" ")
    if word == "rate":
        changes.rate = int(rest)
    elif word == "sent":
        return str(changes.sent)
    elif word == "asked":
        return str(asked(api))
    else:
        changes.turn(word, rest)
    return "done"


def warm(url: str) -> None:
    """Have the server read its pods once, so that it is as quick as a real one to pick some by their phase."""
    with urllib.request.urlopen(f"{url}/api/v1/pods?fieldSelector=status.phase%3DPending&limit=1") as answer:
        answer.read()


def main() -> None:
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    made = sorted(
        (f"{meta['namespace']}/{meta['name']}", json.dumps(pod, separators=(",", ":")).encode())
        for pod in pods(count)
        for meta in (cast(dict[str, str], pod["metadata"]),)
    )
    names, items = [name for name, _ in made], [item for _, item in made]
    with FakeApi() as api:
        for kind in KINDS:
            api.add(kind.plural)
        api.serve_raw("pods", items)
        # To find one pod of many takes this server long; all of them say the same.
        api.fail("pods/log", Instead(lambda route: body(b"2026-01-10T11:57:59Z started\n", "text/plain")))
        changes = Changes(api, names, items)
        threading.Thread(target=changes.run, daemon=True).start()
        warm(api.url)
        api.requests.clear()
        (folder / "names").write_text("\n".join(names))
        api.kubeconfig(folder / "kubeconfig")
        print("ready", flush=True)
        for command in sys.stdin:
            print(answer(command, api, changes), flush=True)


if __name__ == "__main__":
    main()
