"""Which subjects are worth holding against which playbooks: a healthy pod is passed over with one test."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from diag.facts.groups import place
from diag.facts.index import Index
from diag.facts.rollouts import settled
from diag.model.kinds import BY_PLURAL
from diag.playbook.fields import FIELDS, SUBJECTS
from diag.playbook.format import Group, Leaf, Playbook
from diag.playbook.match import Facts, may_hold

# Terms that cannot hold for a quiet pod (see model.pods.Pod): each speaks of a fault or of an end that the kubelet
# would have to report. A playbook that demands one of them need not look at quiet pods.
_LOUD = {
    "container": (
        "waiting.",
        "last_exit.",
        "last_run.",
        "pull.",
        "start.",
        "config.",
        "killed_by_probe",
        "system_oom",
        "crash",
    ),
    "pod": (
        "reason",
        "unschedulable",
        "disruption",
        "mount.",
        "sandbox.",
        "network.error",
        "deletion.",
        "permission_change",
        "creating.",
        "readiness_gates",
    ),
}
_LOUD_VALUES = {
    ("pod", "phase"): frozenset({"Pending", "Failed", "Unknown"}),
    ("container", "state"): frozenset({"waiting", "terminated"}),
    ("pod", "terminating"): frozenset({True}),
    ("pod", "ready"): frozenset({"False", "Unknown"}),
    ("container", "ready"): frozenset({False}),
}


class _Gate(NamedTuple):
    """A plain term on the subject itself that must hold, judged before anything else and without evidence."""

    field: str
    wanted: frozenset[Any]


_WORKLOAD = "workload"
_UNSETTLED = _Gate("settled", frozenset({False}))


class Entry(NamedTuple):
    """A playbook with the gates that it stands behind."""

    playbook: Playbook
    gates: tuple[_Gate, ...]


def candidates(index: Index, playbooks: Sequence[Playbook]) -> Iterator[tuple[Facts, list[Playbook]]]:
    """Each subject with the playbooks that may match it, kind by kind, in the order of the snapshot."""
    for picker in pickers(index, playbooks):
        for found in index.all(picker.plural):
            if chosen := picker.entries(found):
                yield from possible(index, picker, found, chosen)


def pickers(index: Index, playbooks: Sequence[Playbook]) -> Iterator["Picker"]:
    """What chooses playbooks for the objects of each kind and plural that playbooks are about."""
    for kind, subject in SUBJECTS.items():
        entries = [Entry(playbook, _gates(playbook)) for playbook in playbooks if playbook.subject == kind]
        for plural in subject.plurals if entries else ():
            if plural == "pods":
                yield PodPicker(index, kind, entries)
            elif kind == _WORKLOAD:
                yield _WorkloadPicker(kind, plural, entries)
            else:
                yield Picker(kind, plural, entries)


def possible(
    index: Index, picker: "Picker", found: Any, chosen: Iterable[Entry]
) -> Iterator[tuple[Facts, list[Playbook]]]:
    """The subjects in one object, each with those of the chosen playbooks that may match it."""
    if not _in_scope(index, picker.plural, found):
        return
    for one in SUBJECTS[picker.kind].each(found):
        passing = [entry.playbook for entry in chosen if _passes(index, picker.kind, one, entry.gates)]
        if passing:
            facts = Facts(index, picker.kind, one)
            hopeful = [playbook for playbook in passing if may_hold(facts, playbook.match)]
            if hopeful:
                yield facts, hopeful


def _in_scope(index: Index, plural: str, found: Any) -> bool:
    """With a label selector, which picks pods, only the claims of those pods are looked at besides them."""
    if not index.snapshot.scope.selector or plural == "pods":
        return True
    return plural == "persistentvolumeclaims" and bool(index.pods_by_claim.get(place(found)))


def subjects(index: Index, kind: str) -> Iterator[Any]:
    """All objects of a subject kind."""
    for plural in SUBJECTS[kind].plurals:
        for found in index.all(plural):
            yield from SUBJECTS[kind].each(found)


def _passes(index: Index, kind: str, found: Any, gates: tuple[_Gate, ...]) -> bool:
    for gate in gates:
        value = FIELDS[kind][gate.field].get(index, found)
        if value is None or (
            value not in gate.wanted if not isinstance(value, list) else gate.wanted.isdisjoint(value)
        ):
            return False
    return True


class Picker:
    """Chooses playbooks for the objects of one plural, as subjects of one kind: all that there are."""

    def __init__(self, kind: str, plural: str, entries: list[Entry]) -> None:
        self.kind = kind
        self.plural = plural
        self._entries = entries

    def entries(self, found: Any) -> list[Entry]:
        """Those that may concern the object; told by the object alone, unless it is a pod (see `PodPicker.called`)."""
        return self._entries


class PodPicker(Picker):
    """Chooses playbooks for a pod: all for one that is not quiet, else those that its events or metrics call for.

    `called` are the latter, by the (namespace, name) of the pod.
    """

    def __init__(self, index: Index, kind: str, entries: list[Entry]) -> None:
        super().__init__(kind, "pods", entries)
        self._always = [
            e for e in entries if not _is_loud(kind, e.playbook.match) and _called(e.playbook.match) is None
        ]
        self.called: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            called = _called(entry.playbook.match)
            if called is None or _is_loud(kind, entry.playbook.match):
                continue
            for pod in _pods_of(index, *called):
                self.called.setdefault(pod, []).append(entry)

    def entries(self, found: Any) -> list[Entry]:
        if not found.quiet:
            return self._entries
        if not self.called:
            return self._always
        extra = self.called.get(place(found))
        return self._always + extra if extra else self._always


class _WorkloadPicker(Picker):
    """Chooses playbooks for a workload of one kind: those for its kind, and for a settled one fewer still."""

    def __init__(self, kind: str, plural: str, entries: list[Entry]) -> None:
        own = BY_PLURAL[plural].kind
        mine = [e for e in entries if all(own in gate.wanted for gate in e.gates if gate.field == "kind")]
        super().__init__(kind, plural, mine)
        self._settled = [e for e in mine if _UNSETTLED not in e.gates]

    def entries(self, found: Any) -> list[Entry]:
        return self._settled if settled(found) else self._entries


def _is_loud(kind: str, item: Group | Leaf) -> bool:
    """Whether the group cannot hold for a quiet pod."""
    if isinstance(item, Group):
        loud = [_is_loud(kind, inner) for inner in item.items]
        return any(loud) if item.mode == "all" else all(loud)
    if item.kind not in ("pod", "container"):
        return False
    for term in item.terms:
        if term.operator == "exists" and False in term.wanted:
            continue
        if term.field.startswith(_LOUD[item.kind]):
            return True
        wanted = _LOUD_VALUES.get((item.kind, term.field))
        if wanted is not None and term.operator == "is" and wanted.issuperset(term.wanted):
            return True
    return False


def _called(item: Group | Leaf) -> tuple[str, frozenset[str]] | None:
    """The event reasons or metric names without which the group cannot hold, as (`event` or `metric`, names)."""
    if isinstance(item, Group):
        inner = [_called(part) for part in item.items]
        if item.mode == "all":
            return next((called for called in inner if called is not None), None)
        kinds = {called[0] if called else "" for called in inner}
        if len(kinds) != 1 or "" in kinds:
            return None
        return kinds.pop(), frozenset(name for called in inner if called for name in called[1])
    if item.kind == "metric":
        return "metric", frozenset(term.field for term in item.terms)
    reasons = [term for term in item.terms if term.name == "event.reason" and term.operator == "is"]
    return ("event", frozenset(str(wanted) for wanted in reasons[0].wanted)) if reasons else None


def _pods_of(index: Index, kind: str, names: frozenset[str]) -> set[tuple[str, str]]:
    if kind == "metric":
        return {(key[0], key[1]) for key, samples in index.samples.items() if any(s.name in names for s in samples)}
    events = [event for name in names for event in index.events_by_reason.get(name)]
    return {(e.involved.namespace, e.involved.name) for e in events if e.involved.kind == "Pod"}


def _gates(playbook: Playbook) -> tuple[_Gate, ...]:
    if playbook.match.mode != "all":
        return ()
    return tuple(
        _Gate(term.field, frozenset(term.wanted))
        for leaf in playbook.match.items
        if isinstance(leaf, Leaf) and leaf.kind == playbook.subject
        for term in leaf.terms
        if term.operator == "is" and not term.limits and not FIELDS[leaf.kind][term.field].needs
    )
