import re
from pathlib import Path

import pytest

import diag
from diag.facts.index import Index
from tests.playbook.samples import pod, snapshot

ROOM = Path(diag.__file__).parent
# The index itself, and what only ever sees one snapshot: nothing in these is asked by a playbook.
FREE = {"index.py", "tracked.py", "top.py", "related.py"}
FILES = [*sorted((ROOM / "facts").glob("*.py")), *sorted((ROOM / "playbook" / "fields").glob("*.py"))]
BEHIND = re.compile(r"snapshot\.(?:all|objects|logs|metrics|gaps|taken_at)\b")


@pytest.mark.parametrize("file", [f for f in FILES if f.name not in FREE], ids=lambda file: file.name)
def test_facts_read_through_the_index_which_notes_what_they_read(file: Path) -> None:
    assert not BEHIND.findall(file.read_text())


def test_what_is_within_a_namespace() -> None:
    index = Index(snapshot(pod("web-2"), pod("web-1")))
    assert [one.metadata.name for one in index.within("pods", "shop")] == ["web-1", "web-2"]
    assert (index.within("pods", "ops"), index.names("pods", "ops")) == ([], set())
    assert (index.names("pods", "shop"), set(index.namespaces("pods"))) == ({"web-1", "web-2"}, {"shop"})


def test_a_join_is_made_once() -> None:
    index = Index(snapshot(pod()))
    assert index.pods_by_node is index.pods_by_node
    assert index.keep("one", list) is index.keep("one", list)
