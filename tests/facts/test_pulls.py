from datetime import timedelta
from typing import Any

import pytest

from diag.facts import pulls
from diag.facts.index import Index
from diag.facts.pulls import Pull
from diag.playbook.fields.pull import FIELDS
from tests.facts.pod_samples import NOW, ago, event, index, only, pod, running

PATH = {"fieldPath": "spec.containers{app}"}
ABSENT = "rpc error: code = NotFound desc = docker.io/library/web:1: not found"
TIMEOUT = "dial tcp 10.0.0.9:443: i/o timeout"
DENIED = "denied: requested access to the resource is denied"


def waiting(reason: str, message: str = "", image: str = "web:1", **pod_spec: Any) -> dict[str, Any]:
    status = {"image": image, "state": {"waiting": {"reason": reason, "message": message}}}
    conditions = [{"type": "Ready", "status": "False", "lastTransitionTime": ago(400)}]
    return pod(status, {"image": image}, pod_spec, phase="Pending", conditions=conditions)


def failed(
    error: str, image: str = "web:1", first: float = 60, last: float | None = None, **more: Any
) -> dict[str, Any]:
    return event("Failed", f'Failed to pull image "{image}": {error}', first, last, **{"involved": PATH, **more})


def pull(*events: dict[str, Any], of: dict[str, Any]) -> Pull | None:
    seen = index(pods=[of], events=list(events))
    return pulls.failed_pull(seen, only(seen))


def told(*events: dict[str, Any], of: dict[str, Any]) -> tuple[str, str]:
    """Answer and error of the pull."""
    found = pull(*events, of=of)
    assert found is not None
    return found.answer, found.error


def test_the_status_tells_while_it_is_new() -> None:
    assert told(of=waiting("ErrImagePull", ABSENT)) == ("not-found", ABSENT)


@pytest.mark.parametrize("told_as", ["ErrImagePull: ", ""])
def test_the_status_tells_in_back_off_since_1_32(told_as: str) -> None:
    message = f'Back-off pulling image "web:1": {told_as}{ABSENT}'
    assert told(of=waiting("ImagePullBackOff", message)) == ("not-found", ABSENT)


@pytest.mark.parametrize("message", ['Back-off pulling image "web:1"', "Back-off pulling image", ""])
def test_in_back_off_before_1_32_the_newest_event_tells(message: str) -> None:
    older, newer = failed(TIMEOUT, first=90), failed(ABSENT, first=30)
    noise = [event("Failed", "Error: ImagePullBackOff", 5, involved=PATH), event("BackOff", message, 5, involved=PATH)]
    assert told(older, newer, *noise, of=waiting("ImagePullBackOff", message)) == ("not-found", ABSENT)


@pytest.mark.parametrize("message", [ABSENT, f"[{ABSENT}, rpc error: code = Unknown desc = {DENIED}]", TIMEOUT, DENIED])
def test_the_verdict_is_the_same_in_either_state(message: str) -> None:
    """ErrImagePull and ImagePullBackOff take turns: which one is read must not matter."""
    tried = failed(message)
    states = [
        waiting("ErrImagePull", message),
        waiting("ImagePullBackOff", 'Back-off pulling image "web:1"'),
        waiting("ImagePullBackOff", f'Back-off pulling image "web:1": ErrImagePull: {message}'),
    ]
    assert len({pull(tried, of=state) for state in states}) == 1


@pytest.mark.parametrize(
    "other",
    [
        failed(ABSENT, image="web:0"),  # another image
        failed(ABSENT, involved={**PATH, "uid": "uid-0"}),  # the pod before, which had the same name
        failed(ABSENT, involved={"fieldPath": "spec.containers{other}"}),
        event("Failed", "Error: ErrImagePull", involved=PATH),
        event("Failed", f"Error: failed to start container: {ABSENT}", involved=PATH),
        event("BackOff", "Back-off restarting failed container app in pod web-1", involved=PATH),
        event("Pulling", 'Pulling image "web:1"', involved=PATH),
    ],
)
def test_what_others_say_does_not_count(other: dict[str, Any]) -> None:
    found = pull(other, of=waiting("ImagePullBackOff", 'Back-off pulling image "web:1"'))
    assert found == Pull("web:1", "", "untold", 1, NOW - timedelta(seconds=400))


