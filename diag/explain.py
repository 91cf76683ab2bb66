"""Everything that can be said of one object: its state, what is wrong with it, what was ruled out, what is unknown."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from diag.errors import UsageError
from diag.facts.index import Index, Key
from diag.finding import Explanation, Finding, NearMiss, Report, Subject
from diag.model.kinds import BY_KIND, Kind
from diag.model.near import hint
from diag.playbook.fields import FIELDS, KINDS, SUBJECTS
from diag.playbook.format import Playbook
from diag.playbook.match import Facts, plain
from diag.scan import scan
from diag.scan.concern import Concerns, around, with_reasons
from diag.scan.near import closeness, near_miss
from diag.scan.verdict import Verdict, verdict

SCHEMA = "mondiag.explanation/v1"
_NEAR_MISSES = 8


def explain(
    index: Index,
    playbooks: Sequence[Playbook],
    kind: str,
    namespace: str,
    name: str,
    report: Report | None = None,
) -> Explanation:
    """What can be said of the object of a kind (`Pod`, as in the API); without namespace, of the only one of that name.

    `report` is that of the index' snapshot, where it is known already. Raises UsageError when that is not one object
    that was read.
    """
    known = _kind(kind)
    found = _object(index, known, namespace, name)
    meta = found.metadata
    report = report or scan(index.snapshot, playbooks)
    judged = [
        verdict(Facts(index, subject, one), playbook) for subject, one, playbook in _pairs(known, found, playbooks)
    ]
    return Explanation(
        schema=SCHEMA,
        taken_at=index.snapshot.taken_at,
        subject=Subject(kind, meta.namespace, meta.name, uid=meta.uid),
        facts=_facts(index, known, found),
        findings=_concerning(index, Key(kind, meta.namespace, meta.name), found, report),
        near_misses=_near_misses(judged),
        unseen=_unseen(judged),
        gaps=report.gaps,
    )


def _kind(kind: str) -> Kind:
    if kind not in BY_KIND:
        raise UsageError(f"'{kind}' is not a kind that is read{hint(kind, BY_KIND)}")
    return BY_KIND[kind]


def _object(index: Index, kind: Kind, namespace: str, name: str) -> Any:
    snapshot = index.snapshot
    if kind.plural not in snapshot.objects:
        raise UsageError(f"{kind.plural} were not read, so nothing can be said of {kind.kind} {name}")
    if namespace and (known := index.get(kind.plural, namespace, name)) is not None:
        return known
    within = [each for each in snapshot.all(kind.plural) if namespace in ("", each.metadata.namespace)]
    found = [each for each in within if each.metadata.name == name]
    if not found:
        place = f" in namespace {namespace}" if namespace else ""
        raise UsageError(f"there is no {kind.kind} {name}{place}{hint(name, (o.metadata.name for o in within))}")
    if len(found) > 1:
        places = ", ".join(sorted(each.metadata.namespace for each in found))
        raise UsageError(f"there is a {kind.kind} {name} in {places}: say which with -n")
    return found[0]


def _pairs(kind: Kind, found: Any, playbooks: Iterable[Playbook]) -> Iterator[tuple[str, Any, Playbook]]:
    """The object as a subject, and each subject inside of it (containers), with each playbook for its kind."""
    for name, subject in SUBJECTS.items():
        if kind.plural in subject.plurals:
            for one in subject.each(found):
                yield from ((name, one, playbook) for playbook in playbooks if playbook.subject == name)


def _facts(index: Index, kind: Kind, found: Any) -> dict[str, Any]:
    """The fields that have a value, by name; those of a container with its name: `container.state (app)`."""
    facts: dict[str, Any] = {}
    for name in FIELDS:
        subject = SUBJECTS.get(name)
        if subject is not None and kind.plural in subject.plurals:
            for one in subject.each(found):
                suffix = f" ({one.spec.name})" if name == "container" else ""
                facts.update(_values(index, name, one, found.metadata.namespace, suffix))
        elif subject is None and KINDS[name] == (kind.plural,):
            facts.update(_values(index, name, found, found.metadata.namespace))
    return facts


def _values(index: Index, kind: str, found: Any, namespace: str, suffix: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in FIELDS[kind].items():
        if all(index.saw(plural, namespace) for plural in field.needs):
            value = field.get(index, found)
            if value is not None:
                yield f"{kind}.{name}{suffix}", plain(value)


def _concerning(index: Index, key: Key, found: Any, report: Report) -> tuple[Finding, ...]:
    """The findings about the object, its owners and its claims, or about pods of it; and what explains those."""
    chosen = Concerns(index, report.findings).of({key}, around(index, key.kind, found))
    return with_reasons(report.findings, chosen)


def _near_misses(judged: Iterable[Verdict]) -> tuple[NearMiss, ...]:
    misses = (near_miss(found) for found in judged)
    return tuple(sorted((miss for miss in misses if miss and miss.held), key=closeness)[:_NEAR_MISSES])


def _unseen(judged: Iterable[Verdict]) -> tuple[str, ...]:
    """What was not seen, each with the playbooks that it keeps from being judged."""
    concerned: dict[str, dict[str, None]] = defaultdict(dict)
    for found in judged:
        name = found.playbook.id
        if found.match.state == "unknown":
            for why in found.match.unseen:
                concerned[why][name] = None
        elif found.cause is None:
            for cause, why in found.undecided:
                concerned[why][f"{name} (cause {cause})"] = None
    return tuple(f"{', '.join(names)}: not seen: {why}" for why, names in concerned.items())
