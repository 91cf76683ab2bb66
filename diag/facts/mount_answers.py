"""What a volume that cannot be attached or mounted fails with: the texts of kubelet, controllers, drivers, `mount`."""

import re
from functools import lru_cache
from typing import NamedTuple

# What each answer looks like, in the order in which they are tried; the first one counts, and of several failures of
# one pod that with the earliest answer. Texts of pkg/volume (configmap, secret, projected, csi, local, hostpath),
# pkg/volume/util/operationexecutor, pkg/kubelet/volumemanager, the attach-detach controller, external-attacher,
# util-linux and nfs-utils, and of the large clouds' drivers.
ANSWERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(expression))
    for name, expression in (
        (
            "not-synced",
            r"object \S+ not registered|failed to sync (?:configmap|secret) cache"
            r"|no relationship found between node|failed to fetch token: .*(?:[Tt]imeout|timed out|deadline exceeded)",
        ),
        (
            "object-missing",
            r"\b(?:[Cc]onfig[Mm]ap|[Ss]ecret|serviceaccount|SecretProviderClass)s?(?:\.[\w.-]+)? "
            r'\\?"[^"\\]+\\?" not found',
        ),
        ("key-missing", r"references non-existent (?:config|secret) key: \S+"),
        ("multi-attach", r"Multi-Attach error"),
        (
            "driver-missing",
            r"not found in the list of registered CSI drivers|CSINode \S+ does not contain driver",
        ),
        (
            "driver-down",
            r"dial unix \S+: connect: |code = Unavailable|code = Unimplemented|transport is closing"
            r"|error reading from server: EOF",
        ),
        (
            "attacher-silent",
            r"timed out waiting for external-attacher|attachdetachment timeout|Attach timeout for volume",
        ),
        ("detaching", r"volume attachment is being deleted"),
        (
            "elsewhere",
            r"already attached to (?:node|(?:an|another|a different) |i-|server |VM |/)|VolumeInUse|RESOURCE_IN_USE"
            r"|already being used by"
            r"|already (?:attached|mounted|published) (?:to|on|at) (?:\S+ )?(?:other|another|different)",
        ),
        (
            "limit",
            r"AttachmentLimitExceeded|[Mm]aximum number of (?:data )?disks|too many (?:volumes|attachments|disks)"
            r"|(?:volume|attachment) limit|max(?:imum)? (?:number of )?volumes?",
        ),
        ("path-type", r"hostPath type check failed"),
        ("path-missing", r'path \\?"[^"]*\\?" does not exist'),
        ("out-of-reach", r"no matching NodeSelectorTerms|NodeAffinity check failed"),
        (
            "helper-missing",
            r"unknown filesystem type|bad superblock on (?!/dev/)|need a /sbin/mount\."
            r"|rpc\.statd is not running|Protocol not supported|executable file not found in \$PATH|command not found",
        ),
        (
            "filesystem",
            r"fsck|Structure needs cleaning|read superblock|bad superblock|wrong fs type|failed to mount the volume as"
            r"|input/output error|Input/output error|[Uu]nformatted and not empty",
        ),
        (
            "server-refused",
            r"access denied by server|mount error\(13\)|mount\.nfs: Operation not permitted|STATUS_(?:ACCESS|LOGON)",
        ),
        (
            "server-unreachable",
            r"Connection timed out|Connection refused|No route to host|Network is unreachable|Host is down|Resource "
            r"temporarily unavailable|mount error\(11[0-3]\)|Failed to resolve server|Name or service not known"
            r"|could not resolve address|Temporary failure in name resolution|dial tcp|no such host|i/o timeout",
        ),
        (
            "export-missing",
            r"reason given by server: No such file|mount\.nfs4?: .{0,300}No such file|mount error\(2\)",
        ),
        ("busy", r"already mounted or .{0,300}busy|[Oo]peration .{0,300}already exists|[Dd]evice or resource busy"),
        (
            "denied",
            r"code = (?:Unauthenticated|PermissionDenied)|Unauthorized|AccessDenied|AuthorizationFailed|is forbidden"
            r"|not authorized|could not get credentials|no EC2 IMDS|StatusCode=40[13]|[Pp]ermission denied"
            r"|[Oo]peration not permitted",
        ),
        (
            "gone",
            r"code = NotFound|(?:[Vv]olume|[Dd]isk|[Ii]nstance)\S* .{0,200}(?:not found|does not exist)|\bNotFound\b",
        ),
        ("claim", r"error processing PVC|PVC is (?:not bound|being deleted)|persistentvolumeclaims? \S+ not found"),
        ("timeout", r"timed out waiting for the condition|deadline exceeded|DeadlineExceeded|timeout expired waiting"),
    )
)
NAMES: tuple[str, ...] = tuple(name for name, _ in ANSWERS)
UNKNOWN = "unknown"
# Answers that tell that something takes long, and not what.
VAGUE = ("not-synced", "detaching", "busy", "claim", "timeout")

