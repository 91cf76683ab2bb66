from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from diag.facts.images import parse_reference
from diag.facts.pull_answers import NAMES, attempts, classify, core, host

PULL = 'failed to pull and unpack image "{0}": '
RESOLVE = PULL + 'failed to resolve reference "{0}": '
UNKNOWN = "rpc error: code = Unknown desc = "
NOT_FOUND = "rpc error: code = NotFound desc = "
DOCKER = UNKNOWN + "Error response from daemon: "
# (image, error as it was told, answer)
TOLD = [
    (each["image"], each["error"], answer)
    for answer, texts in yaml.safe_load(Path(__file__).with_name("pull_errors.yaml").read_text()).items()
    for each in texts
]


@pytest.mark.parametrize(("image", "error", "answer"), TOLD)
def test_what_each_text_means(image: str, error: str, answer: str) -> None:
    assert classify(error, image) == answer


@pytest.mark.parametrize("name", NAMES)
def test_each_answer_has_a_text(name: str) -> None:
    assert name in {answer for _, _, answer in TOLD}


@pytest.mark.parametrize(
    "wrapper", ['Back-off pulling image "{0}": ErrImagePull: {1}', 'Failed to pull image "{0}": {1}', "[{1}]"]
)
@pytest.mark.parametrize(("image", "error", "answer"), [each for each in TOLD if each[2] != "untold"])
def test_what_the_kubelet_wraps_around_it_changes_nothing(image: str, error: str, answer: str, wrapper: str) -> None:
    assert classify(wrapper.format(image, error), image) == answer


# {image} as Docker names it, {full} as containerd and CRI-O do, {name} without its {tag}
NEUTRAL = [
    ("not-found", NOT_FOUND + RESOLVE.format("{full}") + "{full}: not found"),
    ("not-found", "initializing source docker://{full}: reading manifest {tag} in {name}: manifest unknown"),
    ("not-found", DOCKER + "manifest for {image} not found: manifest unknown: manifest unknown"),
    (
        "registry-unreachable",
        RESOLVE.format("{full}") + 'Head "https://h/v2/{name}/x": dial tcp 10.0.0.9:443: i/o timeout',
    ),
    ("auth", RESOLVE.format("{full}") + "failed to fetch oauth token: unexpected status from https://h/{name}: 401 x"),
    (
        "auth",
        DOCKER + "pull access denied for {image}, repository does not exist or may require 'docker login': denied",
    ),
]


@pytest.mark.parametrize(
    "image",
    [
        "registry.example.com/team/unauthorized:1",
        "registry.example.com/not-found/manifest-unknown:404",
        "x509/tls:1",
        "registry.example.com/no-such-host:1",
        "localhost:5000/denied:denied",
        "denied",
        "unauthorized:latest",
        "registry.example.com/toomanyrequests/x:429",
        "RegistryUnavailable.example.com/proxyconnect:1",
        "quay.io/insufficient_scope/a",
    ],
)
@pytest.mark.parametrize(("answer", "text"), NEUTRAL)
def test_a_name_made_of_the_words_of_errors_means_nothing(image: str, answer: str, text: str) -> None:
    reference = parse_reference(image)
    full = f"{reference.name}:{reference.tag}"
    error = text.format(image=image, full=full, name=reference.name, tag=reference.tag)
    assert classify(error, image) == answer


ABSENT = NOT_FOUND + "a/b:1: not found"
REFUSED = UNKNOWN + "denied: no"


@pytest.mark.parametrize(
    ("errors", "answer"),
    [
        ([ABSENT, "failed to pull and unpack image: 401 Unauthorized"], "auth"),
        (["failed to pull and unpack image: 401 Unauthorized", ABSENT], "auth"),
        ([UNKNOWN + "429 Too Many Requests", REFUSED], "rate-limited"),
        ([UNKNOWN + "dial tcp: i/o timeout", ABSENT], "not-found"),
        ([REFUSED, NOT_FOUND + "no match for platform in manifest"], "wrong-arch"),
        ([REFUSED, UNKNOWN + "write: no space left on device"], "disk-full"),
        ([UNKNOWN + "received unexpected HTTP status: 500 Internal Server Error", REFUSED], "auth"),
        # this attempt ends before it has a token: it is the network, and the other one tells more
        ([ABSENT, "failed to pull and unpack image: failed to fetch oauth token: dial tcp: lookup a: x"], "not-found"),
    ],
)
def test_of_several_attempts_the_one_counts_that_came_farthest(errors: list[str], answer: str) -> None:
    joined = f"[{', '.join(errors)}]"
    assert attempts(joined) == errors
    assert classify(joined, "a/b:1") == answer


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (NOT_FOUND + RESOLVE.format("a.example/b:1") + "a.example/b:1: not found", "a.example/b:1: not found"),
        (PULL.format("b:1") + "failed to resolve image: oh", "oh"),
        (DOCKER + "manifest for b:1 not found", "manifest for b:1 not found"),
        ("unable to pull image or OCI artifact: pull image err: initializing source b:1: oh; artifact err: no", "oh"),
        (f"[{UNKNOWN}one, {UNKNOWN}two, {UNKNOWN}one]", "one; two"),
        ("toomanyrequests: You have reached your limit.\n", "toomanyrequests: You have reached your limit"),
        (UNKNOWN + r'invalid decoded auth: "user\"x:p4ss"', "invalid decoded auth: (withheld)"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_core_of_an_error(error: str, text: str) -> None:
    assert core(error) == text


@pytest.mark.parametrize(
    ("error", "found"),
    [
        ('Head "https://a.example/v2/": dial tcp: lookup mirror.lan on 10.0.0.2:53: no such host', "mirror.lan"),
        ('Get "https://a.example": proxyconnect tcp: dial tcp 10.0.0.1:3128: i/o timeout', "10.0.0.1:3128"),
        ('Get "https://user:x@cdn.example:8443/layer": EOF', "cdn.example:8443"),
        ("unexpected status code https://cdn.example: 403 Forbidden", "cdn.example"),
        ("dial tcp [::1]:5000: connect: connection refused", "[::1]:5000"),
        ("something else", "registry.example.com"),
    ],
)  # fmt: skip
def test_the_host_that_an_error_speaks_of(error: str, found: str) -> None:
    assert host(error, "registry.example.com/team/app:1") == found


@given(st.text(max_size=400), st.text(max_size=60))
def test_no_text_is_too_odd(error: str, image: str) -> None:
    assert classify(error, image) in (*NAMES, "unknown", "untold")
    assert isinstance(core(error), str)
    assert isinstance(host(error, image), str)


@pytest.mark.parametrize(
    "part", ["repository ", "short-name ", "image verifier ", "lookup ", "schema 1 ", "[rpc error: code", "https://"]
)
def test_a_long_text_is_judged_like_a_short_one(part: str) -> None:
    assert classify(part * 20_000, "a/b:1") == classify(part * 200, "a/b:1")
