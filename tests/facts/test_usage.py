"""Use against limits, and how the memory of a run went."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import usage
from diag.facts.usage import Run
from diag.model.snapshot import Sample
from tests.facts.pod_samples import NOW, ended, index, only, pod, running

LIMIT = 100.0
END = NOW.timestamp()
STEP = 15.0
HOUR = Run(END - 3600, END, True)


def line(*values: float, end: float = END) -> list[tuple[float, float]]:
    """Points, the last of them at `end`."""
    return [(end - STEP * (len(values) - 1 - n), value) for n, value in enumerate(values)]


def told(*values: float, run: Run = HOUR) -> dict[str, float]:
    return dict(usage.course(line(*values), LIMIT, run))


def limited(limits: dict[str, Any], **more: Any) -> dict[str, Any]:
    return pod(spec={"resources": {"limits": limits}}, **more)


def test_a_leak() -> None:
    found = told(*(10 + n * 0.35 for n in range(241)))
    assert found["memory_straight"] == pytest.approx(1)
    assert found["memory_climb"] == pytest.approx(0.84)
    assert found["memory_slope"] == pytest.approx(84)
    assert found["memory_near_for"] == pytest.approx(11 * STEP)
    assert found["memory_last"] == pytest.approx(0.94)


def test_a_burst() -> None:
    found = told(*[20.0] * 100, 97.0)
    assert found["memory_usual"] == 0.2
    assert found["memory_last"] == 0.97
    assert found["memory_straight"] < 0.1
    assert found["memory_near_for"] == 0


def test_a_limit_that_is_too_low() -> None:
    found = told(*[5.0, 50.0], *[95.0, 96.0] * 50)
    assert found["memory_usual"] > 0.9
    assert found["memory_straight"] < 0.5
    assert found["memory_near_for"] == pytest.approx(99 * STEP)


def test_waves_are_no_climb() -> None:
    found = told(*(50 + 40 * math.sin(n / 10) for n in range(240)))
    assert found.get("memory_straight", 0) < 0.3


@pytest.mark.parametrize(("values", "known"), [((), set()), ((50.0,) * 7, {"memory_last"})])
def test_too_few_points(values: tuple[float, ...], known: set[str]) -> None:
    assert set(told(*values)) == known


def test_a_flat_line_does_not_climb() -> None:
    assert set(told(*[50.0] * 50)) == {"memory_last", "memory_usual"}


def test_memory_that_falls_does_not_climb() -> None:
    assert "memory_slope" not in told(*(90 - n for n in range(60)))


def test_a_run_that_goes_on_has_a_time_left() -> None:
    rising = [50 + n * 0.1 for n in range(201)]
    assert told(*rising, run=Run(HOUR.start, END, False))["memory_limit_in"] == pytest.approx(300 * STEP)
    assert "memory_limit_in" not in told(*rising)


@given(st.lists(st.floats(0, 1e15), max_size=40), st.booleans())
def test_any_values(values: list[float], is_over: bool) -> None:
    found = told(*values, run=Run(HOUR.start, END, is_over))
    assert all(math.isfinite(value) for value in found.values())
    assert 0 <= found.get("memory_straight", 0) <= 1 + 1e-9


def test_the_points_of_one_run() -> None:
    run = Run(END - 150, END, True)
    before = line(90, 95, 99, 99, 99, 99, 99, end=END - 90)  # goes on for a while after its run has ended
    own = line(1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert usage.of_run([before, own], run, STEP) == own
    assert usage.of_run([own, before], run, STEP) == own


def test_points_without_a_line_for_each_run() -> None:
    run = Run(END - 60, END, True)
    assert usage.of_run([line(*range(20))], run, STEP) == line(15, 16, 17, 18, 19)
    assert usage.of_run([], run, STEP) == []
    assert usage.of_run([[]], run, STEP) == []


@pytest.mark.parametrize(
    ("count", "wanted"),
    [(0, {}), (10, {"memory_ratio_30m": 0.9}), (61, {"memory_ratio_30m": 0.9, "memory_ratio_least": 0.9})],
)
def test_lately(count: int, wanted: dict[str, float]) -> None:
    assert dict(usage.lately(line(*[90.0] * count), LIMIT, END)) == wanted


def test_lately_is_not_long_ago() -> None:
    long_ago = line(*[99.0] * 100, end=END - 3600)
    assert dict(usage.lately([*long_ago, *line(*[50.0] * 61)], LIMIT, END)) == {
        "memory_ratio_30m": 0.5,
        "memory_ratio_least": 0.5,
    }


@pytest.mark.parametrize(
    ("limits", "sample", "ratio"),
    [
        ({"memory": "100"}, Sample("memory_usage", 90, "shop", "web-1", "app"), 0.9),
        ({"cpu": "500m"}, Sample("cpu_usage", 0.6, "shop", "web-1", "app"), 1.2),
        ({"memory": "100"}, Sample("memory_usage", 50, "shop", "web-1", "app"), None),
        ({"memory": "lots"}, Sample("memory_usage", 90, "shop", "web-1", "app"), None),
        ({"memory": "0"}, Sample("memory_usage", 90, "shop", "web-1", "app"), None),
        ({}, Sample("memory_usage", 90, "shop", "web-1", "app"), None),
        ({"memory": "100"}, Sample("memory_usage", 90, "shop", "web-1", "proxy"), None),
        ({"memory": "100"}, Sample("memory_usage", 90, "shop", "web-9", "app"), None),
        ({"memory": "100"}, Sample("memory_usage", 90, node="node-a"), None),
    ],
)
def test_ratios(limits: dict[str, str], sample: Sample, ratio: float | None) -> None:
    found = usage.ratios(index(pods=[limited(limits)]), [sample])
    assert [one.value for one in found] == ([pytest.approx(ratio)] if ratio else [])
    assert all(one.name == sample.name.replace("usage", "ratio") for one in found)


NEAR = [Sample("memory_ratio", 0.9, "shop", "web-1", "app")]


@pytest.mark.parametrize(
    ("status", "near", "is_one"),
    [
        ({"state": running(), "lastState": ended()}, [], True),
        ({"state": running(), "lastState": ended(reason="Error")}, [], True),
        ({"state": ended(reason="OOMKilled", exitCode=1)}, [], True),
        ({"state": running(), "lastState": ended(reason="Error", exitCode=1)}, [], False),
        ({"state": running(9000), "ready": True, "lastState": ended(9001)}, [], False),
        ({"state": running()}, [], False),
        ({"state": running()}, NEAR, True),
        ({"state": running()}, [Sample("cpu_ratio", 0.9, "shop", "web-1", "app")], False),
    ],
)
def test_suspects(status: dict[str, Any], near: list[Sample], is_one: bool) -> None:
    found = index(pods=[limited({"memory": "1Gi"}, status=status)])
    assert len(usage.suspects(found, near)) == is_one
    assert usage.suspects(index(pods=[pod(status=status)]), near) == []  # without a limit there is nothing to be near


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        ({"state": running(), "lastState": ended(60, 30)}, Run(END - 90, END - 60, True)),
        ({"state": running(9000), "ready": True, "lastState": ended(9001)}, Run(END - 9000, END, False)),
        ({"state": running(500)}, Run(END - 500, END, False)),
        ({"state": running(None)}, None),
        ({"state": ended(60, None)}, None),
        ({"state": {"waiting": {}}, "lastState": ended(60, 30)}, Run(END - 90, END - 60, True)),
        ({}, None),
    ],
)
def test_the_run_that_tells(status: dict[str, Any], wanted: Run | None) -> None:
    found = index(pods=[limited({"memory": "1Gi"}, status=status)])
    assert usage.telling_run(found, only(found)) == wanted


@pytest.mark.parametrize(("amount", "wanted"), [(0, "0Ki"), (4096, "4Ki"), (2**20, "1Mi"), (130023424, "124Mi")])
def test_mebibytes(amount: float, wanted: str) -> None:
    assert usage.mebibytes(amount) == wanted
