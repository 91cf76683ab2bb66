"""`mondiag scan`: what is unhealthy, why, and what to do."""

import argparse
import sys
import time
from typing import TYPE_CHECKING, TextIO

from diag.cli import options
from diag.cli.output import print_result

if TYPE_CHECKING:
    from diag.finding import Report

FINDINGS = 1
GAPS = 4


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    commands.add_parser(
        "scan",
        help="say what is unhealthy, why, and what to do",
        description="Says what is unhealthy, why, and what to do.",
        fill=_add_flags,
    )


def _add_flags(parser: options.Parser) -> None:
    options.add_format(parser)
    options.add_verdict(parser)
    options.add_source(parser)
    parser.set_defaults(run=run)


def run(flags: argparse.Namespace) -> int:
    """Scan, print the report, and return the exit code; raises MondiagError."""
    report = make_report(flags)
    show(report, flags.output)
    return exit_code(report, flags.fail_on, flags.strict)


def make_report(flags: argparse.Namespace) -> "Report":
    """Scan what the flags name; raises MondiagError."""
    from diag.cli import pipeline
    from diag.cli.progress import Progress
    from diag.scan import scan

    started = time.monotonic()
    with Progress(sys.stderr) as progress:
        known = pipeline.playbooks(flags)
        snapshot = pipeline.read(flags, known, progress)
        progress("looking for causes")
        report = scan(snapshot, known)
    return timed(report, started)


def timed(report: "Report", started: float) -> "Report":
    """The report with the time that has gone by since `started`, a value of `time.monotonic()`."""
    import msgspec

    took = round((time.monotonic() - started) * 1000)
    return msgspec.structs.replace(report, summary=msgspec.structs.replace(report.summary, duration_ms=took))


def show(report: "Report", format: str) -> None:
    """Write the report to standard output, as `table` or `json`."""
    print_result(report, format, _print_table)


def _print_table(report: "Report", stream: TextIO) -> None:
    from diag.report.table import print_report

    print_report(report, stream)


def exit_code(report: "Report", fail_on: str, strict: bool) -> int:
    """1 for a finding at or above `fail_on` that is no symptom, 4 when `strict` and something was not seen, else 0.

    A finding is worth more attention than a gap, so it wins.
    """
    from diag.report.gaps import in_doubt

    failing = options.SEVERITIES[: options.SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    if any(finding.severity in failing and finding.symptom_of is None for finding in report.findings):
        return FINDINGS
    return GAPS if strict and in_doubt(report.gaps) else 0
