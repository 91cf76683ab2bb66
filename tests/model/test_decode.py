import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model.decode import TYPES, Decoder
from diag.model.kinds import KINDS
from diag.model.text import clean_json
from tests.model.strategies import PODS, damaged_pods, fuzz, json_values

_WORDS = ["metadata", "spec", "status", "name", "namespace", "labels", "conditions", "count", "template", "volumes"]
objects = st.dictionaries(st.sampled_from(_WORDS), json_values | st.dictionaries(st.sampled_from(_WORDS), json_values))


def decode(plural: str, items: list[Any]) -> tuple[list[Any], Decoder]:
    decoder = Decoder()
    return decoder.decode(plural, clean_json(json.dumps(items).encode())), decoder


def test_every_kind_that_is_read_can_be_decoded() -> None:
    assert set(TYPES) == {kind.plural for kind in KINDS}


@pytest.mark.parametrize("plural", TYPES)
def test_a_bare_object_of_each_kind(plural: str) -> None:
    [record], decoder = decode(plural, [{"metadata": {"name": "a", "namespace": "b", "uid": "c"}}])
    assert (record.metadata.name, record.metadata.namespace, record.metadata.uid) == ("a", "b", "c")
    assert decoder.left_out == []


@fuzz
@given(st.sampled_from(sorted(TYPES)), st.lists(json_values | objects, max_size=4))
def test_any_json_gives_a_record_or_a_named_fault(plural: str, items: list[Any]) -> None:
    records, decoder = decode(plural, items)
    assert len(records) + len(decoder.left_out) == len(items)
    assert all(left_out.plural == plural and left_out.text for left_out in decoder.left_out)
    assert len(decoder.faults) == len(decoder.left_out)


@fuzz
@given(damaged_pods(), st.integers(0, 2))
def test_a_damaged_pod_costs_only_itself(damaged: dict[str, Any], at: int) -> None:
    sound, _ = decode("pods", PODS[:2])
    records, decoder = decode("pods", [*PODS[:at], damaged, *PODS[at:2]])
    assert len(records) == 3 - len(decoder.left_out)
    others = records if decoder.left_out else [*records[:at], *records[at + 1 :]]
    assert others == sound


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("metadata", "labels"), None),
        (("metadata", "ownerReferences"), {}),
        (("metadata", "creationTimestamp"), "yesterday"),
        (("metadata", "creationTimestamp"), "2026-01-09T08:00:00"),
        (("spec", "containers", 0, "resources", "limits"), ["128Mi"]),
        (("spec", "terminationGracePeriodSeconds"), "30"),
        (("status", "conditions"), None),
        (("status", "containerStatuses", 0, "restartCount"), 1.5),
        (("status", "containerStatuses", 0, "state", "waiting"), 10**400),
    ],
)
def test_a_field_of_the_wrong_type_is_as_if_it_were_absent(path: tuple[Any, ...], value: Any) -> None:
    wrong, absent = copy.deepcopy(PODS[0]), copy.deepcopy(PODS[0])
    for pod in (wrong, absent):
        parent = pod
        for step in path[:-1]:
            parent = parent[step]
        if pod is wrong:
            parent[path[-1]] = value
        else:
            del parent[path[-1]]
    got, decoder = decode("pods", [wrong])
    assert decoder.left_out == []
    assert got == decode("pods", [absent])[0]


def test_numbers_among_labels_are_text_and_the_rest_of_them_stays() -> None:
    labels = {"a": "1", "b": 2, "c": True, "d": None, "e": 1.5, "f": []}
    [record], _ = decode("services", [{"metadata": {"name": "x", "labels": labels}}])
    assert record.metadata.labels == {"a": "1", "b": "2", "c": "true", "e": "1.5"}


def test_what_is_left_out_is_named_with_its_namespace() -> None:
    pod = {"metadata": {"name": "web", "namespace": "shop"}}
    hopeless = {"metadata": {"name": "bad", "namespace": "shop"}, "spec": {"containers": [1] * 100}}
    records, decoder = decode("pods", [pod, "text", {"kind": "Pod"}, {"metadata": []}, hopeless])
    assert [record.metadata.name for record in records] == ["web"]
    assert [(left_out.namespace, left_out.text.partition(" is ")[0]) for left_out in decoder.left_out] == [
        ("", "an entry without a name"),
        ("", "an entry without a name"),
        ("", "an entry without a name"),
        ("shop", "'bad'"),
    ]
    assert decoder.faults[-1] == "pods: 'bad' is not shaped like an object of this kind"


@pytest.mark.parametrize("text", [b"", b"{}", b"null", b"[", b'[{"metadata":{}}', b"[" * 100_000, b"[NaN}"])
def test_what_is_no_list_of_objects(text: bytes) -> None:
    with pytest.raises(ValueError):
        Decoder().decode("pods", text)


def test_many_wrong_fields_are_dropped_one_by_one() -> None:
    pod = {"metadata": {"name": "web"}, "spec": {"containers": [*range(30), {"name": "app"}]}}
    [record], decoder = decode("pods", [pod])
    assert [container.name for container in record.spec.containers] == ["app"]
    assert decoder.left_out == []


def test_nested_almost_too_deeply() -> None:
    """What one step of the way can still bear may be too much for the next; each says so as a ValueError."""
    for depth in range(800, 1000):
        deep = "[" * depth + "]" * depth
        text = f'[{{"metadata":{{"name":"a"}},"spec":5,"deep":{deep}}}]'.encode()
        try:
            told = [record.metadata.name for record in Decoder().decode("pods", text)]
        except ValueError as error:
            told = [str(error)]
        assert told in ([], ["a"], ["nested too deeply"])


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none_are_dropped(number: str) -> None:
    text = f'[{{"metadata":{{"name":"a"}},"status":{{"capacity":{{"storage":{number}}},"phase":"Bound"}}}}]'
    [claim] = Decoder().decode("persistentvolumeclaims", text.encode())
    assert (claim.status.phase, claim.status.capacity) == ("Bound", {})
