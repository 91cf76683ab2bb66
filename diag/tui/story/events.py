"""What was said of a finding's objects, newest first."""

from collections.abc import Iterator
from datetime import datetime

from diag.model.meta import Metadata
from diag.report import words
from diag.report.events import Shown, folded, message_words, object_words, times_words
from diag.report.gaps import gap_lines
from diag.tui.story.chain import concerned
from diag.tui.story.line import Line, Page, commands, item, said, span
from diag.tui.story.subject import DetailSubject

_MOST = 200  # events; the events screen has them all


def page(subject: DetailSubject) -> Page:
    """The events of the members and of the objects of their chain; or that there are none, and why that may be."""
    index, now = subject.known, subject.report.taken_at
    keys = concerned(index, subject.finding)
    picked = (e for key in keys for e in index.events(key.kind, Metadata(namespace=key.namespace, name=key.name)))
    found = folded(index, picked, newest_first=True)
    lines = [line for event in found[:_MOST] for line in _event(event, now)]
    if len(found) > _MOST:
        lines += said(f"and {words.counted(len(found) - _MOST, 'events')} more: e shows them", "dim")
    none = said("No events about it: the API server keeps them for about an hour.", "dim")
    return [*(lines or none), *_gaps(subject)]


def _event(event: Shown, now: datetime) -> Iterator[Line]:
    style = "warning" if event.type == "Warning" else ""
    times = times_words(event)
    head = f"{words.age(event.last, now) or '?':>6}  {event.type}  {event.reason}"
    yield Line(((head, style), (f"  {times}" if times else "", "bold"), (f"  {object_words(event)}", "dim")), " " * 8)
    yield Line(((" " * 8, ""), span(message_words(event))), " " * 8)


def _gaps(subject: DetailSubject) -> Iterator[Line]:
    for gap in gap_lines(gap for gap in subject.report.gaps if gap.what == "events"):
        yield from item("?", f"{gap.what}: {gap.why}", "warning", "warning")
        yield from commands(gap.command)
