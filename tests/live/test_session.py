"""The interactive session at a real terminal, on a real cluster."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.live.conftest import HOME, LAB, kubectl
from tests.live.screen import Screen
from tests.live.wire import Wire

pytestmark = [
    pytest.mark.live,
    pytest.mark.xdist_group("lab"),
    pytest.mark.usefixtures("scenarios"),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]

NAMESPACE = "session-test"
OBJECTS = Path(__file__).with_name("session.yaml")
IMAGE = "127.0.0.1:5000/busybox:1.35"
SIZES = [(120, 40), (80, 24)]
LIVE = "live .*●"
API = 16443  # the port of the lab's API server
SOON = 5.0  # seconds from the cluster's word to the screen; alone on a machine it is less than one
KUBELET = 60.0  # seconds that the kubelet and the registry may take


@pytest.fixture(scope="module", autouse=True)
def namespace(scenarios: None) -> Iterator[None]:
    """A namespace of our own, with a pod that talks all the time and one that is sick all the time."""
    kubectl("apply", "-f", str(OBJECTS))
    kubectl("-n", NAMESPACE, "wait", "--for=condition=Ready", "pod", "-l", "app=chatty", f"--timeout={KUBELET:.0f}s")
    yield
    kubectl("delete", "namespace", NAMESPACE)


@contextmanager
def session(
    home: Path,
    *contexts: str,
    size: tuple[int, int] = SIZES[0],
    kubeconfig: Path = HOME / "kubeconfig",
    state: str = LIVE,
) -> Iterator[Screen]:
    """A session on contexts of the lab, the administrator's unless told otherwise; what it remembers is in `home`."""
    chosen = [part for context in contexts or ("lab-admin",) for part in ("--context", context)]
    command = [sys.executable, "-m", "diag", "--kubeconfig", str(kubeconfig), *chosen]
    environ = {"HOME": str(home), "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    with Screen(command, size, environ) as screen:
        screen.until(state)
        yield screen


def command(screen: Screen, words: str) -> None:
    """Type a command and run it."""
    screen.press(":")
    screen.until("^:$")
    screen.write(words)
    screen.until(f"^: {re.escape(words)}$")
    screen.press("Enter")
    screen.until_gone("^:")


def only(screen: Screen, words: str) -> None:
    """Filter the rows, and keep the filter."""
    screen.press("/")
    screen.until("^/$")
    screen.write(words)
    screen.until(f"^/ {re.escape(words)}$")
    screen.press("Enter")
    screen.until_gone("^/")
    screen.until(rf"^ / {re.escape(words)} .*Esc clears it")


def back(screen: Screen, pattern: str) -> None:
    """Go back, to a screen that matches."""
    screen.press("Escape")
    screen.until(pattern)


def name(workload: str) -> str:
    """The name of the workload's only pod."""
    return kubectl("-n", NAMESPACE, "get", "pod", "-l", f"app={workload}", "-o", "name").strip().removeprefix("pod/")


def run_missing(pod: str) -> float:
    """Run a pod whose image is not there; the time when a client that watches was told by the kubelet."""
    kubectl("-n", NAMESPACE, "run", pod, f"--image={IMAGE}-missing", "--command", "--", "sleep", "3600")
    return wait_for_kubelet(pod, "ErrImagePull")


def wait_for_kubelet(pod: str, reason: str) -> float:
    """Until the kubelet says that a container waits for this reason; the time when a client that watches knew."""
    path = "jsonpath={.status.containerStatuses[0].state.waiting.reason}{'\\n'}"
    watch = [sys.executable, str(LAB), "kubectl", "-n", NAMESPACE, "get", "pod", pod, "--watch", "-o", path]
    end = time.monotonic() + KUBELET
    with subprocess.Popen(watch, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        for line in watching.stdout:
            if line.strip() == reason:
                watching.terminate()
                return time.monotonic()
            assert time.monotonic() < end, f"{pod} waits for {line!r}"
    raise AssertionError("the watch ended")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_breaks_is_found_and_what_is_mended_is_resolved_in_its_place(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with session(tmp_path, size=size) as screen:
        only(screen, f"ns:{NAMESPACE}")
        screen.until("ConfigMap session-test/nowhere", KUBELET)
        pod = f"late-{size[0]}"
        said = run_missing(pod)
        screen.until("▲ high +The registry has no", SOON)
        print(f"{time.monotonic() - said:.2f} s from the kubelet's word to the screen")
        screen.press("g", "j")
        screen.until(f"Pod {NAMESPACE}/{pod}")
        kubectl("-n", NAMESPACE, "set", "image", f"pod/{pod}", f"{pod}={IMAGE}")
        screen.until("✔ resolved +The registry has no", KUBELET)
        screen.until(f"Pod {NAMESPACE}/{pod}.*\n +✔ resolved .* ago")
        screen.press("g")
        screen.until(f"Pod {NAMESPACE}/steady")


def test_tables_and_the_pages_of_an_object(tmp_path: Path) -> None:
    pod = name("steady")
    with session(tmp_path) as screen:
        command(screen, f"pods {NAMESPACE}")
        screen.until(rf"^  {NAMESPACE} +chatty-\S+ +1/1 Running")
        screen.until(rf"^▲ {NAMESPACE} +steady-\S+ +0/1 CreateContainer")
        only(screen, "steady")
        screen.press("Enter")
        screen.until("▲ high  ConfigMap session-test/nowhere does not exist", KUBELET)
        screen.press("d")
        screen.until("^ +owner +Deployment steady")
        screen.press("y")
        screen.until(f"^ +name: {pod}")
        screen.press("w")
        screen.until(f"^owned by +ReplicaSet +{NAMESPACE}/steady")
        screen.until("^runs on +Node +lab-node")
        screen.press("1")
        screen.until("^ +owner +Deployment steady")
        back(screen, rf"^▲ {NAMESPACE} +steady")
        screen.press("Escape")
        command(screen, f"svc {NAMESPACE}")
        screen.until(f"^  {NAMESPACE} +chatty +ClusterIP")
        command(screen, "nodes")
        screen.until("^.. *lab-node +Ready")


def test_events_of_an_object(tmp_path: Path) -> None:
    with session(tmp_path) as screen:
        command(screen, f"pods {NAMESPACE}")
        only(screen, "steady")
        screen.press("e")
        screen.until("Warning +Failed +.*steady-.* Error: configmap")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_log_is_followed(tmp_path: Path, size: tuple[int, int]) -> None:
    with session(tmp_path, size=size) as screen:
        command(screen, f"pods {NAMESPACE}")
        only(screen, "chatty")
        screen.press("l")
        said = int(screen.until(r"said (\d+) times")[1])
        screen.until(f"said {said + 2 * size[1]} times", 2 * size[1])
        back(screen, "Esc clears it")


def cut_off(home: Path, wire: Wire) -> Path:
    """A kubeconfig like the lab's, which leads through the wire."""
    config = yaml.safe_load((HOME / "kubeconfig").read_text())
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{wire.port}"
    place = home / "kubeconfig"
    place.write_text(yaml.safe_dump(config))
    return place


def test_a_lost_line_is_told_and_what_changed_meanwhile_is_not_missed(tmp_path: Path) -> None:
    with Wire(API) as wire, session(tmp_path, kubeconfig=cut_off(tmp_path, wire)) as screen:
        only(screen, f"ns:{NAMESPACE}")
        screen.until("ConfigMap session-test/nowhere", KUBELET)
        wire.cut()
        screen.until(r"lost ✖ since \d\d:\d\d:\d\d", SOON)
        run_missing("meanwhile")
        command(screen, f"deploy {NAMESPACE}")
        screen.until(f"^▲ {NAMESPACE} +steady +0/1")
        back(screen, "ConfigMap session-test/nowhere")
        assert "meanwhile" not in screen.text()
        wire.mend()
        screen.until(LIVE, KUBELET)
        screen.until(f"The registry has no.* {NAMESPACE}/meanwhile", SOON)


def test_contexts_are_one_list_and_the_one_that_is_refused_is_told(tmp_path: Path) -> None:
    with session(tmp_path, "lab-admin", "lab-viewer", "lab-nobody", state=r"refused \(1 of 3\) ✖") as screen:
        screen.until("^CLUSTER +SEV")
        command(screen, f"ns {NAMESPACE}")
        screen.until("^lab-admin +▲ high +ConfigMap session-test/nowhere")
        screen.until("^lab-viewer +▲ high +ConfigMap session-test/nowhere")
        screen.until(r"^lab-nobody +\? not seen")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_terminal_is_as_before_when_the_session_ends(tmp_path: Path, size: tuple[int, int]) -> None:
    with session(tmp_path, size=size) as screen:
        assert screen.flag("alternate_on")
        screen.press("q")
        assert re.fullmatch("BEFORE\nAFTER 0\n+", screen.until(r"(?s)\A.*AFTER \d+.*\Z")[0])
        assert [screen.flag(one) for one in ("alternate_on", "mouse_any_flag", "cursor_flag")] == [False, False, True]
