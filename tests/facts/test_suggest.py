from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import suggest
from diag.model.units import parse_quantity
from tests.facts.pod_samples import index, only, pod

MIB = 2**20


def suggested(limit: Any, peak: float | None = None, of_pod: str | None = None, **objects: Any) -> str | None:
    spec = {"resources": {"limits": {"memory": limit}}} if limit is not None else {}
    pod_spec = {"resources": {"limits": {"memory": of_pod}}} if of_pod else {}
    found = index(pods=[pod(spec=spec, pod_spec=pod_spec)], **objects)
    return suggest.memory(found, only(found), peak)


def node(memory: Any, name: str = "node-a") -> dict[str, Any]:
    return {"metadata": {"name": name}, "status": {"allocatable": {"memory": memory}}}


def limit_range(namespace: str = "shop", **item: Any) -> dict[str, Any]:
    return {"metadata": {"name": "limits", "namespace": namespace}, "spec": {"limits": [item]}}


@pytest.mark.parametrize(
    ("limit", "peak", "wanted"),
    [
        ("128Mi", None, "256Mi"),
        ("128Mi", 127 * MIB, "256Mi"),  # cut off at the limit
        ("128Mi", 60 * MIB, "256Mi"),  # missed between two measurements
        ("128Mi", 120 * MIB, "192Mi"),
        ("128M", None, "256Mi"),
        ("1Gi", None, "2Gi"),
        ("1Gi", 900 * MIB, "1536Mi"),
        ("700Mi", 650 * MIB, "1088Mi"),
        ("4Mi", None, "16Mi"),
        ("100000Ki", None, "208Mi"),
        ("1.5Gi", None, "3Gi"),
    ],
)
def test_a_limit_to_try(limit: str, peak: float | None, wanted: str) -> None:
    assert suggested(limit, peak) == wanted


@pytest.mark.parametrize(
    ("limit", "wanted"),
    [
        ("128m", "128Mi"),
        ("512", "512Mi"),
        (512, "512Mi"),
        ("2048m", "2Gi"),
        ("1m", "16Mi"),
        ("1", "16Mi"),
        ("512000m", "16Mi"),  # what was meant by that is anyone's guess
        ("128k", "16Mi"),
        ("1048576", "16Mi"),  # a mebibyte in bytes is small, and no slip
    ],
)
def test_a_slip_of_the_unit(limit: Any, wanted: str) -> None:
    assert suggested(limit) == wanted


@pytest.mark.parametrize(
    ("objects", "wanted"),
    [
        ({"nodes": [node("2662Mi")]}, None),
        ({"nodes": [node("2800Mi")]}, "2Gi"),
        ({"nodes": [node("16Mi", "node-b")]}, "2Gi"),
        ({"nodes": [node("a lot")]}, "2Gi"),
        ({"limitranges": [limit_range(type="Container", max={"memory": "1536Mi"})]}, None),
        ({"limitranges": [limit_range(type="Container", max={"memory": "2Gi"})]}, "2Gi"),
        ({"limitranges": [limit_range(type="Container", max={"cpu": "1"})]}, "2Gi"),
        ({"limitranges": [limit_range(type="PersistentVolumeClaim", max={"storage": "1Gi"})]}, "2Gi"),
        ({"limitranges": [limit_range("other", type="Container", max={"memory": "1536Mi"})]}, "2Gi"),
    ],
)
def test_no_more_than_there_is_room_for(objects: Any, wanted: str | None) -> None:
    assert suggested("1Gi", **objects) == wanted


@pytest.mark.parametrize(("template", "wanted"), [("1Gi", "2Gi"), ("2Gi", None), ("4Gi", None), ("512Mi", "2Gi")])
def test_it_never_lowers_what_the_template_has(template: str, wanted: str | None) -> None:
    raw = pod(spec={"resources": {"limits": {"memory": "1Gi"}}})
    raw["metadata"]["ownerReferences"] = [{"kind": "StatefulSet", "name": "web", "controller": True}]
    containers = [{"name": "app", "resources": {"limits": {"memory": template}}}]
    workload = {
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"template": {"spec": {"containers": containers}}},
    }
    found = index(pods=[raw], statefulsets=[workload])
    assert suggest.memory(found, only(found), None) == wanted


@pytest.mark.parametrize("limit", [None, "lots", "0", "-5Mi", "1e999", "1.5e308"])
def test_nothing_without_a_limit(limit: str | None) -> None:
    assert suggested(limit) is None


def test_the_limit_of_the_pod_is_not_the_containers_to_raise() -> None:
    assert suggested(None, of_pod="1Gi") is None


@given(st.integers(MIB, 2**46), st.none() | st.floats(0, 2**46) | st.just(float("nan")), st.integers(0, 2**46))
def test_it_is_whole_and_well_above_the_limit_and_fits_the_node(limit: int, peak: float | None, size: int) -> None:
    found = suggested(limit, peak, nodes=[node(size)])
    if found is not None:
        amount = parse_quantity(found)
        assert amount % MIB == 0
        assert max(1.5 * limit, suggest.FLOOR) <= amount <= 0.75 * size
