import json
from io import BytesIO, TextIOWrapper
from pathlib import Path

import jsonschema
import pytest

import diag
from diag.cli.main import main
from diag.report.json import alert_schema

DEMO = ["--recording", str(Path(diag.__file__).parent / "demo")]
CRASHING = ["alert", "KubePodCrashLooping", "namespace=shop", "pod=search-5bf549cc7-5nr8l"]
PAYLOAD = {
    "version": "4",
    "alerts": [
        {"status": "firing", "labels": {"alertname": "KubePodCrashLooping", "namespace": "shop"}},
        {"status": "firing", "labels": {"alertname": "Watchdog"}},
        {"status": "resolved", "labels": {"alertname": "KubeJobFailed", "job_name": "backup"}},
    ],
}


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> BytesIO:
    stream = BytesIO()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(stream))
    return stream


def put(stream: BytesIO, text: str) -> None:
    stream.write(text.encode())
    stream.seek(0)


def test_an_alert_of_the_command_line_is_answered(built_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CRASHING, *DEMO]) == 1
    out, err = capsys.readouterr()
    assert "alert     KubePodCrashLooping" in out
    assert "search needs more memory than its limit of 192Mi" in out
    assert "data-postgres-0" not in out
    assert err == ""


def test_an_alert_about_a_symptom_is_answered_with_its_cause(
    built_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["alert", "KubePodCrashLooping", "namespace=shop", "pod=checkout-6fbd488799-d2vpw", *DEMO]) == 1
    assert "! critical  The volume of claim data-postgres-0 is gone" in capsys.readouterr().out


def test_labels_can_be_copied_from_alertmanager(built_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alert", "KubePodCrashLooping", 'namespace="nowhere",', 'pod="gone"', *DEMO]) == 0
    assert "Pod nowhere/gone: not there any more" in capsys.readouterr().out


def test_a_payload_is_answered_alert_by_alert(
    built_in: Path, standard_input: BytesIO, capsys: pytest.CaptureFixture[str]
) -> None:
    put(standard_input, json.dumps(PAYLOAD))
    assert main(["alert", "-", "--json", *DEMO]) == 1
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads(alert_schema()))
    assert [(answer["alert"], bool(answer["findings"])) for answer in document["answers"]] == [
        ("KubePodCrashLooping", True),
        ("Watchdog", False),
    ]
    assert document["resolved"] == [{"name": "KubeJobFailed", "labels": {"job_name": "backup"}}]


def test_nothing_is_read_when_no_alert_needs_it(
    built_in: Path, standard_input: BytesIO, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put(standard_input, json.dumps([{"labels": {"alertname": "Watchdog"}}]))
    assert main(["alert", "-", "--kubeconfig", str(tmp_path / "none")]) == 0
    assert "no playbook answers 'Watchdog'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "code"),
    [([], 1), (["--fail-on", "critical"], 0), (["--fail-on", "never", "--strict"], 4)],
)
def test_the_exit_code_is_that_of_a_scan(built_in: Path, flags: list[str], code: int) -> None:
    assert main([*CRASHING, *flags, *DEMO]) == code


def test_an_alert_that_no_playbook_answers_was_not_looked_at(built_in: Path, standard_input: BytesIO) -> None:
    put(standard_input, json.dumps([{"labels": {"alertname": "Watchdog"}}]))
    assert main(["alert", "-", "--strict", *DEMO]) == 4


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["KubePodCrashLoping"],
            "no playbook answers 'KubePodCrashLoping'; did you mean 'KubePodCrashLooping'?; "
            "`mondiag playbook docs --alerts` names all that are",
        ),
        (["KubePodCrashLooping", "shop"], "'shop' is not a label: write it like namespace=shop"),
        (["KubePodCrashLooping", "=shop"], "'=shop' is not a label: write it like namespace=shop"),
        (["-", "namespace=shop"], "alerts on standard input have their own labels: leave out namespace=shop"),
        (
            ["-", "--recording", "-"],
            "standard input cannot hold both the alerts and the recording: put the recording into a file",
        ),
    ],
)
def test_what_makes_no_sense_is_one_plain_line(
    built_in: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(["alert", *arguments]) == 2
    assert capsys.readouterr() == ("", f"mondiag: {told}\n")


@pytest.mark.parametrize("text", ["", "no JSON", '{"alerts": 5}', '[{"labels": 5}]'])
def test_a_malformed_payload_is_one_plain_line(
    standard_input: BytesIO, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    put(standard_input, text)
    assert main(["alert", "-", *DEMO]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "amtool" in err
