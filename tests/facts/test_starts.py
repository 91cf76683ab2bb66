"""What runtimes say when a container does not start, and what that means."""

import pytest

from diag.facts.starts import FAULTS, classify, failed_start, hint
from tests.facts.pod_samples import ended, event, index, only, pod, running

RUNC = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: "
)
OLD_RUNC = "OCI runtime create failed: container_linux.go:349: starting container process caused "
FOLDER = "/var/lib/kubelet/pods/1/volumes/settings"


@pytest.mark.parametrize(
    ("error", "fault", "names"),
    [
        (f'{RUNC}exec: "serve": executable file not found in $PATH: unknown', "not-found", "serve"),
        (f'{OLD_RUNC}"exec: \\"serve\\": executable file not found in $PATH": unknown', "not-found", "serve"),
        ("container create failed: executable file `serve` not found in $PATH: No such file", "not-found", "serve"),
        ('starting sandbox: error finding executable "serve" in PATH [/bin]: no such file', "not-found", "serve"),
        (f'{RUNC}exec: "/app/x": stat /app/x: no such file or directory: unknown', "no-file", "/app/x"),
        ("container create failed: open executable: No such file or directory", "no-file", ""),
        (f'{RUNC}exec: "/app/x": permission denied: unknown', "not-executable", "/app/x"),
        (f'{RUNC}exec: "/app": is a directory: permission denied', "not-executable", "/app"),
        ("the path `/app/x` exists but it is not executable: Permission denied", "not-executable", "/app/x"),
        (f"{RUNC}exec format error", "exec-format", ""),
        (f"{RUNC}container init was OOM-killed (memory limit too low?)", "memory", ""),
        ("failed to start shim: start failed: io.containerd.runc.v2: signal: killed", "runtime", ""),
        ('failed to start: exec: "containerd-shim-runc-v2": executable file not found in $PATH', "runtime", ""),
        ("fork/exec /usr/local/bin/runc: no such file or directory", "runtime", ""),
        ('failed to generate container "1" spec: no command specified', "no-command", ""),
        ("linux spec user: unable to find user app: no matching entries in passwd file", "user", "app"),
        ("apparmor failed to apply profile: write /proc/self/attr/exec: no such file or directory", "apparmor", ""),
        ('cannot load seccomp profile "/x.json": open /x.json: no such file or directory', "seccomp", ""),
        ('failed to reserve container name "a_b": name "a_b" is reserved for "1f"', "name-reserved", ""),
        ('Conflict. The container name "/k8s_a" is already in use by container 1f', "name-reserved", ""),
        ("mkdir /sys/fs/cgroup/memory/kubepods/pod1: no space left on device", "cgroup", ""),
        ("unable to start unit cri-1.scope: Message recipient disconnected", "cgroup", ""),
        ("write /var/lib/containerd/meta.db: no space left on device", "disk-full", ""),
        ("failed to mount rootfs component: structure needs cleaning", "node-storage", ""),
        ("nvidia-container-cli: initialization error: driver not loaded", "device", ""),
        ("context deadline exceeded", "timeout", ""),
        ("container failed to start", "unknown", ""),
        ("", "unknown", ""),
        ("\\" * 50 + '"exec: "', "unknown", ""),
    ],
)
def test_the_words_of_runtimes(error: str, fault: str, names: str) -> None:
    failure = classify(error)
    assert (failure.fault, failure.program) == (fault, names)
    assert failure.fault in FAULTS


@pytest.mark.parametrize(
    ("error", "fault", "path"),
    [
        (f'error mounting "{FOLDER}" to rootfs at "/etc/a": mount: not a directory: unknown', "mount-type", "/etc/a"),
        (f'mounting "{FOLDER}" to rootfs at "/etc/a" caused: not a directory: Are you …', "mount-type", "/etc/a"),
        ("mount `/var/a` to `/etc/a`: Not a directory", "mount-type", "/etc/a"),
        (
            f'error mounting "{FOLDER}" to rootfs at "/a/b": mkdirat /a/b: read-only file system',
            "mount-read-only",
            "/a/b",
        ),
        (f'error mounting "{FOLDER}" to rootfs at "/a": mount: no such file or directory', "mount-source", "/a"),
        (
            'failed to generate spec: failed to stat "/mnt/x": stat /mnt/x: no such file or directory',
            "mount-source",
            "",
        ),
        ('error mounting "proc" to rootfs at "/proc": operation not permitted', "mount", "/proc"),
        (f'{RUNC}chdir to cwd ("/app") set in config.json failed: permission denied', "working-directory", "/app"),
        ("cannot chdir to `/app`: No such file or directory", "working-directory", "/app"),
    ],
)
def test_errors_about_paths(error: str, fault: str, path: str) -> None:
    assert (classify(error).fault, classify(error).path) == (fault, path)


def test_the_error_is_told_without_what_is_around_it() -> None:
    assert classify(f'{RUNC}exec: "a": permission denied: unknown').error == 'exec: "a": permission denied'
    assert classify("something else").error == "something else"


def test_a_state_between_two_tries_is_told_by_the_last_end() -> None:
    state = {"state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}}}
    last = ended(reason="StartError", exitCode=128, message=f'{RUNC}exec: "a": permission denied: unknown')
    found = failed_start(index(), only(index(pods=[pod({**state, "lastState": last})])))
    assert found is not None
    assert found.fault == "not-executable"


def test_an_event_tells_what_the_status_does_not() -> None:
    waiting = {"state": {"waiting": {"reason": "CreateContainerError", "message": "context deadline exceeded"}}}
    told = event("Failed", 'Error: container create failed: exec: "a": executable file not found in $PATH')
    pulled = event("Failed", "Error: ErrImagePull")
    seen = index(pods=[pod(waiting)], events=[pulled, told])
    found = failed_start(seen, only(seen))
    assert found is not None
    assert found.fault == "not-found"


@pytest.mark.parametrize(
    "status",
    [
        {"state": running(), "lastState": ended(reason="StartError", exitCode=128)},
        {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": ended(reason="Error", exitCode=1)},
        {"state": {"waiting": {"reason": "ContainerCreating"}}},
        {"state": {"waiting": {"reason": "ImagePullBackOff"}}, "lastState": ended(reason="StartError", exitCode=128)},
        {"state": {}},
    ],
)
def test_what_runs_or_ran_is_no_failed_start(status: dict[str, object]) -> None:
    seen = index(pods=[pod(status)])
    assert failed_start(seen, only(seen)) is None


def test_nothing_is_told() -> None:
    seen = index(pods=[pod({"state": {"waiting": {"reason": "RunContainerError"}}})])
    found = failed_start(seen, only(seen))
    assert found is not None
    assert found.fault == "unknown"


@pytest.mark.parametrize(
    ("program", "mounts", "part"),
    [
        ("/app/bin/serve", [{"name": "v", "mountPath": "/app"}], "mounted at /app and hides"),
        ("/app/serve", [{"name": "v", "mountPath": "/app/serve", "subPath": "serve"}], None),
        ("/app/serve", [{"name": "v", "mountPath": "/ap"}], None),
        ("python app.py", [], "whole command line"),
        ("--port=80", [], "It is an option"),
        ("/bin/bash", [], "sh alone"),
        ("sh", [], "has no shell"),
        ("serve", [], None),
        ("", [], None),
    ],
)
def test_what_a_name_gives_away(program: str, mounts: list[dict[str, str]], part: str | None) -> None:
    container = only(index(pods=[pod(spec={"volumeMounts": mounts})]))
    found = hint(container, classify(f'exec: "{program}": executable file not found in $PATH'))
    assert found == part if part is None else found is not None and part in found
