"""What is said of a log in one line above it."""

from diag.facts.index import Key
from diag.model.text import one_line
from diag.report.words import counted
from diag.tui.logs.paint import Spans
from diag.tui.logs.shown import ShownLog


def status(key: Key, previous: bool, state: Spans, shown: ShownLog) -> Spans:
    """Whose log, of which run, how current, how much of it, and what is searched; what matters most comes first.

    `state` are the words on whether it is read, followed or ended.
    """
    name = f"{key.namespace}/{key.name}" if key.namespace else key.name
    spans = [(f" {key.kind} {one_line(name)}", "name")]
    spans += [("  run before", "warning")] if previous else []
    spans += [("  ", ""), *state, (f"  {_amount(shown)}", "dim")]
    if shown.searching is not None:
        spans.append((f"  / {one_line(shown.searching.text)}: {counted(len(shown.found), 'matching lines')}", ""))
    if shown.filtering is not None:
        of = counted(len(shown.buffer), "lines")
        spans.append((f"  & {one_line(shown.filtering.text)}: {len(shown):,} of {of}", ""))
    if shown.cites and shown.cited:
        spans.append((f"  ► {counted(len(shown.cited), 'cited lines')}", ""))
    return spans


def state_words(*, reading: bool, following: bool, newer: int) -> Spans:
    """Whether anything more is read, and whether the end is in sight."""
    spans: Spans = [("● following", "good") if following else ("‖ held, f follows", "warning")]
    if not reading:
        spans = [("ended", "dim")]
    if newer and not following:
        spans.append((f"  {counted(newer, 'lines')} below", "dim"))
    return spans


def _amount(shown: ShownLog) -> str:
    older = ", older ones dropped" if shown.buffer.first else ""
    return f"{counted(len(shown.buffer), 'lines')}{older}, {counted(len(shown.sources), 'containers')}"
