import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import creation_answers
from diag.facts.creation_answers import ANSWERS, read

FORBIDDEN = 'pods "web-" is forbidden: '
TEXTS = [
    (
        f"{FORBIDDEN}exceeded quota: compute, requested: limits.memory=1Gi,pods=1, used: limits.memory=4Gi,pods=9, "
        "limited: limits.memory=4Gi,pods=9",
        "quota-exceeded",
        "compute",
    ),
    (f"{FORBIDDEN}failed quota: compute: must specify limits.cpu for: app; limits.memory for: app",
     "quota-missing-resources", "compute"),
    (f"{FORBIDDEN}failed quota: compute: must specify limits.cpu,limits.memory", "quota-missing-resources", "compute"),
    (f"{FORBIDDEN}insufficient quota to match these scopes: [{{PriorityClass In [high]}}]", "quota-scope", ""),
    (f"{FORBIDDEN}maximum cpu usage per Container is 1, but limit is 2", "limitrange-violation", ""),
    (f"{FORBIDDEN}minimum memory usage per Pod is 64Mi, but request is 32Mi", "limitrange-violation", ""),
    (f"{FORBIDDEN}maximum memory usage per Container is 1Gi.  No limit is specified", "limitrange-violation", ""),
    (f"{FORBIDDEN}cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000",
     "limitrange-violation", ""),
    (f'{FORBIDDEN}violates PodSecurity "restricted:v1.30": runAsNonRoot != true (pod must set it)', "psa-violation",
     "restricted:v1.30"),
    (f'{FORBIDDEN}error looking up service account shop/web: serviceaccount "web" not found', "serviceaccount-missing",
     "web"),
    ('admission webhook "guard.example" denied the request: no', "webhook-denied", "guard.example"),
    ('admission webhook "guard.example" denied the request without explanation', "webhook-denied", "guard.example"),
    ('Internal error occurred: failed calling webhook "guard.example": failed to call webhook: Post "https://g/": EOF',
     "webhook-unavailable", "guard.example"),
    ('Internal error occurred: failed calling webhook "guard.example": Post "https://g/": dial tcp: refused',
     "webhook-unavailable", "guard.example"),
    (f"{FORBIDDEN}ValidatingAdmissionPolicy 'tags' with binding 'all' denied request: no latest", "policy-denied",
     "tags"),
    (f"{FORBIDDEN}unable to create new content in namespace shop because it is being terminated",
     "namespace-terminating-create", "shop"),
    (f'{FORBIDDEN}pod rejected: RuntimeClass "gvisor" not found', "runtimeclass-missing", "gvisor"),
    (f'{FORBIDDEN}pod rejected: runtimeclass.node.k8s.io "gvisor" not found', "runtimeclass-missing", "gvisor"),
    (f"{FORBIDDEN}no PriorityClass with name urgent was found", "priorityclass-missing", "urgent"),
    (f"{FORBIDDEN}unable to validate against any pod security policy: []", "psp-legacy", ""),
    (f"{FORBIDDEN}PodSecurityPolicy: unable to admit pod: []", "psp-legacy", ""),
    (f"{FORBIDDEN}unable to validate against any security context constraint: [x]", "scc-violation", ""),
    ('pods is forbidden: User "system:serviceaccount:a:b" cannot create resource "pods" in API group ""',
     "creation-forbidden", "system:serviceaccount:a:b"),
    ('Pod "web-x" is invalid: spec.containers[0].image: Required value', "creation-invalid", ""),
    ('Job.batch "sync" is invalid: spec.template: Invalid value', "creation-invalid", ""),
    ("etcdserver: request timed out", "other", ""),
    ("", "other", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "answer", "name"), TEXTS)
def test_what_each_refusal_means(text: str, answer: str, name: str) -> None:
    found = read(text)
    assert (found.answer, found.name, found.error) == (answer, name, text)


@pytest.mark.parametrize("name", [name for name, _ in ANSWERS])
def test_each_answer_has_a_text(name: str) -> None:
    assert name in {answer for _, answer, _ in TEXTS}


@pytest.mark.parametrize(
    "before",
    [
        "Error creating: ",
        "Error creating job: ",
        "create Pod db-0 in StatefulSet db failed error: ",
        'Failed to create new replica set "web-7d4b": ',
    ],
)
def test_what_controllers_put_before_it_is_taken_off(before: str) -> None:
    assert read(f"{before}{TEXTS[0][0]}") == read(TEXTS[0][0])


def test_the_amounts_of_a_quota() -> None:
    found = read(TEXTS[0][0])
    assert found.requested == {"limits.memory": "1Gi", "pods": "1"}
    assert found.used == {"limits.memory": "4Gi", "pods": "9"}
    assert found.hard == {"limits.memory": "4Gi", "pods": "9"}


def test_who_speaks_first_counts_whatever_words_follow() -> None:
    told = 'admission webhook "a" denied the request: failed calling webhook "b": exceeded quota: c, requested: d=1'
    assert read(told).answer == "webhook-denied"


def test_rules_of_pod_security_are_told_apart() -> None:
    wanted = [
        'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: user may not be set, role may not be set)',
        'unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"])',
    ]  # fmt: skip
    found = read(f'{FORBIDDEN}violates PodSecurity "baseline:latest": {", ".join(wanted)}')
    assert creation_answers.rules(found) == wanted
    assert creation_answers.rules(read(TEXTS[0][0])) == []


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    assert read(text).answer in {"other", *(name for name, _ in ANSWERS)}
