from typing import Any

import pytest

from diag.facts.requests import requests
from tests.facts.node_samples import the_pod, waiting
from tests.facts.pod_samples import index


def container(cpu: str | int, **more: Any) -> dict[str, Any]:
    return {"name": "c", "resources": {"requests": {"cpu": cpu}}, **more}


def sidecar(cpu: str) -> dict[str, Any]:
    return container(cpu, restartPolicy="Always")


@pytest.mark.parametrize(
    ("spec", "cpu"),
    [
        ({"containers": [container("500m"), container(1)]}, 1.5),
        ({"containers": [container("1")], "initContainers": [container("3"), container("2")]}, 3.0),
        ({"containers": [container("1")], "initContainers": [sidecar("2")]}, 3.0),
        ({"containers": [container("1")], "initContainers": [sidecar("2"), container("3")]}, 5.0),
        ({"containers": [container("1")], "initContainers": [container("3"), sidecar("2")]}, 3.0),
        ({"containers": [container("1")], "overhead": {"cpu": "250m"}}, 1.25),
        ({"containers": [container("1")], "resources": {"requests": {"cpu": "4"}}}, 4.0),
        ({"containers": [{"name": "c", "resources": {"limits": {"cpu": "2"}}}]}, 2.0),
        ({"containers": [{"name": "c", "resources": {"limits": {"cpu": "2"}, "requests": {"cpu": "1"}}}]}, 1.0),
        ({"containers": [container("0")]}, None),
        ({"containers": [container("much")]}, None),
        ({"containers": []}, None),
    ],
)
def test_what_a_pod_asks_for(spec: dict[str, Any], cpu: float | None) -> None:
    found = index(pods=[waiting(**spec)])
    assert requests(found, the_pod(found).spec).get("cpu") == cpu
