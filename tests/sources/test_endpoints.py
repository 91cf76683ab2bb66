import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from diag.model.snapshot import Scope
from diag.sources.endpoints import as_slices
from diag.sources.recording import load_recording

META = {"name": "web", "namespace": "shop"}
READY = {"ip": "10.0.0.7", "targetRef": {"kind": "Pod", "name": "web-1"}}


def slices(**rest: Any) -> list[dict[str, Any]]:
    return [json.loads(one) for one in as_slices(json.dumps({"kind": "Endpoints", "metadata": META, **rest}).encode())]


def test_addresses_that_are_ready_and_those_that_are_not() -> None:
    subset = {"addresses": [READY], "notReadyAddresses": [{"ip": "10.0.0.8"}], "ports": [{"name": "http", "port": 80}]}
    [found] = slices(subsets=[subset])
    assert found["metadata"] == {"name": "web-0", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}}
    assert [(one["addresses"], one["conditions"]) for one in found["endpoints"]] == [
        (["10.0.0.7"], {"ready": True}),
        (["10.0.0.8"], {"ready": False}),
    ]
    assert found["endpoints"][0]["targetRef"]["name"] == "web-1"
    assert found["ports"] == [{"name": "http", "port": 80}]


@pytest.mark.parametrize("rest", [{}, {"subsets": None}, {"subsets": []}])
def test_without_subsets_there_is_an_empty_slice(rest: dict[str, Any]) -> None:
    [found] = slices(**rest)
    assert found["endpoints"] == []


def test_each_subset_is_a_slice() -> None:
    names = [found["metadata"]["name"] for found in slices(subsets=[{}, {"addresses": [READY]}])]
    assert names == ["web-0", "web-1"]


def test_what_is_not_shaped_like_endpoints_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        as_slices(b'{"metadata": {"name": 1}}')


def test_a_recording_of_endpoints_counts_as_one_of_slices(tmp_path: Path) -> None:
    objects = [
        {"kind": "Service", "apiVersion": "v1", "metadata": META, "spec": {"selector": {"app": "web"}}},
        {"kind": "Endpoints", "apiVersion": "v1", "metadata": META, "subsets": [{"addresses": [READY]}]},
    ]
    file = tmp_path / "x.json"
    file.write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": objects}))
    snapshot = load_recording(str(file), None, Scope())
    assert snapshot.saw("endpointslices", "shop")
    [found] = snapshot.all("endpointslices")
    assert found.endpoints[0].addresses == ("10.0.0.7",)
