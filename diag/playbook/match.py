"""Holding a playbook's terms against one subject. Pure: an index in, an outcome with its evidence out.

A term holds, fails, or cannot be judged because what it needs was not read; only the first makes a finding, and the
last is never taken for a failure to match.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal

import msgspec
import regex

from diag.facts.index import Index, Key
from diag.finding import Evidence, FailedTerm, Origin
from diag.model.snapshot import LogKey
from diag.model.text import clean_text
from diag.model.units import parse_quantity
from diag.playbook.fields import FIELDS, KINDS, RELATIONS, SUBJECTS, log_key, origin_name, read_log, workload_of
from diag.playbook.format import Group, Leaf, Term

State = Literal["held", "failed", "unknown"]
# A line is cut here before an expression sees it. A search that takes longer than the limit tells nothing, and after a
# few of them in one scan the expression is not tried again.
_LONGEST = 20_000
_REGEX_SECONDS = 0.1
_PATIENCE = 3
# Only while a longer text is searched may other threads run: who gives the interpreter up and takes it back ever so
# often is never asked for it, and starves those that wait.
_SHORT = 1_000
# Ages that every object has: where one is absent, a recording left out when the object was made.
_OWN_AGE = ("age", "binding.age")


class Outcome(msgspec.Struct, frozen=True):
    """What came of judging a term, leaf or group.

    `evidence` are the terms that held, `failed` those that did not, `unseen` says why it could not be judged, `logs`
    which logs would tell. `bound` are the objects that held, by kind, `groups` the named groups of expressions.
    """

    state: State
    evidence: tuple[Evidence, ...] = ()
    failed: tuple[FailedTerm, ...] = ()
    unseen: tuple[str, ...] = ()
    logs: tuple[LogKey, ...] = ()
    bound: dict[str, Any] = {}
    groups: dict[str, str] = {}


class Facts:
    """One subject and what is related to it, with values remembered while several playbooks ask for them."""

    def __init__(self, index: Index, kind: str, found: Any) -> None:
        self.index = index
        self.kind = kind
        self.found = found
        self.subject = SUBJECTS[kind].subject(kind, found)
        self._related: dict[str, list[Any]] = {kind: [found]}
        self._values: dict[tuple[int, str, str], Any] = {}
        self._workload: tuple[Key | None] | None = None

    def forget(self) -> None:
        """Forget all values, as when the index has moved on to another snapshot; the workload is that of the subject
        for as long as what was judged of it stands."""
        self._related = {self.kind: [self.found]}
        self._values.clear()

    def related(self, kind: str) -> list[Any]:
        """The objects of a kind that are related to the subject, the subject itself for its own kind."""
        if kind not in self._related:
            self._related[kind] = list(RELATIONS[self.kind, kind](self.index, self.found))
        return self._related[kind]

    @property
    def workload(self) -> Key | None:
        """The workload that the subject belongs to."""
        if self._workload is None:
            self._workload = (workload_of(self.index, self.kind, self.found),)
        return self._workload[0]

    def value(self, kind: str, found: Any, field: str) -> Any:
        """The value of a field of an object, None when it is absent."""
        key = (id(found), kind, field)  # the objects stay alive in `_related`, so ids stay theirs
        if key not in self._values:
            self._values[key] = FIELDS[kind][field].get(self.index, found)
        return self._values[key]

    def unseen(self, kind: str, field: str = "") -> str | None:
        """What was not read and is needed to judge the kind, or one of its fields; None when nothing is lacking."""
        needs = FIELDS[kind][field].needs if field else KINDS[kind]
        for plural in needs:
            if plural == "events" and not self.subject.namespace:
                plural = "events@default"  # where events about what has no namespace stand
            if not self.index.saw(plural, self.subject.namespace):
                return plural.replace("@", " of namespace ")
        return None


def judge(facts: Facts, item: Group | Leaf) -> Outcome:
    """Hold a group or leaf against the subject."""
    if isinstance(item, Leaf):
        return _leaf(facts, item)
    return _all(facts, item.items) if item.mode == "all" else _any(facts, item.items)


def may_hold(facts: Facts, item: Group | Leaf) -> bool:
    """Whether the group or leaf can hold, as `judge` would tell, without keeping evidence.

    What was not read is taken to hold. Most subjects are dismissed by this.
    """
    if isinstance(item, Group):
        return (all if item.mode == "all" else any)(may_hold(facts, inner) for inner in item.items)
    for found in facts.related(item.kind):
        if all(_term_may_hold(facts, found, term) for term in item.terms):
            return True
    return _lacking(facts, item) is not None


def _term_may_hold(facts: Facts, found: Any, term: Term) -> bool:
    if facts.unseen(term.kind, term.field) is not None:
        return True
    try:
        value = facts.value(term.kind, found, term.field)
        return _undated(facts, found, term, value) or holds(facts, term, value) is not None
    except TimeoutError:
        return True


def _all(facts: Facts, items: Iterable[Group | Leaf]) -> Outcome:
    """Everything must hold. One failure decides, whatever could not be judged."""
    outcomes = []
    for item in items:
        outcome = judge(facts, item)
        outcomes.append(outcome)
        if outcome.state == "failed":
            return _merge("failed", outcomes)
    state: State = "unknown" if any(outcome.state == "unknown" for outcome in outcomes) else "held"
    return _merge(state, outcomes)


def _any(facts: Facts, items: Iterable[Group | Leaf]) -> Outcome:
    """The first that holds decides."""
    outcomes = []
    for item in items:
        outcome = judge(facts, item)
        if outcome.state == "held":
            return outcome
        outcomes.append(outcome)
    state: State = "unknown" if any(outcome.state == "unknown" for outcome in outcomes) else "failed"
    return _merge(state, outcomes)


def _merge(state: State, outcomes: list[Outcome]) -> Outcome:
    bound: dict[str, Any] = {}
    groups: dict[str, str] = {}
    for outcome in outcomes:
        if outcome.state == "held":
            bound.update(outcome.bound)
            groups.update(outcome.groups)
    return Outcome(
        state,
        tuple(e for outcome in outcomes for e in outcome.evidence),
        tuple(f for outcome in outcomes for f in outcome.failed),
        tuple(dict.fromkeys(u for outcome in outcomes for u in outcome.unseen)),
        tuple(dict.fromkeys(log for outcome in outcomes for log in outcome.logs)),
        bound,
        groups,
    )


def _leaf(facts: Facts, leaf: Leaf) -> Outcome:
    """Some object of the kind must satisfy every term; the one that satisfies most is the near miss."""
    best: Outcome | None = None
    for found in facts.related(leaf.kind):
        outcome = _object(facts, leaf, found)
        if outcome.state == "held":
            return outcome
        if best is None or len(outcome.evidence) > len(best.evidence) or outcome.state == "unknown":
            best = outcome
    if best is not None and best.state == "unknown":
        return best
    lacking = _lacking(facts, leaf)
    if lacking is not None:
        return lacking
    if best is not None:
        return best
    return Outcome("failed", failed=tuple(FailedTerm(t.name, t.operator, _shown(t), None) for t in leaf.terms))


def _lacking(facts: Facts, leaf: Leaf) -> Outcome | None:
    """Why objects of the kind may exist that were not seen; None when all were seen."""
    if leaf.kind == facts.kind:
        return None
    if leaf.kind == "log":
        key = log_key(facts.found)
        scope = f"{key.namespace}/{key.pod}/{key.container}"
        if read_log(facts.index, facts.found) is not None:
            return None
        if scope in facts.index.log_gaps:
            return Outcome("unknown", unseen=(f"the log of {scope}",))
        return Outcome("unknown", unseen=(f"the log of {scope}",), logs=(key,))
    if leaf.kind == "metric":
        asked = facts.index.metric_names
        missing = [term.field for term in leaf.terms if term.field not in asked]
        return Outcome("unknown", unseen=(f"metric {missing[0]}",)) if missing else None
    plural = facts.unseen(leaf.kind)
    return Outcome("unknown", unseen=(plural,)) if plural else None


def _object(facts: Facts, leaf: Leaf, found: Any) -> Outcome:
    evidence: list[Evidence] = []
    failed: list[FailedTerm] = []
    unseen: list[str] = []
    groups: dict[str, str] = {}
    for term in leaf.terms:
        value = facts.value(leaf.kind, found, term.field)
        if _undated(facts, found, term, value):
            continue
        plural = facts.unseen(leaf.kind, term.field)
        if plural is not None and (value is None or FIELDS[leaf.kind][term.field].type == "bool"):
            unseen.append(plural)
            continue
        try:
            held = holds(facts, term, value)
        except TimeoutError:
            unseen.append(f"whether {term.name} matches (its expression takes too long)")
            continue
        if held is None:
            failed.append(FailedTerm(term.name, term.operator, _shown(term), plain(value)))
            break
        groups.update(held)
        if _waits_for_age(facts, term):
            continue  # it passed for want of a clock, which is no evidence
        kind, name = origin_name(leaf.kind, found)
        evidence.append(Evidence(term.name, term.operator, _shown(term), plain(value), Origin(kind, name, term.name)))
    state: State = "failed" if failed else "unknown" if unseen else "held"
    return Outcome(state, tuple(evidence), tuple(failed), tuple(unseen), (), {leaf.kind: found}, groups)


def holds(facts: Facts, term: Term, value: Any) -> dict[str, str] | None:
    """The named groups (mostly none) when the term holds for the value, None when it does not.

    Raises TimeoutError when an expression takes too long to tell.
    """
    if term.operator == "exists":
        return {} if (value is not None) in term.wanted else None
    if _waits_for_age(facts, term) and (value is not None or term.field in _OWN_AGE):
        return {}
    if value is None:
        return None
    if term.operator in ("gt", "gte", "lt", "lte"):
        return _compare(term, value)
    values = value if isinstance(value, list) else [value]
    if term.operator == "matches":
        return _search(facts.index, term, values)
    if term.limits:
        return {} if any(_number(v) in term.limits for v in values) else None
    if term.operator == "is":
        return {} if any(v in term.wanted for v in values) else None
    texts = [str(v) for v in values]
    if term.operator == "startswith":
        return {} if any(t.startswith(str(w)) for t in texts for w in term.wanted) else None
    if isinstance(value, list):
        return {} if any(str(w) in texts for w in term.wanted) else None
    return {} if any(str(w) in t for t in texts for w in term.wanted) else None


def _compare(term: Term, value: Any) -> dict[str, str] | None:
    number = _number(value)
    if number is None:
        return None
    for limit in term.limits:
        if (
            (term.operator == "gt" and number > limit)
            or (term.operator == "gte" and number >= limit)
            or (term.operator == "lt" and number < limit)
            or (term.operator == "lte" and number <= limit)
        ):
            return {}
    return None


def _waits_for_age(facts: Facts, term: Term) -> bool:
    """Whether the term only waits for a state to last, in data whose own time is not known.

    An inferred clock stopped at the newest time in the data: everything is at least as old as it seems, and how much
    more is not known. A gate must not hide what may long have passed it.
    """
    inferred = facts.index.snapshot.clock == "inferred"
    return inferred and term.operator in ("gt", "gte") and term.field.endswith("age") and bool(term.limits)


def _undated(facts: Facts, found: Any, term: Term, value: Any) -> bool:
    """Whether only the time is absent of a state that the object is in, as in data that was cut or made by hand.

    `ready.age` is the age of `ready`, and `mount.age` that of whatever `mount.…` tells.
    """
    state, dot, age = term.field.rpartition(".")
    if value is not None or not dot or age != "age" or not _waits_for_age(facts, term):
        return False
    told = (name for name in FIELDS[term.kind] if name == state or name.startswith(f"{state}."))
    return any(facts.value(term.kind, found, name) for name in told)


def _search(index: Index, term: Term, values: list[Any]) -> dict[str, str] | None:
    for wanted in term.wanted:
        expression = _compiled(str(wanted))
        for value in values:
            if index.slow_expressions[str(wanted)] >= _PATIENCE:
                raise TimeoutError
            try:
                text = str(value)[:_LONGEST]
                found = expression.search(text, timeout=_REGEX_SECONDS, concurrent=len(text) > _SHORT)
            except TimeoutError:
                index.slow_expressions[str(wanted)] += 1
                raise
            if found:
                return {name: text for name, text in found.groupdict().items() if text is not None}
    return None


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> "regex.Pattern[str]":
    return regex.compile(expression)


def _number(value: Any) -> float | None:
    try:
        return parse_quantity(value) if isinstance(value, str) else float(value)
    except (ValueError, TypeError):
        return None


def _shown(term: Term) -> Any:
    return term.wanted[0] if len(term.wanted) == 1 else list(term.wanted)


def plain(value: Any) -> Any:
    """A value as it stands in a report: whole seconds for durations, text without control characters."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, str):
        return clean_text(value)
    return value
