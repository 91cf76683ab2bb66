import base64
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from diag.errors import KubeconfigError
from diag.kube.deadline import Deadline
from diag.kube.kubeconfig import Cluster, Exec, Extension, Variable
from diag.kube.login import log_in

V1 = "client.authentication.k8s.io/v1"
TOKEN = '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "t0"}}'
Program = Callable[[str], Exec]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A login program with these lines of shell."""

    def write(lines: str) -> Exec:
        path = tmp_path / "login"
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return Exec(command=str(path), api_version=V1)

    return write


def test_the_token_is_what_the_program_prints(program: Program) -> None:
    assert log_in(program(f"echo '{TOKEN}'; echo noise >&2"), Cluster(), Deadline(None)).token == "t0"


def test_a_certificate_comes_with_its_key(program: Program) -> None:
    status = {"clientCertificateData": "CERT", "clientKeyData": "KEY"}
    answer = json.dumps({"apiVersion": V1, "kind": "ExecCredential", "status": status})
    credential = log_in(program(f"echo '{answer}'"), Cluster(), Deadline(20))
    assert (credential.client_certificate_data, credential.client_key_data) == ("CERT", "KEY")


def test_the_program_gets_arguments_and_variables_but_no_terminal(program: Program, tmp_path: Path) -> None:
    said = '"$1" "$2" "$ROLE" "$(cat)" "$KUBERNETES_EXEC_INFO"'
    asking = program(f"printf '%s|' {said} > {tmp_path}/seen; echo '{TOKEN}'")
    asking.args, asking.env = ["get token", "$HOME"], [Variable("ROLE", "reader")]
    log_in(asking, Cluster(server="https://c"), Deadline(20))
    *words, info, _ = (tmp_path / "seen").read_text().split("|")
    assert words == ["get token", "$HOME", "reader", ""]
    assert json.loads(info) == {"apiVersion": V1, "kind": "ExecCredential", "spec": {"interactive": False}}


def test_the_program_hears_of_the_cluster_if_it_wants_to(program: Program, tmp_path: Path) -> None:
    authority = tmp_path / "ca.crt"
    authority.write_bytes(b"PEM")
    asking = program(f"echo \"$KUBERNETES_EXEC_INFO\" > {tmp_path}/seen; echo '{TOKEN}'")
    asking.provide_cluster_info = True
    own = Extension("client.authentication.k8s.io/exec", {"audience": "x"})
    cluster = Cluster(server="https://c", certificate_authority=str(authority), extensions=[Extension("other", 1), own])
    log_in(asking, cluster, Deadline(20))
    assert json.loads((tmp_path / "seen").read_text())["spec"]["cluster"] == {
        "server": "https://c",
        "certificate-authority-data": base64.b64encode(b"PEM").decode(),
        "config": {"audience": "x"},
    }


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            "echo first >&2; echo 'token has expired: run sso login' >&2; exit 3",
            r"exit 3\): token has expired: run sso",
        ),
        ("exit 1", r"failed \(exit 1\) and said nothing"),
        ("printf '\\033[2Jred\\n' >&2; exit 1", "\ufffd\\[2Jred$"),
        ("echo 'Welcome!'", "printed something other than an ExecCredential"),
        ("printf '\\377'", "printed something other than an ExecCredential"),
        ("echo '[]'", "printed something other than an ExecCredential"),
        (
            f"echo '{TOKEN}' | sed s/v1/v1alpha1/",
            "ExecCredential of client.authentication.k8s.io/v1alpha1 instead of",
        ),
        (f"echo '{TOKEN}' | sed s/ExecCredential/Pod/", "printed Pod of"),
        (f"echo '{TOKEN}' | sed s/t0//", "neither a token nor a certificate"),
        (
            f"echo '{TOKEN}' | sed 's/.token.: .t0./\"clientCertificateData\": \"C\"/'",
            "neither a token nor a cert",
        ),
    ],
)
def test_a_login_that_fails_is_one_plain_line(program: Program, lines: str, words: str) -> None:
    failing = program(lines)
    with pytest.raises(KubeconfigError, match=words) as caught:
        log_in(failing, Cluster(), Deadline(20))
    assert str(caught.value).startswith(f"the login program '{failing.command}'")
    assert "\n" not in str(caught.value)


def test_a_login_that_hangs_is_stopped_with_its_children(program: Program) -> None:
    hanging = program("echo 'open https://example.com/device and enter ABCD' >&2; sleep 1000")
    with pytest.raises(KubeconfigError, match=r"did not end within .* s: open https://example.com/device and enter"):
        log_in(hanging, Cluster(), Deadline(0.5))


def test_a_missing_program_comes_with_its_hint() -> None:
    missing = Exec("no-such-login", V1, install_hint="Install it with\n  brew install it")
    with pytest.raises(KubeconfigError, match="cannot be started: No such file or directory; Install it with brew"):
        log_in(missing, Cluster(), Deadline(20))


def test_a_program_that_wants_more_than_we_give_is_not_run(program: Program, tmp_path: Path) -> None:
    old, talkative = program(f"touch {tmp_path}/ran"), program(f"touch {tmp_path}/ran")
    old.api_version = "client.authentication.k8s.io/v1alpha1"
    talkative.interactive_mode = "Always"
    with pytest.raises(KubeconfigError, match=r"is set up for client.authentication.k8s.io/v1alpha1"):
        log_in(old, Cluster(), Deadline(20))
    with pytest.raises(KubeconfigError, match="insists on a terminal"):
        log_in(talkative, Cluster(), Deadline(20))
    assert not (tmp_path / "ran").exists()
