"""The table of use."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from diag.facts.top import Row, What
from diag.model.snapshot import Gap, Metrics, Snapshot
from diag.report.json import to_json
from diag.report.usage import Usage, print_usage, usage
from tests.report.samples import NOW

SERVER = Metrics("metrics.k8s.io", at=NOW - timedelta(seconds=20))
ROWS = [
    Row("shop", "web-1", "app", {"cpu": 0.25, "memory": 95 * 2**20, "memory-limit": 100 * 2**20, "memory-ratio": 0.95}),
    Row("shop", "a-rather-long-name", "proxy", {"cpu": 12.0, "memory": 2**34}),
]


def found(what: What = "containers", rows: list[Row] = ROWS, **more: Any) -> Usage:
    return usage(Snapshot(NOW, context="prod", metrics=(SERVER, Metrics("prometheus http://x")), **more), what, rows)


def printed(value: Usage) -> str:
    stream = StringIO()
    print_usage(value, stream)
    return stream.getvalue()


def words(line: str) -> str:
    return " ".join(line.split())


def test_columns_stand_below_each_other() -> None:
    *_, heading, first, second = printed(found()).splitlines()
    assert words(heading) == "POD CONTAINER CPU REQUEST LIMIT OF LIMIT MEMORY REQUEST LIMIT OF LIMIT THROTTLED"
    assert words(first) == "shop/web-1 app 250m - - - 95Mi - 100Mi 95% -"
    assert words(second) == "shop/a-rather-long-name proxy 12.0 - - - 16.0Gi - - - -"
    assert heading.index("MEMORY") + len("MEMORY") == first.index("95Mi") + 4 == second.index("16.0Gi") + 6
    assert len({len(heading), len(first), len(second)}) == 1


def test_it_says_where_from_and_how_old() -> None:
    text = printed(found())
    assert "context prod · all namespaces" in text
    assert "metrics.k8s.io, 20s old; prometheus http://x" in text


def test_what_is_missing_is_said() -> None:
    gaps = (Gap("metrics", "", "not-asked", "no Prometheus was found"), Gap("jobs.batch", "", "forbidden"))
    text = printed(found(gaps=gaps))
    assert "metrics: no Prometheus was found" in text
    assert "jobs" not in text


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("pods", "No pod runs here."),
        ("nodes", "There are no nodes, or they could not be read."),
        ("claims", "No claim"),
    ],
)
def test_nothing_to_show(what: What, text: str) -> None:
    assert text in printed(found(what, []))


def test_hostile_text_stays_text() -> None:
    text = printed(found(rows=[Row("shop", "web\x1b[2J\n[red]x", "a\u202eb", {"cpu": 1.0})]))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]x" in text
    assert len(text.splitlines()) == 5


def test_json() -> None:
    value = json.loads(to_json(found("pods")))
    assert (value["schema"], value["what"]) == ("mondiag.usage/v1", "pods")
    assert value["rows"][0]["values"]["memory-ratio"] == 0.95
    assert value["sources"] == [
        {"name": "metrics.k8s.io", "at": SERVER.at.isoformat().replace("+00:00", "Z") if SERVER.at else None},
        {"name": "prometheus http://x", "at": None},
    ]
