"""Files that are cut off, or that hold something else."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diag.errors import RecordingError
from tests.sources.samples import dump_yaml, gaps, item, listed, load, names, typed

PODS = [item(f"web-{number}", "shop", spec={"nodeName": "node-1"}) for number in range(5)]
JSON = json.dumps(listed(typed("pods", PODS)), indent=1)
ONE_LINE = json.dumps({"kind": "PodList", **listed(PODS, "PodList")})
YAML = dump_yaml(listed(typed("pods", PODS)))
cuts = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cuts
@given(st.sampled_from([JSON, ONE_LINE, YAML]), st.floats(0, 1))
def test_of_a_list_that_is_cut_off_the_whole_objects_are_read(tmp_path: Path, text: str, part: float) -> None:
    path = tmp_path / "x"
    path.write_text(text[: int(len(text) * part)])
    try:
        snapshot = load(path)
    except RecordingError:
        return
    found = names(snapshot, "pods")
    assert found == [f"web-{number}" for number in range(len(found))]
    assert all(pod.node_name == "node-1" for pod in snapshot.all("pods"))
    assert len(found) == 5 or not snapshot.saw("pods", "shop")


@pytest.mark.parametrize(("text", "at"), [(JSON, '"web-3"'), (ONE_LINE, '"web-3"'), (YAML, "name: web-3")])
def test_a_cut_file_is_a_gap_for_what_it_holds(tmp_path: Path, text: str, at: str) -> None:
    path = tmp_path / "x"
    path.write_text(text[: text.index(at) + 4])
    snapshot = load(path)
    assert names(snapshot, "pods") == ["web-0", "web-1", "web-2"]
    assert gaps(snapshot, "truncated") == [("x", ""), ("pods", "")]


def test_the_files_beside_a_broken_one_are_read(tmp_path: Path) -> None:
    (tmp_path / "pods.json").write_text(ONE_LINE)
    (tmp_path / "events.json").write_text('{"kind":"List","items":[{"ki')
    (tmp_path / "nodes.yaml").write_text("a: [1\n")
    (tmp_path / "readme.json").write_text('{"hello":"world"}')
    snapshot = load(tmp_path)
    assert len(names(snapshot, "pods")) == 5
    assert gaps(snapshot, "unreadable") == [("events.json", ""), ("nodes.yaml", ""), ("readme.json", "")]
    assert {("events", ""), ("nodes", "")} <= set(gaps(snapshot, "not-asked"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b" \n\t", "it is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is not text"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "it is not text"),
        (b"\xff\xfe\0", "it is not text"),
        (b"No resources found in default namespace.\n", "it holds no Kubernetes objects"),
        (b"NAME   READY   STATUS\nweb-1  1/1     Running\n", "it holds no Kubernetes objects"),
        (b"a: b\nc: [d]\n", "it holds no Kubernetes objects"),
        (b'{"hello":["world"]}', "it holds no Kubernetes objects"),
        (b"[1,2,3]", "it holds no Kubernetes objects"),
        (b'"text"', "it holds no Kubernetes objects"),
        (b'{"kind":"Pod"}', "it holds no Kubernetes objects"),
        (b'{"kind":"Pod","metadata":nu', "it is cut off or malformed"),
        pytest.param(b"{" * 5000, "it is cut off or malformed", id="braces"),
        pytest.param(b"[" * 5000, "it is cut off or malformed", id="brackets"),
        pytest.param(b"- " * 5000, "it is cut off or malformed", id="dashes"),
        # newer Pythons read it to the end
        pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000, "it ", id="deep"),
        (b"a: &a [1]\nb: *a\n", "it is cut off or malformed"),
        (b"!!python/object/apply:os.system [id]", "it is cut off or malformed"),
        (b"kind: Pod\nkind: [\n", "it is cut off or malformed"),
        (
            b'{"kind":"Status","message":"pods is forbidden: \\u001b[2J","status":"Failure","metadata":{}}',
            "it holds the API server's answer: pods is forbidden: \ufffd[2J",
        ),
        (b'{"kind":"List","items":[]}', "it holds no objects of the kinds that are read"),
    ],
)
def test_a_file_of_nothing_is_one_plain_line(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(RecordingError) as caught:
        load(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"recording {path}: nothing in it can be read: ")
    assert len(str(caught.value).splitlines()) == 1


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no such file or directory"):
        load(tmp_path / "nowhere")
    with pytest.raises(RecordingError, match="cannot be read: File name too long"):
        load(tmp_path / ("x" * 5000))
    with pytest.raises(RecordingError, match="no files with Kubernetes objects"):
        load(tmp_path)


@pytest.mark.parametrize("text", [b'{"kind":"Po\xff","metadata":{}}', b'{"items":[{"kind":"Po\xff","metadata":{}}]}'])
def test_a_kind_that_is_no_text_is_none_that_is_read(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x").write_bytes(text)
    snapshot = load(tmp_path / "x")
    assert snapshot.objects == {}
    assert [what for what, _ in gaps(snapshot, "skipped")] in (["Po\ufffd"], ["without kind"])


def test_aliases_cannot_fill_the_memory(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
    (tmp_path / "x.yaml").write_text(bomb)
    with pytest.raises(RecordingError, match="cut off or malformed"):
        load(tmp_path / "x.yaml")
