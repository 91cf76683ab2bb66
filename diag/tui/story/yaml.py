"""An object as YAML: keys step back, so that values stand out."""

import re

from diag.model.text import clean_text
from diag.tui.story.line import Line, Page

_KEY = re.compile(r"( *(?:- )*)([^\s:#'\"{}\[\]][^:]*:)( .*|$)")


def page(document: str) -> Page:
    """The lines of a document, none of them wrapped."""
    return [_line(line.expandtabs()) for line in clean_text(document).split("\n")]


def _line(text: str) -> Line:
    found = _KEY.fullmatch(text)
    if found is None:
        return Line(((text, ""),), verbatim=True)
    return Line(((found[1], "dim"), (found[2], "low"), (found[3], "")), verbatim=True)
