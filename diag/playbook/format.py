"""A playbook as plain data, the way its file says it."""

import msgspec

from diag.finding import Risk, Severity

SCHEMA = "mondiag/v1"
# Each operator in words that stand between a field and a value.
OPERATORS = {
    "is": "is",
    "contains": "contains",
    "startswith": "starts with",
    "matches": "matches",
    "gt": "is more than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "exists": "is there:",
}


class Term(msgspec.Struct, frozen=True):
    """`field|operator: wanted`. `wanted` holds the accepted values as written; one of them must hold.

    `limits` are the same in base units for comparisons (seconds, bytes), empty where they do not compare.
    """

    kind: str
    field: str
    operator: str
    wanted: tuple[str | float | bool, ...]
    limits: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """The field with its kind: `container.ready`."""
        return f"{self.kind}.{self.field}"


class Leaf(msgspec.Struct, frozen=True):
    """Terms that must all hold for one object of the kind."""

    kind: str
    terms: tuple[Term, ...]


class Group(msgspec.Struct, frozen=True):
    """`all` or `any` of what it lists, the dear ones last (see `is_dear`)."""

    mode: str
    items: tuple["Group | Leaf", ...]


class Verify(msgspec.Struct, frozen=True):
    """What must hold, and within how many seconds, for a fix to have worked."""

    within: float
    expect: Leaf


class FixSpec(msgspec.Struct, frozen=True):
    """A way to mend a cause: a verb with its parameters (`do`) or words for people (`manual`); the other is empty."""

    id: str
    title: str
    risk: Risk
    do: str = ""
    parameters: dict[str, str] = {}
    manual: str = ""
    command: str = ""
    verify: Verify | None = None


class Cause(msgspec.Struct, frozen=True):
    """One root cause. `severity` overrides the playbook's; without `when` it holds always.

    `common` names a field (`container.missing_object`) whose value, `Kind namespace/name`, is what all subjects with
    the cause have in common: subjects of several workloads with one value make one finding.
    """

    id: str
    title: str
    meaning: str
    impact: str
    fix: tuple[FixSpec, ...]
    when: Group | None = None
    severity: Severity | None = None
    common: str = ""


class Command(msgspec.Struct, frozen=True):
    """A read-only command for people to copy."""

    title: str
    command: str


class Playbook(msgspec.Struct, frozen=True):
    """One playbook. `file` is where it was read from; `built_in` whether it came with the program.

    A `symptom` says that something does not work and not why: whatever else is found on the same chain explains it.
    """

    id: str
    title: str
    severity: Severity
    status: str
    subject: str
    match: Group
    causes: tuple[Cause, ...]
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    not_when: Group | None = None
    explains: tuple[str, ...] = ()
    symptom: bool = False
    diagnose: tuple[Command, ...] = ()
    show: tuple[str, ...] = ()
    file: str = ""
    built_in: bool = True


def leaves(group: Group | Leaf | None) -> list[Leaf]:
    """All leaves below, in order."""
    if group is None:
        return []
    if isinstance(group, Leaf):
        return [group]
    return [leaf for item in group.items for leaf in leaves(item)]


def is_dear(item: Group | Leaf) -> bool:
    """Whether judging it may cost a request for each subject: a log or a metric is in it."""
    return any(leaf.kind in ("log", "metric") for leaf in leaves(item))
