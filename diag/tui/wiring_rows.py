"""What an object is related to, as a graph that can be unfolded from it step by step."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from diag.facts.index import Key
from diag.facts.related import Relation
from diag.finding import Severity
from diag.model.text import one_line
from diag.report import words
from diag.tui.tables.column import Cell, Column

MOST = 200  # relations of one object that are shown; a node runs that many pods, a class has more volumes
COLUMNS = (
    Column("word", "IS", 20),
    Column("kind", "KIND", 24),
    Column("name", "OBJECT", 40, grows=True, tail=True),
    Column("severity", "FOUND", 10),
)
Path = tuple[Key, ...]


class WiringRow(NamedTuple):
    """A relation at the end of the path that leads to it from the object where the walk began."""

    path: Path
    relation: Relation
    more: int = 0

    @property
    def key(self) -> Key:
        """The object that it leads to."""
        return self.relation.key


def wiring_rows(start: Key, unfolded: Collection[Path], related: Callable[[Key], list[Relation]]) -> list[WiringRow]:
    """The relations of the object, and behind each one that is unfolded those of its object."""
    return list(_rows((start,), unfolded, related))


def _rows(path: Path, unfolded: Collection[Path], related: Callable[[Key], list[Relation]]) -> Iterator[WiringRow]:
    found = [relation for relation in related(path[-1]) if relation.key not in path]
    for number, relation in enumerate(found[:MOST]):
        more = len(found) - MOST if number == MOST - 1 else 0
        row = WiringRow((*path, relation.key), relation, max(0, more))
        yield row
        if row.path in unfolded:
            yield from _rows(row.path, unfolded, related)


def cells(row: WiringRow, marks: Mapping[Key, Severity]) -> list[Cell]:
    """The relation in words, the object, whether it is there, and what is found about it."""
    depth = len(row.path) - 2
    key = row.key
    severity = marks.get(key)
    there = {None: " (not read)", False: " (does not exist)", True: ""}[row.relation.exists]
    name = f"{key.namespace}/{key.name}" if key.namespace else key.name
    more = f"  and {row.more:,} more" if row.more else ""
    return [
        (f"{'  ' * depth}{'└ ' if depth else ''}{row.relation.word}", "dim"),
        (key.kind, ""),
        (one_line(name) + there + more, "high" if row.relation.exists is False else "name"),
        (f"{words.SYMBOLS[severity]} {severity}", severity) if severity and severity != "info" else ("", ""),
    ]
