import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from diag import __version__
from diag.cli import main as door
from diag.cli.main import main
from diag.errors import KubeconfigError, MondiagError, PlaybookError, RefusedError, UsageError
from tests.cli.conftest import Found
from tests.cli.run import environment, mondiag, python
from tests.report.samples import busy

# What a scan does in a process of its own when its result is known beforehand.
SCAN = """
import sys, diag.cli.pipeline, diag.scan
from diag.model.snapshot import Snapshot
from tests.report.samples import NOW, busy
diag.cli.pipeline.load = lambda _: ()
diag.cli.pipeline.read = lambda *_: Snapshot(NOW)
diag.scan.scan = lambda *_: busy()
from diag.cli.main import main
code = main(sys.argv[1:])
"""


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("diag.cli.pipeline.read", fail)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("there is no such thing"), 2),
        (KubeconfigError("kubeconfig x is empty"), 3),
        (RefusedError("the server says no", 403), 3),
    ],
)
def test_an_error_is_one_plain_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: MondiagError, code: int
) -> None:
    fail_with(monkeypatch, error)
    assert main(["scan"]) == code
    assert capsys.readouterr() == ("", f"mondiag: {error}\n")


def test_hostile_text_in_an_error_stays_on_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, KubeconfigError("a\nb\x1b[2Jc"))
    main(["scan"])
    assert capsys.readouterr().err == "mondiag: a b\ufffd[2Jc\n"


def test_every_fault_of_playbooks_has_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, PlaybookError(("x.yaml:1: no id", "y.yaml:2: no title")))
    assert main(["scan"]) == 2
    assert capsys.readouterr().err == "mondiag: x.yaml:1: no id\nmondiag: y.yaml:2: no title\n"


def test_an_error_of_our_own_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, ZeroDivisionError("division by zero"))
    assert main(["scan"]) == door.INTERNAL_ERROR
    assert capsys.readouterr().err == (
        "mondiag: internal error: ZeroDivisionError: division by zero; "
        "run again with --debug for the traceback and report it\n"
    )


@pytest.mark.parametrize("error", [ZeroDivisionError("ours"), UsageError("yours")])
def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    fail_with(monkeypatch, error)
    main(["scan", "--debug"])
    err = capsys.readouterr().err
    assert "Traceback (most recent call last)" in err
    assert "run again with --debug" not in err


def test_ctrl_c_is_130_and_a_short_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    assert main(["scan"]) == 130
    assert capsys.readouterr() == ("", "mondiag: interrupted\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_a_scan_cleanly(tmp_path: Path, number: int) -> None:
    code = (
        "import sys, threading, diag.cli.pipeline\n"
        "def wait(*_):\n    print('reading', flush=True)\n    threading.Event().wait()\n"
        "diag.cli.pipeline.load = lambda _: ()\n"
        "diag.cli.pipeline.read = wait\n"
        "from diag.cli.main import main\n"
        "sys.exit(main(['scan']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    process.send_signal(number)
    assert process.communicate(timeout=60) == ("", "mondiag: interrupted\n")
    assert process.returncode == 130


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scna"], "invalid choice: 'scna'"),
        (["scan", "--fail-on", "bad"], "invalid choice: 'bad'"),
        (["scan", "--strct"], "unrecognized arguments: --strct"),
        (["scan", "--timeout", "5"], "'5' is not a duration: write 90s"),
        (["scan", "--chunk-size", "-1"], "chunk-size"),
        (["scan", "--max-logs", "many"], "'many' is not a whole number"),
        (["scan", "--at", "yesterday"], "'yesterday' is not a time like"),
        (["scan", "--at", "2025-11-22T03:12:44"], "is not a time like"),
        (["scan", "--at", "2025-11-22T03:12:44Z"], "--at is the time of a recording: name one with --recording"),
        (["scan", "--recording", "x", "--context", "prod"], "--context makes no sense with --recording"),
        (["explain"], "required: OBJECT"),
        (["playbook", "show", "nothing-like-it"], "there is no playbook 'nothing-like-it'"),
    ],
)
def test_wrong_usage_is_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"mondiag: [^\n]+\n", err)
    assert words in err


