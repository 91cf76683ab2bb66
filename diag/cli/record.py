"""`mondiag record`: save what a scan reads, redacted, to look at it again later or elsewhere."""

import argparse
import sys

from diag.cli import options


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    text = "Saves what a scan reads, redacted; `mondiag scan --recording DIR` finds the same in it."
    commands.add_parser("record", help="save a redacted recording of the cluster", description=text, fill=_add_flags)


def _add_flags(parser: options.Parser) -> None:
    parser.add_argument(
        "directory", metavar="DIR", help="where to write it: a new or empty directory, or a recording to replace"
    )
    options.add_playbooks(parser)
    options.add_debug(parser)
    options.add_scope(parser)
    options.add_cluster(parser)
    parser.set_defaults(run=run)


def run(flags: argparse.Namespace) -> int:
    """Read the cluster into a recording; raises MondiagError."""
    from diag.cli import pipeline
    from diag.cli.progress import Progress
    from diag.report.words import counted, objects_words
    from diag.sources.recorder import Recorder

    recorder = Recorder(flags.directory)
    with Progress(sys.stderr) as progress:
        known = pipeline.playbooks(flags)
        snapshot = pipeline.read_cluster(flags, known, progress, recorder.add)
        recorder.finish(snapshot)
    objects = objects_words({plural: len(found) for plural, found in snapshot.objects.items()})
    gaps = f", {counted(len(snapshot.gaps), 'gaps')}" if snapshot.gaps else ""
    print(f"recorded in {flags.directory}: {objects}, {counted(len(snapshot.logs), 'logs')}{gaps}", file=sys.stderr)
    return 0
