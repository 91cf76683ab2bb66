"""`mondiag playbook`: tools for those who read and write playbooks."""

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

from diag.cli import options
from diag.cli.output import output, print_help
from diag.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from diag.playbook.format import Playbook

BAD_PLAYBOOK = 2


def register(commands: "options.Commands") -> None:
    """Add the command and its own commands to the parser."""
    text = "Tools for those who read and write playbooks."
    commands.add_parser(
        "playbook", help="list, show, write, check and test playbooks", description=text, fill=_add_flags
    )


def _add_flags(parser: options.Parser) -> None:
    parser.set_defaults(run=lambda _: print_help(parser))
    own = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, run, help in (
        ("list", _list, "list all playbooks"),
        ("show", _show, "print the file of a playbook"),
        ("new", _new, "write a playbook to start from, with its test"),
        ("check", _check, "say what is wrong with playbooks"),
        ("test", _test, "run the tests beside playbooks"),
        ("schema", _schema, "print the JSON Schema of playbooks"),
        ("docs", _docs, "print what the program knows of fields, alerts and playbooks, as Markdown"),
    ):
        command = own.add_parser(name, help=help, description=help.capitalize() + ".")
        options.add_debug(command)
        if name in ("check", "test"):
            command.add_argument("directories", metavar="DIR", nargs="*", help="default: the built-in ones")
        if name in ("list", "show", "docs"):
            options.add_playbooks(command)
        if name in _FLAGS:
            _FLAGS[name](command)
        command.set_defaults(run=run)


def _show_flags(command: options.Parser) -> None:
    command.add_argument("id", metavar="ID", help="the playbook's id, as `list` prints it")
    command.add_argument("--markdown", action="store_true", help="print it as a page of a runbook")


def _new_flags(command: options.Parser) -> None:
    command.add_argument("id", metavar="ID", help="the new playbook's id: lower-case words joined by '-'")
    command.add_argument("--subject", metavar="KIND", default="container", help="what it is about (default: container)")
    command.add_argument("--family", metavar="NAME", default="", help="put it into the folder of that name in DIR")
    command.add_argument("--dir", metavar="DIR", default=".", help="where to write it (default: here)")


def _docs_flags(command: options.Parser) -> None:
    which = command.add_mutually_exclusive_group()
    which.add_argument("--alerts", action="store_true", help="which playbooks answer which alert, not the fields")
    which.add_argument("--pages", metavar="DIR", help="write the runbook page of each playbook into DIR")


_FLAGS = {"show": _show_flags, "new": _new_flags, "docs": _docs_flags}


def _list(flags: argparse.Namespace) -> int:
    from diag.cli.pipeline import playbooks

    known = playbooks(flags)
    width = max((len(playbook.id) for playbook in known), default=0)
    with output() as stream:
        for playbook in known:
            print(f"{playbook.id:<{width}}  {playbook.severity:<8}  {playbook.title}", file=stream)
    return 0


def _show(flags: argparse.Namespace) -> int:
    from diag.cli.pipeline import playbooks
    from diag.model.near import hint

    known = {playbook.id: playbook for playbook in playbooks(flags)}
    if flags.id not in known:
        raise UsageError(f"there is no playbook {flags.id!r}{hint(flags.id, known)}; `mondiag playbook list` names all")
    playbook = known[flags.id]
    return _print(_page(playbook) if flags.markdown else _path(playbook).read_text(encoding="utf-8"))


def _new(flags: argparse.Namespace) -> int:
    from pathlib import Path

    from diag.playbook.new import write_playbook

    files = write_playbook(Path(flags.dir), flags.id, flags.subject, flags.family)
    _print("".join(f"{file}\n" for file in files))
    folder = shlex.quote(str(files[0].parent))
    print(f"now change both, and try: mondiag playbook check {folder}; mondiag playbook test {folder}", file=sys.stderr)
    return 0


def _page(playbook: "Playbook") -> str:
    from diag.playbook.pages import page

    return page(playbook)


def _path(playbook: "Playbook") -> "Path":
    from pathlib import Path

    from diag.playbook.load import built_in

    file = Path(playbook.file)
    return built_in() / file.relative_to("playbooks") if playbook.built_in else file


def _check(flags: argparse.Namespace) -> int:
    from diag.playbook.check import check

    faults = check(_directories(flags))
    _print("".join(f"{fault}\n" for fault in faults))
    return BAD_PLAYBOOK if faults else 0


def _test(flags: argparse.Namespace) -> int:
    from textwrap import indent

    from diag.runner import run

    results = run(_directories(flags))
    failed = [result for result in results if not result.ok]
    lines = [f"{result.place}: {result.playbook}: {result.case}\n{indent(result.message, '  ')}\n" for result in failed]
    _print("".join(lines) + f"{len(results) - len(failed)} of {len(results)} cases passed\n")
    return BAD_PLAYBOOK if failed else 0


def _directories(flags: argparse.Namespace) -> "list[Path]":
    from pathlib import Path

    return [Path(directory) for directory in flags.directories]


def _schema(flags: argparse.Namespace) -> int:
    from diag.playbook.schema import schema

    return _print(schema().decode())


def _docs(flags: argparse.Namespace) -> int:
    from diag.playbook.docs import field_reference

    if flags.pages is not None:
        return _pages(flags)
    return _alerts(flags) if flags.alerts else _print(field_reference())


def _alerts(flags: argparse.Namespace) -> int:
    from diag.cli.pipeline import playbooks
    from diag.playbook.pages import alert_index

    return _print(alert_index(playbooks(flags)))


def _pages(flags: argparse.Namespace) -> int:
    from pathlib import Path

    from diag.cli.pipeline import playbooks
    from diag.playbook.pages import write_pages

    known = playbooks(flags)
    write_pages(known, Path(flags.pages))
    print(f"wrote {len(known)} pages into {flags.pages}", file=sys.stderr)
    return 0


def _print(text: str) -> int:
    from diag.model.text import clean_text

    with output() as stream:
        stream.write(clean_text(text))
    return 0
