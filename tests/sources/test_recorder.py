"""Recording: what was read comes back, nothing else is touched, nobody else may read it."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from diag.errors import UsageError
from diag.kube.session import Session
from diag.model.snapshot import Gap, LogKey, Metrics, Sample, Scope, Snapshot
from diag.sources.recorder import Recorder
from tests.fake_api import FakeApi, forbidden
from tests.sources.samples import OBJECTS, fill, load, read, written

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
LOGS = {
    LogKey("shop", "web-1", "app"): "one\ntwo\n",
    LogKey("shop", "web-1", "app", previous=True): "before",
    LogKey("shop", "db-0.db", "app"): "",
}
METRICS = (Metrics("prometheus http://x", ("memory_ratio",), (Sample("memory_ratio", 0.93, "shop", "web-1", "app"),)),)


def record(place: Path, snapshot: Snapshot, **objects: list[dict[str, Any]]) -> Path:
    recorder = Recorder(str(place))
    for plural, items in objects.items():
        recorder.add(plural, json.dumps(items).encode())
    recorder.finish(snapshot)
    return place


def live(session: Session, place: Path, scope: Scope) -> Snapshot:
    """What a scan of the cluster sees, recorded on the way."""
    recorder = Recorder(str(place))
    snapshot = read(session, scope, sink=recorder.add)
    recorder.finish(snapshot)
    return snapshot


def files(place: Path) -> Iterator[Path]:
    return (path for path in sorted(place.rglob("*")) if path.is_file())


@pytest.mark.parametrize("scope", [Scope(), Scope(("shop",)), Scope(("ops", "shop"), "app=a1"), Scope(("nowhere",))])
def test_a_recording_tells_what_the_cluster_told(api: FakeApi, session: Session, tmp_path: Path, scope: Scope) -> None:
    fill(api)
    api.fail("nodes", forbidden())
    seen = live(session, tmp_path / "r", scope)
    again = load(tmp_path / "r")
    assert list(again.objects) == list(seen.objects)
    assert again.gaps == (*seen.gaps, Gap("metrics", "", "not-asked", "the recording holds none"))
    assert again == msgspec.structs.replace(seen, source=again.source, gaps=again.gaps)


def test_logs_metrics_gaps_and_the_clock_come_back(tmp_path: Path) -> None:
    gaps = (Gap("pods", "", "forbidden", "only namespace shop", read=("shop",)), Gap("logs", "shop/web-1/b", "expired"))
    snapshot = Snapshot(
        NOW, "", "prod", "v1.34.4", Scope(("shop",), "a=b"), "exact", {"nodes": []}, gaps, LOGS, METRICS
    )
    again = load(record(tmp_path / "r", snapshot))
    assert again.gaps[:2] == gaps
    for name in ("taken_at", "context", "server_version", "scope", "clock", "objects", "logs", "metrics"):
        assert getattr(again, name) == getattr(snapshot, name)


def test_only_its_owner_may_read_a_recording(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        place = record(
            tmp_path / "r", Snapshot(NOW, objects={"pods": []}, logs=LOGS, metrics=METRICS), pods=OBJECTS["pods"]
        )
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in files(place)}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (place, *place.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})
    assert len(list(files(place))) == 6


def test_a_new_recording_replaces_the_old_one_whole(tmp_path: Path) -> None:
    record(tmp_path, Snapshot(NOW, objects={"pods": [], "nodes": []}, logs=LOGS, metrics=METRICS), pods=OBJECTS["pods"])
    record(tmp_path, Snapshot(NOW, objects={"events": []}))
    assert [str(path.relative_to(tmp_path)) for path in files(tmp_path)] == ["objects/events.json", "recording.json"]


def test_the_old_recording_stays_until_something_was_read(tmp_path: Path) -> None:
    record(tmp_path, Snapshot(NOW, objects={"pods": []}), pods=OBJECTS["pods"])
    before = {path: path.read_bytes() for path in files(tmp_path)}
    Recorder(str(tmp_path))
    assert {path: path.read_bytes() for path in files(tmp_path)} == before


@pytest.mark.parametrize(
    "name", ["notes.txt", ".hidden", "objects/pods.json", "logs/a/b/c.log", "recording.json", "recording.json/x"]
)
def test_a_foreign_directory_is_left_alone(tmp_path: Path, name: str) -> None:
    kept = written(tmp_path / name, {"artist": "x"})
    with pytest.raises(UsageError, match=r"is not empty and no recording|cannot be written"):
        Recorder(str(tmp_path))
    assert kept.exists()
    assert list(files(tmp_path)) == [kept]


def test_what_cannot_be_written_is_one_plain_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path / "file", {})
    for place in (file, file / "below"):
        with pytest.raises(UsageError, match=f"{place} cannot be written: "):
            Recorder(str(place))
    recorder = Recorder(str(tmp_path / "r"))

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        recorder.add("pods", b"[]")
    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        recorder.finish(Snapshot(NOW))


HOSTILE = ("..", ".", "", "a/b", "/etc", "..\\x", "x\0", "a\nb", "A", "x" * 300, "-", "a..", "\u202e")


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("part", [0, 1, 2])
def test_no_name_leads_out_of_the_directory(tmp_path: Path, hostile: str, part: int) -> None:
    namespace, pod, container = (hostile if at == part else "sound" for at in range(3))
    key = LogKey(namespace, pod, container)
    place = record(tmp_path / "a" / "b" / "c", Snapshot(NOW, objects={"pods": []}, logs={key: "x"}))
    assert {str(path.relative_to(tmp_path)) for path in files(tmp_path)} == {
        "a/b/c/objects/pods.json",
        "a/b/c/recording.json",
    }
    again = load(place)
    assert again.logs == {}
    assert [gap.why for gap in again.gaps if gap.what == "logs"] == ["skipped"]


@pytest.mark.parametrize("link", ["objects", "logs", "metrics"])
def test_links_in_a_recording_that_is_to_be_replaced_are_refused(tmp_path: Path, link: str) -> None:
    snapshot = Snapshot(NOW, objects={"pods": []}, logs=LOGS, metrics=METRICS)
    place = record(tmp_path / "r", snapshot)
    kept = written(tmp_path / "elsewhere" / "shop" / "web-1" / "app.log", "precious")
    (place / link).rename(tmp_path / "moved")
    (place / link).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="cannot be written"):
        record(place, snapshot)
    assert list(files(tmp_path / "elsewhere")) == [kept]


def test_a_description_that_is_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    place = record(tmp_path / "r", Snapshot(NOW, context="old", objects={"pods": []}))
    kept = (place / "recording.json").rename(tmp_path / "kept")
    (place / "recording.json").symlink_to(kept)
    record(place, Snapshot(NOW, context="new", objects={"pods": []}))
    assert json.loads(kept.read_text())["context"] == "old"
    assert load(place).context == "new"


def test_a_link_that_appears_in_the_meantime_is_refused(tmp_path: Path) -> None:
    kept = written(tmp_path / "kept", "precious")
    recorder = Recorder(str(tmp_path / "r"))
    recorder.add("events", b"[]")
    (tmp_path / "r" / "objects" / "pods.json").symlink_to(kept)
    with pytest.raises(UsageError, match="cannot be written: File exists"):
        recorder.add("pods", b"[]")
    assert kept.read_text() == '"precious"'


def test_no_credential_reaches_the_disk(tmp_path: Path) -> None:
    token, address = "ghp_" + "a" * 36, "http://app:hunter2@db"
    pod = {
        "metadata": {"name": "web", "annotations": {"example.com/token": "hunter2", "note": token}},
        "spec": {"containers": [{"env": [{"name": "URL", "value": address}, {"name": "X", "value": token}]}]},
    }
    place = record(tmp_path / "r", Snapshot(NOW, objects={"pods": []}), pods=[pod])
    for file in files(place):
        assert "hunter2" not in file.read_text()
        assert token not in file.read_text()
    assert json.loads((place / "recording.json").read_bytes())["withheld"] == [
        "annotations that may hold credentials",
        "text in the shape of a credential",
    ]


def test_the_kind_is_ours_to_tell(tmp_path: Path) -> None:
    pod = {"kind": "Secret", "apiVersion": "evil/v1", "metadata": {"name": "web", "namespace": "shop"}}
    place = record(tmp_path / "r", Snapshot(NOW, objects={"pods": []}), pods=[pod])
    assert [pod.metadata.name for pod in load(place).all("pods")] == ["web"]


def test_of_a_configmap_only_its_metadata_is_recorded(tmp_path: Path) -> None:
    settings = {"metadata": {"name": "settings", "namespace": "shop"}, "data": {"url": "hunter2"}}
    record(tmp_path / "r", Snapshot(NOW, objects={"configmaps": []}), configmaps=[settings])
    text = "".join(path.read_text() for path in files(tmp_path / "r"))
    assert "settings" in text
    assert "hunter2" not in text
