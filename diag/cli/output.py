"""Standard output, where a reader may go away and a disk may be full."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, TypeVar

from diag.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from msgspec import Struct

T = TypeVar("T", bound="Struct")


@contextmanager
def output() -> Iterator[TextIO]:
    """Standard output for a command's data.

    A closed pipe (`| head`) silently ends the writing. Raises UsageError when writing fails otherwise.
    """
    if sys.stdout is None:
        raise UsageError("standard output is closed, so there is nowhere to write to")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon()
    except OSError as error:
        _abandon()
        raise UsageError(f"standard output cannot be written to: {error.strerror}") from error


def print_result(result: T, format: str, print_table: Callable[[T, TextIO], None]) -> None:
    """Write a report, or another result, as `json`, indented for a terminal, or as `table`."""
    with output() as stream:
        if format == "table":
            print_table(result, stream)
        else:
            from diag.report.json import to_json

            stream.buffer.write(to_json(result, indent=stream.isatty()))


def print_help(parser: "ArgumentParser") -> int:
    """Print the help of a command that needs another one behind it; returns the exit code."""
    with output() as stream:
        parser.print_help(stream)
    return 0


def _abandon() -> None:
    """The interpreter flushes once more when it ends, and that must not fail again (docs.python.org, SIGPIPE)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
