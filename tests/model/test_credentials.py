"""Credentials in text. Those of this file are made up, and put together here so that nobody takes them for real."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model.lean import PodDecoder
from diag.model.text import clean_bytes, clean_json, withhold
from tests.fake_api.answers import compact
from tests.model.strategies import fuzz

KEY = "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEow+/Ab\nc12=\n-----END RSA PRIVATE" + " KEY-----"
SECRETS = {
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln-bmF0_dXJl": "withheld",
    "eyJ" + "hdXRocyI6eyJyZWdpc3RyeSI6e319fQ": "withheld",
    "AKIA" + "IOSFODNN7EXAMPLE": "withheld",
    "ghp_" + "aB3" * 12: "withheld",
    "gho_" + "aB3" * 12: "withheld",
    "github_" + "pat_" + "aB3_" * 8: "withheld",
    "glpat-" + "aB3-" * 5: "withheld",
    "xox" + "b-123456789012-1234567890123-aBcDeFgHiJkL": "withheld",
    "Bearer abc.def/0123456789+x==": "Bearer withheld",
    "bearer  0123456789abcdef": "bearer  withheld",
    KEY: "-----withheld-----",
    KEY.replace("RSA ", ""): "-----withheld-----",
    "https://admin:hunter2@db.example.com:5432/x": "https://withheld@db.example.com:5432/x",
    "postgres://app:p<a>s&s@wo:rd@db/x": "postgres://withheld@db/x",
    "redis://:hunter2@cache": "redis://withheld@cache",
}
ORDINARY = (
    'Get "https://registry.example.com:5000/v2/": net/http: request canceled while waiting for connection',
    "invalid bearer token, Token has been invalidated",
    'www-authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
    "pull access denied for shop/web@sha256:0123456789abcdef, repository does not exist",
    "http://10.0.0.1:8080/healthz?mail=a@b",
    "pod glpat-rotator-5d9f8b7c6d-abcde was evicted",
    "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----",
    "key AKIA of ghp_short, xoxb-none and eyJ",
    "://",
    ">yJ" + "a" * 30,  # in the JSON of Go: \\u003eyJ…, which looks like the beginning of a token
)


@pytest.mark.parametrize(("secret", "instead"), SECRETS.items())
@pytest.mark.parametrize(
    "around", ["{}", "token {}, refused", "a\n{}\nb", "<{}>", 'said "{}"', "TOKEN={}", r"C:\dir\{}"]
)
def test_credentials_are_withheld_in_text_and_in_messages(secret: str, instead: str, around: str) -> None:
    said, shown = around.format(secret), around.format(instead)
    assert clean_bytes(said.encode()) == shown
    for document in (compact({"message": said}), json.dumps({"message": said}).encode()):
        assert json.loads(clean_json(document)) == {"message": shown}
        assert json.loads(withhold(document)) == {"message": shown}


@pytest.mark.parametrize("said", ORDINARY)
def test_ordinary_text_is_given_back_itself(said: str) -> None:
    assert withhold(said.encode()) == said.encode()
    for value in ({"message": said}, {"metadata": {"name": said}}):
        document = compact(value)
        assert clean_json(document) is document


def test_names_are_kept_and_passwords_in_urls_are_not_wherever_they_are() -> None:
    document = compact({"name": "ghp_" + "a" * 36, "parameters": {"url": "http://admin:hunter2@heketi"}})
    expected = {"name": "ghp_" + "a" * 36, "parameters": {"url": "http://withheld@heketi"}}
    assert json.loads(clean_json(document)) == expected


def test_of_a_private_key_without_end_goes_all_that_looks_like_one() -> None:
    begun = KEY.partition("\n-----END")[0]
    assert clean_bytes(f"read {begun}\n: exit".encode()) == "read -----withheld-----: exit"
    assert json.loads(clean_json(compact({"message": begun}))) == {"message": "-----withheld-----"}


def test_a_slash_that_is_written_as_an_escape_hides_no_password() -> None:
    assert clean_json(rb'{"a":"http:\/\/u:p@h"}') == b'{"a":"http://withheld@h"}'


PIECES = (
    *SECRETS,
    *ORDINARY,
    "\\",
    '"',
    "<",
    "&",
    "\n",
    "\r\n",
    "\t",
    " ",
    "u003",
    "é",
    "\x1b",
    "-----BEGIN",
    "://u:",
    "@",
)


@fuzz
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_json_stays_json_however_it_was_written(said: str) -> None:
    """The API server and a recording write the same string in two ways; both must come to the same."""
    of_server, of_recording = clean_json(compact({"message": said})), clean_json(json.dumps({"message": said}).encode())
    assert json.loads(of_server) == json.loads(of_recording)
    assert clean_json(of_server) == of_server
    once = clean_bytes(said.encode())
    assert clean_bytes(once.encode()) == once


@pytest.mark.parametrize("unit", ["eyJ", "-----BEGIN PRIVATE KEY-----", "://a:", "earer ", "xoxb-1-", "glpat-", "\\"])
def test_text_made_to_keep_us_busy_takes_no_longer_than_other_text(unit: str) -> None:
    """200 KB of it: were any of the expressions quadratic, this would take minutes."""
    said = (unit * (200_000 // len(unit))).encode()
    assert len(withhold(said)) <= len(said)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("DB_HOST", "db.shop", "db.shop"),
        ("DB_PASSWORD", "hunter2", "withheld"),
        ("API_KEY", "abc", "withheld"),
        ("SESSION_SECRET", "abc", "withheld"),
        ("DB_PASSWORD", "", ""),
        ("AUTHOR", "me", "me"),
    ],
)
def test_the_value_of_a_variable_that_names_a_credential_is_never_kept(name: str, value: str, kept: str) -> None:
    raw = {"metadata": {"name": "a"}, "spec": {"containers": [{"name": "c", "env": [{"name": name, "value": value}]}]}}
    [pod] = PodDecoder().decode(json.dumps([raw]).encode())
    assert pod.spec.containers[0].env[0].value == kept
