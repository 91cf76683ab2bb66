"""`mondiag logs` as a whole, against a server that speaks Kubernetes' API."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from diag.cli.main import main
from tests import fake_api
from tests.cli.run import environment, mondiag
from tests.fake_api import FakeApi
from tests.sources.feeds import Feeds
from tests.sources.log_samples import WAITING, deploy, pod


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as started:
        deploy(started, pod("web-1"), pod("web-2", containers=("app", "proxy")))
        started.logs["shop", "web-1", "app", False] = b"one\nthree\x1b[31m\n"
        started.logs["shop", "web-2", "app", False] = b"two\r\nfour postgres://app:hunter2@db\n"
        yield started


@pytest.fixture
def flags(api: FakeApi, tmp_path: Path) -> list[str]:
    return ["--kubeconfig", str(api.kubeconfig(tmp_path / "kubeconfig"))]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["logs", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_all_containers_of_a_workload_in_order_of_time(capsys: pytest.CaptureFixture[str], flags: list[str]) -> None:
    code, out, err = run(capsys, "deploy/web", *flags)
    assert (code, err) == (0, "")
    assert out == ("web-1/app one\nweb-2/app two\nweb-1/app three\ufffd[31m\nweb-2/app four postgres://withheld@db\n")


def test_one_container_has_no_prefix_and_the_others_are_named(
    capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    assert run(capsys, "web-1", "--tail", "1", *flags) == (0, "three\ufffd[31m\n", "")
    code, out, err = run(capsys, "shop/pod/web-2", "--timestamps", "--grep", "^t.o$", *flags)
    assert (code, out) == (0, "2026-01-01T00:00:00.000000000Z two\n")
    assert err == "mondiag: container app of app, proxy: name others with -c, or --all-containers\n"


def test_some_logs_that_cannot_be_read_are_no_failure(
    api: FakeApi, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    api.add("pods", pod("web-3", WAITING))
    code, out, err = run(capsys, "deploy/web", *flags)
    assert (code, len(out.splitlines())) == (0, 4)
    assert err == 'mondiag: web-3/app: container "app" in pod "web-3" is waiting to start: ContainerCreating\n'


def test_nothing_to_be_read_is_3(api: FakeApi, capsys: pytest.CaptureFixture[str], flags: list[str]) -> None:
    code, out, err = run(capsys, "web-1", "--previous", *flags)
    assert (code, out) == (3, "")
    assert err == 'mondiag: web-1/app: previous terminated container "app" in pod "web-1" not found\n'
    api.fail("pods/log", fake_api.forbidden())
    code, out, err = run(capsys, "deploy/web", "--follow", *flags)
    assert (code, out, len(err.splitlines())) == (3, "", 3)


def test_no_pods_is_3(api: FakeApi, capsys: pytest.CaptureFixture[str], flags: list[str]) -> None:
    api.serve_raw("pods", [])
    assert run(capsys, "deploy/web", *flags) == (3, "", "mondiag: there are no pods of Deployment web\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pvc/data"], "a PersistentVolumeClaim has no logs: name one of pod, deployment"),
        (["web-1", "-p", "-f"], "--previous and --follow make no sense together"),
        (["web-1", "--grep", "("], "--grep (: not a regular expression: missing )"),
        (["web-1", "-c", "nope"], "there is no container nope in web-1: it has app"),
        (["nope"], "there is no Pod nope"),
        (["web-1", "-n", "quiet"], "there is no Pod web-1 in namespace quiet"),
        (["web-1", "--at", "2026-01-01T00:00:00Z"], "--at is the time of a recording"),
        (["web-1", "--recording", "x", "-f"], "--follow makes no sense with --recording"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], flags: list[str], arguments: list[str], words: str) -> None:
    code, out, err = run(capsys, *arguments, *([] if "--recording" in arguments else flags))
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert words in err


def test_only_so_many_logs_are_read(capsys: pytest.CaptureFixture[str], flags: list[str]) -> None:
    code, out, err = run(capsys, "deploy/web", "--max-logs", "1", *flags)
    assert (code, out) == (0, "web-1/app one\nweb-1/app three\ufffd[31m\n")
    assert err == "mondiag: the first 1 of 3 logs; allow more with --max-logs\n"


def test_the_prefix_has_a_colour_where_colours_are_wanted(tmp_path: Path, flags: list[str]) -> None:
    assert "\x1b[36mweb-1/app\x1b[0m one" in mondiag(tmp_path, "logs", "deploy/web", *flags, FORCE_COLOR="1").stdout
    plain = mondiag(tmp_path, "logs", "deploy/web", *flags, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert plain.startswith("web-1/app one\n")


def test_a_closed_pipe_is_no_error(api: FakeApi, tmp_path: Path, flags: list[str]) -> None:
    api.logs["shop", "web-1", "app", False] = b"line\n" * 100_000
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "diag", "logs", "web-1", *flags]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environment(tmp_path), timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_following_shows_lines_at_once_and_ctrl_c_ends_it(
    api: FakeApi, tmp_path: Path, flags: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = Feeds()
    monkeypatch.setattr("tests.fake_api.server.log_answer", feeds.answer)
    feeds.write("web-2", "first")
    feeds.write("web-1", "second")
    command = [sys.executable, "-m", "diag", "logs", "deploy/web", "-f", "--max-logs", "5", *flags]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(tmp_path)
    )
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in "12"] == ["web-2/app first\n", "web-1/app second\n"]
    feeds.write("web-1", "third")
    assert process.stdout.readline() == "web-1/app third\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    feeds.stop()
    assert (process.returncode, out, err) == (130, "", "mondiag: interrupted\n")


def test_a_recording_shows_the_logs_it_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = {"apiVersion": "v1", "kind": "Pod"} | pod("web-1", containers=("app", "proxy"))
    folder = tmp_path / "objects"
    folder.mkdir()
    (folder / "pods.json").write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": [typed]}))
    (tmp_path / "recording.json").write_text('{"schema": "mondiag.recording/v1", "taken_at": "2026-01-01T00:00:00Z"}')
    (tmp_path / "logs/shop/web-1").mkdir(parents=True)
    (tmp_path / "logs/shop/web-1/app.log").write_bytes(b"one\ntwo\n\x1bthree\n")
    recording = ["--recording", str(tmp_path)]
    code, out, err = run(capsys, "web-1", "--all-containers", "--tail", "2", *recording)
    assert (code, out) == (0, "web-1/app two\nweb-1/app \ufffdthree\n")
    assert err == "mondiag: web-1/proxy: no log was recorded\n"
    code, out, err = run(capsys, "web-1", "--previous", "-c", "app", *recording)
    assert (code, out, err) == (3, "", "mondiag: web-1/app: no previous log was recorded\n")
