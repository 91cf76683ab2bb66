"""`mondiag demo`: the session on the recording that comes with the program; a report where there is no terminal."""

import argparse
import os
from typing import TYPE_CHECKING

from diag.cli import options, scan, session
from diag.errors import UsageError

if TYPE_CHECKING:
    from diag.finding import Report

SOURCE = "recording that comes with mondiag"
RECORDING = os.path.join(os.path.dirname(os.path.dirname(__file__)), "demo")


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    text = (
        "Opens the interactive session on the recording of a broken cluster that comes with the program. No cluster is "
        "needed. With -o, or where there is no terminal, it prints a report instead."
    )
    commands.add_parser(
        "demo", help="look at a recording that comes with the program", description=text, fill=_add_flags
    )


def _add_flags(parser: options.Parser) -> None:
    options.add_format(parser)
    parser.add_argument("--picture", metavar="FILE", help="write the report as an SVG picture instead")
    options.add_playbooks(parser)
    options.add_debug(parser)
    parser.set_defaults(run=run, recording=RECORDING, at=None, namespaces=[], all_namespaces=True, selector="")
    parser.set_defaults(fail_on="never", strict=False, output=None, open=None)


def run(flags: argparse.Namespace) -> int:
    """Open the session, or scan the recording and print or draw the report."""
    if flags.picture is None and flags.output is None and session.on_terminal():
        return session.show([session.recorded(flags, SOURCE)], flags)
    import msgspec

    report = msgspec.structs.replace(scan.make_report(flags), source=SOURCE)
    if flags.picture is None:
        scan.show(report, flags.output or "table")
    else:
        _draw(report, flags.picture)
    return 0


def _draw(report: "Report", file: str) -> None:
    """Write the picture; without the time the scan took, so that it only changes when the report does."""
    import msgspec

    from diag.report.table import picture

    timeless = msgspec.structs.replace(report, summary=msgspec.structs.replace(report.summary, duration_ms=0))
    try:
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(picture(timeless))
    except OSError as error:
        raise UsageError(f"--picture {file}: cannot be written: {error.strerror}") from error
