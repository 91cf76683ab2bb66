"""`mondiag explain`: everything that can be said of one object."""

import argparse
import sys
from typing import TYPE_CHECKING, TextIO

from diag.cli import options
from diag.cli.output import print_result

if TYPE_CHECKING:
    from diag.finding import Explanation


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    commands.add_parser(
        "explain",
        aliases=["why"],
        help="say all there is to say about one object",
        description="Says what is wrong with one object and why, what was ruled out, and what could not be seen.",
        fill=_add_flags,
    )


def _add_flags(parser: options.Parser) -> None:
    parser.add_argument(
        "object",
        metavar="OBJECT",
        nargs="+",
        help="pod/web-1, deploy/web, pvc data, shop/pod/web-1; or a pod's name",
    )
    options.add_format(parser)
    options.add_source(parser)
    parser.set_defaults(run=run)


def run(flags: argparse.Namespace) -> int:
    """Read what is needed, print the explanation; raises MondiagError."""
    from diag.cli import pipeline
    from diag.cli.progress import Progress
    from diag.cli.target import parse_target
    from diag.explain import explain
    from diag.facts.index import Index

    target = parse_target("/".join(flags.object))
    if target.namespace:
        flags.namespaces, flags.all_namespaces = [target.namespace], False
    with Progress(sys.stderr) as progress:
        known = pipeline.playbooks(flags)
        snapshot = pipeline.read(flags, known, progress)
        explanation = explain(Index(snapshot), known, target.kind.kind, target.namespace, target.name)
    print_result(explanation, flags.output, _print_table)
    return 0


def _print_table(explanation: "Explanation", stream: TextIO) -> None:
    from diag.report.explanation import print_explanation

    print_explanation(explanation, stream)
