"""`mondiag` without a command: the interactive session, on clusters or on a recording."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from diag.cli import options
from diag.errors import UsageError

if TYPE_CHECKING:
    from diag.live.cluster import Wanted
    from diag.live.feed import Feed
    from diag.model.snapshot import Snapshot
    from diag.playbook.format import Playbook
    from diag.tui.feeding import Choice
    from diag.tui.opening import Opening

_TEXT = "Opens the interactive session: what is broken, why, and what to do. The word `session` can be left out."
# These print something and end.
_ANSWERS = frozenset({"-h", "--help", "--version"})


def is_session(arguments: Sequence[str]) -> bool:
    """Whether the arguments name no command: flags come first, or there are none and a terminal is there."""
    first = next((argument for argument in arguments if argument != "--debug"), None)
    return on_terminal() if first is None else first.startswith("-") and first not in _ANSWERS


def register(commands: "options.Commands") -> None:
    """Add the command to the parser; it is also what `mondiag` does without a command."""
    commands.add_parser("session", help="open the interactive session", description=_TEXT, fill=_add_flags)


def parser() -> options.Parser:
    """The parser for arguments that name no command."""
    return options.Parser(prog="mondiag session", description=_TEXT, fill=_add_flags)


def _add_flags(made: options.Parser) -> None:
    options.add_playbooks(made)
    options.add_debug(made)
    options.add_scope(made)
    options.add_cluster(made, several=True)
    options.add_recording(made)
    made.set_defaults(run=run)
    made.add_argument("--open", metavar="KIND/NAME", help="begin with this object, like pod/web-1 or shop/deploy/web")


def run(flags: argparse.Namespace) -> int:
    """Open the session, and return when it ends. Raises MondiagError."""
    check_terminal()
    if flags.recording is not None:
        return show([recording(flags)], flags)
    if flags.at:
        raise UsageError("--at is the time of a recording: name one with --recording")
    from diag.live.clusters import Clusters
    from diag.tui.feeding import Choice

    clusters = Clusters(_wanted(flags))
    contexts = tuple(dict.fromkeys(flags.context or [None]))
    return show([clusters.feed(context) for context in contexts], flags, Choice(clusters.contexts, clusters.feed))


def check_terminal() -> None:
    """Raise UsageError where there is no terminal to draw on."""
    if not on_terminal():
        raise UsageError("the interactive session needs a terminal: use `mondiag scan` in scripts and pipes")


def on_terminal() -> bool:
    """Whether a person sits before it, at a terminal that can be drawn on."""
    streams = (sys.stdin, sys.stdout, sys.stderr)  # the screen is drawn on the last one
    return all(one is not None and one.isatty() for one in streams) and os.environ.get("TERM") != "dumb"


def recording(flags: argparse.Namespace) -> "Feed":
    """The recording that the flags name."""
    from diag.cli import pipeline

    if flags.recording == "-":
        raise UsageError("--recording -: standard input is needed for the keys: save it to a file first")
    pipeline.check_recorded(flags)
    return recorded(flags, f"recording {os.path.basename(os.path.normpath(flags.recording))}")


def recorded(flags: argparse.Namespace, name: str) -> "Feed":
    """The feed of a recording, which is read once the screen is there."""
    from diag.live.recorded import RecordedFeed

    def load() -> "tuple[Snapshot, tuple[Playbook, ...]]":
        from diag.cli import pipeline

        known = pipeline.playbooks(flags)
        return pipeline.read(flags, known, lambda text: None), known

    return RecordedFeed(name, flags.recording, load)


def show(feeds: "list[Feed]", flags: argparse.Namespace, choice: "Choice | None" = None) -> int:
    """Draw the feeds until the session is left. Raises MondiagError."""
    from diag.tui.app import SessionApp
    from diag.tui.keys import load_keys
    from diag.tui.running import run_session

    keys = load_keys(os.environ)
    app = SessionApp(feeds, choice, scope=_scope_words(flags), opening=_opening(flags), keys=keys)
    run_session(app)
    if app.failure is not None:
        raise app.failure
    if app.unsaved:
        print(f"mondiag: {app.unsaved}", file=sys.stderr)
    return 0


def _wanted(flags: argparse.Namespace) -> "Wanted":
    from diag.live.cluster import Wanted

    return Wanted(
        scope=options.scope(flags),
        kubeconfig=flags.kubeconfig,
        impersonate=flags.impersonate,
        timeout=flags.timeout,
        chunk_size=flags.chunk_size,
        max_logs=flags.max_logs,
        prometheus=flags.prometheus,
        playbooks=tuple(flags.playbooks),
    )


def _opening(flags: argparse.Namespace) -> "Opening | None":
    """The object to begin with; its namespace is that of the flags where it names none and they name one."""
    if flags.open is None:
        return None
    from diag.cli.target import parse_target
    from diag.tui.opening import Opening

    target = parse_target(flags.open)
    named = flags.namespaces[0] if len(flags.namespaces) == 1 and target.kind.namespaced else ""
    return Opening(target.kind, target.namespace or named, target.name)


def _scope_words(flags: argparse.Namespace) -> str:
    """The scope in a word or two, for the line at the top."""
    names = () if flags.all_namespaces else tuple(dict.fromkeys(flags.namespaces))
    places = f"ns {', '.join(names)}" if names else "ns all"
    return f"{places} · {flags.selector}" if flags.selector else places
