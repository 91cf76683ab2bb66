"""What was said about making a volume for a claim: by the controller that waits, and by the provisioner."""

import re
from itertools import takewhile

from diag.facts.claims import CONTROLLER, NODE_ANNOTATION, WAITS_FOR_POD, claim_events, provisioner, storage_class_name
from diag.facts.index import Index
from diag.model.cluster import Event
from diag.model.storage import PersistentVolumeClaim

# To Kubernetes 1.7 `cannot find provisioner "p", …`, to 1.27 `…, either by external provisioner "p" or …`, since then
# `… either by the external provisioner 'p' or …`.
_AWAITED = re.compile(r"provisioner ['\"](?P<name>[^'\"]+)['\"]")
_WRAPPED = re.compile(r'^[Ff]ailed to provision volume with StorageClass "[^"]*": ')
_SPOKEN = frozenset({"Provisioning", "ProvisioningFailed", "ProvisioningSucceeded"})

# What a provisioner's error means, in the order in which the expressions are tried: drivers wrap one error in another
# and often call everything Internal, so words of the backend come before the code (CSI spec CreateVolume errors,
# external-provisioner pkg/controller, local-path-provisioner, the drivers of EBS, GCE PD, Azure, Ceph, NFS, vSphere and
# Cinder).
ANSWERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(expression))
    for name, expression in (
        ("plugin-missing", r"no volume plugin matched"),
        ("selector", r"claim(?:\.Spec\.| )Selector is not supported"),
        (
            "access-mode",
            r"(?i:only supports? ReadWriteOnce|invalid access_?modes?\b|access[ _]?modes?\b.{0,80}\bnot supported"
            r"|not supported for access mode|MULTI_NODE_\w+.{0,60}\bnot supported"
            r"|volume capabilit.{0,120}\bnot supported|capability at index \d+ is not supported"
            r"|multi node access modes are only supported"
            r"|does not support block volume|specified multi writer)",
        ),
        (
            "node-path",
            r"no local path available on node|config doesn't contain (?:node|path)"
            r"|configuration error, no node was specified|create process timeout after",
        ),
        (
            "data-source",
            r"error getting handle for DataSource|PVC source (?:not found|does not belong)|snapshot .* is not Ready"
            r"|requested volume size \d+ is less than|snapshot .* not found|InvalidSnapshot",
        ),
        ("allowed-topologies", r"topology .* is not in allowed topologies"),
        (
            "topology",
            r"error generating accessibility requirements|no topology key found|no available topology found"
            r"|topologyKeys .* were not found on any nodes|[Ff]ailed to get target node|is not accessible to all nodes"
            r"|(?i:no compatible datastores?|no shared datastores)",
        ),
        (
            "capacity",
            r"code = ResourceExhausted|RESOURCE_POOL_EXHAUSTED|(?<!Request)LimitExceeded|ExceedsAvailableQuota"
            r"|(?i:quota_?exceeded|quota '[^']*' exceeded|exceeded for quota|exceeding approved|exceeded your maximum"
            r"|overlimit|insufficient (?:free )?(?:space|capacity|storage|resources)"
            r"|(?:not|no) enough (?:\w+ ){0,3}(?:space|storage|capacity)|no space left on device|out of capacity"
            r"|no storage could be allocated)",
        ),
        (
            "no-permission",
            r"UnauthorizedOperation|AccessDenied|AuthorizationFail(?:ed|ure)|NoCredentialProviders"
            r"|code = (?:PermissionDenied|Unauthenticated)|no EC2 (?:IMDS|instance) role|could not get credentials"
            r"|failed to (?:refresh cached|retrieve) credentials|Failed to refresh the Token|NotAuthenticated"
            r"|NoPermission|(?i:not authori[sz]ed to perform|does not have authorization|permission denied)"
            r"|Required '[^']*' permission|(?:HTTP)?StatusCode[=:] ?40[13]\b|rados: ret=-1,|is forbidden: User"
            r"|access denied by server|Operation not permitted|[Rr]ead-only file system",
        ),
        (
            "secret",
            r"failed to get secretreference|error getting secret|secrets? .* not found|rados: ret=-22"
            r"|(?:missing ID field|failed to (?:get|fetch) (?:user|admin) credentials)",
        ),
        (
            "unreachable",
            r"(?i:connection refused|connection timed out|no route to host|no such host|i/o timeout)"
            r"|(?i:network is unreachable)|rados: ret=-110",
        ),
        (
            "transient",
            r"code = (?:DeadlineExceeded|Unavailable|Aborted|Canceled)|context deadline exceeded|RequestLimitExceeded"
            r"|TooManyRequests|Operation cannot be fulfilled",
        ),
        (
            "bad-parameters",
            r"code = (?:InvalidArgument|OutOfRange)|infeasible error|(?i:invalid[ _]?(?:option|parameter|value))"
            r"|googleapi: Error 400|HTTPStatusCode: 400|pool not found|missing configuration for cluster ?ID"
            r"|Mount options are not supported",
        ),
    )
)


