import base64
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kubernetes.config import incluster_config

from diag.errors import DeadlineError, KubeconfigError, UsageError
from diag.kube import client, config
from diag.kube.client import authorization, is_loopback, pool
from diag.kube.config import Access, load_access
from diag.kube.deadline import Deadline, bounded
from tests.kube.pem import Pem

Load = Callable[..., Access]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Access to a cluster and as a user with these fields."""

    def write_and_load(
        user: dict[str, Any], cluster: dict[str, Any] | None = None, impersonate: str | None = None
    ) -> Access:
        path = tmp_path / "kubeconfig"
        document = {
            "current-context": "prod",
            "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u", "namespace": "shop"}}],
            "clusters": [{"name": "c", "cluster": {"server": "https://c.example.com:6443/"} | (cluster or {})}],
            "users": [{"name": "u", "user": user}],
        }
        path.write_text(json.dumps(document))
        return load_access(str(path), None, impersonate, Deadline(20))

    return write_and_load


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def login(access: Access) -> str:
    return authorization(access.context, access.configuration)


def test_the_context_says_where_and_as_whom(load: Load) -> None:
    access = load({"token": "t0"})
    assert (access.context, access.server, access.namespace) == ("prod", "https://c.example.com:6443", "shop")
    assert login(access) == "Bearer t0"
    assert access.headers == ()
    assert access.compress


def test_a_token_file_is_trimmed_and_beats_a_token(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    assert login(load({"tokenFile": "token", "token": "t0"})) == "Bearer from-file"


def test_a_missing_token_file_is_named(load: Load, tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match=f"tokenFile {tmp_path}/token cannot be read: No such file"):
        load({"tokenFile": "token"})


def test_name_and_password(load: Load) -> None:
    assert login(load({"username": "ada", "password": "lace"})) == f"Basic {encoded('ada:lace')}"


def test_nobody_has_no_login(load: Load) -> None:
    assert login(load({})) == ""


def test_a_login_program_is_asked_once(load: Load, tmp_path: Path) -> None:
    answer = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t1"}}'
    script = f"echo ran >> {tmp_path}/runs; echo '{answer}'"
    exec_ = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "sh",
        "args": ["-c", script],
        "env": None,
    }
    access = load({"exec": exec_})
    assert [login(access), login(access)] == ["Bearer t1", "Bearer t1"]
    assert (tmp_path / "runs").read_text() == "ran\n"


def test_a_login_program_may_give_a_certificate(load: Load, pem: Pem) -> None:
    status = {"clientCertificateData": Path(pem.certificate).read_text(), "clientKeyData": Path(pem.key).read_text()}
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    exec_ = {"apiVersion": answer["apiVersion"], "command": "printf", "args": ["%s", json.dumps(answer)]}
    access = load({"exec": exec_})
    assert Path(access.configuration.cert_file).read_text() == status["clientCertificateData"]


def test_a_login_that_fails_ends_the_command(load: Load) -> None:
    exec_ = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "sh",
        "args": ["-c", "echo no >&2; exit 1"],
    }
    with pytest.raises(KubeconfigError, match=r"the login program 'sh' failed \(exit 1\): no"):
        load({"exec": exec_})


def test_an_identity_token_that_still_holds_is_used(load: Load) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + 86400}).encode()).decode().rstrip("=")
    provider = {"name": "oidc", "config": {"id-token": f"head.{claims}.tail"}}
    assert login(load({"auth-provider": provider})) == f"Bearer head.{claims}.tail"


@pytest.mark.parametrize("provider", [{"name": "azure", "config": {}}, {"name": "oidc", "config": {"id-token": "x"}}])
def test_a_provider_that_gives_nothing_is_no_silent_nobody(load: Load, provider: dict[str, Any]) -> None:
    with pytest.raises(KubeconfigError, match=f"auth-provider {provider['name']} gave no token"):
        load({"auth-provider": provider})


def test_a_provider_that_is_set_up_badly_is_one_plain_line(load: Load) -> None:
    with pytest.raises(KubeconfigError, match=r"context prod cannot be used: .*id-token"):
        load({"auth-provider": {"name": "oidc", "config": {"client-id": "x"}}})


def test_acting_as_somebody_else(load: Load) -> None:
    user = {
        "as": "ada",
        "as-uid": "7",
        "as-groups": ["a", "b"],
        "as-user-extra": {"example.com/x": ["1", "2"]},
    }
    assert load(user).headers == (
        ("Impersonate-User", "ada"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Group", "a"),
        ("Impersonate-Group", "b"),
        ("Impersonate-Extra-example.com%2Fx", "1"),
        ("Impersonate-Extra-example.com%2Fx", "2"),
    )
    assert load({"as": "ada"}, impersonate="eve").headers == (("Impersonate-User", "eve"),)


def test_certificates_as_files_and_as_data(load: Load, pem: Pem) -> None:
    authority, crt, key = pem
    by_file = load({"client-certificate": crt, "client-key": key}, {"certificate-authority": authority})
    by_data = load(
        {
            "client-certificate-data": encoded(Path(crt).read_text()),
            "client-key-data": encoded(Path(key).read_text()),
        },
        {"certificate-authority-data": encoded(Path(authority).read_text())},
    )
    for access in (by_file, by_data):
        assert access.tls
        assert access.tls.cert_store_stats()["x509"] == 1
        assert access.tls.verify_mode.name == "CERT_REQUIRED"


@pytest.mark.parametrize(
    ("user", "cluster", "words"),
    [
        (
            {},
            {"certificate-authority": "gone.crt"},
            r"context prod cannot be used: File does not exist: .*/gone.crt",
        ),
        ({}, {"certificate-authority-data": "%%%"}, "its certificate-authority-data is not base64"),
        ({"client-certificate-data": "abc"}, {}, "its client-certificate-data is not base64"),
        ({"client-key-data": "abc!"}, {}, "its client-key-data is not base64"),
        (
            {},
            {"certificate-authority-data": encoded("no pem")},
            "the certificate authority .* cannot be used",
        ),
        (
            {"client-certificate-data": encoded("no pem")},
            {},
            "the client certificate and its key .* cannot be used",
        ),
    ],
)
def test_a_certificate_that_cannot_be_used_is_one_plain_line(
    load: Load, user: dict[str, str], cluster: dict[str, str], words: str
) -> None:
    with pytest.raises(KubeconfigError, match=words) as caught:
        load(user, cluster)
    assert "\n" not in str(caught.value)


def test_verification_is_off_only_when_the_kubeconfig_says_so(load: Load) -> None:
    tls = load({}, {"insecure-skip-tls-verify": True}).tls
    assert tls
    assert tls.verify_mode.name == "CERT_NONE"


def test_a_server_name_and_a_proxy_reach_the_pool(load: Load) -> None:
    access = load({}, {"tls-server-name": "inner", "proxy-url": "http://proxy:3128"})
    manager = pool(access.configuration, access.tls)
    assert manager.connection_pool_kw["server_hostname"] == "inner"
    assert manager.proxy.url == "http://proxy:3128"


def test_proxies_of_the_environment_are_used_as_by_kubectl(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    assert load({}).configuration.proxy == "http://proxy:3128"
    assert load({}, {"server": "https://127.0.0.1:6443"}).configuration.proxy is None
    monkeypatch.setenv("NO_PROXY", "*")
    access = load({}, {"proxy-url": "http://own:3128"})
    assert pool(access.configuration, access.tls).proxy.url == "http://own:3128"


def test_a_proxy_that_cannot_be_used_is_one_plain_line(load: Load) -> None:
    access = load({}, {"proxy-url": "ftp://ada:secret@proxy"})
    with pytest.raises(KubeconfigError, match=r"the proxy to https://c.* cannot be used: .*scheme") as caught:
        pool(access.configuration, access.tls)
    assert "secret" not in str(caught.value)


def test_compression_is_for_the_network_only(load: Load) -> None:
    assert not load({}, {"server": "http://localhost:8080"}).compress
    assert not load({}, {"disable-compression": True}).compress


@pytest.mark.parametrize(
    ("server", "here"),
    [
        ("https://127.0.0.1:6443", True),
        ("https://[::1]:6443", True),
        ("http://localhost", True),
        ("https://10.0.0.1", False),
        ("https://localhost.example.com", False),
    ],
)
def test_loopback(server: str, here: bool) -> None:
    assert is_loopback(server) is here


def test_no_kubeconfig_at_all() -> None:
    with pytest.raises(KubeconfigError, match=r"no kubeconfig: .* name one with --kubeconfig"):
        load_access(None, None, None, Deadline(20))


def test_the_service_account_of_a_pod(tmp_path: Path, pem: Pem, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("pod-token\n")
    (tmp_path / "namespace").write_text("ops")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(tmp_path / "token"))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", pem.authority)
    monkeypatch.setattr(config, "NAMESPACE_FILE", tmp_path / "namespace")
    access = load_access(None, None, "ada", Deadline(20))
    assert (access.context, access.server, access.namespace) == ("in-cluster", "https://10.96.0.1:443", "ops")
    assert login(access) == "bearer pod-token"
    assert access.headers == (("Impersonate-User", "ada"),)
    assert not access.compress
    with pytest.raises(UsageError, match="--context prod: there is no kubeconfig"):
        load_access(None, "prod", None, Deadline(20))


def test_a_provider_that_hangs_is_left(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "configured", lambda *_: threading.Event().wait())
    monkeypatch.setattr(config, "bounded", lambda work, _: bounded(work, Deadline(0.05)))
    with pytest.raises(DeadlineError):
        load({"token": "t0"})
