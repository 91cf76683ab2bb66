"""A container that its runtime cannot create or start: what it said, what that means, which program or path it names.

The words are those of runc, crun, gVisor, containerd, CRI-O and Docker; the kubelet passes them on in the status or in
an event `Failed` (kubelet pkg/kubelet/kuberuntime/kuberuntime_container.go, startContainer).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from diag.facts.containers import PodContainer, container_events
from diag.facts.index import Index
from diag.facts.mounted import mounted

# Why the kubelet says that a container waits when its runtime did not make or start it (kubelet sync_result.go).
WAITING = frozenset({"RunContainerError", "CreateContainerError", "PreCreateHookError", "PreStartHookError"})
# How runtimes report an end that was no run (containerd container_start.go, dockershim and cri-dockerd).
ENDED = frozenset({"StartError", "ContainerCannotRun"})
# What a container may wait for between two tries to start it.
_BETWEEN = frozenset({"CrashLoopBackOff", "ContainerCreating", "PodInitializing", ""})
# What an event `Failed` says besides: errors of pulls and of configuration, which have causes of their own.
_OTHER_FAULTS = re.compile(
    r"^Error: (?:ErrImage|ImagePull|InvalidImage|RegistryUnavailable|Signature|configmaps? |secrets? )"
)

_EXEC = r'exec:? "(?P<program>[^"]*)"'
_RUNTIMES = r"(?:\S*/)?(?:containerd-shim|runc|crun|kata|runsc|youki|conmon|nvidia-container-runtime)[\w.-]*"
_MOUNT = r"(?:mounting|mount through procfd|prepar\w+ rootfs|mountpoint|rootfs at|bind[- ]mount|\bmount `)"
# In order: the first that is found tells. Each names a fault, and may name a `program` or a `path`.
_FAULTS: dict[str, tuple[str, ...]] = {
    "memory": ("OOM-killed", r"memory limit (?:\d+ )?(?:too low|could be too low|allowed is|can not be less)"),
    "exec-format": ("(?i:exec format error)",),
    "runtime": (
        rf'exec: "{_RUNTIMES}"',
        f"fork/exec {_RUNTIMES}",
        "failed to start shim",
        r'runtime "[^"]*" binary not installed',
    ),
    "not-found": (
        f"{_EXEC}: executable file not found",
        r"""executable (?:file )?[`'"](?P<program2>[^`'"]+)[`'"] (?:not found|in PATH)""",
    ),
    "no-file": (
        rf"{_EXEC}: (?:stat \S+ )?no such file or directory",
        "open executable: No such file",
        "cannot find `(?P<program2>[^`]+)`.*No such file",
    ),
    "not-executable": (
        rf"{_EXEC}: (?:stat \S+ )?(?:permission denied|is a directory)",
        "open executable: Permission denied",
        "path `(?P<program2>[^`]+)` (?:exists but it )?is not executable",
    ),
    "device": (
        "(?i:nvidia-container-cli)",
        r"\bCDI\b",
        "unresolvable device",
        "no such device",
        "gathering device info",
    ),
    "working-directory": (r'chdir to cwd \("(?P<path>[^"]+)"\)', "chdir to `(?P<path2>[^`]+)`", "mkdir cwd"),
    "user": (
        r"unable to find (?:user|group) (?P<program>[^:\s]+): no matching entries",
        "no users? found",
        "no matching entries in",
    ),
    "no-command": ("(?i:no command specified)",),
    "apparmor": ("(?i:apparmor)",),
    "seccomp": ("(?i:seccomp)",),
    "name-reserved": (
        '(?i:name "?[^"]*"? ?is reserved)',
        "failed to reserve (?:container )?name",
        r"container name \S+ is already in use",
    ),
    "cgroup": ("/sys/fs/cgroup", r"\bcgroups?\b", r"\bdbus\b", "unable to start unit", r"Unit \S+ already exists"),
    "disk-full": ("no space left on device", "disk quota exceeded"),
    "node-storage": (
        "structure needs cleaning",
        "input/output error",
        "rootfs component",
        r"snapshot\S* \S+ does not exist",
        "stale (?:NFS )?file handle",
    ),
    "mount-type": (f"{_MOUNT}.*(?i:not a directory|is a directory)", "directory onto a file"),
    "mount-read-only": (rf"(?:{_MOUNT}|mkdir\S*) .*(?i:read-only file system)",),
    "mount-source": (
        f"{_MOUNT}.*(?i:no such file or directory)",
        "bind source path does not exist",
        'failed to stat "?/',
    ),
    "mount": (_MOUNT,),
    "timeout": ("context deadline exceeded", "DeadlineExceeded", r"\btimed out\b", "operation timeout"),
}
_COMPILED = tuple((name, re.compile("|".join(parts), re.S)) for name, parts in _FAULTS.items())
_MOUNTED_AT = re.compile(r'to rootfs (?:\S+ )?at "(?P<path>[^"]+)"|mount `[^`]+` to `(?P<path2>[^`]+)`')
# What each layer puts before the words of the one below.
_LAYERS = (
    r"rpc error: code = \w+ desc = ",
    r'failed to start container "[^"]*": ',
    "Error response from daemon: ",
    "container create failed: ",
    "failed to create (?:containerd|shim) task: ",
    "OCI runtime create failed: ",
    "(?:runc|crun) create failed: ",
    r"container_linux\.go:\d+: ",
    'starting container process caused:? "?',
    "unable to start container process: ",
    "error during container init: ",
    'time="[^"]*" level=error msg="?',
)
_WRAPPING = re.compile(f"^(?:Error: )?(?:{'|'.join(_LAYERS)})+")


