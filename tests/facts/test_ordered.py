import pytest

from diag.facts import ordered
from diag.facts.index import Index
from diag.facts.ordered import OrderedIndex
from diag.model.meta import Metadata
from diag.model.pods import Pod
from diag.model.snapshot import Snapshot
from tests.facts.pod_samples import NOW

NAMED = [("pay", "a"), ("shop", "a"), ("shop", "web-1"), ("shop", "web-10"), ("shop", "web-2")]
PODS = [Pod(Metadata(name, space)) for space, name in NAMED]
ASKED = [(space, name) for space in ("", "pay", "shop", "zoo") for name in ("", "a", "web-1", "web-10", "web-3", "zzz")]


@pytest.mark.parametrize("few", [0, 3, 1_000])
def test_it_finds_what_an_index_finds(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(ordered, "FEW", few)
    known = Snapshot(NOW, objects={"pods": PODS})
    plain, found = Index(known), OrderedIndex(known)
    for space, name in ASKED:
        assert found.get("pods", space, name) is plain.get("pods", space, name)
        assert found.get("nodes", space, name) is None
    assert found.pod("shop", "web-10") is not None
