"""What a reader is shown of one cluster at one moment. Frozen: a worker makes it, whoever draws only reads it."""

from typing import Literal

import msgspec

from diag.facts.index import Index, Key
from diag.finding import Finding, Report, Severity
from diag.model.meta import Time
from diag.model.snapshot import Snapshot

State = Literal["connecting", "reading", "live", "lost", "refused", "paused", "recording"]


class Connection(msgspec.Struct, frozen=True):
    """How the line to a cluster is, since when, and in words why.

    `reading` is the first reading, while findings come in already; `lost` tries again by itself, as does `refused`,
    where the cluster answers but not to this login; `paused` was asked for; a `recording` has no line at all.
    """

    state: State
    since: Time
    words: str = ""


class Resolved(msgspec.Struct, frozen=True):
    """A finding whose cause was gone at that time. It stays in sight for a while instead of vanishing."""

    finding: Finding
    at: Time


class View(msgspec.Struct, frozen=True):
    """One cluster: its facts, what was concluded from them, and how current they are.

    `name` is the context, or what the recording calls itself. `index` and `report` are None until something was
    read; while the first reading goes on they hold what has come so far, and gaps name the rest. `version` counts
    up with each view of the cluster. `marks` has the worst severity found for each object that a finding concerns.
    """

    name: str
    connection: Connection
    version: int = 0
    index: Index | None = None
    report: Report | None = None
    resolved: tuple[Resolved, ...] = ()
    marks: dict[Key, Severity] = {}

    @property
    def snapshot(self) -> Snapshot | None:
        """The facts themselves."""
        return self.index.snapshot if self.index is not None else None
