"""The flags that commands share, named and meant as in kubectl where kubectl has them."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from diag.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from diag.model.snapshot import Scope

    Commands = argparse._SubParsersAction["Parser"]

# The same as in diag.finding, which costs too much time for a `--help`; a test compares them.
SEVERITIES = ("critical", "high", "medium", "low", "info")


class _Help(argparse.RawDescriptionHelpFormatter):
    """80 columns fit everywhere; argparse would look for the terminal's width at every flag that is added."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)


class Parser(argparse.ArgumentParser):
    """An argument parser that takes no abbreviations and whose errors are one line.

    `fill` adds its arguments when it is first needed: there are many commands, and one run uses one of them.
    """

    def __init__(self, fill: Callable[["Parser"], None] | None = None, **settings: Any) -> None:
        super().__init__(formatter_class=_Help, allow_abbrev=False, **settings)
        self._fill = fill

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As in argparse, with all arguments that it takes."""
        fill, self._fill = self._fill, None
        if fill is not None:
            fill(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of printing the usage and exiting."""
        raise UsageError(f"{message}; see {self.prog} --help")


def add_debug(parser: Parser) -> None:
    """`--debug`, for every command."""
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")


def add_cluster(parser: Parser, several: bool = False) -> None:
    """Which cluster to read, and how; `several` where `--context` can be repeated."""
    group = parser.add_argument_group("cluster")
    context = "kubeconfig context (default: the current one)"
    if several:
        group.add_argument("--context", action="append", metavar="NAME", help=f"{context}; can be repeated")
    else:
        group.add_argument("--context", metavar="NAME", help=context)
    group.add_argument("--kubeconfig", metavar="FILE", help="kubeconfig file (default: $KUBECONFIG or ~/.kube/config)")
    group.add_argument("--as", dest="impersonate", metavar="USER", help="user to act as")
    group.add_argument(
        "--timeout",
        type=duration,
        default=60.0,
        metavar="TIME",
        help="longest time for reading, like 30s or 2m; 0 for no limit (default: 60s)",
    )
    group.add_argument(
        "--chunk-size",
        type=whole,
        metavar="N",
        help="read lists in chunks of N objects (default: as suits the server)",
    )
    group.add_argument(
        "--max-logs", type=whole, default=50, metavar="N", help="read at most N container logs (default: 50)"
    )
    group.add_argument(
        "--prometheus",
        metavar="URL",
        help="Prometheus to ask for metrics, or none (default: one found in the cluster)",
    )


def add_scope(parser: Parser) -> None:
    """Which objects to look at."""
    group = parser.add_argument_group("scope")
    group.add_argument(
        "-n",
        "--namespace",
        dest="namespaces",
        type=namespace,
        action="append",
        default=[],
        metavar="NAME",
        help="look at this namespace; can be repeated (default: all namespaces)",
    )
    group.add_argument("-A", "--all-namespaces", action="store_true", help="look at all namespaces, whatever -n says")
    group.add_argument("-l", "--selector", default="", metavar="LABELS", help="look at pods with these labels")


def add_recording(parser: Parser) -> None:
    """Reading what was saved instead of a cluster."""
    group = parser.add_argument_group("recording")
    group.add_argument(
        "--recording",
        metavar="PATH",
        help="read a recording, or what `kubectl get -o json|yaml` prints: file, directory, or - for standard input",
    )
    group.add_argument("--at", type=moment, metavar="TIME", help="the time it was taken, like 2025-11-22T03:12:44Z")


def add_playbooks(parser: Parser) -> None:
    """Where more playbooks are."""
    parser.add_argument(
        "--playbooks",
        action="append",
        default=[],
        metavar="DIR",
        help="playbooks besides the built-in ones; can be repeated",
    )


def add_format(parser: Parser) -> None:
    """How to print the result."""
    parser.add_argument(
        "-o",
        "--output",
        choices=("table", "json"),
        default="table",
        help="table for people (default), json for programs",
    )
    parser.add_argument("--json", dest="output", action="store_const", const="json", help="short for -o json")


def add_verdict(parser: Parser) -> None:
    """What the exit code is to say."""
    parser.add_argument(
        "--fail-on",
        choices=(*SEVERITIES, "never"),
        default="high",
        metavar="SEVERITY",
        help="exit with 1 for findings from this severity up: critical, high, medium, low, info, never (default: high)",
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 4 when something that was asked for could not be looked at"
    )


def add_source(parser: Parser) -> None:
    """All flags of a command that reads a cluster or a recording and holds playbooks against it."""
    add_playbooks(parser)
    add_reading(parser)


def add_reading(parser: Parser) -> None:
    """All flags of a command that reads a cluster or a recording."""
    add_debug(parser)
    add_scope(parser)
    add_cluster(parser)
    add_recording(parser)


def scope(options: argparse.Namespace) -> "Scope":
    """The scope that the flags ask for; -A wins over -n, as in kubectl."""
    from diag.model.snapshot import Scope

    namespaces = () if options.all_namespaces else tuple(dict.fromkeys(options.namespaces))
    return Scope(namespaces, options.selector)


def duration(text: str) -> float | None:
    """Seconds in a flag's value; None for 0, which is no limit."""
    from diag.model.units import parse_duration

    try:
        return (0.0 if text == "0" else parse_duration(text)) or None
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def namespace(text: str) -> str:
    """The name of a namespace (a DNS label); an empty one is mostly a variable that was not set."""
    import re

    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not the name of a namespace")
    return text


def whole(text: str) -> int:
    """A whole number from 0 on in a flag's value."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def moment(text: str) -> "datetime":
    """A moment in a flag's value, as RFC 3339 with its offset."""
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time like 2025-11-22T03:12:44Z")
    return found.astimezone(UTC)
