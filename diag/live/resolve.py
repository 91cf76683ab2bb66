"""Which findings are gone for good, so that a reader sees them end instead of vanish."""

from datetime import datetime, timedelta

from diag.finding import Finding, Report, Subject
from diag.live.view import Resolved

SHOWN = timedelta(minutes=15)
MOST = 50


def resolve(before: Report | None, after: Report, known: tuple[Resolved, ...], now: datetime) -> tuple[Resolved, ...]:
    """The findings that were there and whose cause is gone, newest first, for a while.

    What could not be judged this time, because its facts fell in a gap, is not resolved: it is only out of sight.
    Nor is what has another cause now, because a log told more.
    """
    present = {finding.id for finding in after.findings}
    still = {_what(finding) for finding in after.findings}
    unjudged = _newly_unjudged(before, after)
    kept = tuple(one for one in known if one.finding.id not in present and now - one.at < SHOWN)
    gone = tuple(
        Resolved(finding, now)
        for finding in (before.findings if before is not None else ())
        if finding.symptom_of is None and _what(finding) not in still and finding.playbook not in unjudged
    )
    return (gone + kept)[:MOST]


def _what(finding: Finding) -> tuple[str, Subject, str]:
    """What is wrong, and with which workload, whatever the cause."""
    return finding.playbook, finding.workload or finding.subject, finding.subject.container


def _newly_unjudged(before: Report | None, after: Report) -> set[str]:
    """The playbooks that have a gap now which was not there before."""
    known = {(gap.what, gap.scope) for gap in before.gaps} if before is not None else set()
    return {playbook for gap in after.gaps if (gap.what, gap.scope) not in known for playbook in gap.playbooks}
