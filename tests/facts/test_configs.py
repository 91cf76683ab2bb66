"""ConfigMaps, Secrets and keys that a container waits for."""

from typing import Any

import pytest

from diag.facts.configs import Missing, found, missing, namesakes, nearest_name, wanted_by
from diag.facts.index import Index
from tests.facts.pod_samples import index, only, pod


def config_map(name: str, namespace: str = "shop") -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}}


def waiting(message: str, env: list[dict[str, Any]] | None = None, maps: tuple[dict[str, Any], ...] = ()) -> Index:
    state = {"state": {"waiting": {"reason": "CreateContainerConfigError", "message": message}}}
    return index(pods=[pod(state, {"env": env or []})], configmaps=list(maps))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ('configmap "settings" not found', Missing("ConfigMap", "shop", "settings")),
        ('configmaps "settings" not found', Missing("ConfigMap", "shop", "settings")),
        ('secret "db" not found', Missing("Secret", "shop", "db")),
        ('Error: secrets "db" not found', Missing("Secret", "shop", "db")),
        ("couldn't find key a.b in ConfigMap shop/settings", Missing("ConfigMap", "shop", "settings", "a.b")),
        ("couldn't find key TOKEN in Secret shop/db", Missing("Secret", "shop", "db", "TOKEN")),
        ("couldn't find key K in Secret /db", Missing("Secret", "shop", "db", "K")),
        ("container has runAsNonRoot and image will run as root", None),
        ("couldn't find key in", None),
        ("", None),
    ],
)
def test_what_the_kubelet_says(message: str, expected: Missing | None) -> None:
    seen = waiting(message)
    assert missing(seen, only(seen)) == expected


def test_no_other_state_lacks_anything() -> None:
    seen = index(pods=[pod({"state": {"waiting": {"reason": "ContainerCreating", "message": 'secret "a" not found'}}})])
    assert missing(seen, only(seen)) is None


def test_without_words_an_absent_object_that_is_demanded_is_meant() -> None:
    reference = {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}}
    seen = waiting("", [{"name": "B", "value": "x"}, reference])
    lacking = missing(seen, only(seen))
    assert lacking == Missing("ConfigMap", "shop", "settings")
    assert wanted_by(only(seen), lacking) == "variable A"
    vague = waiting("Error: configmap not found", [reference])
    assert missing(vague, only(vague)) == lacking
    other = waiting("container has runAsNonRoot and image will run as root", [reference])
    assert missing(other, only(other)) is None
    there = waiting("", [reference], (config_map("settings"),))
    assert missing(there, only(there)) is None


def test_an_optional_reference_demands_nothing() -> None:
    optional = {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a", "optional": True}}}
    seen = waiting("", [optional])
    assert missing(seen, only(seen)) is None


def test_who_refers_to_it() -> None:
    container = only(index(pods=[pod(spec={"envFrom": [{"secretRef": {"name": "db"}}, {"prefix": "odd"}]})]))
    assert wanted_by(container, Missing("Secret", "shop", "db")) == "envFrom"
    assert wanted_by(container, Missing("ConfigMap", "shop", "db")) is None


def test_names_alike_and_elsewhere() -> None:
    seen = waiting("", maps=(config_map("setings"), config_map("settings", "staging")))
    lacking = Missing("ConfigMap", "shop", "settings")
    assert nearest_name(seen, lacking) == "setings"
    assert namesakes(seen, lacking) == ["staging/settings"]
    assert found(seen, lacking) is None
    assert nearest_name(seen, Missing("Secret", "shop", "settings")) is None
    assert namesakes(seen, Missing("Secret", "shop", "settings")) == []
    assert found(seen, Missing("ConfigMap", "staging", "settings")) is not None