@pytest.mark.parametrize(
    "other",
    [
        failed(ABSENT, image="docker.io/library/web:1"),
        failed(ABSENT, involved={}),  # by hand, without a field path
        failed(ABSENT, involved={**PATH, "uid": ""}),
        event("Failed", f'(combined from similar events): Failed to pull image "web:1": {ABSENT}', involved=PATH),
    ],
)
def test_what_says_the_same_counts(other: dict[str, Any]) -> None:
    assert told(other, of=waiting("ImagePullBackOff", 'Back-off pulling image "web:1"')) == ("not-found", ABSENT)


@pytest.mark.parametrize("vague", ["pull QPS exceeded", "Failed to pull image 'web:1'"])
def test_a_vague_error_gives_way_to_one_that_tells(vague: str) -> None:
    assert told(failed(ABSENT), of=waiting("ErrImagePull", vague)) == ("not-found", ABSENT)
    assert told(failed(vague), of=waiting("ErrImagePull", vague))[1] == vague


def test_failures_and_their_beginning_since_the_last_success() -> None:
    pulled = event("Pulled", 'Container image "web:1" already present on machine', 600, involved=PATH)
    long_ago = failed(TIMEOUT, first=900)
    found = pull(
        failed(TIMEOUT, first=200, last=100, count=3), failed(f"read: {TIMEOUT}", first=50), pulled, long_ago,
        of=waiting("ImagePullBackOff", 'Back-off pulling image "web:1"'),
    )  # fmt: skip
    assert found is not None
    assert (found.failures, found.since) == (4, NOW - timedelta(seconds=200))


def test_back_off_alone_is_one_failure() -> None:
    found = pull(of=waiting("ImagePullBackOff", f'Back-off pulling image "web:1": ErrImagePull: {TIMEOUT}'))
    assert found is not None
    assert found.failures == 1


@pytest.mark.parametrize(
    ("reason", "message", "answer"),
    [
        ("ErrImageNeverPull", 'Container image "web:1" is not present with pull policy of Never', "never-pull"),
        ("InvalidImageName", "", "invalid-name"),
        ("SignatureValidationFailed", "x509: no", "signature-rejected"),
        ("ImageVolumeMountFailed", "no such file", "volume-mount"),
        ("RegistryUnavailable", "", "registry-unreachable"),
        ("RegistryUnavailable", "image pull failed: dial tcp: lookup a: no such host", "registry-dns"),
        ("ImageInspectError", 'Failed to inspect image "web:1": connection refused', "runtime-error"),
        ("ImageInspectError", 'Failed to inspect image "": short name mode is enforcing', "short-name"),
        ("ImageInspectError", "", "runtime-error"),
    ],
)  # fmt: skip
def test_some_reasons_say_it_all(reason: str, message: str, answer: str) -> None:
    assert told(of=waiting(reason, message))[0] == answer


@pytest.mark.parametrize(
    "reason", ["ContainerCreating", "PodInitializing", "CrashLoopBackOff", "CreateContainerError", ""]
)
def test_other_reasons_are_not_about_the_image(reason: str) -> None:
    assert pull(failed(ABSENT), of=waiting(reason, ABSENT)) is None


def unreported(**status: Any) -> dict[str, Any]:
    return pod(**{"phase": "Pending", "containerStatuses": [], **status})


