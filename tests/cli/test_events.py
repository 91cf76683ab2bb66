"""`mondiag events` as a whole, against a server that speaks Kubernetes' API."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from diag.cli.main import main
from tests.fake_api import FakeApi, forbidden

NOW = datetime.now(UTC).replace(microsecond=0)


def event(name: str, minutes: float, involved: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An event about the pod `web`, last seen so many minutes ago."""
    pod = {"kind": "Pod", "apiVersion": "v1", "namespace": "shop", "name": "web", "uid": "u-1"}
    last = (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = {"type": "Normal", "reason": "Pulled", "message": "image pulled", "lastTimestamp": last} | more
    return {"metadata": {"name": name, "namespace": "shop"}, "involvedObject": involved or pod} | fields


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as started:
        started.add("pods", {"metadata": {"name": "web", "namespace": "shop", "uid": "u-2"}})
        started.add(
            "events",
            event("b", 2.5, type="Warning", reason="BackOff", message="Back-off\x1b[31m\nagain", count=12),
            event("a", 50.5),
        )
        yield started


@pytest.fixture
def flags(api: FakeApi, tmp_path: Path) -> list[str]:
    return ["--kubeconfig", str(api.kubeconfig(tmp_path / "kubeconfig"))]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], str]:
    code = main(["events", *arguments])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_the_newest_is_last_and_each_has_one_line(
    api: FakeApi, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    code, lines, err = run(capsys, *flags)
    assert (code, err) == (0, "")
    assert [line.split()[1:4] for line in lines] == [
        ["Normal", "Pulled", "shop/pod/web"],
        ["Warning", "BackOff", "shop/pod/web"],
    ]
    assert lines[1].endswith("x12  Back-off\ufffd[31m again")
    assert run(capsys, "--reverse", *flags)[1] == lines[::-1]
    assert {request.path for request in api.requests} == {"/version", "/api/v1/events"}


@pytest.mark.parametrize(
    ("arguments", "reasons"),
    [
        (["--type", "Warning"], ["BackOff"]),
        (["--reason", "pulled,Other"], ["Pulled"]),
        (["--since", "10m"], ["BackOff"]),
        (["-n", "shop"], ["Pulled", "BackOff"]),
        (["--for", "pod/web"], ["Pulled", "BackOff"]),
        (["shop/pod/web", "--type", "Normal"], ["Pulled"]),
    ],
)
def test_filters(
    capsys: pytest.CaptureFixture[str], flags: list[str], arguments: list[str], reasons: list[str]
) -> None:
    code, lines, _ = run(capsys, *arguments, "--json", *flags)
    assert code == 0
    assert [one["reason"] for one in json.loads(lines[0])["events"]] == reasons


def test_an_object_that_was_named_is_told_from_one_of_the_past(
    capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    assert all("shop/pod/web (gone)" in line for line in run(capsys, "po/web", *flags)[1])
    assert not any("gone" in line for line in run(capsys, *flags)[1])


def test_events_of_nodes_are_found_by_their_name(
    api: FakeApi, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    node = {"kind": "Node", "name": "worker-1", "uid": "worker-1"}
    api.add("nodes", {"metadata": {"name": "worker-1"}})
    api.add("events", event("n", 1.5, node, reason="NodeReady") | {"metadata": {"name": "n", "namespace": "default"}})
    code, lines, _ = run(capsys, "node/worker-1", "-n", "shop", *flags)
    assert code == 0
    assert len(lines) == 1
    assert "NodeReady  node/worker-1  " in lines[0]


def test_none_is_said_with_how_long_events_are_kept(capsys: pytest.CaptureFixture[str], flags: list[str]) -> None:
    code, lines, err = run(capsys, "pod/other", "--type", "Warning", "--since", "30m", *flags)
    assert (code, err) == (0, "")
    assert lines == [
        "no events of type Warning about Pod other in the last 30m: "
        "the API server keeps them for about an hour, unless it was told otherwise (--event-ttl)"
    ]


def test_forbidden_events_are_one_line_and_3(
    api: FakeApi, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    api.fail("events", forbidden())
    code, lines, err = run(capsys, *flags)
    assert (code, lines, len(err.splitlines())) == (3, [], 1)
    assert "forbidden" in err


def test_where_only_the_own_namespace_may_be_read_the_rest_is_a_gap(
    api: FakeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api.fail("events", forbidden(), namespace="")
    flags = ["--kubeconfig", str(api.kubeconfig(tmp_path / "own", namespace="shop"))]
    code, lines, _ = run(capsys, *flags)
    assert code == 0
    assert len([line for line in lines if "shop/pod/web" in line]) == 2
    assert any("events in all namespaces but shop" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pod/web", "--for", "pod/web"], "two targets"),
        (["-l", "app=web"], "-l picks pods"),
        (["--at", "2026-01-01T00:00:00Z"], "--at is the time of a recording"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], flags: list[str], arguments: list[str], words: str) -> None:
    code, lines, err = run(capsys, *arguments, *flags)
    assert (code, lines, len(err.splitlines())) == (2, [], 1)
    assert words in err


def test_a_recording_has_them_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = [{"apiVersion": "v1", "kind": "Event"} | event("a", 1)]
    file = tmp_path / "events.json"
    file.write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": typed}))
    code, lines, _ = run(capsys, "--recording", str(file))
    assert code == 0
    assert lines[0].startswith("0s   Normal  Pulled") or "Pulled  shop/pod/web" in lines[0]
