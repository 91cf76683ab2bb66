from typing import Any

import pytest

from diag.facts import mounted
from tests.facts.pod_samples import index, only, pod


def at(path: str, volume: dict[str, Any] | None = None, **mount: Any) -> mounted.Mounted | None:
    volumes = [{"name": "data", **volume}] if volume is not None else []
    mounts = [{"name": "data", "mountPath": "/data", **mount}, {"name": "inner", "mountPath": "/data/inner"}]
    found = index(pods=[pod(spec={"volumeMounts": mounts}, pod_spec={"volumes": volumes})])
    return mounted.mounted(only(found), path)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data", "data"),
        ("/data/x/y", "data"),
        ("/data/inner/x", "inner"),
        ("/database", None),
        ("/", None),
        ("data", None),
        ("", None),
    ],
)
def test_the_mount_that_a_path_lies_on(path: str, name: str | None) -> None:
    found = at(path)
    assert (found.mount.name if found else None) == name


@pytest.mark.parametrize(
    ("volume", "words", "closed"),
    [
        ({"persistentVolumeClaim": {"claimName": "pg"}}, "claim pg", False),
        ({"configMap": {"name": "settings"}}, "ConfigMap settings", True),
        ({"secret": {"secretName": "tls"}}, "Secret tls", True),
        ({"hostPath": {"path": "/srv"}}, "the node's folder /srv", False),
        ({"nfs": {"server": "nas", "path": "/export"}}, "the NFS folder /export", False),
        ({"emptyDir": {}}, "emptyDir data", False),
        ({"projected": {"sources": []}}, "volume data", True),
        ({}, "volume data", False),
        (None, "volume data", False),
    ],
)
def test_the_volume_in_words(volume: dict[str, Any] | None, words: str, closed: bool) -> None:
    found = at("/data/x", volume)
    assert found is not None
    assert mounted.description(found) == words
    assert (mounted.never_writable(found) is not None) == closed


def test_a_mount_that_is_read_only() -> None:
    found = at("/data/x", {"emptyDir": {}}, readOnly=True)
    assert found is not None
    assert mounted.never_writable(found) == "It is mounted read-only"


@pytest.mark.parametrize(
    ("whole", "own", "words"),
    [
        ({}, {}, None),
        ({"runAsUser": 1000, "fsGroup": 2000}, {}, "user 1000, fsGroup 2000"),
        ({"runAsUser": 1000}, {"runAsUser": 0, "runAsGroup": 7}, "user 0, group 7"),
    ],
)
def test_as_whom_it_runs(whole: dict[str, Any], own: dict[str, Any], words: str | None) -> None:
    found = index(pods=[pod(spec={"securityContext": own}, pod_spec={"securityContext": whole})])
    assert mounted.user(only(found)) == words