def failure(index: Index, claim: PersistentVolumeClaim) -> Event | None:
    """The newest failure to make a volume that still counts.

    What the controller said is past once it says something else; what the provisioner said is not: it tries again
    while the controller goes on to say that it waits.
    """
    moved_on = False
    for event in claim_events(index, claim):
        if event.reason == "ProvisioningSucceeded":
            return None
        if event.reason != "ProvisioningFailed":
            moved_on = moved_on or event.source == CONTROLLER
        elif not (moved_on and event.source == CONTROLLER) and not _class_is_there(index, event, claim):
            return event
    return None


def failing_for(index: Index, claim: PersistentVolumeClaim) -> float | None:
    """Seconds since the first failure after which nothing succeeded; None when there is none."""
    newest = failure(index, claim)
    if newest is None:
        return None
    said = takewhile(lambda event: event.reason != "ProvisioningSucceeded", claim_events(index, claim))
    same = [
        e.first for e in said if e.reason == newest.reason and (e.source == CONTROLLER) == (newest.source == CONTROLLER)
    ]
    return index.age(min((time for time in same if time is not None), default=None))


def asked_for(index: Index, claim: PersistentVolumeClaim) -> float | None:
    """Seconds since a volume was first wanted: since a pod was placed if the class waits for that, else all its age."""
    times = [e.first for e in claim_events(index, claim) if e.reason in ("ExternalProvisioning", "Provisioning")]
    known = [time for time in times if time is not None]
    placed = NODE_ANNOTATION in claim.metadata.annotations
    return index.age(min(known) if placed and known else claim.metadata.creation_timestamp)


def error(event: Event) -> str:
    """The provisioner's own words."""
    return _WRAPPED.sub("", event.message)


def answer(text: str) -> str:
    """What a provisioner's error means, as a word; `unknown` when it says nothing known."""
    return next((name for name, expression in ANSWERS if expression.search(text)), "unknown")


def awaited(index: Index, claim: PersistentVolumeClaim) -> Event | None:
    """The controller's word that it waits for a provisioner, while that has not said anything; else None.

    persistentvolume-controller `ExternalProvisioning`, said in every healthy case, too: a provisioner that is there
    says `Provisioning` within seconds.
    """
    said = claim_events(index, claim)
    if any(event.reason in _SPOKEN and event.source != CONTROLLER for event in said):
        return None
    newest = next((e for e in said if e.reason == "ExternalProvisioning" or e.reason in WAITS_FOR_POD), None)
    return newest if newest is not None and newest.reason == "ExternalProvisioning" else None


def awaited_name(index: Index, claim: PersistentVolumeClaim) -> str | None:
    """The name of the provisioner that is awaited, or None when none is."""
    event = awaited(index, claim)
    if event is None:
        return None
    found = _AWAITED.search(event.message)
    return found["name"] if found else provisioner(index, claim) or "unnamed"


def _class_is_there(index: Index, event: Event, claim: PersistentVolumeClaim) -> bool:
    """Whether the event says that the claim's class does not exist, and it does by now."""
    name = storage_class_name(claim)
    return f'"{name}" not found' in event.message and index.get("storageclasses", "", name or "") is not None
