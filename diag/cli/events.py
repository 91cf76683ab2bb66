"""`mondiag events`: what the cluster said of its objects, in order of time."""

import argparse
import sys
from typing import TYPE_CHECKING, TextIO

from diag.cli import options
from diag.cli.output import print_result
from diag.errors import ClusterError, UsageError

if TYPE_CHECKING:
    from diag.cli.progress import Progress
    from diag.cli.target import Target
    from diag.model.kinds import Kind
    from diag.model.snapshot import Snapshot
    from diag.report.events import Events, Filter
    from diag.sources.one_kind import OneKind


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    commands.add_parser(
        "events",
        help="print events in order of their last time",
        description="Prints events in order of their last time, the newest at the end, equal ones as one.",
        fill=_add_flags,
    )


def _add_flags(parser: options.Parser) -> None:
    parser.add_argument("target", metavar="TARGET", nargs="*", help="only about pod/web-1, pvc data, shop/deploy/web")
    parser.add_argument("--for", dest="about", metavar="TARGET", help="the same, as kubectl calls it")
    parser.add_argument("--type", choices=("Warning", "Normal"), default="", help="only of this type")
    parser.add_argument(
        "--reason", dest="reasons", action="append", default=[], metavar="R[,R]", help="only with one of these reasons"
    )
    parser.add_argument("--since", type=options.duration, metavar="TIME", help="only of the last time, like 30m")
    parser.add_argument("--reverse", action="store_true", help="the newest at the top")
    options.add_format(parser)
    options.add_reading(parser)
    parser.set_defaults(run=run)


def run(flags: argparse.Namespace) -> int:
    """Print the events; raises MondiagError."""
    from diag.report.events import events

    if flags.selector:
        raise UsageError("-l picks pods, and events have no labels: name what they are about, like pod/web-1")
    if flags.at and flags.recording is None:
        raise UsageError("--at is the time of a recording: name one with --recording")
    target = _target(flags)
    if target is not None and target.namespace:
        flags.namespaces, flags.all_namespaces = [target.namespace], False
    wanted = _filter(flags, target)
    snapshot = _read(flags, target, wanted)
    found = events(snapshot, wanted, flags.reverse)
    print_result(found, flags.output, lambda found, stream: _print_table(found, wanted, stream))
    return 0


def _print_table(found: "Events", wanted: "Filter", stream: TextIO) -> None:
    from diag.report.event_table import print_events

    print_events(found, wanted, stream)


def _target(flags: argparse.Namespace) -> "Target | None":
    from diag.cli.target import parse_target

    if flags.target and flags.about:
        raise UsageError(f"--for {flags.about} and {'/'.join(flags.target)} are two targets: name one")
    named = flags.about or "/".join(flags.target)
    return parse_target(named) if named else None


def _filter(flags: argparse.Namespace, target: "Target | None") -> "Filter":
    from diag.report.events import Filter

    named = [reason.strip().lower() for text in flags.reasons for reason in text.split(",")]
    return Filter(
        type=flags.type,
        reasons=tuple(filter(None, named)),
        kind=target.kind.kind if target else "",
        name=target.name if target else "",
        since=flags.since,
        # events about objects without a namespace are in one all the same
        namespaces=options.scope(flags).namespaces if target is None or target.kind.namespaced else (),
    )


def _read(flags: argparse.Namespace, target: "Target | None", wanted: "Filter") -> "Snapshot":
    from diag.cli.progress import Progress

    with Progress(sys.stderr) as progress:
        if flags.recording is None:
            return _read_cluster(flags, target, wanted, progress)
        from diag.cli import pipeline

        return pipeline.read(flags, (), progress)


def _read_cluster(
    flags: argparse.Namespace, target: "Target | None", wanted: "Filter", progress: "Progress"
) -> "Snapshot":
    """The events, and the object that they are about when one was named, to tell it from one of the past."""
    from diag.kube.config import load_access
    from diag.kube.deadline import Deadline
    from diag.kube.session import connect
    from diag.model.kinds import BY_PLURAL
    from diag.model.snapshot import Scope
    from diag.sources.lists import NODE_EVENTS
    from diag.sources.one_kind import OneKind

    deadline = Deadline(flags.timeout)
    progress("connecting")
    access = load_access(flags.kubeconfig, flags.context, flags.impersonate, deadline)
    scope = options.scope(flags)
    within = scope if target is None or target.kind.namespaced else Scope((NODE_EVENTS,))
    with connect(access, deadline) as session:
        source = OneKind(session, within, deadline, _fields(wanted), flags.chunk_size, progress)
        snapshot = source.read_kind(BY_PLURAL["events"])
        if target is None:
            return snapshot
        progress(f"looking for {target.kind.kind} {target.name}")
        return _with_object(snapshot, OneKind(session, scope, deadline, f"metadata.name={target.name}"), target.kind)


def _fields(wanted: "Filter") -> str:
    """What of the filter the server can do, as a field selector."""
    fields = {"type": wanted.type, "involvedObject.kind": wanted.kind, "involvedObject.name": wanted.name}
    return ",".join(f"{field}={value}" for field, value in fields.items() if value)


def _with_object(snapshot: "Snapshot", source: "OneKind", kind: "Kind") -> "Snapshot":
    import msgspec

    try:
        read = source.read_kind(kind)
    except ClusterError:
        return snapshot  # the events are there; whether their object is, is then not known
    return msgspec.structs.replace(
        snapshot, objects={**read.objects, **snapshot.objects}, gaps=(*snapshot.gaps, *read.gaps)
    )
