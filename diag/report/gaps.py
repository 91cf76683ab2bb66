"""Gaps in plain words: what could not be seen, why, what that costs, and how to get it."""

import shlex
from collections.abc import Iterable
from typing import NamedTuple

from diag.model.kinds import KINDS
from diag.model.snapshot import Gap, GapReason
from diag.model.text import clean_text, one_line

_WHY: dict[GapReason, str] = {
    "forbidden": "forbidden to this account",
    "timeout": "no answer in time",
    "not-served": "not served by this server",
    "expired": "gone already",
    "truncated": "only partly read",
    "unreadable": "not understood",
    "not-asked": "not asked for",
    "skipped": "left out",
    "reading": "still being read",
}
_MOST = 4  # names in one line
_PLURALS = {kind.resource: kind.plural for kind in KINDS}
_CLUSTER_WIDE = frozenset(kind.resource for kind in KINDS if not kind.namespaced)


class GapLine(NamedTuple):
    """Gaps of one kind as one line: what is missing, why, the ids of playbooks not evaluated, a command that helps."""

    what: str
    why: str
    playbooks: tuple[str, ...]
    command: str


def in_doubt(gaps: Iterable[Gap]) -> bool:
    """Whether something that was asked for could not be seen; metrics that nobody asked for are no reason to doubt."""
    return any((gap.what, gap.why) != ("metrics", "not-asked") for gap in gaps)


def gap_lines(gaps: Iterable[Gap]) -> list[GapLine]:
    """The gaps, those of one place and reason together, and the same thing missing in many places together."""
    places: dict[tuple[GapReason, str], list[Gap]] = {}
    for gap in gaps:
        places.setdefault((gap.why, gap.what), []).append(gap)
    groups: dict[tuple[GapReason, tuple[str, ...]], list[Gap]] = {}
    for (why, _), found in places.items():
        groups.setdefault((why, tuple(sorted({_place(gap) for gap in found}))), []).extend(found)
    return [_line(why, scopes, found) for (why, scopes), found in groups.items()]


def _line(why: GapReason, scopes: tuple[str, ...], gaps: list[Gap]) -> GapLine:
    playbooks = tuple(sorted({playbook for gap in gaps for playbook in gap.playbooks}))
    command = _command(gaps[0]) if why == "forbidden" else ""
    return GapLine(_what(gaps, scopes), _why(why, gaps), playbooks, command)


def _what(gaps: list[Gap], scopes: tuple[str, ...]) -> str:
    what = _few(_PLURALS.get(gap.what, gap.what) for gap in gaps)
    return what if scopes == ("",) else f"{what} in {_few(scopes)}"


def _place(gap: Gap) -> str:
    return f"all namespaces but {', '.join(gap.read)}" if gap.read else gap.scope


def _few(names: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(one_line(name) or "the cluster" for name in names))
    more = f" and {len(distinct) - _MOST} more" if len(distinct) > _MOST else ""
    return ", ".join(distinct[:_MOST]) + more


def _why(why: GapReason, gaps: list[Gap]) -> str:
    """The server's own words for a refusal are long and say what we say; other details tell more than we know."""
    details = {one_line(gap.detail) for gap in gaps}
    if why != "forbidden" and len(details) == 1 and (detail := details.pop()):
        return detail
    return _WHY[why]


def _command(gap: Gap) -> str:
    """The question to ask the server, by https://kubernetes.io/docs/reference/access-authn-authz/authorization/."""
    verb = "get pods --subresource=log" if gap.what == "logs" else f"list {shlex.quote(gap.what)}"
    namespace = gap.scope.partition("/")[0]
    place = f" -n {shlex.quote(namespace)}" if namespace else " --all-namespaces"
    return clean_text(f"kubectl auth can-i {verb}" + ("" if gap.what in _CLUSTER_WIDE else place))
