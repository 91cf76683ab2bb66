"""What the API's refusal to create an object means, and what it names.

The texts are those of kube-apiserver 1.20 to 1.36: plugin/pkg/admission (resourcequota, limitranger, serviceaccount,
priority, podsecuritypolicy), pod-security-admission, the webhook and policy plugins of apiserver pkg/admission; and
OpenShift's security context constraints.
"""

import re
from datetime import datetime
from typing import NamedTuple

from diag.facts import quotas

# A refusal wraps another, so that the words that come first count.
ANSWERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(expression, re.S))
    for name, expression in (
        ("webhook-unavailable", r'failed calling (?:admission )?webhook "(?P<name>[^"]+)"(?:: (?P<detail>.+))?'),
        ("webhook-denied", r'admission webhook "(?P<name>[^"]+)" denied the request(?:: (?P<detail>.+)| without)'),
        (
            "policy-denied",
            r"ValidatingAdmissionPolicy '(?P<name>[^']+)' with binding '[^']*' denied request(?:: (?P<detail>.+))?",
        ),
        (
            "quota-exceeded",
            r"exceeded quota: (?P<name>[^,]+), requested: (?P<requested>.+?), used: (?P<used>.+?), "
            r"limited: (?P<hard>\S+)",
        ),
        ("quota-missing-resources", r"failed quota: (?P<name>[^:]+): must specify (?P<detail>.+)"),
        ("quota-scope", r"insufficient quota to match these scopes: (?P<detail>.+)"),
        (
            "limitrange-violation",
            r"(?P<detail>(?:maximum|minimum) \S+ usage per (?:Container|Pod)\b.*"
            r"|\S+ max limit to request ratio per .*)",
        ),
        ("psa-violation", r'violates PodSecurity "(?P<name>[^"]+)": (?P<detail>.+)'),
        (
            "psp-legacy",
            r"unable to validate against any pod security policy|PodSecurityPolicy: unable to"
            r"|no providers available to validate pod request",
        ),
        ("scc-violation", r"unable to validate against any security context constraint(?:: (?P<detail>.+))?"),
        (
            "serviceaccount-missing",
            r"error looking up service account [^/\s]+/(?P<name>[^:\s]+): serviceaccounts? \S+ not found",
        ),
        (
            "namespace-terminating-create",
            r"unable to create new content in namespace (?P<name>\S+) because it is being terminated",
        ),
        ("runtimeclass-missing", r'[Rr]untime[Cc]lass(?:es)?(?:\.node\.k8s\.io)? "(?P<name>[^"]*)" not found'),
        ("priorityclass-missing", r"no PriorityClass with name (?P<name>\S+) was found"),
        (
            "creation-forbidden",
            r'is forbidden: User "(?P<name>[^"]+)" cannot|cannot set blockOwnerDeletion|cannot set an ownerRef',
        ),
        ("creation-invalid", r'\b\w+(?:\.\w+)* "[^"]*" is invalid: (?P<detail>.+)'),
    )
)
_WRAPPED = re.compile(
    r"^(?:Error creating(?: job)?|create Pod \S+ in StatefulSet \S+ failed error"
    r'|Failed to create new replica set "[^"]*"): '
)
_RULE = re.compile(r", (?![^(]*\))")


class Refusal(NamedTuple):
    """One refusal. `answer` is a name of `ANSWERS`, `not-deleted` or `other`.

    `error` are the API's words, empty where the refusal was worked out; `name` is what they name: the quota, the
    account, the webhook, the class; `detail` what they say of it. `requested`, `used` and `hard` are amounts by
    resource, as written.
    """

    answer: str
    error: str
    since: datetime | None
    name: str = ""
    detail: str = ""
    requested: dict[str, str] = {}
    used: dict[str, str] = {}
    hard: dict[str, str] = {}


def read(text: str, since: datetime | None = None) -> Refusal:
    """A controller's or the API's words taken apart."""
    error = _WRAPPED.sub("", text)
    matches = [(found.start(), place, found) for place, (_, one) in enumerate(ANSWERS) if (found := one.search(error))]
    if not matches:
        return Refusal("other", error, since)
    _, place, match = min(matches, key=lambda one: one[:2])
    groups = {name: text.strip() for name, text in match.groupdict().items() if text}
    amounts = {name: quotas.amounts(groups.get(name, "")) for name in ("requested", "used", "hard")}
    return Refusal(ANSWERS[place][0], error, since, groups.get("name", ""), groups.get("detail", ""), **amounts)


def rules(found: Refusal) -> list[str]:
    """The rules of Pod Security that are broken, each with what it wants (pod-security-admission policy checks)."""
    return _RULE.split(found.detail) if found.answer == "psa-violation" else []
