from datetime import UTC, datetime

import pytest

from diag.model.snapshot import Gap, Scope, Snapshot

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
EVERYWHERE = Gap("pods", "", "truncated")
IN_SHOP = Gap("pods", "shop", "unreadable")
BUT_SHOP = Gap("pods", "", "forbidden", read=("shop",))


@pytest.mark.parametrize(
    ("gaps", "everywhere", "in_shop", "in_ops"),
    [
        ((), True, True, True),
        ((EVERYWHERE,), False, False, False),
        ((IN_SHOP,), True, False, True),
        ((BUT_SHOP,), False, True, False),
        ((BUT_SHOP, IN_SHOP), False, False, False),
        ((Gap("pods.metrics.k8s.io", "", "not-served"), Gap("logs", "shop", "expired")), True, True, True),
    ],
)
def test_what_was_seen(gaps: tuple[Gap, ...], everywhere: bool, in_shop: bool, in_ops: bool) -> None:
    snapshot = Snapshot(NOW, objects={"pods": []}, gaps=gaps)
    assert snapshot.all("pods") == []
    assert [snapshot.saw("pods", namespace) for namespace in ("", "shop", "ops")] == [everywhere, in_shop, in_ops]


def test_what_was_not_read_was_not_seen() -> None:
    snapshot = Snapshot(NOW)
    assert list(snapshot.all("nodes")) == []
    assert not snapshot.saw("nodes")


def test_a_namespace_outside_of_the_scope_was_not_read() -> None:
    seen = Snapshot(taken_at=NOW, scope=Scope(("shop",)), objects={"services": [], "events": [], "nodes": []})
    assert seen.saw("services", "shop")
    assert not seen.saw("services", "other")
    assert not seen.saw("services")
    assert seen.saw("nodes")
    assert seen.saw("events@default")
