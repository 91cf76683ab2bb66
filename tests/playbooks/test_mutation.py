"""No playbook may find what is no longer there, and nothing may change for what is beside the point."""

import copy
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from diag.finding import Evidence, Finding
from diag.playbook.cases import Case, snapshot
from diag.playbook.fields import FIELDS
from diag.playbook.load import built_in, load_directory
from diag.runner import cases
from diag.scan import scan
from tests.playbooks.noise import noise, with_noise

CASES = cases([built_in()])
HITS = [case for case in CASES if case.outcome == "hit"]
PLAYBOOKS = load_directory(built_in(), [])


def name(case: Case) -> str:
    return f"{case.playbook}: {case.name}"


def found(case: Case) -> list[Finding]:
    """What the case's own playbook finds in it."""
    try:
        report = scan(snapshot(case), PLAYBOOKS)
    except ValueError:  # nothing is found in what makes no sense
        return []
    return [finding for finding in report.findings if finding.playbook == case.playbook]


@pytest.mark.parametrize("case", HITS, ids=name)
def test_a_finding_goes_with_each_fact_that_made_it(case: Case) -> None:
    for finding in found(case):
        for fact in finding.evidence:
            changed = without(case, fact) if is_read(fact) else None
            if changed is not None:
                stubborn = [f for f in found(changed) if f.cause == finding.cause and cites(f, fact)]
                assert not stubborn, f"{finding.cause} still cites {fact.field} = {fact.value!r}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_healthy_objects_around_it_change_no_verdict(case: Case) -> None:
    alone = snapshot(case)
    before, after = scan(alone, PLAYBOOKS), scan(with_noise(alone), PLAYBOOKS)
    assert after.findings == before.findings
    assert after.gaps == before.gaps


def is_read(fact: Evidence) -> bool:
    """Whether it made the finding, and its value stands somewhere as such; a time span never does."""
    kind, _, field = fact.field.partition(".")
    return fact.operator != "shown" and FIELDS[kind][field].type != "duration"


def cites(finding: Finding, fact: Evidence) -> bool:
    return any((item.field, item.value) == (fact.field, fact.value) for item in finding.evidence)


def without(case: Case, fact: Evidence) -> Case | None:
    """The case without the value of a fact, wherever it stands; None when it stands nowhere: it was worked out."""
    values = fact.value if isinstance(fact.value, list) else [fact.value]
    objects = copy.deepcopy(list(case.objects))
    places = [place for place in leaves(objects) if any(is_from(place, at(objects, place), fact, v) for v in values)]
    for place in sorted(places, key=repr, reverse=True):  # from the end, so that indices stay right
        take_away(objects, place)
    logs = {key: "\n".join(line for line in text.splitlines() if line not in values) for key, text in case.logs.items()}
    samples = None if case.metrics is None else tuple(s for s in case.metrics if round(s.value, 3) not in values)
    changed = msgspec.structs.replace(case, objects=tuple(objects), logs=logs, metrics=samples)
    return None if (changed.objects, changed.metrics) == (case.objects, case.metrics) and logs == case.logs else changed


Place = tuple[str | int, ...]


def leaves(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where the scalars are, but for the kind of each object, without which it would be no object."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*place, key))
    elif place[1:] != ("kind",):
        yield place


def at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value


def is_from(place: Place, leaf: object, fact: Evidence, value: object) -> bool:
    """Whether a fact has its value from here: it is equal and, as numbers and truths are many, named so too."""
    if leaf != value or isinstance(leaf, bool) != isinstance(value, bool):
        return False
    name = fact.field.rpartition(".")[2].replace("_", "")
    return isinstance(value, str) or str(place[-1]).lower().endswith(name)


def take_away(objects: list[Any], place: Place) -> None:
    """Delete a value; one that means the same when it is absent is turned into another."""
    parent, last = at(objects, place[:-1]), place[-1]
    value = parent[last]
    if isinstance(value, bool):
        parent[last] = not value
    elif value in (0, ""):
        parent[last] = 1 if value == 0 else "another"
    else:
        del parent[last]


def test_the_noise_is_of_many_kinds_and_nothing_is_found_in_it() -> None:
    empty = msgspec.structs.replace(snapshot(CASES[0]), objects={plural: [] for plural in noise()})
    alone = with_noise(empty)
    assert sum(map(len, alone.objects.values())) == 500
    assert scan(alone, PLAYBOOKS).findings == ()
