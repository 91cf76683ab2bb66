import json
from pathlib import Path

import jsonschema
import pytest

from diag.cli import options
from diag.cli.main import main
from diag.cli.scan import exit_code
from diag.finding import SEVERITIES, Report, Severity
from diag.model.snapshot import Gap
from diag.report.json import report_schema
from tests.cli.conftest import Found
from tests.report.samples import busy, finding, report

GAPS = busy().gaps


@pytest.mark.parametrize(
    ("value", "fail_on", "strict", "code"),
    [
        (report(), "info", False, 0),
        (report(), "high", True, 0),
        (report(finding()), "high", False, 1),
        (report(finding()), "critical", False, 0),
        (report(finding()), "never", False, 0),
        (report(finding(severity="info")), "info", False, 1),
        (report(finding(severity="critical")), "low", False, 1),
        (report(finding(symptom_of="root")), "high", False, 0),
        (report(gaps=GAPS), "high", False, 0),
        (report(gaps=GAPS), "high", True, 4),
        (report(gaps=GAPS), "never", True, 4),
        (report(gaps=(Gap("metrics", "", "not-asked"),)), "high", True, 0),
        (report(finding(), gaps=GAPS), "high", True, 1),
        (report(finding(severity="low"), gaps=GAPS), "high", True, 4),
    ],
)
def test_exit_codes(value: Report, fail_on: str, strict: bool, code: int) -> None:
    assert exit_code(value, fail_on, strict) == code


def test_severities_are_the_same_in_both_places() -> None:
    assert options.SEVERITIES == SEVERITIES


def test_the_table_is_the_default(found: Found, capsys: pytest.CaptureFixture[str]) -> None:
    found(report(finding()))
    assert main(["scan"]) == 1
    out, err = capsys.readouterr()
    assert "▲ high      The memory limit is below what app needs" in out
    assert err == ""


@pytest.mark.parametrize("flags", [["-o", "json"], ["--json"], ["--output=json"]])
def test_json_is_one_document_that_satisfies_the_schema(
    found: Found, capsysbinary: pytest.CaptureFixture[bytes], flags: list[str]
) -> None:
    found(busy())
    assert main(["scan", *flags]) == 1
    out, err = capsysbinary.readouterr()
    document = json.loads(out)
    jsonschema.validate(document, json.loads(report_schema()))
    assert document["summary"]["duration_ms"] >= 0
    assert err == b""


@pytest.mark.parametrize(("severity", "code"), [("medium", 1), ("low", 0)])
def test_fail_on_is_heeded(found: Found, severity: Severity, code: int) -> None:
    found(report(finding(severity=severity)))
    assert main(["scan", "--fail-on", "medium"]) == code


def test_demo_reads_the_recording_that_is_shipped(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    import diag

    seen = []
    found(report(finding()))
    monkeypatch.setattr("diag.cli.pipeline.read", lambda flags, *_: seen.append(flags.recording))
    assert main(["demo"]) == 0
    assert seen == [str(Path(diag.__file__).parent / "demo")]
