from typing import Any

import pytest

from diag.model.decode import Decoder
from diag.sources.redact import Redactor, redacted
from tests.model.strategies import PODS

HIDDEN = "withheld"


def container(**fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": "x"}, "spec": {"template": {"spec": {"containers": [{"name": "app", **fields}]}}}}


def redact(value: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    redactor = Redactor()
    return redactor.object(value), redactor.withheld


NAMES = (
    "DB_PASSWORD MYSQL_PASS passwd SSH_PASSPHRASE AWS_SECRET_ACCESS_KEY API_KEY apikey AUTH X-Auth GITHUB_TOKEN"
    " PRIVATE_PEM ENCRYPTION_KEY SENTRY_DSN CONNECTION_STRING connectionstring Cookie"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_values_beside_a_name_that_tells_of_a_credential(name: str) -> None:
    for where in ("env", "httpHeaders"):
        value, withheld = redact(container(**{where: [{"name": name, "value": "hunter2"}]}))
        assert value == container(**{where: [{"name": name, "value": HIDDEN}]})
        assert withheld == {"values that may hold credentials"}
    value, withheld = redact({"metadata": {"annotations": {f"example.com/{name}": "hunter2"}}})
    assert value == {"metadata": {"annotations": {f"example.com/{name}": HIDDEN}}}
    assert withheld == {"annotations that may hold credentials"}
    value, _ = redact({"spec": {"csi": {"volumeAttributes": {name: "hunter2", "size": "1"}}}})
    assert value["spec"]["csi"]["volumeAttributes"] == {name: HIDDEN, "size": "1"}


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--token=hunter2"], ["--token=withheld"]),
        (["--db-password", "hunter2", "-v"], ["--db-password", "withheld", "-v"]),
        (["-api-key", "a", "b"], ["-api-key", "withheld", "b"]),
        (["--db-password hunter2 -v"], ["--db-password withheld"]),
        (["sh", "-c", "export TOKEN=hunter2\nrun"], ["sh", "-c", "export TOKEN=withheld"]),
        (["curl", "-H", "X-Secret: hunter2"], ["curl", "-H", "X-Secret:withheld"]),
        (["PASSWD=a b c"], ["PASSWD=withheld"]),
    ],
)
def test_arguments(arguments: list[str], shown: list[str]) -> None:
    for where in ("args", "command"):
        value, withheld = redact(container(**{where: arguments}))
        assert value == container(**{where: shown})
        assert withheld == {"arguments that may hold credentials"}


def test_whole_manifests_and_managed_fields() -> None:
    annotations = {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "kapp.k14s.io/original": "{}",
        "objectset.rio.cattle.io/applied": "H4sI",
        "kept": "yes",
    }
    value, withheld = redact({"metadata": {"name": "x", "annotations": annotations, "managedFields": [{}]}})
    assert value == {"metadata": {"name": "x", "annotations": {"kept": "yes"}}}
    assert withheld == {"manifests as last applied"}


@pytest.mark.parametrize(
    "value",
    [
        PODS[0] | {"metadata": {**PODS[0]["metadata"], "managedFields": None}},
        container(
            env=[{"name": "PATH", "value": "/bin"}, {"name": "AUTHOR", "value": "x"}, {"name": "PWD", "value": "/"}]
        ),
        container(env=[{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "web-secret", "key": "token"}}}]),
        container(args=["--port=80", "--passive", "-v", "token"], command=["/bin/server"]),
        {"metadata": {"name": "web-token", "labels": {"secret": "no"}, "annotations": {"checksum/config": "abc"}}},
        {"spec": {"volumes": [{"name": "x", "secret": {"secretName": "web-secret"}}], "serviceAccountName": "token"}},
        {"spec": {"imagePullSecrets": [{"name": "registry-password"}]}},
        {"message": "couldn't find key password in Secret shop/web", "reason": "SecretNotFound"},
    ],
)
def test_what_a_diagnosis_needs_stays(value: dict[str, Any]) -> None:
    value.get("metadata", {}).pop("managedFields", None)
    before = repr(value)
    shown, withheld = redact(value)
    assert repr(shown) == before
    assert withheld == set()


@pytest.mark.parametrize(
    "value",
    [
        {"env": None, "args": "x", "command": {}},
        {"env": ["x", None, {"name": None, "value": 1}], "annotations": []},
        {"args": [1, None, "--token", None, {"a": "b"}], "options": [{"name": "ndots"}], "httpHeaders": {}},
    ],
)
def test_shapes_that_are_none(value: dict[str, Any]) -> None:
    shown, _ = redact({"metadata": "x", "spec": value})
    assert set(shown["spec"]) == set(value)


def test_a_script_made_to_keep_us_busy_is_soon_dealt_with() -> None:
    for script in ("token" * 100_000, "--" + "secret-" * 50_000 + "!", "password " * 50_000):
        shown, _ = redact(container(args=[script]))
        assert set(shown) == set(container(args=[script]))


def test_records_are_redacted_as_recordings_are() -> None:
    annotations = '{"token":"hunter2","kapp.k14s.io/original":"{}","note":"key ghp_%s","kept":"yes"}' % ("a" * 36)
    meta = f'"metadata":{{"name":"x","annotations":{annotations}}}'
    spec = f'{{"template":{{{meta}}},"volumeClaimTemplates":[{{{meta}}}]}}'
    [found] = redacted("statefulsets", Decoder().decode("statefulsets", f'[{{{meta},"spec":{spec}}}]'.encode()))
    for place in (found, found.spec.template, found.spec.volume_claim_templates[0]):
        assert place.metadata.annotations == {"token": HIDDEN, "note": "key withheld", "kept": "yes"}
    claims = Decoder().decode("persistentvolumeclaims", f"[{{{meta}}}]".encode())
    assert redacted("persistentvolumeclaims", claims)[0].metadata.annotations["token"] == HIDDEN
