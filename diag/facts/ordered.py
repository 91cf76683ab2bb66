"""An index of what is in order already, for whoever asks for little of it."""

from bisect import bisect_left
from collections import Counter
from typing import Any

from diag.facts.groups import place
from diag.facts.index import Index
from diag.model.snapshot import Snapshot

FEW = 1_000  # names of a kind that are looked up one by one; for more of them a join costs less


class OrderedIndex(Index):
    """An index of a snapshot that has each kind sorted by namespace and name, and no name twice.

    To join 150,000 pods by name takes 0.1 s and 25 MB, where a page needs a handful of them.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self._looked_up: Counter[str] = Counter()

    def get(self, plural: str, namespace: str, name: str) -> Any | None:
        """As in `Index`."""
        self._looked_up[plural] += 1
        if self._looked_up[plural] > FEW:
            return super().get(plural, namespace, name)
        records, wanted = self.all(plural), (namespace, name)
        at = bisect_left(records, wanted, key=place)
        return records[at] if at < len(records) and place(records[at]) == wanted else None
