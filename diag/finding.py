"""What is concluded from a snapshot. The structs are the JSON of `mondiag scan --json`, field by field."""

from typing import Any, Literal

import msgspec

from diag.model.meta import Time
from diag.model.snapshot import Gap, Scope

SCHEMA = "mondiag.report/v1"
Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
Risk = Literal["none", "reversible", "disruptive", "destructive"]
RISKS: tuple[Risk, ...] = ("none", "reversible", "disruptive", "destructive")


class Subject(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """The object that a finding is about; `container` only where it is about one container of a pod."""

    kind: str
    namespace: str
    name: str
    container: str = ""
    uid: str = ""


class Origin(msgspec.Struct, frozen=True):
    """Where a value was seen: an object and the path of the field in it, in the playbooks' words."""

    kind: str
    name: str
    path: str


class Evidence(msgspec.Struct, frozen=True):
    """One fact that made a finding: `field operator wanted` held because the value was this."""

    field: str
    operator: str
    wanted: Any
    value: Any
    origin: Origin = msgspec.field(name="from")


class Fix(msgspec.Struct, frozen=True):
    """One way to mend a finding. An action can be applied by a program, a manual fix is for people.

    `kubectl` and `patch` say what the action does; `owner` is who manages the object's fields, and `blocked` why the
    action would not last, if so.
    """

    id: str
    title: str
    risk: Risk
    kind: Literal["action", "manual"]
    text: str = ""
    kubectl: str | None = None
    patch: dict[str, Any] | None = None
    owner: str | None = None
    blocked: str | None = None


class Diagnosis(msgspec.Struct, frozen=True):
    """A read-only command that shows more."""

    title: str
    command: str


class Finding(msgspec.Struct, frozen=True):
    """Something unhealthy, its cause as far as the evidence shows, and what to do.

    `id` is stable from scan to scan. `members` are all subjects of the same workload and cause, the subject first.
    `symptoms` are ids of findings that this one explains; `symptom_of` is the one that explains this.
    `undecided` names the causes that could not be judged because of a gap, with the reason.
    """

    id: str
    playbook: str
    cause: str
    severity: Severity
    title: str
    subject: Subject
    workload: Subject | None
    members: tuple[Subject, ...]
    since: Time | None
    last_seen: Time | None
    meaning: str
    impact: str
    evidence: tuple[Evidence, ...]
    fixes: tuple[Fix, ...]
    diagnose: tuple[Diagnosis, ...]
    references: tuple[str, ...]
    file: str
    symptoms: tuple[str, ...] = ()
    symptom_of: str | None = None
    undecided: tuple[str, ...] = ()


class Summary(msgspec.Struct, frozen=True):
    """How many findings there are of each severity (symptoms not counted), and how many objects were read."""

    critical: int
    high: int
    medium: int
    low: int
    info: int
    objects: dict[str, int]
    duration_ms: int


class Report(msgspec.Struct, frozen=True):
    """The result of a scan. Findings are in order: worst first, symptoms right behind their root cause."""

    schema: str
    taken_at: Time
    source: str
    context: str
    server_version: str
    scope: Scope
    summary: Summary
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    checked: dict[str, int]


class FailedTerm(msgspec.Struct, frozen=True):
    """A term that did not hold: what was wanted, and the value that was there (None where there was none)."""

    field: str
    operator: str
    wanted: Any
    value: Any


class NearMiss(msgspec.Struct, frozen=True):
    """A playbook that some terms held for and that did not match; `vetoed` when a `not_when` term held."""

    playbook: str
    title: str
    subject: Subject
    held: tuple[Evidence, ...]
    failed: tuple[FailedTerm, ...]
    vetoed: bool


class Explanation(msgspec.Struct, frozen=True):
    """What can be said of one object.

    `facts` are its state in the playbooks' fields, `unseen` what could not be judged.
    """

    schema: str
    taken_at: Time
    subject: Subject
    facts: dict[str, Any]
    findings: tuple[Finding, ...]
    near_misses: tuple[NearMiss, ...]
    unseen: tuple[str, ...]
    gaps: tuple[Gap, ...]
