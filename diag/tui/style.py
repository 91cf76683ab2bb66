"""What the names of styles look like in a line of content; the stylesheet says the same for the tables and pages."""

from collections.abc import Iterable

from textual.content import Content

Spans = Iterable[tuple[str, str]]

# Not $text-muted: that is "auto 60%", of which content loses the percentage.
STYLES: dict[str, str] = {
    "": "",
    "dim": "$foreground 60%",
    "bold": "bold",
    "good": "$text-success",
    "low": "$text-accent",
    "medium": "bold $text-warning",
    "high": "bold $text-error",
    "critical": "bold $text-error reverse",
    "name": "$text-primary",
    "warning": "$text-warning",
    "active": "bold underline reverse",
}


def content(spans: Spans) -> Content:
    """One line of content from (text, name of a style); the text is taken as it is, never as markup."""
    return Content.assemble(*((text, STYLES[style]) for text, style in spans))
