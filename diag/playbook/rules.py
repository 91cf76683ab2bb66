"""Rules about playbooks that hold together by themselves: what makes one worth trusting beside all others."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from diag.finding import SEVERITIES
from diag.model.near import hint
from diag.playbook.cases import Case
from diag.playbook.format import Group, Leaf, Playbook, is_dear
from diag.playbook.source import Path_

# States that a workload is in for many reasons: what they report is that something else is wrong.
SYMPTOMS = frozenset({"CrashLoopBackOff", "ProgressDeadlineExceeded"})
_SYMPTOM_SEVERITIES = SEVERITIES[SEVERITIES.index("medium") :]
# What kubectl only reads with, by its first word, or the first two where that is not enough.
_READING = frozenset(
    {"get", "describe", "logs", "top", "events", "explain", "auth", "api-resources", "version", "cluster-info", "diff",
     "rollout status", "rollout history"}
)  # fmt: skip


class Known(NamedTuple):
    """All playbooks by id, and the cases of each that is looked at; None where they could not be read."""

    playbooks: dict[str, Playbook]
    cases: dict[str, list[Case] | None]


Fault = tuple[Path_, str]


def _tested(playbook: Playbook, known: Known) -> Iterator[Fault]:
    """A hit for each cause and a near miss stand in the test beside the playbook."""
    cases = known.cases.get(playbook.id, [])
    if cases is None:
        return
    if not cases:
        yield (), f"has no test: write {playbook.id}.test.yaml with a hit for each cause and a near miss"
        return
    if all(case.outcome != "none" for case in cases):
        yield (), "has no near miss among its tests: add a case with 'expect: none'"
    expected = {finding.cause for case in cases for finding in case.findings}
    for i, cause in enumerate(playbook.causes):
        if cause.id not in expected:
            yield ("causes", i, "id"), f"no test expects the cause '{cause.id}'"


def _unique(playbook: Playbook, known: Known) -> Iterator[Fault]:
    """No two causes of a playbook have the same id, and no two fixes of a cause."""
    for i, name in _repeated(cause.id for cause in playbook.causes):
        yield ("causes", i, "id"), f"there is a cause '{name}' before"
    for i, cause in enumerate(playbook.causes):
        for j, name in _repeated(fix.id for fix in cause.fix):
            yield ("causes", i, "fix", j, "id"), f"there is a fix '{name}' before"


def _repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    seen: Counter[str] = Counter()
    for i, name in enumerate(names):
        seen[name] += 1
        if seen[name] == 2:
            yield i, name


def _reachable(playbook: Playbook, known: Known) -> Iterator[Fault]:
    """Only the last cause may hold always."""
    for i, cause in enumerate(playbook.causes[:-1]):
        if cause.when is None:
            yield ("causes", i), f"'{cause.id}' has no 'when', so no cause after it can hold: move it to the end"
            return


def _referenced(playbook: Playbook, known: Known) -> Iterator[Fault]:
    """A stable playbook says where its knowledge comes from."""
    if playbook.status == "stable" and not playbook.references:
        yield ("status",), "a stable playbook needs a reference"


def _explains_known(playbook: Playbook, known: Known) -> Iterator[Fault]:
    """What a playbook explains exists, as a playbook or as a cause."""
    ids = set(known.playbooks) | {cause.id for other in known.playbooks.values() for cause in other.causes}
    for i, name in enumerate(playbook.explains):
        if name not in ids:
            yield ("explains", i), f"there is no playbook or cause '{name}'{hint(name, ids)}"


def _explains_no_loop(playbook: Playbook, known: Known) -> Iterator[Fault]:
    """No playbook explains itself, directly or through others."""
    ways: list[tuple[str, ...]] = [(playbook.id,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for symptom in _symptoms(known.playbooks[way[-1]], known):
            if symptom == playbook.id:
                yield ("explains",), f"explains itself: {' → '.join((*way, symptom))}"
                return
            if symptom not in seen:
                seen.add(symptom)
                ways.append((*way, symptom))


def _symptoms(playbook: Playbook, known: Known) -> list[str]:
    """Ids of the other playbooks that one explains, wholly or a cause of theirs, and its own if it names itself."""
    wanted = set(playbook.explains)
    return [
        other.id
        for other in known.playbooks.values()
        if other.id in wanted or (other.id != playbook.id and wanted & {cause.id for cause in other.causes})
    ]


def _cheap_first(playbook: Playbook, known: Known) -> Iterator[Fault]:
    """A log or a metric is asked for only where something cheap has held."""
    return _lone(playbook.match, ("match",), False)


def _lone(item: Group | Leaf, path: Path_, cheap: bool) -> Iterator[Fault]:
    if isinstance(item, Leaf):
        if is_dear(item) and not cheap:
            yield (*path, item.kind), f"a {item.kind} costs a request: put it beside another kind in the same 'all'"
        return
    cheap = cheap or (item.mode == "all" and not all(is_dear(inner) for inner in item.items))
    for i, inner in enumerate(item.items):
        yield from _lone(inner, (*path, item.mode, i), cheap)


def _symptom_is_low(playbook: Playbook, known: Known) -> Iterator[Fault]:
    """A playbook that a symptom makes match explains that symptom, or is the symptom: low, and explained by another."""
    if not demands_symptom(playbook.match):
        return
    if any(demands_symptom(known.playbooks[other].match) for other in _symptoms(playbook, known)):
        return
    severities = [playbook.severity, *(cause.severity for cause in playbook.causes if cause.severity)]
    if any(severity not in _SYMPTOM_SEVERITIES for severity in severities):
        yield ("severity",), f"what matches {' or '.join(sorted(SYMPTOMS))} is a symptom: medium at most"
    if not any(playbook.id in _symptoms(other, known) for other in known.playbooks.values()):
        yield ("match",), f"what matches {' or '.join(sorted(SYMPTOMS))} is a symptom: no playbook 'explains' it"


def demands_symptom(item: Group | Leaf) -> bool:
    """Whether nothing matches that is not in one of the SYMPTOMS."""
    if isinstance(item, Group):
        return (any if item.mode == "all" else all)(demands_symptom(inner) for inner in item.items)
    return any(SYMPTOMS.issuperset(term.wanted) for term in item.terms)


def _commands_read(playbook: Playbook, known: Known) -> Iterator[Fault]:
    """Commands to look with, and those of fixes without risk, change nothing."""
    for i, item in enumerate(playbook.diagnose):
        if not _reads(item.command):
            yield ("diagnose", i, "command"), "changes something: 'diagnose' is for commands that read"
    for i, cause in enumerate(playbook.causes):
        for j, fix in enumerate(cause.fix):
            if fix.risk == "none" and not _reads(fix.command):
                yield ("causes", i, "fix", j, "risk"), "its command changes something, which is a risk"


def _reads(command: str) -> bool:
    words = command.split()
    return words[:1] != ["kubectl"] or " ".join(words[1:2]) in _READING or " ".join(words[1:3]) in _READING


Rule = Callable[[Playbook, Known], Iterator[Fault]]
RULES: tuple[Rule, ...] = (
    _tested,
    _unique,
    _reachable,
    _referenced,
    _explains_known,
    _explains_no_loop,
    _cheap_first,
    _symptom_is_low,
    _commands_read,
)
