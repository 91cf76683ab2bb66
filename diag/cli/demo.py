"""`mondiag demo`: a scan of the recording that comes with the program."""

import argparse
import os

from diag.cli import options, scan

RECORDING = os.path.join(os.path.dirname(os.path.dirname(__file__)), "demo")


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    text = "Scans the recording of a broken cluster that comes with the program. No cluster is needed."
    parser = commands.add_parser("demo", help="scan a recording that comes with the program", description=text)
    options.add_format(parser)
    options.add_playbooks(parser)
    options.add_debug(parser)
    parser.set_defaults(run=run, recording=RECORDING, at=None, namespaces=[], all_namespaces=True, selector="")
    parser.set_defaults(fail_on="never", strict=False)


def run(flags: argparse.Namespace) -> int:
    """Scan the recording and print the report."""
    return scan.run(flags)
