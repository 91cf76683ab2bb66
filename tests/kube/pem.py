"""Certificates for tests, made by openssl."""

import subprocess
from pathlib import Path
from typing import NamedTuple


class Pem(NamedTuple):
    """Files: an authority, and a certificate for `localhost` that it has signed, with its key."""

    authority: str
    certificate: str
    key: str


def make(folder: Path) -> Pem:
    """A certificate without the key identifier of its authority, as those of many clusters are."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *new_key, "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.crt")
    openssl("req", *new_key, "-subj", "/CN=localhost", "-keyout", "key", "-out", "request")
    (folder / "extensions").write_text("subjectAltName=DNS:localhost\nauthorityKeyIdentifier=none\n")
    signing = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "extensions"]
    openssl("x509", "-req", "-in", "request", *signing, "-out", "crt")
    return Pem(f"{folder}/ca.crt", f"{folder}/crt", f"{folder}/key")
