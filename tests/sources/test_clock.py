from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from diag.errors import UsageError
from diag.model.snapshot import Scope
from diag.sources.clock import newest
from diag.sources.recording import load_recording
from tests.sources.samples import all_typed, item, listed, load, typed, written
from tests.sources.test_directories import recorded

AT = datetime(2026, 5, 1, tzinfo=UTC)


def test_the_time_of_a_recording_is_its_own_or_the_one_that_is_given(tmp_path: Path) -> None:
    place = recorded(tmp_path)
    assert load(place).taken_at == datetime(2026, 1, 10, 12, 34, 56, tzinfo=UTC)
    snapshot = load_recording(str(place), AT, Scope())
    assert (snapshot.taken_at, snapshot.clock) == (AT, "exact")


def test_else_it_is_the_newest_time_in_the_data(tmp_path: Path) -> None:
    snapshot = load(written(tmp_path / "x.json", listed(all_typed())))
    assert snapshot.taken_at == datetime(2026, 1, 10, 12, 30, tzinfo=UTC)  # of the event
    assert snapshot.clock == "inferred"
    given = load_recording(str(tmp_path / "x.json"), AT, Scope())
    assert (given.taken_at, given.clock) == (AT, "exact")


def test_a_given_time_is_told_in_utc_and_cannot_be_long_before_the_data(tmp_path: Path) -> None:
    path = str(written(tmp_path / "x.json", listed(all_typed())))
    local = datetime(2026, 1, 10, 14, 25, tzinfo=timezone(timedelta(hours=2)))
    given = load_recording(path, local, Scope())
    assert given.taken_at.isoformat() == "2026-01-10T12:25:00+00:00"
    with pytest.raises(UsageError, match="--at 2026-01-10T12:00:00Z: the data goes on until 2026-01-10T12:30:00Z"):
        load_recording(path, local.replace(hour=14, minute=0), Scope())


def test_times_deep_inside_count_and_those_ahead_do_not(tmp_path: Path) -> None:
    pod = item(
        "web",
        "shop",
        status={
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-10T12:10:00+01:00"}],
            "containerStatuses": [{"lastState": {"terminated": {"finishedAt": "2026-01-10T12:20:00Z"}}}],
        },
    )
    pod["metadata"]["deletionTimestamp"] = "2026-01-10T13:00:00Z"
    snapshot = load(written(tmp_path / "x.json", listed(typed("pods", [pod]))))
    assert snapshot.taken_at == datetime(2026, 1, 10, 12, 20, tzinfo=UTC)


def test_data_without_any_time_is_of_now(tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    snapshot = load(written(tmp_path / "x.json", {"kind": "Pod", "metadata": {"name": "x"}}))
    assert before <= snapshot.taken_at <= datetime.now(UTC)
    assert snapshot.clock == "inferred"


@pytest.mark.parametrize("objects", [{}, {"pods": []}])
def test_nothing_has_no_time(objects: dict[str, list[object]]) -> None:
    assert newest(objects) is None


@pytest.mark.parametrize(
    ("renewed", "clock"),
    [
        pytest.param(["12:29:55", "12:29:30"], "exact", id="leases in use"),
        pytest.param(["12:29:55", "11:00:00"], "inferred", id="one may have been the last to stop"),
        pytest.param([], "inferred", id="none"),
    ],
)
def test_leases_in_use_tell_the_time(tmp_path: Path, renewed: list[str], clock: str) -> None:
    leases = [
        item(
            f"node-{n}",
            "kube-node-lease",
            spec={"holderIdentity": f"node-{n}", "renewTime": f"2026-01-10T{at}.000000Z"},
        )
        for n, at in enumerate(renewed)
    ]
    pod = item("web", "shop", status={"phase": "Running", "startTime": "2026-01-10T10:00:00Z"})
    pod["metadata"]["creationTimestamp"] = "2026-01-10T12:30:00Z"
    snapshot = load(written(tmp_path / "x.json", listed([*typed("pods", [pod]), *typed("leases", leases)])))
    assert snapshot.taken_at == datetime(2026, 1, 10, 12, 30, tzinfo=UTC)
    assert snapshot.clock == clock
