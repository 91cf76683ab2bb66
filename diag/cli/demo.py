"""`mondiag demo`: the session on the recording that comes with the program; a report where there is no terminal."""

import argparse
import os

from diag.cli import options, scan, session
from diag.errors import UsageError

NAME = "demo"
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
    parser.add_argument("--pictures", metavar="DIR", help="write pictures of the session (SVG) into a folder instead")
    options.add_playbooks(parser)
    options.add_debug(parser)
    parser.set_defaults(run=run, recording=RECORDING, at=None, namespaces=[], all_namespaces=True, selector="")
    parser.set_defaults(fail_on="never", strict=False, output=None, open=None)


def run(flags: argparse.Namespace) -> int:
    """Open the session, draw pictures of it, or scan the recording and print the report."""
    if flags.pictures is not None:
        return _draw(flags)
    if flags.output is None and session.on_terminal():
        return session.show([session.recorded(flags, NAME)], flags)
    import msgspec

    report = msgspec.structs.replace(scan.make_report(flags), source=SOURCE)
    scan.show(report, flags.output or "table")
    return 0


def _draw(flags: argparse.Namespace) -> int:
    from pathlib import Path

    from diag.tui.pictures import draw

    try:
        Path(flags.pictures).mkdir(parents=True, exist_ok=True)
        draw(lambda: session.recorded(flags, NAME), Path(flags.pictures))
    except OSError as error:
        raise UsageError(f"--pictures {flags.pictures}: cannot be written: {error.strerror}") from error
    return 0
