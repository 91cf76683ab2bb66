"""`mondiag top`: use against requests and limits."""

import argparse
import sys
from typing import TYPE_CHECKING, TextIO

from diag.cli import options
from diag.cli.output import print_result
from diag.errors import NotServedError, RecordingError, UsageError

if TYPE_CHECKING:
    from diag.model.snapshot import Snapshot
    from diag.report.usage import Usage

# As in diag.facts.top, which costs too much time for a `--help`; a test compares them.
WHAT = ("pods", "containers", "nodes", "claims")


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    text = "Shows what pods, containers, nodes or claims use, against their requests and limits."
    commands.add_parser("top", help="show use against requests and limits", description=text, fill=_add_flags)


def _add_flags(parser: options.Parser) -> None:
    parser.add_argument("what", nargs="?", choices=WHAT, default="pods", help="what to show (default: pods)")
    parser.add_argument(
        "--sort",
        metavar="COLUMN",
        help="show those with most of it first, like cpu or memory-ratio (default: memory; of claims used-ratio)",
    )
    options.add_format(parser)
    options.add_reading(parser)
    parser.set_defaults(run=run)


def run(flags: argparse.Namespace) -> int:
    """Read, print the rows, and return the exit code; raises MondiagError."""
    from diag.facts.index import Index
    from diag.facts.top import rows
    from diag.report.usage import usage

    sort = _sort(flags.what, flags.sort)
    snapshot = _read(flags)
    if not any(metrics.samples for metrics in snapshot.metrics):
        raise _none(snapshot, flags.recording is not None)
    print_result(usage(snapshot, flags.what, rows(Index(snapshot), flags.what, sort)), flags.output, _print_table)
    return 0


def _sort(what: str, wanted: str | None) -> str:
    from diag.facts.top import COLUMNS

    names = [column.name for kind, columns in COLUMNS.items() if kind == what for column in columns]
    if wanted is None:
        return "used-ratio" if what == "claims" else "memory"
    if wanted not in names:
        raise UsageError(f"--sort {wanted}: {what} have no such column; they have {', '.join(names)}")
    return wanted


def _read(flags: argparse.Namespace) -> "Snapshot":
    from diag.cli import pipeline
    from diag.cli.progress import Progress

    with Progress(sys.stderr) as progress:
        if flags.recording is not None:
            return pipeline.read(flags, (), progress)
        return pipeline.read_cluster(flags, (), progress, all_usage=True)


def _none(snapshot: "Snapshot", recorded: bool) -> NotServedError | RecordingError:
    if recorded:
        return RecordingError(
            "the recording holds no metrics: record a cluster that has metrics-server or a Prometheus"
        )
    why = "; ".join(gap.detail for gap in snapshot.gaps if gap.what == "metrics")
    return NotServedError(f"there are no metrics to show: {why}")


def _print_table(found: "Usage", stream: TextIO) -> None:
    from diag.report.usage import print_usage

    print_usage(found, stream)
