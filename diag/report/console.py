"""Where text goes: a terminal in colour or plain text, and the few shapes that every page is made of."""

import os
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from diag.finding import Severity
from diag.model.text import clean_text

INDENT = 12  # room for the longest severity and two blanks
WIDEST = 120  # longer lines are hard to read
PIPE_WIDTH = 100
NARROWEST = 40  # below it nothing can be laid out; long lines are then cut by the terminal

# Of the sixteen colours, those that can be read on black and on white.
STYLES: dict[Severity, str] = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "bold yellow",
    "low": "cyan",
    "info": "dim",
}


class _Console(Console):
    """Leaves a closed pipe to the caller, who knows the exit code; rich would end the process with its own."""

    def on_broken_pipe(self) -> None:
        raise  # the BrokenPipeError that is being handled


def open_console(stream: TextIO) -> Console:
    """A console on the stream that takes text as it is: no markup, no emoji names, no highlighting.

    Escape codes are written only to a terminal that knows them (or under FORCE_COLOR), and never under NO_COLOR,
    not even for bold. $COLUMNS wins over the width of the terminal; what is not a terminal is 100 columns wide.
    """
    columns = os.environ.get("COLUMNS", "")
    sized = int(columns) if columns.isdecimal() and int(columns) else None if stream.isatty() else PIPE_WIDTH
    console = _Console(
        file=stream,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        width=sized,
        markup=False,
        highlight=False,
        emoji=False,
    )
    console.width = max(NARROWEST, min(console.width, WIDEST))
    return console


def row(console: Console, label: str, text: Text | str, style: str = "") -> None:
    """A label and the text beside it, wrapped under itself; nothing where there is no text."""
    text = Text(text, style) if isinstance(text, str) else text
    if not text:
        return
    for number, line in enumerate(text.wrap(console, max(20, console.width - INDENT))):
        line.rstrip()
        console.print(Text.assemble(_label(label if number == 0 else ""), line), soft_wrap=True)


def rows(console: Console, label: str, texts: Iterable[Text | str], style: str = "") -> None:
    """Several texts under one label."""
    for number, text in enumerate(texts):
        row(console, "" if number else label, text, style)


def verbatim(console: Console, label: str, text: str, style: str = "green") -> None:
    """A label and text that is never wrapped, so that it can be copied as it stands."""
    for number, line in enumerate(clean_text(text).splitlines()):
        console.print(Text.assemble(_label(label if number == 0 else ""), (line, style)), soft_wrap=True)


def _label(label: str) -> Text:
    return Text(f"  {label}".ljust(INDENT), "dim")
