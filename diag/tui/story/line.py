"""What a page is made of: lines of spans, each a text on one line and the name of a style."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from diag.model.text import clean_text, one_line
from diag.report.words import shortened

STYLES = ("", "dim", "bold", "critical", "high", "medium", "low", "good", "command", "heading", "name", "warning")
Span = tuple[str, str]  # text, one of STYLES

_LONGEST = 4000  # letters of one text: enough for whatever people write, and no page is slow because of one
_NARROW = 2  # cells by which text stands under its heading


class Line(NamedTuple):
    """One line. Where it is wrapped, `under` stands before the rest: blanks, or the stem of a tree. A `verbatim` one
    is never wrapped, so that it can be copied as it stands."""

    spans: tuple[Span, ...] = ()
    under: str = ""
    verbatim: bool = False

    @property
    def text(self) -> str:
        """What it says, without styles."""
        return "".join(text for text, _ in self.spans)


Page = list[Line]
BLANK = Line()


def span(text: str, style: str = "") -> Span:
    """Text of the cluster as a span: cleaned, on one line, and not endless."""
    return shortened(one_line(text), _LONGEST), style


def said(text: str, style: str = "") -> Page:
    """A paragraph, wrapped where it is too long; nothing where there is no text."""
    found = span(text, style)
    return [Line((found,))] if found[0] else []


def item(mark: str, text: str, style: str = "", mark_style: str = "dim") -> Page:
    """A paragraph that stands beside a mark of one cell or none; nothing where there is no text."""
    found = span(text, style)
    return [Line(((f"{mark:<{_NARROW}}", mark_style), found), " " * _NARROW)] if found[0] else []


def section(heading: str, lines: Iterable[Line]) -> Page:
    """A blank line, a heading and what stands below it; nothing where that is nothing."""
    below = list(lines)
    return [BLANK, Line(((heading, "heading"),)), *below] if below else []


def commands(text: str | None) -> Iterator[Line]:
    """A command, in as many lines as it has. A terminal would jump over what a tab stands for, not draw it."""
    for line in clean_text(text or "").expandtabs().splitlines():
        yield Line(((" " * _NARROW, ""), (line, "command")), verbatim=True)
