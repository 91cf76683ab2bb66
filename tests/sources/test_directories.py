"""Directories: a recording of ours, or what somebody collected."""

import os
from pathlib import Path
from typing import Any

import pytest

from diag.model.snapshot import Gap, LogKey
from diag.sources import gather
from tests.sources.samples import OBJECTS, gaps, listed, load, names, typed, written

DESCRIPTION = {
    "schema": "mondiag.recording/v1",
    "taken_at": "2026-01-10T12:34:56Z",
    "context": "prod",
    "server_version": "v1.34.4",
    "scope": {"namespaces": ["shop"], "selector": "app=web"},
    "gaps": [{"what": "nodes", "scope": "", "why": "forbidden", "detail": "refused"}],
    "withheld": [],
}


def recorded(place: Path, description: Any = DESCRIPTION) -> Path:
    written(place / "recording.json", description)
    written(place / "objects" / "pods.json", listed(typed("pods")))
    written(place / "objects" / "events.json", listed([]))
    return place


def test_the_description_tells_of_when_and_where(tmp_path: Path) -> None:
    snapshot = load(recorded(tmp_path))
    assert snapshot.taken_at.isoformat() == "2026-01-10T12:34:56+00:00"
    assert (snapshot.context, snapshot.server_version, snapshot.clock) == ("prod", "v1.34.4", "exact")
    assert (snapshot.scope.namespaces, snapshot.scope.selector) == (("shop",), "app=web")
    assert snapshot.source == f"recording {tmp_path}"


def test_an_empty_list_was_asked_for_and_an_absent_file_was_not(tmp_path: Path) -> None:
    snapshot = load(recorded(tmp_path))
    assert snapshot.saw("events", "shop")
    assert gaps(snapshot, "forbidden") == [("nodes", "")]
    assert ("nodes", "") not in gaps(snapshot, "not-asked")
    assert ("deployments.apps", "") in gaps(snapshot, "not-asked")
    assert not snapshot.saw("deployments")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"taken_at": "yesterday"}', '{"gaps": [{"why": "because"}]}', "\0", '{"x":' + "[" * 100_000],
)
def test_without_its_description_a_recording_is_still_read(tmp_path: Path, text: str) -> None:
    recorded(tmp_path)
    (tmp_path / "recording.json").write_text(text)
    snapshot = load(tmp_path)
    assert len(names(snapshot, "pods")) == len(OBJECTS["pods"])
    assert snapshot.clock == "inferred"
    [gap] = [gap for gap in snapshot.gaps if gap.what == "recording.json"]
    assert gap.why == "unreadable"
    assert gap.detail.startswith("time and gaps of the recording are not known: ")


def test_a_foreign_file_of_the_same_name_is_none_of_ours(tmp_path: Path) -> None:
    written(tmp_path / "recording.json", {"artist": "x"})
    written(tmp_path / "pods.json", listed(typed("pods")))
    snapshot = load(tmp_path)
    assert len(names(snapshot, "pods")) == 2
    assert gaps(snapshot, "unreadable") == [("recording.json", "")]


def test_what_else_is_in_fields_and_folders_does_no_harm(tmp_path: Path) -> None:
    recorded(tmp_path, {**DESCRIPTION, "later": {"field": 1}})
    written(tmp_path / "objects" / ".hidden" / "nodes.json", listed([{"metadata": {"name": "n"}}], "NodeList"))
    written(tmp_path / "objects" / "nodes.txt", listed([{"metadata": {"name": "n"}}], "NodeList"))
    written(tmp_path / "services.json", listed([]))
    assert set(load(tmp_path).objects) == {"pods", "events"}


def test_logs(tmp_path: Path) -> None:
    place = recorded(tmp_path) / "logs" / "shop" / "web-1.example"
    place.mkdir(parents=True)
    (place / "app.log").write_bytes(b"one\r\n\x1b[31mtwo\xff")
    (place / "app.previous.log").write_bytes(b"Bearer " + b"x" * 20)
    (place / "notes.txt").write_text("no log")
    (place / "App_.log").write_text("no container is named so")
    (place / "app.previous.previous.log").write_text("nor so")
    assert load(tmp_path).logs == {
        LogKey("shop", "web-1.example", "app"): "one\n\ufffd[31mtwo\ufffd",
        LogKey("shop", "web-1.example", "app", previous=True): "Bearer withheld",
    }


def test_metrics(tmp_path: Path) -> None:
    sample = {"name": "memory_ratio", "value": 0.9, "namespace": "shop", "pod": "web-1", "container": "app"}
    recorded(tmp_path)
    written(tmp_path / "metrics" / "a.json", {"source": "prometheus x", "names": ["memory_ratio"], "samples": [sample]})
    written(tmp_path / "metrics" / "b.json", {"source": 5})
    (tmp_path / "metrics" / "c.json").write_text("[" * 100_000)
    snapshot = load(tmp_path)
    [metrics] = snapshot.metrics
    assert (metrics.source, metrics.samples[0].value) == ("prometheus x", 0.9)
    assert gaps(snapshot, "unreadable") == [("metrics", ""), ("metrics", "")]
    assert ("metrics", "") not in gaps(snapshot, "not-asked")


def test_files_that_cannot_be_read_are_gaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(tmp_path)
    written(tmp_path / "logs/shop/web-1/app.log", "")
    written(tmp_path / "metrics/a.json", {})
    readable = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name not in ("pods.json", "recording.json"):
            raise PermissionError(13, "Permission denied")
        return readable(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    snapshot = load(tmp_path)
    assert snapshot.logs == {}
    detail = "it cannot be read: Permission denied"
    assert [gap for gap in snapshot.gaps if gap.why == "unreadable"] == [
        Gap("objects/events.json", "", "unreadable", detail),
        Gap("logs", "shop/web-1/app", "unreadable", detail),
        Gap("metrics", "", "unreadable", detail),
    ]


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = written(tmp_path / "elsewhere" / "secret.json", listed([{"metadata": {"name": "n"}}], "NodeList"))
    place = recorded(tmp_path / "recording")
    (place / "objects" / "nodes.json").symlink_to(secret)
    (place / "objects" / "more").symlink_to(secret.parent)
    (place / "logs" / "shop" / "web").mkdir(parents=True)
    (place / "logs" / "shop" / "web" / "app.log").symlink_to(secret)
    snapshot = load(place)
    assert "nodes" not in snapshot.objects
    assert snapshot.logs == {}


def test_hostile_names_of_files_do_not_reach_the_reader(tmp_path: Path) -> None:
    written(tmp_path / "pods.json", listed(typed("pods")))
    for name in (b"\x1b[2J\n.json", b"\xff\xfe.json", "\u202egnp.json".encode()):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text("x")
    assert sorted(gap.what for gap in load(tmp_path).gaps if gap.why == "unreadable") == [
        "\ufffd[2J\ufffd.json".replace("\ufffd.json", " .json"),
        "\ufffdgnp.json",
        "\ufffd\ufffd.json",
    ]


def test_a_directory_given_by_mistake_is_not_read_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "_MOST_ENTRIES", 3)
    for number in range(5):
        written(tmp_path / f"{number}.json", typed("pods")[0])
    snapshot = load(tmp_path)
    assert len(names(snapshot, "pods")) == 1
    [gap] = [gap for gap in snapshot.gaps if gap.why == "truncated"]
    assert gap.detail == "it has more than 3 files: name a smaller directory"