class Failure(NamedTuple):
    """A start that failed. `fault` is a name of `FAULTS`; `program` and `path` are empty where nothing names them."""

    error: str
    fault: str
    program: str
    path: str


FAULTS = (*_FAULTS, "unknown")


def failed_start(index: Index, container: PodContainer) -> Failure | None:
    """Why the container could not be started, None when nothing says that it could not.

    Between two tries the status says CrashLoopBackOff, and only the last end, or an event, tells.
    """
    if container.status.state.running is not None or not _says_so(container):
        return None
    found = [classify(text) for text in _accounts(index, container) if text]
    return next((one for one in found if one.fault not in ("unknown", "timeout")), found[0] if found else _UNTOLD)


_UNTOLD = Failure("", "unknown", "", "")


def _says_so(container: PodContainer) -> bool:
    waiting, ended = container.status.state.waiting, container.last_exit
    if waiting is not None and waiting.reason in WAITING:
        return True
    if waiting is not None and waiting.reason not in _BETWEEN:
        return False  # by now it waits for something else, such as its image
    return ended is not None and ended.reason in ENDED


def _accounts(index: Index, container: PodContainer) -> Iterator[str]:
    """What was said of the failure, the present state first."""
    waiting, ended = container.status.state.waiting, container.last_exit
    if waiting is not None and waiting.reason in WAITING:
        yield waiting.message
    if ended is not None and ended.reason in ENDED:
        yield ended.message
    for event in container_events(index, container):
        if event.reason == "Failed" and event.message.startswith("Error: ") and not _OTHER_FAULTS.match(event.message):
            yield event.message


def classify(error: str) -> Failure:
    """What the words of a runtime mean."""
    plain = error.replace('\\\\"', '"').replace('\\"', '"').strip()
    for fault, expression in _COMPILED:
        found = expression.search(plain)
        if found:
            groups = found.groupdict()
            mounted = _MOUNTED_AT.search(plain)
            path = groups.get("path") or groups.get("path2") or (mounted and (mounted["path"] or mounted["path2"]))
            program = groups.get("program") or groups.get("program2")
            return Failure(core(plain), fault, program or "", path or "")
    return Failure(core(plain), "unknown", "", "")


def core(error: str) -> str:
    """The error without what each layer puts around it."""
    return _WRAPPING.sub("", error).strip().removesuffix(": unknown").strip().removesuffix('"') or error


def hiding_mount(container: PodContainer, program: str) -> str | None:
    """Where the container mounts a volume over the folder that the program should lie in."""
    found = mounted(container, program)
    if found is None or found.mount.sub_path or found.mount.mount_path.rstrip("/") == program:
        return None
    return found.mount.mount_path.rstrip("/") or None


def hint(container: PodContainer, failure: Failure) -> str | None:
    """What the name of a program that was not found gives away, as a sentence; None when nothing."""
    program = failure.program
    folder = hiding_mount(container, program)
    if folder is not None:
        return f"A volume is mounted at {folder} and hides what the image has there."
    if " " in program.strip():
        return "A whole command line stands as one word: give each word as an entry of its own, or begin with sh -c."
    if program.startswith("-"):
        return "It is an option: the arguments are run as the program, since neither the image nor the pod names one."
    if program.rpartition("/")[2] in ("bash", "ash", "zsh"):
        return "Small images often have sh alone, or no shell at all."
    if program.rpartition("/")[2] == "sh":
        return "The image has no shell, as is usual for images built from scratch or distroless ones."
    return None