def test_a_pod_without_status_is_judged_by_its_events() -> None:
    assert told(failed(ABSENT), of=unreported()) == ("not-found", ABSENT)
    assert pull(of=unreported()) is None
    assert pull(failed(ABSENT), of=unreported(phase="Running")) is None
    assert pull(failed(ABSENT, involved={**PATH, "uid": "uid-0"}), of=unreported()) is None
    pulled = event("Pulled", 'Successfully pulled image "web:1" in 1s', 10, involved=PATH)
    assert pull(failed(ABSENT), pulled, of=unreported()) is None
    assert pull(failed(ABSENT), of=pod({"state": running()}, phase="Pending")) is None


VOLUME = {"volumes": [{"name": "model", "image": {"reference": "ghcr.io/ai/model:v7"}}]}


@pytest.mark.parametrize(
    ("message", "image"),
    [
        ('failed to pull and unpack image "docker.io/library/web:1": no', "web:1"),
        ('failed to pull and unpack image "ghcr.io/ai/model:v7": no', "ghcr.io/ai/model:v7"),
        ("initializing source docker://ghcr.io/ai/model:v7: reading manifest v7: no", "ghcr.io/ai/model:v7"),
        ("initializing source docker://ghcr.io/ai/model-runner:v7: reading manifest", "web:1"),
        ('Back-off pulling image "web:0"', "web:0"),  # the spec was changed since
        ('Failed to inspect image "": no', "web:1"),
        ("no word of it", "web:1"),
    ],
)  # fmt: skip
def test_the_image_that_fails(message: str, image: str) -> None:
    of = waiting("ErrImagePull", message, **VOLUME)
    of["spec"]["containers"][0]["volumeMounts"] = [{"name": "model"}]
    found = pull(of=of)
    assert found is not None
    assert found.image == image


@pytest.mark.parametrize(
    ("newest", "is_pulling"),
    [
        (event("Pulling", 'Pulling image "web:1"', 5, involved=PATH), True),
        (event("Pulling", 'Pulling image "other:1"', 5, involved=PATH), False),
        (event("Pulled", 'Successfully pulled image "web:1" in 1s', 5, involved=PATH), False),
        (failed(ABSENT, first=5), False),
        (event("Pulled", 'Successfully pulled image "o:1" in 1s', 5, involved={"fieldPath": "x{o}"}), True),
    ],
)  # fmt: skip
def test_whether_it_is_being_pulled(newest: dict[str, Any], is_pulling: bool) -> None:
    first = event("Pulling", 'Pulling image "web:1"', 60, involved=PATH)
    events = [newest] if "other:1" in newest["message"] else [first, newest]
    seen = index(pods=[waiting("ContainerCreating")], events=events)
    assert pulls.pulling(seen, only(seen)) is is_pulling


SECRETS = {"imagePullSecrets": [{"name": "one"}, {"name": "two"}]}


@pytest.mark.parametrize(
    ("listed", "missing"),
    [("two", "two"), ("two, one", "one"), ("<two>", "two"), ("three", None), ("", None)],
)
def test_the_first_pull_secret_that_could_not_be_read(listed: str, missing: str | None) -> None:
    message = f"Unable to retrieve some image pull secrets ({listed}); attempting to pull the image may not succeed."
    seen = index(pods=[pod(pod_spec=SECRETS)], events=[event("FailedToRetrieveImagePullSecret", message)])
    assert pulls.missing_pull_secret(seen, only(seen)) == missing


def test_a_pull_secret_that_was_only_late_is_not_missing() -> None:
    message = "Unable to retrieve some image pull secrets (one); attempting to pull the image may not succeed."
    once = event("FailedToRetrieveImagePullSecret", message, 120)
    again = event("Failed", 'Failed to pull image "web:1": 401 Unauthorized', 10)
    seen = index(pods=[pod(pod_spec=SECRETS)], events=[once, again])
    assert pulls.missing_pull_secret(seen, only(seen)) is None


def test_no_pull_secret_is_missing_without_an_event() -> None:
    other = event("Failed", "Unable to retrieve some image pull secrets (one)")
    vague = event("FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets")
    seen = index(pods=[pod(pod_spec=SECRETS)], events=[other, vague])
    assert pulls.missing_pull_secret(seen, only(seen)) is None


