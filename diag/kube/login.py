"""Runs the login program of a kubeconfig (its `exec`), once, without a terminal and within a time.

The protocol is ExecCredential of client.authentication.k8s.io, v1 and v1beta1
(https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
The client library would run it with our terminal, without a time limit, and go on without a login when it fails.
"""

import base64
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import msgspec

from diag.errors import KubeconfigError
from diag.kube.deadline import Deadline
from diag.kube.kubeconfig import Cluster, Exec
from diag.model.text import one_line

PATIENCE = 60.0  # seconds; a program that waits for somebody to visit a page would wait for ever
VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
CONFIG = "client.authentication.k8s.io/exec"


class Credential(msgspec.Struct, rename="camel"):
    """What a login program hands out: a token, or a client certificate with its key as PEM, or both."""

    token: str = ""
    client_certificate_data: str = ""
    client_key_data: str = ""


class _Answer(msgspec.Struct, rename="camel"):
    kind: str
    api_version: str
    status: Credential | None = None


def log_in(program: Exec, cluster: Cluster, deadline: Deadline) -> Credential:
    """The credential that the program prints.

    Raises KubeconfigError, with the last line the program wrote to stderr, when it cannot be had.
    """
    name = f"the login program {program.command!r}"
    if program.api_version not in VERSIONS:
        raise KubeconfigError(f"{name} is set up for {program.api_version or 'no apiVersion'}: need one of {VERSIONS}")
    if program.interactive_mode == "Always":
        raise KubeconfigError(f"{name} insists on a terminal (interactiveMode: Always), which it does not get here")
    return _credential(name, program.api_version, _run(name, program, cluster, deadline))


def _run(name: str, program: Exec, cluster: Cluster, deadline: Deadline) -> bytes:
    seconds = deadline.within(PATIENCE)
    with _started(name, program, _environment(program, cluster)) as process:
        try:
            output, complaints = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise KubeconfigError(f"{name} did not end within {seconds:.3g} s{_said(error.stderr)}") from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # with its children: they hold the pipes, too
    if process.returncode:
        raise KubeconfigError(f"{name} failed (exit {process.returncode}){_said(complaints)}")
    return output


def _started(name: str, program: Exec, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [program.command, *program.args],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        hint = f"; {one_line(program.install_hint)}" if program.install_hint else ""
        reason = error.strerror if isinstance(error, OSError) else error
        raise KubeconfigError(f"{name} cannot be started: {reason}{hint}") from error


def _said(complaints: bytes | None) -> str:
    lines = (complaints or b"").decode("utf-8", "replace").strip().splitlines()
    return f": {one_line(lines[-1])[:300]}" if lines else " and said nothing"


def _environment(program: Exec, cluster: Cluster) -> dict[str, str]:
    spec: dict[str, Any] = {"interactive": False}
    if program.provide_cluster_info:
        spec["cluster"] = _described(cluster)
    info = {"apiVersion": program.api_version, "kind": "ExecCredential", "spec": spec}
    extra = {variable.name: variable.value for variable in program.env}
    return {**os.environ, **extra, "KUBERNETES_EXEC_INFO": msgspec.json.encode(info).decode()}


def _described(cluster: Cluster) -> dict[str, Any]:
    """The cluster as the protocol shows it: the authority as data, the program's own settings as `config`."""
    described: dict[str, Any] = msgspec.to_builtins(cluster)
    described.pop("extensions", None)
    described.pop("disable-compression", None)
    file = described.pop("certificate-authority", None)
    try:
        if file and not cluster.certificate_authority_data:
            described["certificate-authority-data"] = base64.b64encode(Path(file).read_bytes()).decode()
    except OSError as error:
        raise KubeconfigError(f"certificate-authority {file} cannot be read: {error.strerror}") from error
    for extension in cluster.extensions:
        if extension.name == CONFIG:
            described["config"] = extension.extension
    return described


def _credential(name: str, version: str, output: bytes) -> Credential:
    try:
        answer = msgspec.json.decode(output, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KubeconfigError(f"{name} printed something other than an ExecCredential") from error
    credential = answer.status or Credential()
    if answer.kind != "ExecCredential" or answer.api_version != version:
        printed = f"{answer.kind} of {answer.api_version}"
        raise KubeconfigError(f"{name} printed {printed} instead of ExecCredential of {version}")
    if not credential.token and not (credential.client_certificate_data and credential.client_key_data):
        raise KubeconfigError(f"{name} printed neither a token nor a certificate with its key")
    return credential
