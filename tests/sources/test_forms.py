"""The forms in which objects may come: whatever kubectl prints, as people keep it."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diag.errors import RecordingError
from diag.model.decode import Decoder
from tests.sources.samples import OBJECTS, all_typed, dump_yaml, gaps, listed, load, names, typed, written

Form = Callable[[Path], Path]


def _file(name: str, data: bytes | str) -> Form:
    def write(place: Path) -> Path:
        path = place / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


def _directory(files: dict[str, Any]) -> Form:
    def write(place: Path) -> Path:
        for name, value in files.items():
            written(place / "dir" / name, value)
        return place / "dir"

    return write


LIST = json.dumps(listed(all_typed()))
YAML = dump_yaml(listed(all_typed()))
SINGLE = [json.dumps(one) for one in all_typed()]
FORMS: dict[str, Form] = {
    "a List": _file("all.json", LIST),
    "a List, indented": _file("all.json", json.dumps(listed(all_typed()), indent=4)),
    "a List without the extension": _file("all", LIST),
    "JSON lines": _file("all.jsonl", "\n".join(SINGLE)),
    "one document after another": _file("all.json", "\n".join(json.dumps(one, indent=2) for one in all_typed())),
    "Lists one after another": _file("all.json", "".join(json.dumps(listed(typed(plural))) for plural in OBJECTS)),
    "an array": _file("all.json", json.dumps(all_typed())),
    "UTF-8 with a mark": _file("all.json", b"\xef\xbb\xbf" + LIST.encode()),
    "UTF-16 as PowerShell writes it": _file("all.json", LIST.encode("utf-16")),
    "UTF-16 of the other order": _file("all.json", b"\xfe\xff" + LIST.encode("utf-16-be")),
    "YAML": _file("all.yaml", YAML),
    "YAML with line ends of Windows": _file("all.yaml", YAML.replace("\n", "\r\n")),
    "YAML documents": _file("all.yml", "---\n".join(dump_yaml(one) for one in all_typed())),
    "YAML in UTF-16": _file("all.yaml", YAML.encode("utf-16")),
    "a file for each kind": _directory({f"{plural}.json": listed(typed(plural)) for plural in OBJECTS}),
    "a file for each object": _directory({f"a/{i}/x.json": one for i, one in enumerate(all_typed())}),
    "PodList and its like, items without kind": _directory(
        {f"{i}.json": listed(OBJECTS[plural], f"{typed(plural)[0]['kind']}List") for i, plural in enumerate(OBJECTS)}
    ),
    "items without kind in files named after it": _directory(
        {f"{plural}.json": listed(objects) for plural, objects in OBJECTS.items()}
    ),
    "names with the group": _directory(
        {
            "deployments.apps.json": listed(OBJECTS["deployments"]),
            "all.json": listed([one for one in all_typed() if one["kind"] != "Deployment"]),
        }
    ),
}


def expected() -> dict[str, list[Any]]:
    decoder = Decoder()
    return {plural: decoder.decode(plural, json.dumps(objects).encode()) for plural, objects in OBJECTS.items()}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_the_same(tmp_path: Path, form: str) -> None:
    snapshot = load(FORMS[form](tmp_path))
    assert snapshot.objects == expected()
    assert gaps(snapshot, "truncated", "unreadable", "skipped") == []
    assert ("nodes", "") in gaps(snapshot, "not-asked")
    assert ("pods", "") not in gaps(snapshot, "not-asked")
    assert ("metrics", "") in gaps(snapshot, "not-asked")


@pytest.mark.parametrize("data", [LIST.encode(), YAML.encode()])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    snapshot = load("-")
    assert snapshot.objects == expected()
    assert snapshot.source == "recording of standard input"


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(RecordingError, match="standard input is closed"):
        load("-")


@pytest.mark.parametrize(
    ("version", "kind", "plural"),
    [
        ("extensions/v1beta1", "Deployment", "deployments"),
        ("apps/v1beta2", "StatefulSet", "statefulsets"),
        ("batch/v1beta1", "CronJob", "cronjobs"),
        ("policy/v1beta1", "PodDisruptionBudget", "poddisruptionbudgets"),
        ("autoscaling/v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
        ("storage.k8s.io/v1beta1", "StorageClass", "storageclasses"),
        ("events.k8s.io/v1", "Event", "events"),
    ],
)
def test_kinds_in_the_groups_and_versions_of_other_times(tmp_path: Path, version: str, kind: str, plural: str) -> None:
    single = {"apiVersion": version, "kind": kind, "metadata": {"name": "old"}}
    of_list = {"apiVersion": version, "kind": f"{kind}List", "items": [{"metadata": {"name": "old"}}]}
    for value in (single, of_list, listed([single])):
        assert names(load(written(tmp_path / "x.json", value)), plural) == ["old"]


def test_kinds_that_only_share_a_name_are_not_taken_for_ours(tmp_path: Path) -> None:
    foreign = {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "web"}}
    snapshot = load(written(tmp_path / "x.json", listed([foreign, *typed("pods")])))
    assert list(snapshot.all("services")) == []
    assert gaps(snapshot, "skipped") == [("Service", "")]
    assert ("services", "") in gaps(snapshot, "not-asked")


def test_nothing_but_kinds_that_are_not_read(tmp_path: Path) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {"key": "aHVudGVyMg=="}}
    snapshot = load(written(tmp_path / "x.json", listed([secret, secret])))
    assert snapshot.objects == {}
    [gap] = [gap for gap in snapshot.gaps if gap.why == "skipped"]
    assert (gap.what, gap.detail) == ("Secret", "2 found; the kind is not read")


def test_objects_that_come_twice_count_once_and_the_last_one_counts(tmp_path: Path) -> None:
    for number, phase in enumerate(("Pending", "Bound")):
        claim = {**typed("persistentvolumeclaims")[0], "status": {"phase": phase}}
        written(tmp_path / f"{number}.json", claim)
    assert [claim.status.phase for claim in load(tmp_path).all("persistentvolumeclaims")] == ["Bound"]


def test_one_odd_object_costs_only_itself(tmp_path: Path) -> None:
    odd: list[Any] = [
        {"kind": "Pod", "metadata": {"name": "odd", "namespace": "shop"}, "spec": {"containers": [1] * 90}},
        "x",
        None,
    ]
    snapshot = load(written(tmp_path / "pods.json", listed([*odd, *typed("pods")])))
    assert names(snapshot, "pods") == names(load(written(tmp_path / "x.json", listed(typed("pods")))), "pods")
    assert gaps(snapshot, "unreadable") == [("pods", "shop"), ("pods", "")]
    assert not snapshot.saw("pods", "shop")


def test_text_of_a_recording_is_cleaned(tmp_path: Path) -> None:
    event = {
        "kind": "Event",
        "metadata": {"name": "e"},
        "message": "\x1b[2J token ghp_" + "a" * 36,
        "reason": "\u202eX",
    }
    for name, data in (("x.json", json.dumps(event)), ("x.yaml", dump_yaml(event))):
        (tmp_path / name).write_text(data)
        [found] = load(tmp_path / name).all("events")
        assert (found.message, found.reason) == ("\ufffd[2J token withheld", "\ufffdX")


def test_bytes_that_are_not_utf8_cost_a_letter(tmp_path: Path) -> None:
    data = json.dumps(listed(typed("events"))).encode().replace(b"Back-off", b"Back\xffoff")
    (tmp_path / "x.json").write_bytes(data)
    assert [event.message for event in load(tmp_path / "x.json").all("events")] == ["Back\ufffdoff"]
