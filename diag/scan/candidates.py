"""Which subjects are worth holding against which playbooks: a healthy pod is passed over with one test."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

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


class _Entry(NamedTuple):
    playbook: Playbook
    gates: tuple[_Gate, ...]


def candidates(index: Index, playbooks: Sequence[Playbook]) -> Iterator[tuple[Facts, list[Playbook]]]:
    """Each subject with the playbooks that may match it, kind by kind, in the order of the snapshot."""
    for kind, subject in SUBJECTS.items():
        concerned = [playbook for playbook in playbooks if playbook.subject == kind]
        if not concerned:
            continue
        entries = [_Entry(playbook, _gates(playbook)) for playbook in concerned]
        pods = _Picker(index, kind, entries) if subject.plurals == ("pods",) else None
        for plural in subject.plurals:
            pick = pods or (_WorkloadPicker(plural, entries) if kind == _WORKLOAD else None)
            for found in index.snapshot.all(plural):
                chosen = pick.entries(found) if pick else entries
                if chosen and _chosen(index, plural, found):
                    yield from _each(index, kind, found, chosen)


def _chosen(index: Index, plural: str, found: Any) -> bool:
    """With a label selector, which picks pods, only the claims of those pods are looked at besides them."""
    if not index.snapshot.scope.selector or plural == "pods":
        return True
    return plural == "persistentvolumeclaims" and (found.metadata.namespace, found.metadata.name) in index.pods_by_claim


def subjects(index: Index, kind: str) -> Iterator[Any]:
    """All objects of a subject kind."""
    for plural in SUBJECTS[kind].plurals:
        for found in index.snapshot.all(plural):
            yield from SUBJECTS[kind].each(found)


def _each(index: Index, kind: str, found: Any, entries: list[_Entry]) -> Iterator[tuple[Facts, list[Playbook]]]:
    for one in SUBJECTS[kind].each(found):
        passing = [entry.playbook for entry in entries if _passes(index, kind, one, entry.gates)]
        if passing:
            facts = Facts(index, kind, one)
            possible = [playbook for playbook in passing if may_hold(facts, playbook.match)]
            if possible:
                yield facts, possible


def _passes(index: Index, kind: str, found: Any, gates: tuple[_Gate, ...]) -> bool:
    for gate in gates:
        value = FIELDS[kind][gate.field].get(index, found)
        if value is None or (
            value not in gate.wanted if not isinstance(value, list) else gate.wanted.isdisjoint(value)
        ):
            return False
    return True


class _Picker:
    """Chooses playbooks for a pod: all for one that is not quiet, else those that its events or metrics call for."""

    def __init__(self, index: Index, kind: str, entries: list[_Entry]) -> None:
        self._entries = entries
        self._always = [
            e for e in entries if not _is_loud(kind, e.playbook.match) and _called(e.playbook.match) is None
        ]
        self._called: dict[tuple[str, str], list[_Entry]] = {}
        for entry in entries:
            called = _called(entry.playbook.match)
            if called is None or _is_loud(kind, entry.playbook.match):
                continue
            for pod in _pods_of(index, *called):
                self._called.setdefault(pod, []).append(entry)

    def entries(self, pod: Any) -> list[_Entry]:
        if not pod.quiet:
            return self._entries
        if not self._called:
            return self._always
        extra = self._called.get((pod.metadata.namespace, pod.metadata.name))
        return self._always + extra if extra else self._always


class _WorkloadPicker:
    """Chooses playbooks for a workload of one kind: those for its kind, and for a settled one fewer still."""

    def __init__(self, plural: str, entries: list[_Entry]) -> None:
        kind = BY_PLURAL[plural].kind
        self._entries = [e for e in entries if all(kind in gate.wanted for gate in e.gates if gate.field == "kind")]
        self._settled = [e for e in self._entries if _UNSETTLED not in e.gates]

    def entries(self, found: Any) -> list[_Entry]:
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
    events = [event for name in names for event in index.events_by_reason.get(name, ())]
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
