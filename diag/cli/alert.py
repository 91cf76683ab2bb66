"""`mondiag alert`: what is behind the alerts that fire."""

import argparse
import sys
import time
from typing import TYPE_CHECKING, TextIO

from diag.cli import options
from diag.cli.output import print_result
from diag.cli.scan import GAPS, exit_code, timed
from diag.errors import UsageError

if TYPE_CHECKING:
    from diag.alerts.answer import AlertReport
    from diag.alerts.payload import Payload

STANDARD_INPUT = "-"


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    commands.add_parser(
        "alert",
        help="say what is behind alerts of Alertmanager",
        description="Says what is behind an alert, by the playbooks that answer it and the objects that its\n"
        "labels name. The whole cluster is read, for the cause may be anywhere; -n narrows that.",
        fill=_add_flags,
    )


def _add_flags(parser: options.Parser) -> None:
    parser.add_argument(
        "name", metavar="NAME", help="the alert's name; - for a webhook payload or a list of alerts on standard input"
    )
    parser.add_argument("labels", metavar="LABEL=VALUE", nargs="*", help="its labels, like namespace=shop pod=web-1")
    options.add_format(parser)
    options.add_verdict(parser)
    options.add_source(parser)
    parser.set_defaults(run=run)


def run(flags: argparse.Namespace) -> int:
    """Read what is needed, print the answers, and return the exit code; raises MondiagError."""
    from datetime import UTC, datetime

    import msgspec

    from diag.alerts.answer import answer, needed, unanswered
    from diag.cli import pipeline
    from diag.cli.progress import Progress
    from diag.model.snapshot import Snapshot

    started = time.monotonic()
    payload = _payload(flags)
    with Progress(sys.stderr) as progress:
        known = pipeline.playbooks(flags)
        wanted = needed(known, payload.firing)
        if not wanted and flags.name != STANDARD_INPUT:
            raise UsageError(f"{unanswered(known, flags.name)}; `mondiag playbook docs --alerts` names all that are")
        snapshot = pipeline.read(flags, wanted, progress) if wanted else Snapshot(datetime.now(UTC))
        progress("looking for causes")
        result = answer(snapshot, known, payload)
    result = msgspec.structs.replace(result, report=timed(result.report, started))
    print_result(result, flags.output, _print_table)
    return _exit_code(result, flags)


def _payload(flags: argparse.Namespace) -> "Payload":
    from diag.alerts.payload import Alert, Payload, read_payload

    if flags.name != STANDARD_INPUT:
        return Payload((Alert(flags.name, dict(map(_label, flags.labels))),))
    if flags.labels:
        raise UsageError("alerts on standard input have their own labels: leave out " + " ".join(flags.labels))
    if flags.recording == STANDARD_INPUT:
        raise UsageError("standard input cannot hold both the alerts and the recording: put the recording into a file")
    return read_payload(sys.stdin.buffer.read())


def _label(text: str) -> tuple[str, str]:
    """A label as it is written on the command line, or copied from Alertmanager with its quotes and comma."""
    name, equals, value = text.rstrip(",").partition("=")
    if not name or not equals:
        raise UsageError(f"{text!r} is not a label: write it like namespace=shop")
    return name, value.strip('"')


def _print_table(result: "AlertReport", stream: TextIO) -> None:
    from diag.report.alerts import print_alerts

    print_alerts(result, stream)


def _exit_code(result: "AlertReport", flags: argparse.Namespace) -> int:
    """As of a scan; an alert without a playbook, or whose objects could not be looked for, is something not seen."""
    code = exit_code(result.report, flags.fail_on, flags.strict)
    unsure = any(answer.unanswered or answer.unseen for answer in result.answers)
    return GAPS if code == 0 and flags.strict and unsure else code
