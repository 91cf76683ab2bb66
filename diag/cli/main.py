"""Takes the command line apart, runs the command, and turns every way to fail into one plain line and an exit code."""

import os
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from io import StringIO, TextIOWrapper
from typing import NoReturn

from diag import __version__
from diag.cli import alert, demo, events, explain, logs, playbook, plugin, record, scan, session, top
from diag.cli.options import Parser, add_debug
from diag.cli.output import output, print_help
from diag.errors import InterruptedScan, KeysError, MondiagError, PlaybookError

INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits.h

EPILOG = f"""\
exit codes:
  0    nothing found at or above --fail-on
  1    findings at or above --fail-on, whatever else
  2    wrong usage, a bad recording or a bad playbook
  3    the cluster could not be reached or refused us
  4    no such findings, but --strict and something could not be looked at
  {INTERNAL_ERROR}   an error in mondiag itself
  130  interrupted (Ctrl+C or SIGTERM)
A reader that closes the pipe (| head) changes nothing of this.
"""


def process() -> NoReturn:
    """Run `mondiag` as the process that it was started as.

    It ends at once: to take down the records of a big cluster one by one takes half a second that nobody needs.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # closed by whoever started us, or by whoever read
            stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run `mondiag` with these arguments, or with those of the process; returns the exit code."""
    if sys.stderr is None:  # closed by whoever started us
        sys.stderr = StringIO()
    debug = "--debug" in (sys.argv if argv is None else argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Unicode shows ? where it has no symbol
    try:
        return _run(argv)
    except KeyboardInterrupt:
        return _fail(InterruptedScan("interrupted"), debug)
    except MondiagError as error:
        return _fail(error, debug)
    except Exception as error:  # noqa: BLE001 - the door: nobody outside could make sense of a traceback
        return _fail_inside(error, debug)


def _run(argv: Sequence[str] | None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = session.parser() if session.is_session(arguments) else _parser()
    try:
        options = parser.parse_args(arguments)
    except SystemExit:  # --help or --version has been printed
        with output():
            return 0
    code: int = options.run(options)
    return code


def _parser() -> Parser:
    parser = Parser(
        prog="mondiag",
        description="Says what is unhealthy in a Kubernetes cluster, why, on what evidence, and what to do about it. "
        "It only reads. Without a command it opens the interactive session.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"mondiag {__version__}")
    add_debug(parser)
    parser.set_defaults(run=lambda _: print_help(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in (session, scan, explain, events, logs, top, alert, record, demo, playbook, plugin):
        command.register(commands)
    return parser


def _fail(error: MondiagError, debug: bool) -> int:
    faults = error.faults if isinstance(error, PlaybookError | KeysError) else (str(error),)
    _say(faults, debug)
    return error.exit_code


def _fail_inside(error: Exception, debug: bool) -> int:
    hint = "" if debug else "; run again with --debug for the traceback and report it"
    _say([f"internal error: {type(error).__name__}: {error}{hint}"], debug)
    return INTERNAL_ERROR


def _say(lines: Iterable[str], debug: bool) -> None:
    """One line for each on standard error, and before them the traceback of the error at hand."""
    from diag.model.text import clean_text, one_line

    if debug:
        import traceback

        print(clean_text(traceback.format_exc()), end="", file=sys.stderr)
    with suppress(OSError):  # nobody can be told; the exit code still tells
        for line in lines:
            print(f"mondiag: {one_line(line)}", file=sys.stderr, flush=True)