def test_version_and_help_and_nothing(tmp_path: Path) -> None:
    assert mondiag(tmp_path, "--version").stdout == f"mondiag {__version__}\n"
    alone, asked = mondiag(tmp_path), mondiag(tmp_path, "--help")
    assert alone.returncode == asked.returncode == 0
    assert alone.stdout == asked.stdout
    assert "exit codes:" in alone.stdout
    for command in ("scan", "explain", "record", "demo", "playbook"):
        helped = mondiag(tmp_path, command, "--help")
        assert (helped.returncode, helped.stderr) == (0, "")
        assert helped.stdout.startswith(f"usage: mondiag {command}")


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys\nfrom diag.cli.main import main\nmain(sys.argv[1:])\nprint(*sys.modules)"
    for arguments in (["--version"], ["scan", "--help"], ["scan", "--nonsense"]):
        loaded = set(python(tmp_path, code, *arguments).stdout.splitlines()[-1].split())
        assert "diag.cli.scan" in loaded
        assert not loaded & {"msgspec", "yaml", "rich", "kubernetes", "urllib3", "regex", "diag.finding", "asyncio"}


def test_json_loads_neither_rich_nor_textual_nor_the_library(tmp_path: Path) -> None:
    done = python(tmp_path, SCAN + "print(code, *sys.modules, file=sys.stderr)", "scan", "--json")
    assert not set(done.stderr.split()) & {"rich", "textual", "kubernetes", "urllib3"}
    assert done.stderr.startswith("1 ")


def test_the_first_paint_waits_for_nothing_that_judges_or_reads(tmp_path: Path) -> None:
    code = "import sys\nimport diag.tui.running\nimport diag.tui.app\nimport diag.live.cluster\nprint(*sys.modules)"
    loaded = set(python(tmp_path, code).stdout.split())
    assert "diag.tui.screens.findings" in loaded
    assert not loaded & {"diag.scan", "diag.playbook", "diag.kube", "diag.sources", "regex", "yaml", "urllib3"}


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["scan"], ["scan", "--json"]])
@pytest.mark.parametrize(("fail_on", "code"), [("high", 1), ("never", 0)])
def test_a_closed_pipe_is_no_error_and_keeps_the_code(
    tmp_path: Path, arguments: list[str], unbuffered: str, fail_on: str, code: int
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", SCAN + "sys.exit(code)", *arguments, "--fail-on", fail_on]
    settings = environment(tmp_path, PYTHONUNBUFFERED=unbuffered)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=settings, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (code, b"")


def test_help_into_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    for arguments in ([], ["scan", "--help"], ["playbook"]):
        command = [sys.executable, "-m", "diag", *arguments]
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environment(tmp_path), timeout=60)
        assert (done.returncode, done.stderr) == (0, b"")
    os.close(writing)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCAN + "sys.exit(code)", "scan"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(tmp_path), timeout=60)
    assert done.stderr == b"mondiag: standard output cannot be written to: No space left on device\n"
    assert done.returncode == 2


def test_a_closed_standard_output_is_one_line(tmp_path: Path) -> None:
    command = ["sh", "-c", f'exec "{sys.executable}" -m diag >&-']
    done = subprocess.run(command, stderr=subprocess.PIPE, env=environment(tmp_path), timeout=60)
    assert done.stderr == b"mondiag: standard output is closed, so there is nowhere to write to\n"
    assert done.returncode == 2


def test_a_closed_standard_error_changes_nothing(tmp_path: Path) -> None:
    command = ["sh", "-c", f'exec "{sys.executable}" -c "$1" scan 2>&-', "sh", SCAN + "sys.exit(code)"]
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment(tmp_path), timeout=60)
    assert done.returncode == 1
    assert b"The memory limit" in done.stdout


def test_a_terminal_without_unicode_gets_question_marks(tmp_path: Path) -> None:
    done = python(tmp_path, SCAN + "sys.exit(code)", "scan", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "? high      The memory limit" in done.stdout


def test_no_color_reaches_the_table(tmp_path: Path) -> None:
    coloured = python(tmp_path, SCAN, "scan", FORCE_COLOR="1").stdout
    assert "\x1b[" in coloured
    assert "\x1b[" not in python(tmp_path, SCAN, "scan", FORCE_COLOR="1", NO_COLOR="1").stdout


def test_a_command_in_the_process_leaves_nothing_on_stderr(found: Found, capsys: pytest.CaptureFixture[str]) -> None:
    found(busy())
    main(["scan"])
    assert capsys.readouterr().err == ""
