"""`mondiag logs`: what the containers of a pod or of a workload wrote, in order of time."""

import argparse
import sys
from typing import TYPE_CHECKING

from diag.cli import options
from diag.cli.output import output
from diag.errors import UsageError

if TYPE_CHECKING:
    from diag.cli.target import Target
    from diag.kube.follow import LogSession
    from diag.report.logs import LogPrinter
    from diag.sources.pod_finder import PodFinder
    from diag.sources.pods import Run

NOTHING = 3
_SLOWEST = 1.0  # seconds to look for an expression in one line


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    commands.add_parser(
        "logs",
        help="print or follow the logs of a pod or of all pods of a workload",
        description="Prints the logs of a pod or of all pods of a workload, in order of time. --timeout is for "
        "finding the pods, not for reading.",
        fill=_add_flags,
    )


def _add_flags(parser: options.Parser) -> None:
    parser.add_argument("target", metavar="TARGET", nargs="+", help="web-1, deploy/web, sts db, shop/job/import")
    parser.add_argument(
        "-c", "--container", dest="containers", action="append", default=[], metavar="NAME", help="can be repeated"
    )
    parser.add_argument(
        "--all-containers", action="store_true", help="all containers of a pod (of a workload it is the default)"
    )
    parser.add_argument("-p", "--previous", action="store_true", help="of the run before the last restart")
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what is written, until Ctrl+C")
    parser.add_argument("--tail", type=options.whole, metavar="N", help="the last N lines of each (default: all)")
    parser.add_argument("--since", type=options.duration, metavar="TIME", help="what was written since, like 10m")
    parser.add_argument("--timestamps", action="store_true", help="begin lines with the time they were written (UTC)")
    parser.add_argument("--grep", metavar="REGEX", help="only lines in which this regular expression is found")
    options.add_reading(parser)
    parser.set_defaults(run=run)


class _Shown:
    """Shows the lines that `expression` is found in; `readable` is set once there was a log, were it empty."""

    def __init__(self, printer: "LogPrinter", expression: str | None) -> None:
        import regex

        self.readable = False
        self._printer = printer
        self._said = expression
        try:
            self._pattern = None if expression is None else regex.compile(expression)
        except regex.error as error:
            raise UsageError(f"--grep {expression}: not a regular expression: {error}") from error

    def line(self, name: str, time: str, text: str) -> None:
        """Show a line of the log of that name."""
        self.readable = True
        try:
            if self._pattern is None or self._pattern.search(text, timeout=_SLOWEST):
                self._printer.line(name, time, text)
        except TimeoutError as error:
            raise UsageError(f"--grep {self._said} takes too long for a line: make it simpler") from error

    def flush(self) -> None:
        """Let the reader see all of it."""
        self._printer.flush()


def run(flags: argparse.Namespace) -> int:
    """Print the logs; raises MondiagError. 3 when there was none to be read."""
    from diag.cli.target import parse_target
    from diag.report.logs import LogPrinter
    from diag.sources.pods import check_kind

    target = parse_target("/".join(flags.target))
    check_kind(target.kind)
    _check(flags)
    if target.namespace:
        flags.namespaces, flags.all_namespaces = [target.namespace], False
    flags.all_containers = flags.all_containers or target.kind.kind != "Pod"
    with output() as stream:
        shown = _Shown(LogPrinter(stream, _several(flags), flags.timestamps), flags.grep)
        (_show_live if flags.recording is None else _show_recorded)(flags, target, shown)
    return 0 if shown.readable else NOTHING


def _check(flags: argparse.Namespace) -> None:
    if flags.previous and flags.follow:
        raise UsageError("--previous and --follow make no sense together: a run that has ended writes no more")
    if flags.recording is None:
        if flags.at:
            raise UsageError("--at is the time of a recording: name one with --recording")
        return
    for name in ("follow", "since", "timestamps"):
        if getattr(flags, name):
            raise UsageError(f"--{name} makes no sense with --recording, whose logs have ended and have no times")