OAUTH = "failed to fetch oauth token: 401 Unauthorized"
ANONYMOUS = "failed to fetch anonymous token: 401 Unauthorized"
BOTH = "The pod names pull secret one, two"
NONE = "The pod names no pull secret"
NEITHER = "Neither the pod nor its service account default names a pull secret"


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (OAUTH, True),
        (ANONYMOUS, False),
        ("authorization failed: no basic auth credentials", False),
        ("denied: Your authorization token has expired.", True),
        # the kubelet of AKS asks with the node's identity, then without
        (f"[rpc error: code = Unknown desc = {OAUTH}, rpc error: code = Unknown desc = {ANONYMOUS}]", True),
        # CRI-O says so of any 401
        ("unable to retrieve auth token: invalid username/password: unauthorized: Please login", None),
        (DENIED, None),
    ],
)
def test_whether_credentials_were_sent(error: str, sent: bool | None) -> None:
    assert pulls.credentials_sent(Pull("web:1", error, "auth", 1, None)) is sent


@pytest.mark.parametrize(
    ("spec", "account", "error", "sentence"),
    [
        (SECRETS, (), DENIED, f"{BOTH}."),
        (SECRETS, (), ANONYMOUS, f"{BOTH}, but the registry was asked without credentials."),
        (SECRETS, (), OAUTH, f"{BOTH}; credentials were sent, and the registry did not accept them."),
        ({}, ("late",), DENIED, f"{NONE}, its service account default names late."),
        ({}, (), DENIED, f"{NEITHER}."),
        ({}, (), OAUTH, f"{NEITHER}; the node's own credentials were refused."),
        ({}, None, DENIED, f"{NONE}."),
        ({"serviceAccountName": "ci"}, ("a", "b"), DENIED, f"{NONE}, its service account ci names a, b."),
    ],
)  # fmt: skip
def test_credentials_in_a_sentence(
    spec: dict[str, Any], account: tuple[str, ...] | None, error: str, sentence: str
) -> None:
    seen = index(pods=[pod(pod_spec=spec)])
    assert pulls.credentials(only(seen), Pull("web:1", error, "auth", 1, None), account) == sentence


def account(*secrets: str) -> dict[str, Any]:
    return {
        "metadata": {"name": "default", "namespace": "shop"},
        "imagePullSecrets": [{"name": name} for name in secrets],
    }


@pytest.mark.parametrize(
    ("objects", "secrets"),
    [
        ({"serviceaccounts": [account("a", "b")]}, ("a", "b")),
        ({"serviceaccounts": [account()]}, ()),
        ({"serviceaccounts": []}, ()),
        ({}, None),
    ],
)
def test_the_pull_secrets_of_the_service_account(objects: dict[str, Any], secrets: tuple[str, ...] | None) -> None:
    seen = index(pods=[pod()], **objects)
    assert pulls.account_secrets(seen, only(seen)) == secrets


@pytest.mark.parametrize(
    "raw",
    [
        {"metadata": {}, "spec": {"containers": [{"name": "app"}]}, "status": {"phase": "Pending"}},
        waiting("ErrImagePull", "", image=""),
        waiting("ImagePullBackOff", 'Back-off pulling image "'),
        waiting("ErrImagePull", '[' * 50),
        {"metadata": {"name": "x"}, "status": {"phase": "Pending", "containerStatuses": [
            {"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff"}}}]}},
    ],
)  # fmt: skip
def test_odd_pods_have_facts_or_none(raw: dict[str, Any]) -> None:
    seen: Index = index(pods=[raw], events=[event("Failed", 'Failed to pull image "'), event("Failed", "")])
    container = only(seen)
    found = pulls.failed_pull(seen, container)
    assert found is None or found.failures == 1
    assert not pulls.pulling(seen, container)
    assert pulls.pull_secrets(container) == ()
    for field in FIELDS.values():
        assert field.get(seen, container) != ""
