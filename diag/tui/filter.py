"""The small language behind `/`: words that are looked for, and terms such as `sev:high`, `-ns:kube-*` or `age<10m`."""

import glob
import operator
import re
from collections.abc import Callable, Collection, Sequence
from fnmatch import translate
from functools import cache
from itertools import compress
from typing import Any, Final, NamedTuple, TypeVar

from diag.finding import SEVERITIES
from diag.model.near import hint
from diag.model.text import one_line
from diag.model.units import parse_duration
from diag.report.words import shortened

Row = TypeVar("Row")
Found = str | float | None

NAMES: Final[dict[str, str]] = {
    "sev": "that severity and worse; sev:=high that one alone",
    "ns": "in this namespace",
    "kind": "of this kind",
    "name": "of this name",
    "cause": "with this cause",
    "playbook": "found by this playbook",
    "node": "on this node",
    "status": "in this state",
    "reason": "with this reason",
    "type": "of this type",
    "source": "said by this component",
    "age": "younger or older: age<10m, age>1h",
    "restarts": "restarted so often: restarts>3",
    "cluster": "in this cluster",
}
"""What terms may ask for, and what they pick."""

ROWS: Final[dict[str, tuple[str, ...]]] = {
    "findings": ("sev", "ns", "kind", "name", "cause", "playbook", "node", "status", "age", "cluster"),
    "objects": ("sev", "ns", "name", "node", "status", "restarts", "age", "cluster"),
    "events": ("type", "reason", "kind", "name", "ns", "source", "age", "cluster"),
}
"""Which names the rows of a table have."""

_LONG = {"severity": "sev", "namespace": "ns"}
_NUMBERS = frozenset({"age", "restarts"})
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*(?:"|$))+')
_TERM = re.compile(r"([a-z]+)(:=?|[<>]=?)(.*)", re.IGNORECASE)
_CLOSE = 0.77  # `image:` is no misspelt `age:`
_LONGEST = 40  # letters of a term that a fault repeats


class Term(NamedTuple):
    """What is asked of one value of a row: to be like one of the patterns, or to compare with a bound."""

    name: str
    negated: bool
    patterns: tuple[str, ...] = ()
    comparison: str = ""
    bound: float = 0.0

    def test(self) -> Callable[[Found], bool]:
        """What tells whether a row is picked by its value; without a value it is not as asked."""
        negated = self.negated
        if self.comparison:
            compare, bound = _COMPARISONS[self.comparison], self.bound
            return lambda value: (isinstance(value, (int, float)) and compare(value, bound)) != negated
        search = re.compile("|".join(map(_expression, self.patterns))).search

        def like(value: Found) -> bool:
            return (search(str(value or "").lower()) is not None) != negated

        # All but names repeat from row to row.
        return like if self.name == "name" else cache(like)


class Filter(NamedTuple):
    """What was typed, understood. `words` must all be in a row's text, and none of `without`; `fault` is a line on
    what was not understood, and the rest filters all the same."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    fault: str = ""

    @property
    def has_words(self) -> bool:
        """Whether the texts of rows are needed."""
        return bool(self.words or self.without)

    @property
    def empty(self) -> bool:
        """Whether it picks every row."""
        return not self.has_words and not self.terms

    def select(
        self, rows: Sequence[Row], texts: Sequence[str] | None, value: Callable[[Row, str], Found]
    ) -> Sequence[Row]:
        """The rows that it picks, in their order.

        `texts` are the rows' texts in small letters, place for place, None where `has_words` is false; `value` gives
        what a row has under a name.
        """
        picked = rows if texts is None else self._with_words(rows, texts)
        for term in self.terms:
            name, holds = term.name, term.test()
            picked = [row for row in picked if holds(value(row, name))]
        return picked

    def _with_words(self, rows: Sequence[Row], texts: Sequence[str]) -> Sequence[Row]:
        asked = [*((word, True) for word in self.words), *((word, False) for word in self.without)]
        for place, (word, within) in enumerate(asked, 1):
            picked = [word in text for text in texts] if within else [word not in text for text in texts]
            if not all(picked):  # a first letter leaves nearly all, and copies cost as much as looking
                rows = list(compress(rows, picked))
                texts = list(compress(texts, picked)) if place < len(asked) else ()
        return rows


def parse(text: str, names: Collection[str] = tuple(NAMES), typing: bool = False) -> Filter:
    """The filter that the text stands for; `names` are those that the rows have.

    Half a term, such as `sev:`, filters nothing yet. While `typing`, the last term is the beginning of what is meant.
    """
    words: dict[bool, list[str]] = {False: [], True: []}
    terms: list[Term] = []
    faults: list[str] = []
    for found in _TOKEN.finditer(text):
        negated = found[0].startswith("-")
        token = found[0].removeprefix("-")
        term = _TERM.fullmatch(token)
        name = term[1].lower() if term is not None else ""
        if term is None or _LONG.get(name, name) not in NAMES:
            words[negated] += filter(None, [token.replace('"', "").lower()])
            meant = hint(name, [*names, *_LONG], _CLOSE)
            faults += [f"{shortened(found[0], _LONGEST)}: looked for as it stands{meant}"] if meant else []
            continue
        try:
            terms += _terms(term, negated, names, typing and found.end() == len(text))
        except ValueError as error:
            faults.append(f"{shortened(found[0], _LONGEST)}: {error}")
    return Filter(tuple(words[False]), tuple(words[True]), tuple(terms), one_line(next(iter(faults), "")))


def _terms(written: re.Match[str], negated: bool, names: Collection[str], beginning: bool) -> list[Term]:
    """The term, or none while it is half a term. Raises ValueError saying what would be right."""
    word, sign, wanted = written[1].lower(), written[2], written[3].replace('"', "").lower()
    name = _LONG.get(word, word)
    if name not in names:
        raise ValueError(f"these rows have {', '.join(names)}")
    if not wanted:
        return []
    if name in _NUMBERS:
        bound = _number(name, sign, wanted)
        return [] if bound is None else [Term(name, negated, (), sign.replace(":=", "=").replace(":", "="), bound)]
    if sign not in (":", ":="):
        raise ValueError(f"write {name}:{wanted.lstrip('=')}")
    if name == "sev":
        return [Term(name, negated, _severities(wanted, exactly=sign == ":="))]
    patterns = [f"{one}*" if beginning and sign == ":" else one for one in wanted.split(",") if one]
    return [Term(name, negated, tuple(patterns))] if patterns else []


def _severities(wanted: str, exactly: bool) -> tuple[str, ...]:
    for place, severity in enumerate(SEVERITIES):
        if severity.startswith(wanted):
            return (severity,) if exactly else SEVERITIES[: place + 1]
    raise ValueError(f"a severity is {', '.join(SEVERITIES)}")


def _number(name: str, sign: str, wanted: str) -> float | None:
    """Seconds, or how many; None while a duration still lacks its last unit."""
    if name != "age":
        if not wanted.isdecimal():
            raise ValueError(f"{name} is a number: {name}>3")
        return float(wanted)
    if sign.startswith(":"):
        raise ValueError("write age<10m or age>1h")
    whole = wanted.rstrip("0123456789.")
    if not whole:
        return None
    seconds = parse_duration(whole)
    return seconds if whole == wanted else None


def _expression(pattern: str) -> str:
    """The regular expression, to search with, of a pattern in which `*` alone is special."""
    # Searching for what stands behind a first star is much faster than matching it.
    start = "" if pattern.startswith("*") else r"\A"
    return start + translate("*".join(map(glob.escape, pattern.lstrip("*").split("*"))))