def _several(flags: argparse.Namespace) -> bool:
    return flags.all_containers or len(flags.containers) > 1


def _show_recorded(flags: argparse.Namespace, target: "Target", shown: _Shown) -> None:
    """One log after the other: without times there is no other order."""
    import msgspec

    from diag.cli import pipeline
    from diag.facts.index import Key
    from diag.sources.lines import last_lines
    from diag.sources.pods import find, pods_of, runs

    snapshot = pipeline.read(flags, (), lambda text: None)
    found = find(snapshot, target.kind, target.namespace, target.name)
    pods = pods_of(snapshot, Key(target.kind.kind, found.metadata.namespace, target.name))
    for one in _chosen(flags, target, runs(pods)):
        name = f"{one.key.pod}/{one.key.container}"
        text = snapshot.logs.get(msgspec.structs.replace(one.key, previous=flags.previous))
        if text is None:
            _say(f"{name}: no {'previous ' if flags.previous else ''}log was recorded")
            continue
        shown.readable = True
        for line in last_lines(text, flags.tail):
            shown.line(name, "", line)


def _show_live(flags: argparse.Namespace, target: "Target", shown: _Shown) -> None:
    from diag.cli.progress import Progress
    from diag.kube.config import load_access
    from diag.kube.deadline import Deadline
    from diag.kube.follow import LogSession
    from diag.kube.session import connect
    from diag.sources.pod_finder import PodFinder

    deadline = Deadline(flags.timeout)
    with Progress(sys.stderr) as progress:
        progress("connecting")
        access = load_access(flags.kubeconfig, flags.context, flags.impersonate, deadline)
        session = connect(access, deadline)
    with session, LogSession(access, flags.max_logs) as log_session:
        with Progress(sys.stderr) as progress:
            progress("looking for the pods")
            scope = options.scope(flags)
            find = PodFinder(session, scope, target.kind, target.namespace, target.name, flags.timeout)
        _show_found(flags, target, find, log_session, shown)


def _show_found(
    flags: argparse.Namespace, target: "Target", find: "PodFinder", session: "LogSession", shown: _Shown
) -> None:
    """What there is in order of time, and, when asked to follow, what is written from then on."""
    from diag.sources.log_reader import LogReader
    from diag.sources.logs import Wanted
    from diag.sources.pods import choose, runs

    def look() -> "tuple[list[Run], bool]":
        seen = find()
        return choose(runs(seen.pods), flags.containers, flags.all_containers), seen.over

    found = _chosen(flags, target, runs(find().pods))
    reader = LogReader(session, found, Wanted(flags.tail, flags.since), flags.previous, flags.max_logs, _say)
    for line, log in reader.history():
        shown.line(log.name, *line)
    shown.readable = shown.readable or reader.readable
    shown.flush()
    for batch in reader.following(look) if flags.follow and reader.may_go_on else ():
        for line, log in batch:
            shown.line(log.name, *line)
        shown.flush()


def _chosen(flags: argparse.Namespace, target: "Target", found: "list[Run]") -> "list[Run]":
    """The containers that the flags ask for, and a word on those they leave out. Raises UsageError."""
    from diag.sources.pods import choose

    names = list(dict.fromkeys(one.key.container for one in found))
    unknown = [name for name in flags.containers if name not in names]
    if found and unknown:
        raise UsageError(f"there is no container {unknown[0]} in {target.name}: it has {', '.join(names)}")
    chosen = choose(found, flags.containers, flags.all_containers)
    if not chosen:
        _say(f"there are no pods of {target.kind.kind} {target.name}" + ("; waiting for some" if flags.follow else ""))
    elif not flags.containers and len(chosen) < len(found):
        _say(f"container {chosen[0].key.container} of {', '.join(names)}: name others with -c, or --all-containers")
    return chosen


def _say(text: str) -> None:
    """One plain line on standard error, written at once: threads say things too."""
    from diag.model.text import one_line

    sys.stderr.write(f"mondiag: {one_line(text)}\n")
    sys.stderr.flush()
