"""What a detail pane tells about: one finding, and what is known around it."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from diag.facts.index import Index
from diag.finding import Explanation, Finding, Report
from diag.model.course import Course


class DetailSubject(NamedTuple):
    """A finding, the report it is from and the facts behind that.

    `explanation`, `courses` (of the subject's pod) and `document` (the subject as YAML) have to be asked for: they are
    None until they are there, and `faults` tells by those names why one could not be had. `resolved_at` is when the
    cause was gone; the report does not hold the finding any more then.
    """

    finding: Finding
    report: Report
    known: Index
    resolved_at: datetime | None = None
    explanation: Explanation | None = None
    courses: tuple[Course, ...] | None = None
    document: str | None = None
    faults: Mapping[str, str] = {}
