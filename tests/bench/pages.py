"""Keys in the table of pods, each answered by text that was not on the screen before."""

import random
import re
from collections.abc import Sequence

from tests.bench.session import Session

NAME = re.compile(rb"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
LONGEST = 30  # letters of a name that the table has room for, at least


class Pages:
    """Walks down the table page by page. `names` are those of all pods, in the order of the table."""

    def __init__(self, session: Session, names: Sequence[str]) -> None:
        self._session = session
        self._names = [name.partition("/")[2][:LONGEST].encode() for name in names]
        self._chance = random.Random(3)
        self._at = 0
        self._rows = self._page()

    def _page(self) -> int:
        """How many rows a page has."""
        self._session.type("\x1b[6~")
        shown = set(NAME.findall(self._session.drain(1.0)))
        self._at = max(place for place, name in enumerate(self._names[:500]) if name in shown)
        return self._at

    def sample(self) -> float:
        """Seconds from the key of the next page, or at the end of what was read from that of the first row, until its
        last row is there."""
        self._session.drain(self._chance.uniform(0.02, 0.06))
        if self._at + self._rows < self._session.pods:
            self._at += self._rows
            return self._session.answer("\x1b[6~", self._names[self._at])
        self._at = 0
        return self._session.answer("g", self._names[0])


def filtering(session: Session, word: str) -> list[float]:
    """Seconds from each letter of a filter until what it leaves is shown: the word is typed, and taken back."""
    session.answer("/", b"words, and terms")
    texts = [word[:length] for length in range(1, len(word) + 1)]
    keys = [*word, *["\x7f"] * (len(word) - 1)]
    found = []
    for key, text in zip(keys, [*texts, *reversed(texts[:-1])], strict=True):
        session.drain(0.05)
        found.append(session.answer(key, re.compile(rb" / %b +[\d,]+ of" % re.escape(text.encode()))))
    session.escape()
    return found