_STEP = re.compile(r'^(?P<step>\w+\.\w+)\b.{0,60}? failed for volume "(?P<volume>[^"]*)"', re.S)
_MULTI_ATTACH = re.compile(
    r'^Multi-Attach error for volume "(?P<volume>[^"]*)"(?: \(UniqueName: "[^"]*"\) from node \S+)?'
)
_UNMOUNTED = re.compile(r"unmounted volumes=\[([^\]]*)\]")
_AFTER = re.compile(r"^.{0,600}?(?: ?: | with: )", re.S)
_WRAPPERS = re.compile(
    r"(?:rpc error: code = (?:Unknown|Internal) desc = |kubernetes\.io/csi: "
    r"|(?:attacher|mounter|blockMapper)\.\w+ failed(?: to (?:create newCsiDriverClient|get CSI client))?: )+"
)
_OBJECT = re.compile(
    r"\b(?P<kind>configmap|secret|serviceaccount|secretproviderclass)s?(?:\.[\w.-]+)? "
    r'\\?"(?P<name>[^"\\]+)\\?" not found',
    re.I,
)
_NAMESPACE = re.compile(r"in the namespace (\S+) with error")
_KEY = re.compile(r"references non-existent (config|secret) key: ([^\s,\]]+)")
_DRIVER = re.compile(
    r"driver name (\S+) not found in the list|does not contain driver (\S+)|external-attacher of (\S+) CSI"
)
_KINDS = {
    "configmap": "ConfigMap",
    "secret": "Secret",
    "serviceaccount": "ServiceAccount",
    "secretproviderclass": "SecretProviderClass",
}
_LONGEST = 10_000


class Told(NamedTuple):
    """One message taken apart. `stage` is attach, mount, or wait for the kubelet's summary of what it waits for.

    `volume` is the name of the PersistentVolume, of the pod's volume where it has no such, or empty in a summary, whose
    `unmounted` are the pod's volumes that are not mounted.
    """

    stage: str
    volume: str
    answer: str
    error: str
    unmounted: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def read(reason: str, message: str) -> Told:
    """What a FailedMount, FailedMapVolume or FailedAttachVolume message says."""
    message = message.strip()[:_LONGEST]
    multi = _MULTI_ATTACH.match(message)
    if multi:
        return Told("attach", multi["volume"], "multi-attach", message[multi.end() :].strip())
    step = _STEP.match(message)
    if step is None:
        return _summary(reason, message)
    rest = message[step.end() :]
    error = _core(_AFTER.sub("", rest, count=1).strip())
    attach = reason == "FailedAttachVolume" or step["step"].endswith(".WaitForAttach")
    answer = "out-of-reach" if step["step"].endswith(".NodeAffinity") else classify(rest)
    return Told("attach" if attach else "mount", step["volume"], answer, error)


def _summary(reason: str, message: str) -> Told:
    lists = _UNMOUNTED.search(message)
    if lists is None:
        stage = "attach" if reason == "FailedAttachVolume" else "mount"
        return Told(stage, "", classify(message), message)
    answer = "claim" if classify(message) == "claim" else "timeout"
    return Told("wait", "", answer, message, tuple(lists[1].split()))


def _core(error: str) -> str:
    """The error without what stands around it; of a failed `mount`, what that printed, not how it was called."""
    _, failed, printed = error.partition("mount failed: ")
    output = printed.rpartition("Output: ")[2].strip() if failed else ""
    return output or _WRAPPERS.sub("", error, count=1)


def classify(text: str) -> str:
    """What an error means, as one of NAMES; `unknown` when it is none."""
    return next((name for name, expression in ANSWERS if expression.search(text)), UNKNOWN)


def missing_object(error: str, namespace: str) -> tuple[str, str, str] | None:
    """Kind, namespace and name of the object that an error says does not exist; the pod's namespace unless it says."""
    found = _OBJECT.search(error)
    if found is None:
        return None
    elsewhere = _NAMESPACE.search(error)
    return _KINDS[found["kind"].lower()], elsewhere[1] if elsewhere else namespace, found["name"]


def missing_key(error: str) -> tuple[str, str] | None:
    """Kind of the object and the key that it does not have."""
    found = _KEY.search(error)
    return ("ConfigMap" if found[1] == "config" else "Secret", found[2]) if found else None


def named_driver(error: str) -> str | None:
    """The storage driver that an error names as absent or silent."""
    found = _DRIVER.search(error)
    return next((name for name in found.groups() if name), None) if found else None
